import { formatScaled } from '@sextant/kernel';
import type { HeldAsset } from './portfolio-reads.js';
import { textOrNull } from './position-view.js';
import { sumKnown } from '../valuation/valuation.js';
import type { Valuation } from '../valuation/valuation.js';

/** What all accounts shown hold of one asset together, and where. */
export interface AssetTotal {
  asset: string;
  free: string;
  locked: string;
  total: string;
  /** In the reporting asset, each part by the marks of its own venue; null when one has no usable price. */
  value: string | null;
  venues: { venue: string; total: string; value: string | null }[];
}

/** The holdings of one account, with what they are valued by. */
export interface HeldAtVenue {
  venue: string;
  holdings: readonly HeldAsset[];
  valuation: Valuation;
}

interface Part {
  venue: string;
  totalUnits: bigint;
  lockedUnits: bigint;
  valueUnits: bigint | null;
}

/** Sorted by asset, the venues of each by name. */
export function assetTotals(parts: readonly HeldAtVenue[]): AssetTotal[] {
  const byAsset = new Map<string, Part[]>();
  for (const { venue, holdings, valuation } of parts) {
    for (const { asset, totalUnits, lockedUnits } of holdings) {
      const valueUnits = valuation.value(asset, totalUnits);
      const found = byAsset.get(asset) ?? [];
      found.push({ venue, totalUnits, lockedUnits, valueUnits });
      byAsset.set(asset, found);
    }
  }
  return [...byAsset].sort(([a], [b]) => (a < b ? -1 : 1)).map(([asset, held]) => assetTotal(asset, held));
}

function assetTotal(asset: string, parts: readonly Part[]): AssetTotal {
  const totalUnits = sum(parts, ({ totalUnits: units }) => units);
  const lockedUnits = sum(parts, ({ lockedUnits: units }) => units);
  const venues = [...Map.groupBy(parts, ({ venue }) => venue)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    asset,
    free: formatScaled(totalUnits - lockedUnits),
    locked: formatScaled(lockedUnits),
    total: formatScaled(totalUnits),
    value: valueOf(parts),
    venues: venues.map(([venue, there]) => ({
      venue,
      total: formatScaled(sum(there, ({ totalUnits: units }) => units)),
      value: valueOf(there),
    })),
  };
}

function valueOf(parts: readonly Part[]): string | null {
  return textOrNull(sumKnown(parts.map(({ valueUnits }) => valueUnits)));
}

function sum(parts: readonly Part[], pick: (part: Part) => bigint): bigint {
  return parts.reduce((units, part) => units + pick(part), 0n);
}
