import { EDGE_STATUSES, no, unsure } from '../answer-table.js';
import type { AnswerReader, AnswerTable, RawNo } from '../answer-table.js';
import { at } from './reading.js';

/**
 * Source: Coinbase Advanced Trade, failure reasons of orders and cancels. A refusal is HTTP 200 with `success: false`. Without a
 * reason in it nothing is known: that answer is in no row on purpose.
 */
export const coinbaseTable: AnswerTable = {
  ...EDGE_STATUSES,
  INSUFFICIENT_FUND: no('INSUFFICIENT_BALANCE'),
  PREVIEW_INSUFFICIENT_FUND: no('INSUFFICIENT_BALANCE'),
  INSUFFICIENT_FUNDS: no('INSUFFICIENT_BALANCE'),
  UNSUPPORTED_ORDER_CONFIGURATION: no('REQUEST_REFUSED'),
  INVALID_ARGUMENT: no('REQUEST_REFUSED'),
  INVALID_REQUEST: no('REQUEST_REFUSED'),
  INVALID_SIDE: no('REQUEST_REFUSED'),
  INVALID_PRODUCT_ID: no('UNKNOWN_SYMBOL'),
  INVALID_SIZE_PRECISION: no('QUANTITY_FILTER'),
  INVALID_PRICE_PRECISION: no('PRICE_FILTER'),
  PREVIEW_INVALID_BASE_SIZE_TOO_SMALL: no('QUANTITY_FILTER'),
  PREVIEW_INVALID_BASE_SIZE_TOO_LARGE: no('QUANTITY_FILTER'),
  PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL: no('NOTIONAL_FILTER'),
  PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE: no('NOTIONAL_FILTER'),
  PREVIEW_INVALID_PRICE_PRECISION: no('PRICE_FILTER'),
  PREVIEW_INVALID_SIZE_PRECISION: no('QUANTITY_FILTER'),
  PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY: no('POST_ONLY_WOULD_TAKE'),
  INVALID_LIMIT_PRICE_POST_ONLY: no('POST_ONLY_WOULD_TAKE'),
  PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE: no('WOULD_TRIGGER'),
  PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE: no('WOULD_TRIGGER'),
  ORDER_ENTRY_DISABLED: no('MARKET_CLOSED'),
  INELIGIBLE_PAIR: no('MARKET_CLOSED'),
  PERMISSION_DENIED: no('PERMISSION_DENIED'),
  UNAUTHENTICATED: no('CREDENTIAL_INVALID'),
  Unauthorized: no('CREDENTIAL_INVALID'),
  NOT_FOUND: no('UNKNOWN_ORDER'),
  not_found: no('UNKNOWN_ORDER'),
  UNKNOWN_CANCEL_ORDER: no('UNKNOWN_ORDER'),
  INVALID_CANCEL_REQUEST: no('UNKNOWN_ORDER'),
  DUPLICATE_CANCEL_REQUEST: unsure('CANCEL_PENDING'),
  CANNOT_EDIT_TO_BELOW_FILLED_SIZE: no('AMEND_REFUSED'),
  ORDER_NOT_FOUND: no('UNKNOWN_ORDER'),
  ONLY_LIMIT_ORDER_EDITS_SUPPORTED: no('AMEND_REFUSED'),
  RESOURCE_EXHAUSTED: no('RATE_LIMITED'),
  rate_limit_exceeded: no('RATE_LIMITED'),
  internal_server_error: unsure('VENUE_ERROR'),
  INTERNAL: unsure('VENUE_ERROR'),
};

const VAGUE = new Set([
  '',
  'UNKNOWN_FAILURE_REASON',
  'UNKNOWN_PREVIEW_FAILURE_REASON',
  'UNKNOWN_CANCEL_FAILURE_REASON',
]);

/** The finest reason that says something. `success: false` with none is a code of its own, which no row lists. */
export function readCoinbaseNo(json: unknown): RawNo | null {
  const refusedCancel =
    at(json, 'results.0.success') === false ? at(json, 'results.0.failure_reason') : undefined;
  const failed = at(json, 'success') === false || refusedCancel !== undefined;
  const error = at(json, 'error');
  if (!failed && error === undefined) return null;
  const reasons = [
    refusedCancel,
    at(json, 'error_response.preview_failure_reason'),
    at(json, 'error_response.new_order_failure_reason'),
    at(json, 'error_response.error'),
    at(json, 'errors.0.edit_failure_reason'),
    error,
    at(json, 'failure_reason'),
  ];
  const told = reasons.find((reason) => typeof reason === 'string' && !VAGUE.has(reason)) as
    string | undefined;
  const text = at(json, 'error_response.message') ?? at(json, 'message') ?? '';
  return { code: (told ?? 'NO_REASON').slice(0, 80), text: String(text).slice(0, 200) };
}

export const coinbaseReader: AnswerReader = { table: coinbaseTable, readNo: readCoinbaseNo };
