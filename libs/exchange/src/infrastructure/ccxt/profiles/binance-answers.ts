import { EDGE_STATUSES, no, unsure } from '../answer-table.js';
import type { AnswerReader, AnswerTable, RawNo, TableRow } from '../answer-table.js';

const FILTERS: TableRow['texts'] = [
  [/PERCENT_PRICE/, no('PRICE_BAND')],
  [/PRICE_FILTER/, no('PRICE_FILTER')],
  [/LOT_SIZE|ICEBERG_PARTS/, no('QUANTITY_FILTER')],
  [/NOTIONAL/, no('NOTIONAL_FILTER')],
  [/MAX_NUM/, no('TOO_MANY_OPEN_ORDERS')],
];

const REJECTIONS: TableRow['texts'] = [
  // Ids are unique among open orders: an order of this id is open.
  [/duplicate order/i, unsure('DUPLICATE_CLIENT_ORDER_ID')],
  [/insufficient balance/i, no('INSUFFICIENT_BALANCE')],
  [/immediately match and take/i, no('POST_ONLY_WOULD_TAKE')],
  [/would trigger immediately/i, no('WOULD_TRIGGER')],
  [/iceberg(?:Qty)? exceeds/i, no('QUANTITY_FILTER')],
  [/market is closed/i, no('MARKET_CLOSED')],
  [/not permitted for this account|disabled on this account/i, no('ACCOUNT_RESTRICTED')],
  ...FILTERS,
];

const refusedRequest = Object.fromEntries(
  [1020, 1100, 1101, 1102, 1103, 1104, 1105, 1106, 1108, 1112, 1114, 1115, 1116, 1117, 1118, 1119, 1120]
    .concat([1125, 1127, 1128, 1130, 1131, 1134, 1135, 1145, 1151, 1220])
    .map((code) => [`-${code}`, no('REQUEST_REFUSED')]),
);

/** Spot. Source: binance-spot-api-docs, errors.md; −1006 and −1007 say themselves that execution is unknown. */
export const binanceTable: AnswerTable = {
  ...EDGE_STATUSES,
  ...refusedRequest,
  '-1000': unsure('VENUE_ERROR'),
  '-1001': unsure('VENUE_ERROR'),
  '-1003': no('RATE_LIMITED'),
  '-1006': unsure('VENUE_ERROR'),
  '-1007': unsure('VENUE_TIMEOUT'),
  '-1008': unsure('VENUE_BUSY'),
  '-1013': { ...no('FILTER_FAILURE'), texts: FILTERS },
  '-1015': no('RATE_LIMITED'),
  '-1016': unsure('VENUE_MAINTENANCE'),
  '-1021': no('TIMESTAMP_OUTSIDE_WINDOW'),
  '-1022': no('CREDENTIAL_INVALID'),
  '-1034': no('RATE_LIMITED'),
  '-1111': no('FILTER_FAILURE'),
  '-1121': no('UNKNOWN_SYMBOL'),
  '-2010': { ...no('ORDER_REJECTED'), texts: REJECTIONS },
  '-2011': { ...no('ORDER_REJECTED'), texts: [[/unknown order/i, no('UNKNOWN_ORDER')]] },
  '-2013': no('UNKNOWN_ORDER'),
  '-2014': no('CREDENTIAL_INVALID'),
  '-2015': no('CREDENTIAL_INVALID'),
  '-2016': no('MARKET_CLOSED'),
  '-2026': no('ORDER_ARCHIVED'),
  '-2038': no('AMEND_REFUSED'),
  '-2039': no('UNKNOWN_ORDER'),
};

/** USDⓈ-M futures: the same codes, and those of positions and margin. */
export const binanceFuturesTable: AnswerTable = {
  ...binanceTable,
  '-2018': no('INSUFFICIENT_BALANCE'),
  '-2019': no('INSUFFICIENT_BALANCE'),
  '-2020': no('WOULD_NOT_FILL'),
  '-2022': no('ORDER_REJECTED'),
  '-2025': no('TOO_MANY_OPEN_ORDERS'),
  '-2027': no('MARGIN_REFUSED'),
  '-2028': no('MARGIN_REFUSED'),
  '-4003': no('QUANTITY_FILTER'),
  '-4004': no('QUANTITY_FILTER'),
  '-4005': no('QUANTITY_FILTER'),
  '-4014': no('PRICE_FILTER'),
  '-4016': no('PRICE_BAND'),
  '-4023': no('QUANTITY_FILTER'),
  '-4024': no('PRICE_BAND'),
  '-4028': no('MARGIN_REFUSED'),
  // It is so already.
  '-4046': no('MARGIN_REFUSED'),
  '-4047': no('MARGIN_REFUSED'),
  '-4048': no('MARGIN_REFUSED'),
  '-4051': no('MARGIN_REFUSED'),
  '-4059': no('MARGIN_REFUSED'),
  '-4061': no('MARGIN_REFUSED'),
  '-4067': no('MARGIN_REFUSED'),
  '-4068': no('MARGIN_REFUSED'),
  '-4116': unsure('DUPLICATE_CLIENT_ORDER_ID'),
  '-4131': no('PRICE_BAND'),
  '-4164': no('NOTIONAL_FILTER'),
  '-5021': no('WOULD_NOT_FILL'),
  '-5022': no('POST_ONLY_WOULD_TAKE'),
  '-5027': no('AMEND_REFUSED'),
};

/** `{"code":-1121,"msg":"Invalid symbol."}`; 200 and 0 are codes of success. */
export function readBinanceNo(json: unknown): RawNo | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const { code, msg } = json as { code?: unknown; msg?: unknown };
  if (code === undefined || code === 200 || code === 0) return null;
  return { code: String(code).slice(0, 40), text: String(msg).slice(0, 200) };
}

export const binanceReader: AnswerReader = { table: binanceTable, readNo: readBinanceNo };
export const binanceFuturesReader: AnswerReader = { table: binanceFuturesTable, readNo: readBinanceNo };
