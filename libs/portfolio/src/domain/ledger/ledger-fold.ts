import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { bookFee, bookFill } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { parseLedgerAccount } from './ledger-account.js';
import type { LedgerAccount } from './ledger-account.js';
import type { FundingFact } from './plan-postings.js';
import type { PortfolioSnapshot } from '../portfolio-aggregate.js';
import { flatPosition, openedSince, positionKey } from '../positions/position.js';
import type { Position, PositionSide } from '../positions/position.js';
import type { Posting } from './posting.js';
import { shareFunding } from '../positions/share-funding.js';

/** One ledger transaction as it is read back; `fill` is what the memo of a FILL or LIQUIDATION says, `fee` that of a FEE. */
export interface LedgerEntry {
  occurredAt: EpochMs;
  postings: readonly Posting[];
  fill: BookedFill | null;
  fee?: BookedFill | null;
}

/** A position while it is summed up. */
type Sums = { -readonly [K in keyof Position]: Position[K] };

/**
 * Rebuilds balances, positions and P&L from the ledger alone, in the order of its chain. What the account owns is
 * nothing but sums of postings; the virtual positions of the strategies book each fill again in their own book, and share
 * funding.
 */
export class LedgerFold {
  private readonly totals = new Map<string, bigint>();
  private readonly sums = new Map<string, Sums>();
  private readonly strategies = new Map<string | null, Map<string, Position>>();
  private readonly chart = new Map<string, LedgerAccount>();
  private readonly bases = new Map<string, { base: string; quote: string }>();

  add(entry: LedgerEntry): void {
    const before = new Map<string, Position>();
    const charged = new Set<Sums>();
    for (const { account, asset, amount } of entry.postings) {
      const { purpose, symbol, positionSide } = this.account(account);
      if (purpose === 'wallet') this.totals.set(asset, (this.totals.get(asset) ?? 0n) + amount);
      if (symbol === null || purpose === 'inventory' || purpose === 'contract') continue;
      const key = positionKey(symbol, positionSide);
      const sums = this.position(key, symbol, positionSide);
      if (!before.has(key)) before.set(key, { ...sums });
      if (purpose === 'fee' && asset !== this.market(symbol).quote) charged.add(sums);
      if (purpose === 'fee-value') charged.delete(sums);
      if (purpose === 'funding') {
        this.share({ kind: 'FUNDING', symbol, positionSide, asset, units: -amount }, entry.occurredAt);
      }
      this.addTo(sums, purpose, asset, amount);
    }
    for (const sums of charged) sums.unvaluedFeeCount += 1;
    for (const [key, earlier] of before) this.close(earlier, this.sums.get(key)!, entry.occurredAt);
    if (entry.fill !== null) this.addToStrategy(entry.fill, bookFill);
    if (entry.fee) this.addToStrategy(entry.fee, bookFee);
  }

  snapshot(accountId: AccountId, venue: string): PortfolioSnapshot {
    return {
      accountId,
      venue,
      balances: [...this.totals].map(([asset, totalUnits]) => ({ asset, totalUnits })),
      positions: [...this.sums.values()].map((sums) => ({ ...sums })),
      strategies: [...this.strategies].map(([strategy, book]) => ({
        strategy,
        positions: [...book.values()],
      })),
    };
  }

  private addTo(sums: Sums, purpose: LedgerAccount['purpose'], asset: string, amount: bigint): void {
    const { base, quote } = this.market(sums.symbol);
    if (purpose === 'position' && asset === base) sums.signedUnits -= amount;
    else if (asset !== quote) return;
    else if (purpose === 'position') sums.costUnits += amount;
    else if (purpose === 'realized') sums.realizedUnits -= amount;
    else if (purpose === 'fee' || purpose === 'fee-value') sums.feeUnits += amount;
    else if (purpose === 'funding') sums.fundingUnits -= amount;
  }

  private close(before: Position, sums: Sums, at: EpochMs): void {
    sums.openedAt = openedSince(before, sums.signedUnits, at);
    sums.updatedAt = at > sums.updatedAt ? at : sums.updatedAt;
  }

  private addToStrategy(fill: BookedFill, booking: typeof bookFill): void {
    const { positions } = booking(this.strategies.get(fill.strategy) ?? new Map(), fill);
    for (const position of positions) this.putShare(fill.strategy, position);
  }

  private share(fact: FundingFact, at: EpochMs): void {
    for (const { strategy, position } of shareFunding(this.strategies, fact, at)) {
      this.putShare(strategy, position);
    }
  }

  private putShare(strategy: string | null, position: Position): void {
    const book = this.strategies.get(strategy) ?? new Map<string, Position>();
    this.strategies.set(strategy, book.set(positionKey(position.symbol, position.positionSide), position));
  }

  private position(key: string, symbol: string, positionSide: PositionSide): Sums {
    let sums = this.sums.get(key);
    if (sums === undefined) {
      sums = { ...flatPosition(symbol, positionSide) };
      this.sums.set(key, sums);
    }
    return sums;
  }

  private account(name: string): LedgerAccount {
    let account = this.chart.get(name);
    if (account === undefined) {
      account = parseLedgerAccount(name);
      this.chart.set(name, account);
    }
    return account;
  }

  private market(symbol: string): { base: string; quote: string } {
    let market = this.bases.get(symbol);
    if (market === undefined) {
      market = MarketSymbol.parse(symbol);
      this.bases.set(symbol, market);
    }
    return market;
  }
}
