import {
  Aggregate,
  DomainError,
  formatScaled,
  mulDivHalfEven,
  ONE,
  Symbol as MarketSymbol,
} from '@sextant/kernel';
import type { AccountId, EpochMs, Price, Quantity } from '@sextant/kernel';
import { bookFee, bookFill } from './positions/book-fill.js';
import type { BookedFill } from './positions/booked-fill.js';
import { containedInOpening, restated, restatementPostings } from './ledger/history.js';
import type { Restatement } from './ledger/history.js';
import { planPostings } from './ledger/plan-postings.js';
import type { CashFact, FundingFact, OpeningPositionFact } from './ledger/plan-postings.js';
import type { PortfolioEvent } from './portfolio-event.js';
import {
  averageEntryPrice,
  directionOf,
  flatPosition,
  positionKey,
  positionQuantity,
  tradePosition,
} from './positions/position.js';
import type { Position } from './positions/position.js';
import { shareFunding, withFunding } from './positions/share-funding.js';
import type { StrategyPosition } from './positions/share-funding.js';
import type { Posting } from './ledger/posting.js';

/** "total = free + locked"; the lock is what orders and margins hold back. */
export interface Balance {
  readonly freeUnits: bigint;
  readonly lockedUnits: bigint;
}

export interface PortfolioSnapshot {
  accountId: AccountId;
  venue: string;
  balances: { asset: string; totalUnits: bigint }[];
  positions: Position[];
  strategies: { strategy: string | null; positions: Position[] }[];
}

/** What booking a fact changed, ready to be stored. */
export interface Booking {
  postings: Posting[];
  balances: { asset: string; totalUnits: bigint }[];
  positions: Position[];
  strategyPositions: StrategyPosition[];
}

/**
 * Everything one account owns. Told what to do, it refuses what it cannot cover; what a venue already executed is
 * a fact and is booked as it is.
 */
export class PortfolioAggregate extends Aggregate<PortfolioEvent> {
  private readonly totals = new Map<string, bigint>();
  private readonly locks = new Map<string, bigint>();
  private readonly book = new Map<string, Position>();
  private readonly books = new Map<string | null, Map<string, Position>>();

  private constructor(
    readonly accountId: AccountId,
    readonly venue: string,
  ) {
    super();
  }

  static open(accountId: AccountId, venue: string): PortfolioAggregate {
    return new PortfolioAggregate(accountId, venue);
  }

  static fromSnapshot(snapshot: PortfolioSnapshot): PortfolioAggregate {
    const portfolio = new PortfolioAggregate(snapshot.accountId, snapshot.venue);
    for (const { asset, totalUnits } of snapshot.balances) portfolio.totals.set(asset, totalUnits);
    for (const position of snapshot.positions) portfolio.book.set(keyOf(position), position);
    for (const { strategy, positions } of snapshot.strategies) {
      portfolio.books.set(strategy, new Map(positions.map((position) => [keyOf(position), position])));
    }
    return portfolio;
  }

  get positions(): ReadonlyMap<string, Position> {
    return this.book;
  }

  /** Virtual positions of one strategy (null: orders without one). */
  strategyPositions(strategy: string | null): ReadonlyMap<string, Position> {
    return this.books.get(strategy) ?? new Map();
  }

  get balances(): ReadonlyMap<string, Balance> {
    return new Map([...this.totals.keys()].map((asset) => [asset, this.balance(asset)]));
  }

  totalUnits(asset: string): bigint {
    return this.totals.get(asset) ?? 0n;
  }

  /** States what the account holds of an asset, as its venue reports it. */
  updateBalance(asset: string, free: Quantity, locked: Quantity): void {
    this.locks.set(asset, locked.units);
    this.setTotal(asset, free.units + locked.units);
  }

  /**
   * Opens or adds to a long position on margin notional / leverage, rounded up, out of the free balance of quote.
   * @throws DomainError BALANCE_INSUFFICIENT
   */
  openPosition(symbol: string, quantity: Quantity, price: Price, leverage: number, at: EpochMs = 0): void {
    const { quote } = MarketSymbol.parse(symbol);
    const notional = mulDivHalfEven(quantity.units, price.units, ONE);
    const margin = (notional + BigInt(leverage) - 1n) / BigInt(leverage);
    this.cover(quote, margin);
    this.locks.set(quote, this.balance(quote).lockedUnits + margin);
    const before = this.book.get(symbol) ?? flatPosition(symbol);
    const after = tradePosition(before, quantity.units, notional, at);
    this.book.set(symbol, after);
    this.recordPosition(before, after, null);
  }

