import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import { bookFee, bookFill } from '../../domain/positions/book-fill.js';
import { flatPosition, positionKey } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { shareFunding } from '../../domain/positions/share-funding.js';
import { parseLedgerAccount } from '../../domain/ledger/ledger-account.js';
import { wholeLedger } from '../ledger/ledger-rows.js';
import type { LedgerRow } from '../ledger/ledger-rows.js';
import type { PnlRange } from './ledger-pnl.js';
import { PnlTable } from './pnl-sums.js';
import type { PnlGroup } from './pnl-sums.js';
import type { SqlReader } from './reservations.js';

interface Share {
  strategy: string | null;
  position: Position;
}

/**
 * What the virtual positions of the strategies brought within a time: no posting says whose it is, so each fill is booked
 * again in its strategy's book, from the beginning, and counts where it lies within. As slow as the ledger is long.
 */
export async function readStrategyPnl(
  reader: SqlReader,
  accountId: AccountId,
  { from, to }: PnlRange,
): Promise<PnlGroup[]> {
  const books = new Map<string | null, Map<string, Position>>();
  const table = new PnlTable();
  const isWithin = (at: EpochMs) => (from === null || at >= from) && (to === null || at < to);
  for await (const row of wholeLedger(reader, accountId)) {
    for (const { strategy, position } of sharesOf(row, books)) {
      const book = books.get(strategy) ?? new Map<string, Position>();
      const key = positionKey(position.symbol, position.positionSide);
      const before = book.get(key) ?? flatPosition(position.symbol, position.positionSide);
      books.set(strategy, book.set(key, position));
      if (isWithin(row.occurredAt)) addChange(table, strategy, before, position);
    }
  }
  return table.all();
}

function sharesOf(row: LedgerRow, books: ReadonlyMap<string | null, Map<string, Position>>): Share[] {
  const { kind, memo, occurredAt, postings } = row;
  if (kind === 'FILL' || kind === 'LIQUIDATION' || kind === 'FEE') {
    const fill = fillOfMemo(memo, occurredAt);
    const booking = kind === 'FEE' ? bookFee : bookFill;
    const { positions } = booking(books.get(fill.strategy) ?? new Map<string, Position>(), fill);
    return positions.map((position) => ({ strategy: fill.strategy, position }));
  }
  return postings.flatMap(({ account, asset, amount }) => {
    const { purpose, symbol, positionSide } = parseLedgerAccount(account);
    if (purpose !== 'funding' || symbol === null) return [];
    return shareFunding(books, { kind: 'FUNDING', symbol, positionSide, asset, units: -amount }, occurredAt);
  });
}

function addChange(table: PnlTable, strategy: string | null, before: Position, after: Position): void {
  const { settle, quote } = MarketSymbol.parse(after.symbol);
  table.add(strategy, {
    asset: settle ?? quote,
    realized: after.realizedUnits - before.realizedUnits,
    unrealized: null,
    fees: after.unvaluedFeeCount > before.unvaluedFeeCount ? null : after.feeUnits - before.feeUnits,
    funding: after.fundingUnits - before.fundingUnits,
  });
}
