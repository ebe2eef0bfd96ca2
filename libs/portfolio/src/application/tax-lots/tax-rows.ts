import { divideScaled, formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { DAY_MS } from '../../domain/performance/equity-point.js';
import { gainOf, isRealized, magnitude } from '../../domain/lots/lot.js';
import type { Lot, LotMatch, LotPurpose } from '../../domain/lots/lot.js';
import { textOrNull } from '../reading/position-view.js';

/** A quantity with both its ends, as it is shown; amounts in the reporting asset, unknown is null. */
export interface DisposalView {
  asset: string;
  kind: LotPurpose;
  quantity: string;
  acquiredAt: EpochMs;
  /** Before `acquiredAt` where it was sold first and bought back. */
  disposedAt: EpochMs;
  /** Whole days between the two. */
  heldDays: number;
  cost: string | null;
  proceeds: string | null;
  gain: string | null;
  /** Ledger transactions. */
  acquiredBy: string;
  disposedBy: string;
}

/** What is held, or owed, of one acquisition. */
export interface LotView {
  asset: string;
  side: 'LONG' | 'SHORT';
  quantity: string;
  acquiredAt: EpochMs;
  /** Fees in it; of a short lot what was received, fees out of it. */
  cost: string | null;
  unitCost: string | null;
  acquiredBy: string;
}

/** Sums over all disposals that realize something; null as soon as one part is unknown. */
export interface TaxTotals {
  disposals: number;
  /** Of them those whose cost, proceeds or both are not known. */
  unknown: number;
  cost: string | null;
  proceeds: string | null;
  gain: string | null;
  /** The sum of the gains that are known. */
  knownGain: string;
}

export function disposalView(match: LotMatch): DisposalView {
  const { asset, purpose, units, acquiredAt, acquiredBy, disposedAt, disposedBy } = match;
  return {
    asset,
    kind: purpose,
    quantity: formatScaled(units),
    acquiredAt,
    disposedAt,
    heldDays: Math.floor(Math.abs(disposedAt - acquiredAt) / DAY_MS),
    cost: textOrNull(match.costUnits),
    proceeds: textOrNull(match.proceedsUnits),
    gain: textOrNull(gainOf(match)),
    acquiredBy,
    disposedBy,
  };
}

export function lotView(lot: Lot & { asset: string }): LotView {
  const units = magnitude(lot.signedUnits);
  return {
    asset: lot.asset,
    side: lot.signedUnits > 0n ? 'LONG' : 'SHORT',
    quantity: formatScaled(units),
    acquiredAt: lot.at,
    cost: textOrNull(lot.valueUnits),
    unitCost: lot.valueUnits === null ? null : formatScaled(divideScaled(lot.valueUnits, units)),
    acquiredBy: lot.reference,
  };
}

/** Adds disposals up; what realizes nothing does not count. */
export class TaxTally {
  private disposals = 0;
  private unknown = 0;
  private cost: bigint | null = 0n;
  private proceeds: bigint | null = 0n;
  private known = 0n;

  add(match: LotMatch): void {
    if (!isRealized(match)) return;
    const gain = gainOf(match);
    this.disposals += 1;
    this.unknown += Number(gain === null);
    this.known += gain ?? 0n;
    this.cost = plus(this.cost, match.costUnits);
    this.proceeds = plus(this.proceeds, match.proceedsUnits);
  }

  totals(): TaxTotals {
    const { disposals, unknown, cost, proceeds, known } = this;
    return {
      disposals,
      unknown,
      cost: textOrNull(cost),
      proceeds: textOrNull(proceeds),
      gain: unknown > 0 ? null : formatScaled(known),
      knownGain: formatScaled(known),
    };
  }
}

function plus(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a + b;
}