  /** Books what the venue executed, in the account's book and in that of the order's strategy. */
  applyFill(fill: BookedFill): Booking {
    return this.bookTrade(fill, bookFill);
  }

  /** Books what a venue charges for a fill, or gives back, after that was booked; see `bookFee`. */
  applyFee(fill: BookedFill): Booking {
    return this.bookTrade(fill, bookFee);
  }

  /** Books what the venue executed before the account was first seen: the OPENING contains it, so no balance moves. */
  applyHistory(fill: BookedFill): Booking {
    const inOpening: typeof bookFill = (book, one) => {
      const { positions, postings } = bookFill(book, one);
      return { positions, postings: containedInOpening(postings, this.venue) };
    };
    return this.bookTrade(fill, inOpening);
  }

  /** Corrects a spot position that was booked in another order than executed. */
  restate(change: Restatement, at: EpochMs): Booking {
    const key = positionKey(change.symbol, 'NET');
    const position = restated(this.book.get(key) ?? flatPosition(change.symbol), change, at);
    this.book.set(key, position);
    const postings = restatementPostings(this.venue, change);
    return { postings, balances: [], positions: [position], strategyPositions: [] };
  }

  private bookTrade(fill: BookedFill, booking: typeof bookFill): Booking {
    const effect = booking(this.book, fill);
    const before = new Map(this.book);
    for (const position of effect.positions) this.book.set(keyOf(position), position);
    const { strategy } = fill;
    // What the venue settled is the account's result, not one strategy's.
    const shares = booking(this.books.get(strategy) ?? new Map(), { ...fill, settledUnits: null });
    const strategyPositions = shares.positions.map((position) => ({ strategy, position }));
    this.putShares(strategyPositions);
    const balances = this.applyWallet(effect.postings);
    for (const position of effect.positions) {
      const { symbol, positionSide } = position;
      this.recordPosition(
        before.get(keyOf(position)) ?? flatPosition(symbol, positionSide),
        position,
        strategy,
      );
    }
    return { postings: effect.postings, balances, positions: effect.positions, strategyPositions };
  }

  /** Books a perpetual that the account held when it was first seen; it is of no strategy. */
  applyOpening(fact: OpeningPositionFact, at: EpochMs): Booking {
    const { symbol, positionSide, signedUnits, costUnits } = fact;
    const before = flatPosition(symbol, positionSide);
    const position = { ...before, signedUnits, costUnits, openedAt: at, updatedAt: at };
    this.book.set(keyOf(position), position);
    const strategyPositions = [{ strategy: null, position }];
    this.putShares(strategyPositions);
    this.recordPosition(before, position, null);
    const postings = planPostings(this.venue, fact, this.book);
    return { postings, balances: [], positions: [position], strategyPositions };
  }

  /** Books what a perpetual's holder was paid or charged beside the fills, and shares it among the strategies. */
  applyFunding(fact: FundingFact, at: EpochMs): Booking {
    const postings = planPostings(this.venue, fact, this.book);
    const { symbol, positionSide } = fact;
    const held = this.book.get(positionKey(symbol, positionSide)) ?? flatPosition(symbol, positionSide);
    const position = withFunding(held, fact.kind, fact.units, at);
    this.book.set(keyOf(position), position);
    const strategyPositions = shareFunding(this.books, fact, at);
    this.putShares(strategyPositions);
    return { postings, balances: this.applyWallet(postings), positions: [position], strategyPositions };
  }

