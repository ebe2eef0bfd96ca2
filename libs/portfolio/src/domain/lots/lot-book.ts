import { mulDivHalfEven } from '@sextant/kernel';
import { magnitude } from './lot.js';
import type { Lot, LotChange, LotMatch, LotMethod } from './lot.js';
import { lotQueue } from './lot-queue.js';
import type { LotQueue } from './lot-queue.js';

/**
 * The lots of one account by asset. Whatever the method, quantities and values are conserved to the last digit: what is
 * taken off a lot is value·dq/q, HALF_EVEN, and the last of it takes the rest; so only the split between what is realized
 * and what is not differs between methods, never their sum.
 */
export class LotBook {
  private readonly queues = new Map<string, LotQueue>();

  constructor(readonly method: LotMethod) {}

  /** Takes a movement against the lots of the other sign, in the method's order; the rest is a lot of its own. */
  apply(change: LotChange): LotMatch[] {
    const queue = this.queue(change.asset);
    const matches: LotMatch[] = [];
    let left: Lot = {
      reference: change.reference,
      at: change.at,
      signedUnits: change.signedUnits,
      valueUnits: change.valueUnits,
    };
    while (left.signedUnits !== 0n && !queue.isEmpty && opposed(queue.next(), left)) {
      const lot = queue.next();
      const units = smaller(magnitude(lot.signedUnits), magnitude(left.signedUnits));
      const [fromLot, lotRest] = split(lot, units);
      const [fromChange, changeRest] = split(left, units);
      matches.push(matched(change, fromLot, fromChange));
      left = changeRest;
      queue.replaceNext(lotRest.signedUnits === 0n ? null : lotRest);
    }
    if (left.signedUnits !== 0n) queue.add(left);
    return matches;
  }

  /** What is held and owed, oldest first. */
  lots(): (Lot & { asset: string })[] {
    return [...this.queues]
      .flatMap(([asset, queue]) => queue.all().map((lot) => ({ ...lot, asset })))
      .sort((a, b) => (a.asset === b.asset ? a.at - b.at : a.asset < b.asset ? -1 : 1));
  }

  private queue(asset: string): LotQueue {
    let queue = this.queues.get(asset);
    if (queue === undefined) {
      queue = lotQueue(this.method);
      this.queues.set(asset, queue);
    }
    return queue;
  }
}

function opposed(lot: Lot, other: Lot): boolean {
  return lot.signedUnits > 0n !== other.signedUnits > 0n;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The first `units` of a lot, and what is left of it. */
function split(lot: Lot, units: bigint): [part: Lot, rest: Lot] {
  const whole = magnitude(lot.signedUnits);
  const signedUnits = lot.signedUnits > 0n ? units : -units;
  const { valueUnits } = lot;
  const value =
    valueUnits === null || units === whole ? valueUnits : mulDivHalfEven(valueUnits, units, whole);
  const rest = valueUnits === null || value === null ? null : valueUnits - value;
  return [
    { ...lot, signedUnits, valueUnits: value },
    { ...lot, signedUnits: lot.signedUnits - signedUnits, valueUnits: rest },
  ];
}

/** Of the two that meet, the one that is above zero came in, the other went out. */
function matched({ asset, purpose }: LotChange, lot: Lot, change: Lot): LotMatch {
  const [incoming, outgoing] = lot.signedUnits > 0n ? [lot, change] : [change, lot];
  return {
    asset,
    purpose,
    units: incoming.signedUnits,
    acquiredAt: incoming.at,
    acquiredBy: incoming.reference,
    disposedAt: outgoing.at,
    disposedBy: outgoing.reference,
    costUnits: incoming.valueUnits,
    proceedsUnits: outgoing.valueUnits,
  };
}
