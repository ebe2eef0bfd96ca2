import { EDGE_STATUSES, no, unsure } from '../answer-table.js';
import type { AnswerReader, AnswerTable, RawNo, TableRow } from '../answer-table.js';
import { at } from './reading.js';

function rows(codes: readonly number[], row: TableRow): AnswerTable {
  return Object.fromEntries(codes.map((code) => [String(code), row]));
}

/** Source: Bybit v5 documentation, error codes. */
export const bybitTable: AnswerTable = {
  ...EDGE_STATUSES,
  ...rows([10_003, 10_004, 10_007, 33_004], no('CREDENTIAL_INVALID')),
  ...rows([10_005, 10_010], no('PERMISSION_DENIED')),
  ...rows([10_006, 10_009, 10_018, 10_429, 170_005, 170_011, 170_222], no('RATE_LIMITED')),
  ...rows([10_002, 170_010, 170_105], no('TIMESTAMP_OUTSIDE_WINDOW')),
  ...rows([10_001, 10_014, 170_108, 170_115, 170_116, 170_117, 170_130], no('REQUEST_REFUSED')),
  ...rows(
    [10_008, 10_024, 10_027, 10_028, 10_029, 110_066, 170_035, 170_219, 170_346],
    no('ACCOUNT_RESTRICTED'),
  ),
  ...rows(
    [110_004, 110_007, 110_012, 110_044, 110_045, 110_051, 110_052, 110_053, 170_033, 170_131],
    no('INSUFFICIENT_BALANCE'),
  ),
  ...rows(
    [110_001, 110_008, 110_010, 110_019, 170_139, 170_142, 170_143, 170_213, 170_190],
    no('UNKNOWN_ORDER'),
  ),
  ...rows([110_003, 170_132, 170_133, 170_134, 170_193, 170_194], no('PRICE_BAND')),
  ...rows([170_124, 170_135, 170_136, 170_137, 170_148, 170_198, 170_199], no('QUANTITY_FILTER')),
  ...rows([110_094, 170_140], no('NOTIONAL_FILTER')),
  ...rows([110_009, 110_020, 170_810, 170_206], no('TOO_MANY_OPEN_ORDERS')),
  ...rows([110_017, 110_021, 110_022, 110_023, 110_024], no('ORDER_REJECTED')),
  ...rows([110_055, 110_056, 170_312, 170_313, 170_344, 170_348, 170_359], no('MARKET_CLOSED')),
  ...rows([170_121], no('UNKNOWN_SYMBOL')),
  '110072': unsure('DUPLICATE_CLIENT_ORDER_ID'),
  '170141': unsure('DUPLICATE_CLIENT_ORDER_ID'),
  '170218': no('POST_ONLY_WOULD_TAKE'),
  '110079': unsure('VENUE_BUSY'),
  '10000': unsure('VENUE_TIMEOUT'),
  '10016': unsure('VENUE_ERROR'),
  '10019': unsure('VENUE_MAINTENANCE'),
  '170001': unsure('VENUE_ERROR'),
  '170007': unsure('VENUE_TIMEOUT'),
  '170032': unsure('VENUE_ERROR'),
  '170146': unsure('VENUE_TIMEOUT'),
  '170147': unsure('VENUE_TIMEOUT'),
};

/** `{"retCode":110007,"retMsg":"…","result":{}}` */
export function readBybitNo(json: unknown): RawNo | null {
  const code = at(json, 'retCode');
  if (code === 0 || code === '0') return null;
  return { code: String(code).slice(0, 40), text: String(at(json, 'retMsg')).slice(0, 200) };
}

export const bybitReader: AnswerReader = { table: bybitTable, readNo: readBybitNo };
