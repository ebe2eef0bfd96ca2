import type { AccountId, EpochMs } from '@sextant/kernel';
import type { BookedTrade } from '../../domain/compare-trades.js';

/** What is stored of an account's books, as a comparison with its venue needs it. */
export abstract class StoredBooks {
  /** Fills that were executed at `from` or later, with what their fees came to. */
  abstract tradesSince(accountId: AccountId, venue: string, from: EpochMs): Promise<BookedTrade[]>;

  /** When the account was first compared with its venue; null before. */
  abstract firstSeenAt(accountId: AccountId): Promise<EpochMs | null>;

  /** By asset, what was taken over within the tolerance at `from` or later, without its sign; 10^-18. */
  abstract healedSince(accountId: AccountId, from: EpochMs): Promise<ReadonlyMap<string, bigint>>;
}
