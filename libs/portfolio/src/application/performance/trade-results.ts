import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { PositionsByTime } from '../../domain/ledger/history.js';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import type { Posting } from '../../domain/ledger/posting.js';
import { TradeFold, tradeNet } from '../../domain/performance/closed-trades.js';
import { TradeTally } from '../../domain/performance/trade-statistics.js';
import type { TradeOutcome, TradeStatistics } from '../../domain/performance/trade-statistics.js';
import { ledgerByTime } from '../ledger/ledger-by-time.js';
import type { DatedTransaction } from '../ledger/ledger-by-time.js';
import { IS_HISTORY, readLedger } from '../ledger/ledger-rows.js';
import type { PnlRange } from '../reading/ledger-pnl.js';
import { readTenant } from '../reading/tenant-reads.js';

/** The trades of one account, as far as its ledger was read. */
interface ReadTrades {
  fold: TradeFold;
  /** Place in the chain behind which nothing was read yet. */
  sequence: number;
  closed: (TradeOutcome & { asset: string })[];
  /** Whoever asks meanwhile waits for the reading that is under way. */
  reading: Promise<void>;
}

type Entry = { kind: string; memo: JsonObject; occurredAt: EpochMs; postings: readonly Posting[] };

const CHUNK = 2_000;
/** What is remembered between two questions; the account that was not asked about for longest goes first. */
const MOST_ACCOUNTS = 200;
const MOST_TRADES = 250_000;

/**
 * Closed trades. Nothing that is booked changes, so an account's ledger is read once and then only what has been added to
 * it. One whose history was imported is read anew each time, in the order of execution: there a fill may come after, and
 * belong before, what was read.
 */
@Injectable()
export class TradeResults {
  private readonly known = new Map<AccountId, ReadTrades>();

  constructor(private readonly database: Database) {}

  /**
   * Of the trades of these accounts that closed within the range, by settlement asset: amounts of different assets never meet
   * in a sum.
   */
  async statistics(
    tenantId: TenantId,
    accountIds: readonly AccountId[],
    { from, to }: PnlRange,
  ): Promise<Map<string, TradeStatistics>> {
    const tallies = new Map<string, TradeTally>();
    for (const accountId of accountIds) {
      for (const trade of await this.closedTrades(tenantId, accountId)) {
        if ((from !== null && trade.closedAt < from) || (to !== null && trade.closedAt >= to)) continue;
        const tally = tallies.get(trade.asset) ?? new TradeTally();
        tallies.set(trade.asset, tally);
        tally.add(trade);
      }
    }
    return new Map([...tallies].map(([asset, tally]) => [asset, tally.statistics()]));
  }

  private async closedTrades(tenantId: TenantId, accountId: AccountId): Promise<ReadTrades['closed']> {
    if (await this.hasHistory(tenantId, accountId)) {
      this.known.delete(accountId);
      return this.readByTime(tenantId, accountId);
    }
    const trades = this.known.get(accountId) ?? newTrades();
    this.known.delete(accountId);
    this.known.set(accountId, trades);
    trades.reading = trades.reading.then(() => this.readOn(trades, tenantId, accountId));
    try {
      await trades.reading;
    } catch (error) {
      this.known.delete(accountId);
      throw error;
    }
    this.forgetOldest();
    return trades.closed;
  }

  private async readOn(trades: ReadTrades, tenantId: TenantId, accountId: AccountId): Promise<void> {
    for (;;) {
      const rows = await readTenant(this.database, tenantId, (reader) =>
        readLedger(reader, accountId, trades.sequence, CHUNK),
      );
      for (const row of rows) take(trades, row);
      trades.sequence = rows.at(-1)?.chainSequence ?? trades.sequence;
      if (rows.length < CHUNK) return;
    }
  }

  private async readByTime(tenantId: TenantId, accountId: AccountId): Promise<ReadTrades['closed']> {
    const trades = newTrades();
    const positions = new PositionsByTime();
    for await (const entry of ledgerByTime(this.database, tenantId, accountId)) {
      // It stands for what another order of booking made, which is not looked at here.
      if (entry.kind === 'RESTATEMENT') continue;
      take(trades, { ...entry, postings: bookedByTime(entry, positions) });
    }
    return trades.closed;
  }

  private async hasHistory(tenantId: TenantId, accountId: AccountId): Promise<boolean> {
    const [row] = await readTenant(this.database, tenantId, (reader) =>
      reader.query<{ imported: boolean }>(
        `SELECT EXISTS (SELECT FROM ledger_transaction t WHERE t.account_id = $1 AND ${IS_HISTORY}) AS imported`,
        [accountId],
      ),
    );
    return row?.imported === true;
  }

  private forgetOldest(): void {
    let count = 0;
    for (const { closed } of this.known.values()) count += closed.length;
    for (const [accountId, { closed }] of this.known) {
      if (count <= MOST_TRADES && this.known.size <= MOST_ACCOUNTS) return;
      this.known.delete(accountId);
      count -= closed.length;
    }
  }
}

function newTrades(): ReadTrades {
  return { fold: new TradeFold(), sequence: 0, closed: [], reading: Promise.resolve() };
}

function take({ fold, closed }: ReadTrades, { kind, memo, occurredAt, postings }: Entry): void {
  for (const trade of fold.add({ occurredAt, postings, fill: stepOf(kind, memo, occurredAt) })) {
    const { asset, openedAt, closedAt } = trade;
    closed.push({ asset, netUnits: tradeNet(trade), openedAt, closedAt });
  }
}

/** A spot fill realizes what it does by the order of execution; all else is as it is booked. */
function bookedByTime(entry: DatedTransaction, positions: PositionsByTime): readonly Posting[] {
  const { kind, memo, occurredAt } = entry;
  if (kind !== 'FILL' && kind !== 'FEE') return entry.postings;
  const fill = fillOfMemo(memo, occurredAt);
  if (MarketSymbol.parse(fill.symbol).settle !== null) return entry.postings;
  return positions.add({ kind, fill });
}

/** A fill's quantity is a whole number of its market's steps. */
function stepOf(kind: string, memo: JsonObject, at: EpochMs) {
  if (kind !== 'FILL' && kind !== 'LIQUIDATION') return null;
  const { symbol, baseUnits, lots } = fillOfMemo(memo, at);
  return { symbol, stepUnits: lots > 0 ? baseUnits / BigInt(lots) : 0n };
}
