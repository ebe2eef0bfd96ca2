import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { LedgerFold } from '../../domain/ledger/ledger-fold.js';
import type { Position } from '../../domain/positions/position.js';
import { foldRows } from '../ledger/fold-rows.js';
import type { PnlRange } from './ledger-pnl.js';
import { PnlTable } from './pnl-sums.js';
import type { PnlGroup } from './pnl-sums.js';
import type { SqlReader } from './reservations.js';

/**
 * What the virtual positions of the strategies brought within a time: no posting says whose it is, so the ledger is folded
 * from the beginning, and a change counts where it lies within. As slow as the ledger is long.
 */
export async function readStrategyPnl(
  reader: SqlReader,
  accountId: AccountId,
  { from, to }: PnlRange,
): Promise<PnlGroup[]> {
  const table = new PnlTable();
  let at: EpochMs = 0;
  const fold = new LedgerFold((strategy, before, after) => {
    if ((from === null || at >= from) && (to === null || at < to)) addChange(table, strategy, before, after);
  });
  for await (const entries of foldRows(reader, accountId, 0)) {
    for (const entry of entries) {
      at = entry.occurredAt;
      fold.add(entry);
    }
  }
  return table.all();
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
