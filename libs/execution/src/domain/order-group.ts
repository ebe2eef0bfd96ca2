import type { OrderSnapshot } from './order-snapshot.js';
import { isTerminal } from './order-status.js';

/** What an order that somebody else's fill or end concerns has to know of its group. */
export interface GroupState {
  /** NONE: its legs do not wait for one. */
  readonly entry: 'NONE' | 'OPEN' | 'ENDED';
  /** Nothing of the entry is filled: the other legs wait. */
  readonly waits: boolean;
  /** Lots that the legs beside the entry may still fill, together. */
  readonly restLots: number;
}

type Leg = OrderSnapshot;

export function isEntry({ conditions }: Pick<Leg, 'conditions'>): boolean {
  return conditions?.group?.leg === 'ENTRY';
}

/**
 * Where a group stands, from its orders alone. The legs beside an entry follow what it has filled, less the fee that was
 * taken out of it: what is bought with a fee in base cannot all be sold.
 */
export function groupState(legs: readonly Leg[], base: string): GroupState {
  const entry = legs.find(isEntry);
  const others = legs.filter((leg) => !isEntry(leg));
  const filled = others.reduce((sum, leg) => sum + leg.filledLots, 0);
  if (entry === undefined) {
    const whole = others[0]?.conditions?.group?.lots ?? 0;
    return { entry: 'NONE', waits: false, restLots: Math.max(0, whole - filled) };
  }
  return {
    entry: isTerminal(entry.status) ? 'ENDED' : 'OPEN',
    waits: entry.filledLots === 0,
    restLots: Math.max(0, closableLots(entry, base) - filled),
  };
}

/** What of a filled entry another order can close, in whole lots. */
function closableLots(entry: Leg, base: string): number {
  const charged = entry.fees.find(({ asset }) => asset === base)?.units ?? 0n;
  const taken = entry.side === 'BUY' && charged > 0n ? charged : 0n;
  const units = BigInt(entry.filledLots) * entry.stepUnits - taken;
  return units <= 0n ? 0 : Number(units / entry.stepUnits);
}

/**
 * What the legs beside the entry set aside together, once: a sale its quantity; a purchase its share of what was set
 * aside before, rounded up. One leg carries it, so that the sum over live orders is right.
 */
export function groupReservation(
  before: readonly Leg[],
  now: readonly Leg[],
  base: string,
): { lots: number; units: bigint } {
  const { restLots: lots, waits } = groupState(now, base);
  const [leg] = now.filter((other) => !isEntry(other));
  if (leg === undefined || waits || lots === 0) return { lots, units: 0n };
  if (leg.side === 'SELL') return { lots, units: BigInt(lots) * leg.stepUnits };
  const rest = BigInt(groupState(before, base).restLots);
  const set = before.filter((other) => !isEntry(other)).reduce((sum, other) => sum + other.reservedUnits, 0n);
  if (rest === 0n) return { lots, units: set };
  return { lots, units: (set * BigInt(lots) + rest - 1n) / rest };
}

/**
 * The leg that is to rest at the venue while nothing is touched: the stop where the venue can hold it, else the order
 * that names a price; null: all are watched here.
 */
export function legToRest(held: readonly Leg[]): Leg | null {
  const stop = held.find(({ conditions }) => conditions?.group?.leg === 'STOP_LOSS');
  if (stop?.conditions?.heldBy === 'VENUE') return stop;
  return held.find(({ type }) => type === 'LIMIT') ?? null;
}
