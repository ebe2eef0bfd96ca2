import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import { lotChanges } from '../../domain/lots/lot-changes.js';
import type { LotEntry, ValueThen } from '../../domain/lots/lot-changes.js';
import { LotBook } from '../../domain/lots/lot-book.js';
import { moneyResults } from '../../domain/lots/money-results.js';
import type { LotMatch, LotMethod } from '../../domain/lots/lot.js';
import { END_OF_TIME, ledgerByTime } from '../ledger/ledger-by-time.js';
import type { DatedTransaction } from '../ledger/ledger-by-time.js';
import { readTenant } from '../reading/tenant-reads.js';
import { importedOpening } from './imported-opening.js';
import { readPastPrices } from './past-prices.js';

/** Whose lots, how they go, and in which year; without a year all of them, up to now. */
export interface TaxScope {
  tenantId: TenantId;
  accountId: AccountId;
  reportingAsset: string;
  method: LotMethod;
  year: number | null;
}

/** A disposal with its place: time, place in the ledger's chain, and number within that transaction. */
export interface PlacedMatch {
  match: LotMatch;
  place: readonly [at: EpochMs, chainSequence: number, number: number];
}

/** Transactions whose past prices are asked for at once. */
const BLOCK = 500;

/**
 * The disposals of the year, in the order of their time, out of the ledger from its beginning; afterwards `book` holds what
 * was left at the year's end. Only the lots are kept in memory.
 */
export async function* disposalsOf(
  database: Database,
  scope: TaxScope,
  book: LotBook,
): AsyncGenerator<PlacedMatch> {
  const { tenantId, accountId, year, reportingAsset } = scope;
  const from = year === null ? 0 : Date.UTC(year, 0, 1);
  for await (const block of blocksOf(lotEntries(database, scope))) {
    const valueThen = await readTenant(database, tenantId, (reader) =>
      readPastPrices(reader, accountId, reportingAsset, block),
    );
    for (const { chainSequence, ...entry } of block) {
      const matches = matchesOf(entry, book, reportingAsset, valueThen);
      if (entry.occurredAt < from) continue;
      for (const [number, match] of matches.entries()) {
        yield { match, place: [entry.occurredAt, chainSequence, number] };
      }
    }
  }
}

/** An entry with its place in the chain; 0 has what an import found to have been there before. */
type PlacedEntry = LotEntry & { chainSequence: number };

async function* lotEntries(database: Database, scope: TaxScope): AsyncGenerator<PlacedEntry> {
  const { tenantId, accountId, year } = scope;
  const until = year === null ? END_OF_TIME : Date.UTC(year + 1, 0, 1);
  const opening = await importedOpening(database, tenantId, accountId);
  const isReplaced = ({ kind }: DatedTransaction) => kind === 'OPENING' && opening.length > 0;
  const waiting = opening
    .filter(({ occurredAt }) => occurredAt < until)
    .map((entry) => ({ ...entry, chainSequence: 0 }));
  for await (const transaction of ledgerByTime(database, tenantId, accountId, until)) {
    while (waiting[0] !== undefined && waiting[0].occurredAt <= transaction.occurredAt)
      yield waiting.shift()!;
    if (!isReplaced(transaction)) yield entryOf(transaction);
  }
  yield* waiting;
}

async function* blocksOf(all: AsyncIterable<PlacedEntry>): AsyncGenerator<PlacedEntry[]> {
  let block: PlacedEntry[] = [];
  for await (const entry of all) {
    block.push(entry);
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  yield block;
}

function matchesOf(entry: LotEntry, book: LotBook, reporting: string, valueThen: ValueThen): LotMatch[] {
  const changes = lotChanges(entry, reporting, valueThen);
  return [...changes.flatMap((change) => book.apply(change)), ...moneyResults(entry, reporting, valueThen)];
}

function entryOf(transaction: DatedTransaction): PlacedEntry {
  const { chainSequence, transactionId, kind, occurredAt, memo, postings } = transaction;
  const fill = kind === 'FILL' || kind === 'LIQUIDATION' ? fillOfMemo(memo, occurredAt) : null;
  return { chainSequence, transactionId, kind, occurredAt, postings, fill };
}
