import { formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { AssetPrice } from './price.js';

/** What one of an asset was worth, and how that is known. */
export interface PriceView {
  asset: string;
  price: string;
  /** Markets that were multiplied through, in order; none at par. */
  path: string[];
  /** Venue whose mids they are; null at par. */
  source: string | null;
  /** Of the oldest mark on the path; null at par. */
  asOf: EpochMs | null;
}

export function priceView(asset: string, { priceUnits, path, source, asOf }: AssetPrice): PriceView {
  return { asset, price: formatScaled(priceUnits), path, source, asOf };
}
