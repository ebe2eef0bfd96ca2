import { EDGE_STATUSES, no, unsure } from '../ccxt/answer-table.js';
import type { AnswerReader, AnswerTable, RawNo } from '../ccxt/answer-table.js';

/** Codes of `{"status":"failed","code":"…","message":"…"}`, which comes with HTTP 200 as well. */
const table: AnswerTable = {
  ...EDGE_STATUSES,
  InvalidOrderPrice: no('PRICE_FILTER'),
  BadPrice: no('PRICE_BAND'),
  PriceConditionFailed: no('ORDER_REJECTED'),
  OverValueOrder: no('INSUFFICIENT_BALANCE'),
  SmallOrder: no('NOTIONAL_FILTER'),
  // The same terms twice within ten seconds, whatever their ids: this one was not placed.
  DuplicateOrder: no('ORDER_REJECTED'),
  DuplicateClientOrderId: unsure('DUPLICATE_CLIENT_ORDER_ID'),
  InvalidMarketPair: no('UNKNOWN_SYMBOL'),
  MarketClosed: no('MARKET_CLOSED'),
  TradingUnavailable: no('ACCOUNT_RESTRICTED'),
  FeatureUnavailable: no('ORDER_REJECTED'),
  TooManyRequests: no('RATE_LIMITED'),
  NullIdAndClientOrderId: no('REQUEST_REFUSED'),
  ParseError: no('REQUEST_REFUSED'),
  NotFound: no('UNKNOWN_ORDER'),
  'HTTP 400': no('REQUEST_REFUSED'),
  'HTTP 401': {
    ...no('CREDENTIAL_INVALID'),
    texts: [[/^(?!.*\b(signature|key|token)\b).*\b(timestamp|expired)\b/i, no('TIMESTAMP_OUTSIDE_WINDOW')]],
  },
  'HTTP 403': no('PERMISSION_DENIED'),
  'HTTP 404': no('UNKNOWN_ORDER'),
  'HTTP 422': no('REQUEST_REFUSED'),
  'HTTP 500': unsure('VENUE_ERROR'),
  'HTTP 502': unsure('VENUE_ERROR'),
  'HTTP 503': unsure('VENUE_MAINTENANCE'),
  'HTTP 504': unsure('VENUE_TIMEOUT'),
};

export const nobitexAnswers: AnswerReader = { table, readNo };

/** Candles come in the envelope of a chart library: `{"s":"ok"}`, `{"s":"no_data"}`, `{"s":"error","errmsg":"…"}`. */
function readNo(json: unknown, status: number): RawNo | null {
  const told = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  if (status >= 200 && status < 300) {
    if (told['status'] === 'ok' || told['s'] === 'ok' || told['s'] === 'no_data') return null;
  }
  const code = [told['code'], told['error']].find((value) => typeof value === 'string');
  const words = [told['message'], told['detail'], told['errmsg']].find((value) => typeof value === 'string');
  const text = typeof words === 'string' ? words.slice(0, 200) : '';
  return { code: typeof code === 'string' ? code.slice(0, 60) : `HTTP ${status}`, text };
}
