import { EDGE_STATUSES, no, unsure } from '../answer-table.js';
import type { AnswerReader, AnswerTable, RawNo, TableRow } from '../answer-table.js';
import { at } from './reading.js';

function rows(codes: readonly number[], row: TableRow): AnswerTable {
  return Object.fromEntries(codes.map((code) => [String(code), row]));
}

/** Source: OKX v5 documentation, error codes. 50004 says itself that the result is not known. */
export const okxTable: AnswerTable = {
  ...EDGE_STATUSES,
  ...rows(
    [50_100, 50_101, 50_103, 50_104, 50_105, 50_106, 50_107, 50_111, 50_112, 50_113, 50_119],
    no('CREDENTIAL_INVALID'),
  ),
  ...rows([50_011, 50_040, 50_061], no('RATE_LIMITED')),
  ...rows([50_102, 50_037], no('TIMESTAMP_OUTSIDE_WINDOW')),
  ...rows([50_110, 50_114, 50_030, 50_120], no('PERMISSION_DENIED')),
  ...rows([50_007, 50_008, 50_009, 50_021, 51_010, 51_024, 51_037], no('ACCOUNT_RESTRICTED')),
  ...rows([51_000, 50_000, 50_002, 50_014, 50_016, 51_117], no('REQUEST_REFUSED')),
  ...rows([51_001, 51_002, 51_014, 51_015], no('UNKNOWN_SYMBOL')),
  ...rows([51_008, 51_119, 51_127, 51_131, 51_502], no('INSUFFICIENT_BALANCE')),
  ...rows([51_005, 51_020, 51_106, 51_120, 51_121, 51_203], no('QUANTITY_FILTER')),
  ...rows([51_006, 51_116, 51_136, 51_137, 51_138, 51_139], no('PRICE_BAND')),
  ...rows([51_201, 51_202, 51_250], no('NOTIONAL_FILTER')),
  ...rows([51_004, 51_023, 51_108, 51_112], no('ORDER_REJECTED')),
  ...rows(
    [51_021, 51_022, 51_026, 51_027, 51_028, 51_029, 51_030, 51_087, 51_114, 51_155],
    no('MARKET_CLOSED'),
  ),
  ...rows([51_102, 51_103, 51_104, 51_107], no('TOO_MANY_OPEN_ORDERS')),
  ...rows([51_400, 51_401, 51_402, 51_405, 51_603, 51_509, 51_510], no('UNKNOWN_ORDER')),
  ...rows(
    [51_500, 51_501, 51_503, 51_504, 51_505, 51_506, 51_507, 51_508, 51_511, 51_512],
    no('AMEND_REFUSED'),
  ),
  '51016': unsure('DUPLICATE_CLIENT_ORDER_ID'),
  '51017': unsure('DUPLICATE_CLIENT_ORDER_ID'),
  '51410': unsure('CANCEL_PENDING'),
  '50013': unsure('VENUE_BUSY'),
  '50001': unsure('VENUE_MAINTENANCE'),
  '50004': unsure('VENUE_TIMEOUT'),
  '50005': unsure('VENUE_MAINTENANCE'),
  '50024': no('REQUEST_REFUSED'),
  '50026': unsure('VENUE_ERROR'),
};

/** `{"code":"1","msg":"","data":[{"sCode":"51008","sMsg":"…"}]}`: the entry's own code is the finer one. */
export function readOkxNo(json: unknown): RawNo | null {
  const code = at(json, 'code');
  const entryCode = at(json, 'data.0.sCode');
  if (typeof entryCode === 'string' && entryCode !== '' && entryCode !== '0') {
    return { code: entryCode.slice(0, 40), text: String(at(json, 'data.0.sMsg')).slice(0, 200) };
  }
  if (code === '0') return null;
  return { code: String(code).slice(0, 40), text: String(at(json, 'msg')).slice(0, 200) };
}

export const okxReader: AnswerReader = { table: okxTable, readNo: readOkxNo };
