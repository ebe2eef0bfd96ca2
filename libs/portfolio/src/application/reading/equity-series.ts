import type { AccountId, EpochMs } from '@sextant/kernel';
import type { EquityPoint } from '../../domain/performance/equity-point.js';

export type { EquityPoint };

/** The points of one interval: the last one, and the lowest and the highest known value. */
export interface EquityBucket extends EquityPoint {
  lowUnits: bigint | null;
  highUnits: bigint | null;
}

/** The points of one account that fall into (slot − width, slot], in the asset asked for. */
export interface EquitySlot {
  accountId: AccountId;
  slot: EpochMs;
  /** Of the last point in it. */
  at: EpochMs;
  equityUnits: bigint | null;
  complete: boolean;
  lowUnits: bigint | null;
  highUnits: bigint | null;
  /** In the asset asked for. */
  flowUnits: bigint;
  /** In the account's reporting asset, of points that know no rate to the asset asked for. */
  unconvertedUnits: bigint;
  /** Price of the reporting asset in the asset asked for, at the last point. */
  convert: ((units: bigint) => bigint) | null;
}

/** How long the value of one account stands beside newer values of others. */
export const CARRIED_MS = 3_600_000;

type AccountValue = Pick<EquitySlot, 'at' | 'equityUnits' | 'complete'> & { unconvertedUnits: bigint };

/**
 * Sums accounts into one series. Between its points an account keeps its last value, for an hour at most: of one that was
 * not valued for longer nothing is known, so nothing is known of the sum. Where no account has a point there is none.
 *
 * @param slots ascending
 * @param before the last point of each account before the first slot
 */
export function sumEquity(
  slots: readonly EquitySlot[],
  before: readonly Omit<EquitySlot, 'slot'>[],
  bucketMs: number,
): EquityBucket[] {
  const accounts = new Map<AccountId, AccountValue>();
  for (const one of before) accounts.set(one.accountId, { ...one, unconvertedUnits: 0n });
  const buckets: EquityBucket[] = [];
  let bucketEnd = Number.NEGATIVE_INFINITY;
  for (const rows of bySlot(slots)) {
    const point = sumSlot(rows, accounts);
    const end = Math.ceil(rows[0]!.slot / bucketMs) * bucketMs;
    const last = buckets.at(-1);
    if (last !== undefined && end === bucketEnd) buckets[buckets.length - 1] = joined(last, point);
    else buckets.push(point);
    bucketEnd = end;
  }
  return buckets;
}

function* bySlot(slots: readonly EquitySlot[]): Iterable<EquitySlot[]> {
  let rows: EquitySlot[] = [];
  for (const row of slots) {
    if (rows.length > 0 && rows[0]!.slot !== row.slot) {
      yield rows;
      rows = [];
    }
    rows.push(row);
  }
  if (rows.length > 0) yield rows;
}

function sumSlot(rows: readonly EquitySlot[], accounts: Map<AccountId, AccountValue>): EquityBucket {
  const flowUnits = rows.reduce((sum, row) => sum + takeRow(row, accounts), 0n);
  const at = Math.max(...rows.map((row) => row.at));
  let equityUnits: bigint | null = 0n;
  let complete = true;
  for (const value of accounts.values()) {
    const known = value.at >= at - CARRIED_MS ? value.equityUnits : null;
    equityUnits = equityUnits === null || known === null ? null : equityUnits + known;
    complete &&= known !== null && value.complete && value.unconvertedUnits === 0n;
  }
  const only = accounts.size === 1 ? rows[0]! : null;
  const lowUnits = only === null ? equityUnits : only.lowUnits;
  const highUnits = only === null ? equityUnits : only.highUnits;
  return { at, equityUnits, flowUnits, complete, lowUnits, highUnits };
}

/** @returns the flows that can be told in the asset asked for */
function takeRow(row: EquitySlot, accounts: Map<AccountId, AccountValue>): bigint {
  const waiting = (accounts.get(row.accountId)?.unconvertedUnits ?? 0n) + row.unconvertedUnits;
  const { at, equityUnits, complete, convert } = row;
  accounts.set(row.accountId, {
    at,
    equityUnits,
    complete,
    unconvertedUnits: convert === null ? waiting : 0n,
  });
  return row.flowUnits + (convert === null ? 0n : convert(waiting));
}

function joined(earlier: EquityBucket, later: EquityBucket): EquityBucket {
  return {
    ...later,
    flowUnits: earlier.flowUnits + later.flowUnits,
    lowUnits: extreme(earlier.lowUnits, later.lowUnits, (a, b) => a < b),
    highUnits: extreme(earlier.highUnits, later.highUnits, (a, b) => a > b),
  };
}

function extreme(
  a: bigint | null,
  b: bigint | null,
  isMore: (a: bigint, b: bigint) => boolean,
): bigint | null {
  if (a === null || b === null) return a ?? b;
  return isMore(a, b) ? a : b;
}
