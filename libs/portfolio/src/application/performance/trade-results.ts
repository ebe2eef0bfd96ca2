import type { AccountId } from '@sextant/kernel';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import { TradeFold, tradeNet } from '../../domain/performance/closed-trades.js';
import { TradeTally } from '../../domain/performance/trade-statistics.js';
import type { TradeStatistics } from '../../domain/performance/trade-statistics.js';
import { wholeLedger } from '../ledger/ledger-rows.js';
import type { LedgerRow } from '../ledger/ledger-rows.js';
import type { PnlRange } from '../reading/ledger-pnl.js';
import type { SqlReader } from '../reading/reservations.js';

/**
 * The trades of the accounts that closed within the range, by settlement asset: amounts of different assets never meet in a
 * sum. Read off the ledgers from their beginning, one trade at a time.
 */
export async function readTradeStatistics(
  reader: SqlReader,
  accountIds: readonly AccountId[],
  { from, to }: PnlRange,
): Promise<Map<string, TradeStatistics>> {
  const tallies = new Map<string, TradeTally>();
  for (const accountId of accountIds) {
    const fold = new TradeFold();
    for await (const { occurredAt, postings, ...facts } of wholeLedger(reader, accountId)) {
      for (const trade of fold.add({ occurredAt, postings, fill: stepOf(facts, occurredAt) })) {
        if ((from !== null && trade.closedAt < from) || (to !== null && trade.closedAt >= to)) continue;
        const tally = tallies.get(trade.asset) ?? new TradeTally();
        tallies.set(trade.asset, tally);
        const { openedAt, closedAt } = trade;
        tally.add({ netUnits: tradeNet(trade), openedAt, closedAt });
      }
    }
  }
  return new Map([...tallies].map(([asset, tally]) => [asset, tally.statistics()]));
}

/** A fill's quantity is a whole number of its market's steps. */
function stepOf({ kind, memo }: Pick<LedgerRow, 'kind' | 'memo'>, at: number) {
  if (kind !== 'FILL' && kind !== 'LIQUIDATION') return null;
  const { symbol, baseUnits, lots } = fillOfMemo(memo, at);
  return { symbol, stepUnits: lots > 0 ? baseUnits / BigInt(lots) : 0n };
}
