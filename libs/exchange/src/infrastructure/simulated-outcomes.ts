import type { EpochMs } from '@sextant/kernel';
import { JournalLost, SessionReplaced, venueRefusals } from '@sextant/venue';
import type { VenueRefusalName } from '@sextant/venue';
import { refused, unknown } from '../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import type { OutcomeCode } from '../domain/outcome-codes.js';

/** The one table of the simulated venue: every "no" of it is definite, and what we call it. */
export const simulatedOutcomes: { readonly [Name in VenueRefusalName]: OutcomeCode } = {
  MALFORMED: 'MALFORMED_ORDER',
  ILLEGAL_CLIENT_ORDER_ID: 'CLIENT_ORDER_ID_MALFORMED',
  INVALID_SYMBOL: 'UNKNOWN_SYMBOL',
  MARKET_CLOSED: 'MARKET_CLOSED',
  PRICE_FILTER: 'PRICE_FILTER',
  LOT_SIZE: 'QUANTITY_FILTER',
  NOTIONAL: 'NOTIONAL_FILTER',
  PERCENT_PRICE_BY_SIDE: 'PRICE_BAND',
  MAX_NUM_ORDERS: 'TOO_MANY_OPEN_ORDERS',
  INSUFFICIENT_BALANCE: 'INSUFFICIENT_BALANCE',
  WOULD_TAKE: 'POST_ONLY_WOULD_TAKE',
  DUPLICATE_ORDER: 'DUPLICATE_CLIENT_ORDER_ID',
  UNKNOWN_ORDER: 'UNKNOWN_ORDER',
};

export function refusalOutcome(name: VenueRefusalName, at: EpochMs): GatewayOutcome<never> {
  const { code, message } = venueRefusals[name];
  const evidence = { kind: 'VENUE_ANSWER' as const, detail: { code, message }, at };
  return refused({ code: simulatedOutcomes[name], detail: message }, evidence);
}

/** Nothing left this process. */
export function notSent(code: string, detail: string, at: EpochMs): GatewayOutcome<never> {
  return refused({ code, detail }, { kind: 'NOT_SENT', detail: { code }, at });
}

/** A call that ended without an answer. Anything but the venue's two known failures is a bug and is thrown on. */
export function failureOutcome(error: unknown, at: EpochMs): GatewayOutcome<never> {
  if (error instanceof SessionReplaced) {
    const reason = {
      code: 'SESSION_REPLACED',
      detail: 'Another session of this account was opened at the venue.',
    };
    return refused(reason, { kind: 'FENCE', detail: { accountId: error.accountId }, at });
  }
  if (!(error instanceof JournalLost)) throw error;
  if (error.written === 'NO') return notSent('VENUE_UNAVAILABLE', 'The venue could not be reached.', at);
  const reason = { code: 'NO_ANSWER', detail: 'The venue was lost before it answered.' };
  return unknown(reason, { kind: 'TRANSPORT', detail: { cause: String(error.cause) }, at });
}
