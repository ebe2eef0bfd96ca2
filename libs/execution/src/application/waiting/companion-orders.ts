import type { JsonValue } from '@sextant/contracts';
import type { Instrument } from '@sextant/kernel';
import type { RiskFacts, Verdict } from '@sextant/risk';
import type { GroupPlace, GroupType, OrderTerms } from '../../domain/order-snapshot.js';
import { Order } from '../../domain/order.js';
import { newLiveOrder } from '../account/live-orders.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { NormalisedLeg } from '../terms/normalise-group.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { denialReason } from '../submission/refusals.js';

/** What an order needs that another's fill pays for, and that only makes smaller what the other makes. */
const PAID_BY_ENTRY: ReadonlySet<string> = new Set([
  'INSUFFICIENT_BALANCE',
  'MAX_POSITION_NOTIONAL',
  'KILL_SWITCH',
]);

/** An order that is made together with the first of its group. */
export interface Companion {
  terms: OrderTerms;
  /** Whether it waits for a fill of the first one. */
  waits: boolean;
  verdicts: readonly Verdict[];
  /** The first rule that is against it. */
  failed: Verdict | null;
  /** Quote or base that it would set aside alone, 10^-18. */
  needUnits: bigint;
}

/** The terms of every leg after the first, which carries the id of the group. */
export function companionTerms(
  first: OrderTerms,
  type: GroupType,
  groupId: string,
  legs: readonly NormalisedLeg[],
  ids: ExecutionTools['ids'],
): { first: OrderTerms; others: OrderTerms[] } {
  const lots = legs[0]?.order.lots ?? 0;
  const placed = (terms: OrderTerms, leg: string): OrderTerms => {
    const group: GroupPlace = { groupId, type, leg, lots };
    return { ...terms, conditions: terms.conditions && { ...terms.conditions, group } };
  };
  const [lead, ...others] = legs;
  return {
    first: placed({ ...first, ...lead?.order, conditions: first.conditions }, lead?.leg ?? ''),
    others: others.map(({ leg, order, request }) => {
      const orderId = ids.next('ord');
      const clientOrderId = request.clientOrderId ?? orderId;
      return placed({ ...first, ...order, orderId, clientOrderId }, leg);
    }),
  };
}

/** Judged without effect: what an order claims while another stands for it is nothing. */
export function judgeCompanion(
  terms: OrderTerms,
  account: OwnedAccount,
  instrument: Instrument,
  facts: RiskFacts,
): Companion {
  const waits = terms.conditions?.group?.type !== 'OCO';
  const intent = account.intent(terms.orderId, terms, instrument);
  const { verdicts, reservation } = account.risk.preview(intent, facts);
  const failed = verdicts.find(({ passed, rule }) => !passed && !(waits && PAID_BY_ENTRY.has(rule))) ?? null;
  return { terms, waits, verdicts, failed, needUnits: waits ? 0n : reservation.units };
}

/** All legs or none: denied with the leg that risk refused. */
export function companionOrder(
  { terms, waits, verdicts }: Companion,
  denied: Verdict | null,
  instrument: Instrument,
  now: number,
): LiveOrder {
  const asset = terms.side === 'SELL' ? instrument.base : instrument.quote;
  const reservation = { asset, units: 0n };
  const order =
    denied === null
      ? Order.arm(terms, reservation, verdicts as unknown as JsonValue, now, waits ? 'WAITING' : 'ARMED')
      : Order.deny(terms, denialReason(denied), now);
  return newLiveOrder(order, instrument);
}
