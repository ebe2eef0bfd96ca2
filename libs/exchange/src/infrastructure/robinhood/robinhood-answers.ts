import { EDGE_STATUSES, no, unsure } from '../ccxt/answer-table.js';
import type { AnswerReader, AnswerTable, RawNo, TableRow } from '../ccxt/answer-table.js';

/**
 * `{"type":"validation_error","errors":[{"detail":"…","attr":"client_order_id"}]}`. The documentation lists types and
 * statuses, hardly any of the words: a validation error is definite, and the field that it names tells which rule.
 */
const VALIDATION: TableRow = {
  ...no('ORDER_REJECTED'),
  texts: [
    [/^client_order_id: must be a valid uuid/i, no('CLIENT_ORDER_ID_MALFORMED')],
    // What a repeated id is answered is not documented: any other complaint about it may mean that the order exists.
    [/^client_order_id: /i, unsure('DUPLICATE_CLIENT_ORDER_ID')],
    [/^symbol: /i, no('UNKNOWN_SYMBOL')],
    [/\b(not enough|insufficient|buying power|available)\b/i, no('INSUFFICIENT_BALANCE')],
    [/^limit_order_config\.?limit_price: |\blimit_price: /i, no('PRICE_FILTER')],
    [/\b(asset_quantity|quantity): |\b(order size|increment)\b/i, no('QUANTITY_FILTER')],
    [/\b(tradable|halted|suspended)\b/i, no('MARKET_CLOSED')],
  ],
};

const table: AnswerTable = {
  ...EDGE_STATUSES,
  validation_error: VALIDATION,
  'client_error 400': no('REQUEST_REFUSED'),
  // A signature that came late is answered 401 like a bad one.
  'client_error 401': {
    ...no('CREDENTIAL_INVALID'),
    texts: [[/^(?!.*\b(signature|key)\b).*\b(timestamp|expired)\b/i, no('TIMESTAMP_OUTSIDE_WINDOW')]],
  },
  'client_error 403': no('PERMISSION_DENIED'),
  'client_error 404': no('UNKNOWN_ORDER'),
  'client_error 405': no('REQUEST_REFUSED'),
  'client_error 406': no('REQUEST_REFUSED'),
  'client_error 415': no('REQUEST_REFUSED'),
  'client_error 429': no('RATE_LIMITED'),
  'HTTP 404': no('UNKNOWN_ORDER'),
  server_error: unsure('VENUE_ERROR'),
  'HTTP 500': unsure('VENUE_ERROR'),
  'HTTP 502': unsure('VENUE_ERROR'),
  'HTTP 503': unsure('VENUE_MAINTENANCE'),
  'HTTP 504': unsure('VENUE_TIMEOUT'),
};

const MOST_ERRORS = 5;

export const robinhoodAnswers: AnswerReader = { table, readNo };

function readNo(json: unknown, status: number): RawNo | null {
  const { type, errors } = (json ?? {}) as { type?: unknown; errors?: unknown };
  if (
    !Array.isArray(errors) ||
    (type !== 'validation_error' && type !== 'client_error' && type !== 'server_error')
  ) {
    return null;
  }
  const text = errors.slice(0, MOST_ERRORS).map(wordsOf).join('; ');
  return { code: type === 'client_error' ? `client_error ${status}` : type, text };
}

function wordsOf(error: unknown): string {
  const { attr, detail } = (error ?? {}) as { attr?: unknown; detail?: unknown };
  const words = typeof detail === 'string' ? detail.slice(0, 200) : '';
  return typeof attr === 'string' ? `${attr.slice(0, 60)}: ${words}` : words;
}
