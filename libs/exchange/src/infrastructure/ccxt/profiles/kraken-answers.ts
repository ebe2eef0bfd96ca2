import { EDGE_STATUSES, no, unsure } from '../answer-table.js';
import type { AnswerReader, AnswerTable, RawNo } from '../answer-table.js';
import { at } from './reading.js';

/** Source: Kraken's list of API errors. Answers are 200 with `{"error":["EOrder:…"]}`. */
export const krakenTable: AnswerTable = {
  ...EDGE_STATUSES,
  'EOrder:Insufficient funds': no('INSUFFICIENT_BALANCE'),
  'EOrder:Insufficient margin': no('INSUFFICIENT_BALANCE'),
  'EFunding:Insufficient funds': no('INSUFFICIENT_BALANCE'),
  'EOrder:Order minimum not met': no('QUANTITY_FILTER'),
  'EOrder:Cost minimum not met': no('NOTIONAL_FILTER'),
  'EOrder:Tick size check failed': no('PRICE_FILTER'),
  'EOrder:Invalid price': no('PRICE_FILTER'),
  'EOrder:Post only order': no('POST_ONLY_WOULD_TAKE'),
  'EOrder:Orders limit exceeded': no('TOO_MANY_OPEN_ORDERS'),
  'EOrder:Positions limit exceeded': no('TOO_MANY_OPEN_ORDERS'),
  'EOrder:Rate limit exceeded': no('RATE_LIMITED'),
  'EOrder:Domain rate limit exceeded': no('RATE_LIMITED'),
  'EOrder:Unknown order': no('UNKNOWN_ORDER'),
  'EOrder:Invalid order': no('UNKNOWN_ORDER'),
  'EOrder:Unknown position': no('ORDER_REJECTED'),
  'EOrder:Trading agreement required': no('ACCOUNT_RESTRICTED'),
  'EOrder:Scheduled orders limit exceeded': no('TOO_MANY_OPEN_ORDERS'),
  // Not a code of the venue: see below.
  DUPLICATE: unsure('DUPLICATE_CLIENT_ORDER_ID'),
  'EAPI:Invalid key': no('CREDENTIAL_INVALID'),
  'EAPI:Invalid signature': no('CREDENTIAL_INVALID'),
  'ESession:Invalid session': no('CREDENTIAL_INVALID'),
  // The nonce stands for the time here: refused at the door, before the engine.
  'EAPI:Invalid nonce': no('TIMESTAMP_OUTSIDE_WINDOW'),
  'EAPI:Bad request': no('REQUEST_REFUSED'),
  'EAPI:Rate limit exceeded': no('RATE_LIMITED'),
  'EAPI:Feature disabled': no('PERMISSION_DENIED'),
  'EGeneral:Permission denied': no('PERMISSION_DENIED'),
  'EGeneral:Invalid arguments': no('REQUEST_REFUSED'),
  'EGeneral:Invalid arguments:price': no('PRICE_FILTER'),
  'EGeneral:Invalid arguments:volume': no('QUANTITY_FILTER'),
  'EGeneral:Invalid arguments:volume minimum not met': no('QUANTITY_FILTER'),
  'EGeneral:Unknown method': no('REQUEST_REFUSED'),
  'EGeneral:Too many requests': no('RATE_LIMITED'),
  'EGeneral:Temporary lockout': no('RATE_LIMITED'),
  'EGeneral:Internal error': unsure('VENUE_ERROR'),
  'EQuery:Invalid asset pair': no('UNKNOWN_SYMBOL'),
  'EQuery:Unknown asset pair': no('UNKNOWN_SYMBOL'),
  'EQuery:Unknown asset': no('UNKNOWN_SYMBOL'),
  'EService:Unavailable': unsure('VENUE_MAINTENANCE'),
  'EService:Busy': unsure('VENUE_BUSY'),
  'EService:Timeout': unsure('VENUE_TIMEOUT'),
  'EService:Deadline elapsed': no('TIMESTAMP_OUTSIDE_WINDOW'),
  'EService:Throttled': no('RATE_LIMITED'),
  'EService:Market in cancel_only mode': no('MARKET_CLOSED'),
  'EService:Market in post_only mode': no('MARKET_CLOSED'),
  'EService:Market in limit_only mode': no('MARKET_CLOSED'),
  'ETrade:User Locked': no('ACCOUNT_RESTRICTED'),
  'EAccount:Invalid permissions': no('ACCOUNT_RESTRICTED'),
};

/**
 * That an open order has this id is refused in words that are not published. Taken for an ordinary refusal it would mean
 * that there is no order, while there is one.
 */
const DUPLICATE = /duplicate|cl_?ord_?id.*(?:already|in use|exists|unique)/i;

/** The longest head of the text that the table lists: `EService:Throttled: 1700000000` is `EService:Throttled`. */
export function readKrakenNo(json: unknown): RawNo | null {
  const errors = at(json, 'error');
  if (!Array.isArray(errors)) return { code: 'NO_ERROR_FIELD', text: 'the answer has no list of errors' };
  const told = errors.filter((error) => typeof error === 'string' && error.startsWith('E')) as string[];
  const text = told[0];
  if (text === undefined) return null;
  if (DUPLICATE.test(text)) return { code: 'DUPLICATE', text: text.slice(0, 200) };
  const heads = text.split(':');
  for (let parts = heads.length; parts > 1; parts -= 1) {
    const code = heads.slice(0, parts).join(':').trim();
    if (Object.hasOwn(krakenTable, code)) return { code, text: text.slice(0, 200) };
  }
  return { code: text.slice(0, 80), text: text.slice(0, 200) };
}

export const krakenReader: AnswerReader = { table: krakenTable, readNo: readKrakenNo };
