import { Sums, sum, units } from './arithmetic.js';
import { notional } from './ledger.js';
import type { AccountBooks, Row } from './read-books.js';

/** Locked is what the open rest of the live orders needs, and never more than there is. */
export function* reservationFindings({ accountId, orders, balances }: AccountBooks): Generator<string> {
  const locked = new Sums();
  for (const order of orders) {
    const { order_id: id, reserved, reserved_asset: asset, closed_at: closed } = order;
    if (closed !== null && BigInt(reserved) !== 0n)
      yield `${accountId}: closed order ${id} still reserves ${reserved}`;
    if (closed !== null) continue;
    locked.add(asset, BigInt(reserved));
    // The legs beside an entry reserve together.
    if (isLeg(order)) continue;
    const needed = neededFor(order);
    if (needed === null) yield `${accountId}: order ${id} lives without a price to rest at`;
    else if (BigInt(reserved) !== needed)
      yield `${accountId}: order ${id} reserves ${reserved}, its rest needs ${needed}`;
  }
  for (const [groupId, legs] of groupsOf(orders)) {
    for (const what of groupFindings(legs)) yield `${accountId}: group ${groupId} ${what}`;
  }
  const totals = new Map(balances.map(({ asset, total }) => [asset as string, BigInt(total)]));
  for (const [asset, amount] of locked) {
    if (amount > (totals.get(asset) ?? 0n))
      yield `${accountId}: ${amount} ${asset} locked of ${totals.get(asset)}`;
  }
}

/** Null: nothing but a limit order can rest, or what waits for its trigger. */
function neededFor(order: Row): bigint | null {
  // What waits for a trigger to become a market order has no price to hold it against.
  if (order['conditions']?.stopTicks != null && order['price_ticks'] === null)
    return BigInt(order['reserved']);
  if (!order['type'].endsWith('LIMIT')) return null;
  return neededForLots(order, BigInt(order['lots']) - BigInt(order['filled_lots']));
}

function neededForLots(order: Row, lots: bigint): bigint {
  const step = BigInt(order['step_size']);
  if (order['side'] === 'SELL') return lots * step;
  return notional(BigInt(order['price_ticks']), BigInt(order['tick_size']), lots, step);
}

/** One leg carries what all of them need, and protects where the venue can. */
function* groupFindings(legs: readonly Row[]): Generator<string> {
  const entry = legs.find((leg) => !isLeg(leg));
  const live = legs.filter((leg) => isLeg(leg) && leg['closed_at'] === null);
  const carriers = live.filter(({ reserved }) => BigInt(reserved) !== 0n);
  if (carriers.length > 1) yield `reserves ${carriers.length} times`;
  const resting = live.filter(({ status }) => status !== 'CREATED');
  const rest = restOf(legs, entry);
  const together = sum(live.map(({ reserved }) => BigInt(reserved)));
  const isOpen = entry !== undefined && entry['closed_at'] === null;
  for (const leg of live.length === 0 ? [] : [resting[0] ?? live[0]!]) {
    const lots = resting.length > 0 ? BigInt(leg['lots']) - BigInt(leg['filled_lots']) : rest;
    const needed = leg['side'] === 'SELL' ? neededForLots(leg, lots) : together;
    // Of an entry that still fills there may be less than an order can be for.
    if (together !== needed && !(isOpen && together === 0n))
      yield `reserves ${together}, its legs need ${needed}`;
  }
  const mayRest = live.some(
    ({ type, conditions }) =>
      type === 'LIMIT' || (conditions.group.leg === 'STOP_LOSS' && conditions.heldBy === 'VENUE'),
  );
  if (!isOpen && mayRest && resting.length === 0) yield 'has no leg at the venue, which would take one';
}

/** Lots that the legs beside an entry may still fill: what that has filled, less a fee taken out of it. */
function restOf(legs: readonly Row[], entry: Row | undefined): bigint {
  const filled = sum(legs.filter(isLeg).map((leg) => BigInt(leg['filled_lots'])));
  if (entry === undefined) return BigInt(legs[0]!['conditions'].group.lots) - filled;
  const step = BigInt(entry['step_size']);
  const base = (entry['symbol'] as string).split('/')[0];
  const fee = (entry['fees'] as Row[]).find(({ asset }) => asset === base);
  const taken = fee === undefined ? 0n : units(fee['amount']);
  const closable = (BigInt(entry['filled_lots']) * step - (taken > 0n ? taken : 0n)) / step;
  return closable > filled ? closable - filled : 0n;
}

function groupsOf(orders: readonly Row[]): Map<string, Row[]> {
  const inGroups = orders.filter((order) => order['conditions']?.group != null);
  return Map.groupBy(inGroups, (order) => order['conditions'].group.groupId as string);
}

/** An order of a group that is not its entry. */
function isLeg(order: Row): boolean {
  const leg = order['conditions']?.group?.leg;
  return leg !== undefined && leg !== 'ENTRY';
}
