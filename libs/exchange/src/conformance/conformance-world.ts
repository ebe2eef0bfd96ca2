import { ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApprovalAuthority } from '@sextant/kernel';
import type { ApprovalMint, OrderId } from '@sextant/kernel';
import type { ExchangeSession } from '../domain/exchange-session.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import type { PlaceOrderRequest, VenueEvent, VenueFill, VenueOrder } from '../domain/venue-order.js';
import type { ConformanceTarget, VenueUnderTest } from './venue-under-test.js';

const PATIENCE_MS = 2_000;
const LOOK_MS = 20;

/** What a case works with: the venue, a session of its account, what was told of it, and the right to approve. */
export interface ConformanceWorld extends VenueUnderTest {
  session: ExchangeSession;
  mint: ApprovalMint;
  events: VenueEvent[];
  /** A limit order at the best bid, changed as said. */
  request(terms?: Partial<PlaceOrderRequest>): PlaceOrderRequest;
  send(request: PlaceOrderRequest): Promise<GatewayOutcome<VenueOrder>>;
  /** Asks until the answer is there. @throws Error when it does not come in time */
  eventually<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T>;
}

export async function openWorld(target: ConformanceTarget): Promise<ConformanceWorld> {
  const { mint, check } = createApprovalAuthority();
  const venue = await target.open(check);
  const session = await venue.gateway.open(venue.accountId);
  const events: VenueEvent[] = [];
  session.onEvent((event) => events.push(event));
  const request = requestsOf(venue);
  return {
    ...venue,
    session,
    mint,
    events,
    request,
    send: (wanted) => session.place(wanted, mint.mint({ ...termsOf(wanted), deadlineMs: Infinity })),
    async eventually(what, ask) {
      const attempts = Math.ceil((venue.patienceMs ?? PATIENCE_MS) / LOOK_MS);
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const answer = await ask();
        if (answer !== null && answer !== undefined && answer !== false) return answer;
        await sleep(LOOK_MS);
      }
      throw new Error(`in vain: ${what}`);
    },
  };
}

/** Ids of this run: an account may still know those of the one before. */
function requestsOf(venue: VenueUnderTest): ConformanceWorld['request'] {
  let count = 0;
  const run = crypto.randomUUID().replaceAll('-', '').slice(0, 24);
  return (terms = {}) => {
    const orderId = `ord_${run}${(++count).toString(16).padStart(8, '0')}` as OrderId;
    return {
      accountId: venue.accountId,
      orderId,
      clientOrderId: orderId,
      symbol: venue.instrument.symbol.toString(),
      side: 'BUY',
      type: 'LIMIT',
      lots: venue.lots,
      quoteUnits: null,
      priceTicks: venue.bestBidTicks,
      timeInForce: 'GTC',
      postOnly: false,
      attempt: 1,
      epoch: 1,
      isHeld: () => true,
      ...terms,
    };
  };
}

export function termsOf(request: PlaceOrderRequest) {
  const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
  const stopTicks = request.conditions?.stopTicks ?? null;
  return { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks, attempt, epoch };
}

/** @throws Error unless nobody can tell what became of it */
export function assertUnknown(outcome: GatewayOutcome<unknown>, what: string): void {
  if (outcome.outcome !== 'UNKNOWN') throw new Error(`${what}: ${outcome.outcome}, not UNKNOWN`);
}

/** @throws Error with the reason when it is not confirmed */
export function valueOf<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome === 'CONFIRMED') return outcome.value;
  throw new Error(`${outcome.outcome} ${outcome.reason.code}: ${outcome.reason.detail}`);
}

/** @throws Error unless nothing left, for the reason given */
export function assertNotSent(outcome: GatewayOutcome<unknown>, what: string): void {
  ok(outcome.outcome === 'REFUSED' && outcome.evidence.kind === 'NOT_SENT', `${what}: ${outcome.outcome}`);
}

export function clientIdOf(event: VenueEvent): string {
  return event.kind === 'FILL' ? event.fill.clientOrderId : event.order.clientOrderId;
}

export function lotsOf(fills: readonly VenueFill[]): number {
  return fills.reduce((total, fill) => total + fill.lots, 0);
}

/** All pages from the start or from a cursor on. */
export async function allFills(
  session: ExchangeSession,
  from: string | null,
): Promise<{ fills: VenueFill[]; cursor: string }> {
  const fills: VenueFill[] = [];
  let cursor = from;
  for (;;) {
    const page: { fills: VenueFill[]; cursor: string } = valueOf(await session.fillsSince(cursor));
    if (page.fills.length === 0) return { fills, cursor: page.cursor };
    fills.push(...page.fills);
    cursor = page.cursor;
  }
}
