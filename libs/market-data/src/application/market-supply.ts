import type { VenueDataEvent } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';

/** Where the markets of one venue come from. */
export interface MarketSupply {
  /** As they are now. Rejects when the venue does not tell and none are known. */
  instruments(): Promise<readonly Instrument[]>;
  /** Tells the values of one market until the function that it returns is called. */
  begin(market: SuppliedMarket): () => void;
}

/** What a supply feeds. */
export interface SuppliedMarket {
  readonly instrument: Instrument;
  /** Milliseconds since a book, or a quote in its place, was taken over; null before the first. */
  ageMs(): number | null;
  take(event: VenueDataEvent): void;
  /** Trades may have been made that are not told: their stream was away. */
  missTrades(): void;
}
