import { DomainError, formatScaled, ONE, parseScaled } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { OrderIntent, ReserveDecision, RiskFacts } from '@sextant/risk';
import type { OrderConditions, OrderSnapshot, OrderTerms } from '../../domain/order-snapshot.js';
import { isPerpetual } from '../terms/capped-lots.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OwnedAccount } from '../account/owned-account.js';

type Closing = Pick<OrderSnapshot, 'symbol' | 'side' | 'conditions'>;

/** True for an order that takes all of a position, however large that is when it goes out. */
export function isWholeClose({ conditions }: Pick<OrderTerms, 'conditions'>): boolean {
  const { sizing } = conditions ?? {};
  return sizing?.by === 'POSITION' && parseScaled(sizing.share) === ONE;
}

/**
 * Live orders that would close the same position: all on its closing side, and what belongs to them. A bracket whose
 * entry has not filled anything is no part of the position and stays.
 */
export function ordersInTheWay({ symbol, side }: Closing, account: OwnedAccount): LiveOrder[] {
  const live = account.orders.all().filter(({ order: { snapshot, isTerminal } }) => {
    const { clientOrderId } = snapshot;
    return !isTerminal && snapshot.symbol === symbol && !account.liquidations.has(clientOrderId);
  });
  const closes = ({ order: { snapshot } }: LiveOrder) =>
    snapshot.side === side && snapshot.progress?.trigger?.state !== 'WAITING' && !isWholeClose(snapshot);
  const groups = new Set(live.filter(closes).flatMap((entry) => groupOf(entry) ?? []));
  return live.filter((entry) => {
    const groupId = groupOf(entry);
    return closes(entry) || (groupId !== undefined && groups.has(groupId));
  });
}

/**
 * The conditions of an order that closes a position, or a part of it. A whole close waits here while something stands in
 * its way. A part never leaves the rest unprotected: it is taken from what no order holds.
 * @throws DomainError POSITION_RESERVED
 */
export function closingConditions(
  { symbol, side, lots, conditions }: Closing & { lots: number | null },
  instrument: Instrument,
  account: OwnedAccount,
): OrderConditions | null {
  if (conditions?.sizing?.by !== 'POSITION' || lots === null) return conditions;
  if (isWholeClose({ conditions })) {
    const waits = ordersInTheWay({ symbol, side, conditions }, account).length > 0;
    return waits ? { ...conditions, heldBy: 'SEXTANT' } : conditions;
  }
  if (isPerpetual(instrument)) return conditions;
  const held = ordersInTheWay({ symbol, side, conditions }, account);
  const free = formatScaled(freeUnits(held, { symbol, side }, instrument, account));
  if (parseScaled(free) >= BigInt(lots) * instrument.stepUnits) return conditions;
  throw new DomainError(
    'POSITION_RESERVED',
    `Orders hold the position: ${free} ${instrument.base} of it is free.`,
    {
      pointer: '/fraction',
      free,
      orders: held.map(({ order }) => order.snapshot.orderId).slice(0, 100),
    },
  );
}

/** What of the position no order is to close: also where the account holds more of the asset than the position is. */
function freeUnits(
  held: readonly LiveOrder[],
  { symbol, side }: Pick<OrderSnapshot, 'symbol' | 'side'>,
  { base }: Instrument,
  { portfolio, risk }: OwnedAccount,
): bigint {
  const closing = held.map(({ order }) => order.snapshot).filter((order) => order.side === side);
  const taken = closing.reduce((sum, { reservedUnits }) => sum + reservedUnits, 0n);
  const rest = portfolio.position(symbol).signedUnits - taken;
  const unlocked = portfolio.totalUnits(base) - risk.lockedUnits(base);
  const free = rest < unlocked ? rest : unlocked;
  return free < 0n ? 0n : free;
}

/** Judged as if what stands in its way had ended already; it sets nothing aside before that is so. */
export function judgeWholeClose(
  terms: OrderTerms,
  intent: OrderIntent,
  facts: RiskFacts,
  account: OwnedAccount,
): ReserveDecision {
  const held = ordersInTheWay(terms, account);
  for (const { order } of held) account.risk.release(order.snapshot.orderId);
  const { verdicts, reservation } = account.risk.preview(intent, facts);
  for (const entry of held) account.track(entry);
  const failed = verdicts.find(({ passed }) => !passed);
  if (failed !== undefined) return { outcome: 'DENIED', failed, verdicts };
  return { outcome: 'RESERVED', reservation: { ...reservation, units: 0n }, verdicts };
}

/** What a close is for at this moment: what other orders filled meanwhile is counted. */
export function lotsToClose(
  order: Pick<OrderSnapshot, 'lots' | 'conditions' | 'side'>,
  instrument: Instrument,
  positionUnits: bigint,
): number {
  const lots = order.lots ?? 0;
  if (!isWholeClose(order)) return lots;
  const closable = order.side === 'SELL' ? positionUnits : -positionUnits;
  return closable <= 0n ? lots : Math.min(instrument.maxLots, Number(closable / instrument.stepUnits));
}

function groupOf({ order }: LiveOrder): string | undefined {
  return order.snapshot.conditions?.group?.groupId;
}