  /**
   * Books money that came, went, or differs. `lockedUnits` is what orders hold back of the asset; null: the venue has moved
   * it already, so nothing is refused.
   * @throws DomainError AMOUNT_OUT_OF_RANGE, BALANCE_INSUFFICIENT
   */
  applyCash(fact: CashFact, lockedUnits: bigint | null): Booking {
    assertAmounts(fact);
    const postings = planPostings(this.venue, fact, this.book);
    const leaving = fact.kind === 'WITHDRAWAL' || (fact.kind === 'TRANSFER' && fact.units < 0n);
    if (leaving && lockedUnits !== null) {
      this.locks.set(fact.asset, lockedUnits);
      this.cover(fact.asset, (fact.units < 0n ? -fact.units : fact.units) + fact.feeUnits);
    }
    return { postings, balances: this.applyWallet(postings), positions: [], strategyPositions: [] };
  }

  /** Equity = Σ total × mark; a missing mark makes it incomplete and unknown, never zero. */
  revalue(asset: string, valueUnits: (asset: string, units: bigint) => bigint | null): void {
    let sum = 0n;
    let complete = true;
    for (const [held, units] of this.totals) {
      const value = units === 0n ? 0n : valueUnits(held, units);
      if (value === null) complete = false;
      else sum += value;
    }
    this.record({ type: 'EquityChanged', asset, equityUnits: complete ? sum : null, complete });
  }

  private putShares(shares: readonly StrategyPosition[]): void {
    for (const { strategy, position } of shares) {
      const book = this.books.get(strategy) ?? new Map<string, Position>();
      this.books.set(strategy, book.set(keyOf(position), position));
    }
  }

  private balance(asset: string): Balance {
    const lockedUnits = this.locks.get(asset) ?? 0n;
    return { freeUnits: this.totalUnits(asset) - lockedUnits, lockedUnits };
  }

  private cover(asset: string, requiredUnits: bigint): void {
    const { freeUnits } = this.balance(asset);
    if (freeUnits >= requiredUnits) return;
    const [free, required] = [formatScaled(freeUnits), formatScaled(requiredUnits)];
    throw new DomainError('BALANCE_INSUFFICIENT', `${required} ${asset} are needed, ${free} are free.`, {
      asset,
      free,
      required,
    });
  }

  private applyWallet(postings: readonly Posting[]): { asset: string; totalUnits: bigint }[] {
    const moved = postings.filter((posting) => posting.account === `wallet:${this.venue}`);
    for (const { asset, amount } of moved) this.setTotal(asset, this.totalUnits(asset) + amount);
    return moved.map(({ asset }) => ({ asset, totalUnits: this.totalUnits(asset) }));
  }

  private setTotal(asset: string, totalUnits: bigint): void {
    const changeUnits = totalUnits - this.totalUnits(asset);
    this.totals.set(asset, totalUnits);
    this.record({ type: 'BalanceUpdated', asset, totalUnits, changeUnits });
    if (totalUnits < 0n) this.record({ type: 'BalanceOverdrawn', asset, totalUnits });
  }

  private recordPosition(before: Position, after: Position, strategy: string | null): void {
    const { symbol, positionSide } = after;
    const turned = directionOf(before) !== directionOf(after);
    if (!turned) return;
    if (before.signedUnits !== 0n) {
      const realizedUnits = after.realizedUnits - before.realizedUnits;
      this.record({ type: 'PositionClosed', symbol, positionSide, realizedUnits, strategy });
    }
    const priceUnits = averageEntryPrice(after);
    if (priceUnits === null) return;
    const quantityUnits = positionQuantity(after);
    this.record({
      type: 'PositionOpened',
      symbol,
      side: directionOf(after),
      positionSide,
      quantityUnits,
      priceUnits,
      strategy,
    });
  }
}

function keyOf({ symbol, positionSide }: Position): string {
  return positionKey(symbol, positionSide);
}

/** 38 digits: `numeric(38,0)`. */
const MAX_UNITS = 10n ** 38n;

function assertAmounts(fact: CashFact): void {
  const signed = fact.kind === 'TRANSFER' || fact.kind === 'CORRECTION';
  const fee = 'feeUnits' in fact ? fact.feeUnits : 0n;
  const fits = fact.units < MAX_UNITS && fact.units > -MAX_UNITS && fact.units !== 0n && fee >= 0n;
  if (fits && (signed || fact.units > 0n)) return;
  throw new DomainError(
    'AMOUNT_OUT_OF_RANGE',
    `${formatScaled(fact.units)} ${fact.asset} cannot be booked.`,
    {
      asset: fact.asset,
    },
  );
}
