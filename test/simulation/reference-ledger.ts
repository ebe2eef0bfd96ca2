import type { VenueBooks } from './venue-books.js';

/** What an account must hold after the venue's trades, and nothing else. Units of 10^-18. */
export interface ReferenceBooks {
  balances: Map<string, bigint>;
  /** Base by symbol, fees in base taken off. */
  positions: Map<string, bigint>;
}

/** A second bookkeeping, from the venue's journal, in ten lines of integer arithmetic. */
export function referenceBooks(venue: VenueBooks): ReferenceBooks {
  const balances = new Map(venue.opening);
  const positions = new Map<string, bigint>();
  const add = (map: Map<string, bigint>, key: string, units: bigint) =>
    map.set(key, (map.get(key) ?? 0n) + units);
  for (const { symbol, side, priceTicks, lots, feeAsset, feeUnits } of venue.trades) {
    const market = venue.markets.get(symbol);
    if (market === undefined) throw new Error(`no market ${symbol}`);
    const sign = side === 'BUY' ? 1n : -1n;
    const base = sign * BigInt(lots) * market.stepUnits;
    add(balances, market.base, base);
    add(balances, market.quote, -sign * BigInt(lots) * BigInt(priceTicks) * market.cellUnits);
    add(balances, feeAsset, -feeUnits);
    add(positions, symbol, feeAsset === market.base ? base - feeUnits : base);
  }
  return { balances, positions };
}
