import { mulDivHalfEven, sideSign, Symbol as MarketSymbol } from '@sextant/kernel';
import type { BookedFill } from './booked-fill.js';
import { ownerAccount, symbolAccount } from '../ledger/ledger-account.js';
import type { SymbolPurpose } from '../ledger/ledger-account.js';
import { flatPosition, openedSince, positionKey, settledAs, tradePosition } from './position.js';
import type { Position, PositionSide } from './position.js';
import { PostingSheet } from '../ledger/posting.js';
import type { Posting } from '../ledger/posting.js';

/** Positions by `positionKey`: the account's, or those of one strategy. */
export type PositionBook = ReadonlyMap<string, Position>;

export interface FillEffect {
  /** The positions that changed, as they are afterwards. */
  positions: Position[];
  /** Balanced postings. A strategy's virtual book uses only `positions`. */
  postings: Posting[];
}

/**
 * Books one fill with its fee. The trade itself moves at the fill's notional; then the fee, by its asset:
 * - quote: an expense;
 * - base: "a fee in base shrinks the position, not the price": the charged base leaves the position at average cost
 *   and is an expense at the fill price;
 * - a third asset: "a disposal of it" at its value at fill time, out of the position in `<asset>/<quote>` as far as
 *   that is long, otherwise out of deposited inventory. Without a known value only the charge itself is posted.
 *
 * A linear perpetual moves neither base nor notional: its position stands against `contract:`, and only the result and the
 * fee reach the wallet, in the settlement asset. Base is a third asset there.
 */
export function bookFill(book: PositionBook, fill: BookedFill): FillEffect {
  return new FillBooking(book, fill).run();
}

/**
 * Books what a venue charges for a fill (or gives back) after that was booked: `fill.feeUnits` is the change alone and
 * `executedAt` when it was learnt. The same postings as a fee that comes with its fill; the trade moves nothing again.
 */
export function bookFee(book: PositionBook, fill: BookedFill): FillEffect {
  return new FillBooking(book, fill).charged();
}

/** The positions of `bookFill` alone: what a strategy's virtual book takes of a fill. */
export function positionsAfterFill(book: PositionBook, fill: BookedFill): Position[] {
  return new FillBooking(book, fill, null).run().positions;
}

/** The positions of `bookFee` alone. */
export function positionsAfterFee(book: PositionBook, fill: BookedFill): Position[] {
  return new FillBooking(book, fill, null).charged().positions;
}

class FillBooking {
  private readonly changed = new Map<string, Position>();
  private readonly positionSide: PositionSide;
  private readonly perpetual: boolean;

  constructor(
    private readonly book: PositionBook,
    private readonly fill: BookedFill,
    /** Null where nobody asks for postings. */
    private readonly sheet: PostingSheet | null = new PostingSheet(),
  ) {
    const { settle, quote } = MarketSymbol.parse(fill.symbol);
    if (settle !== null && settle !== quote) throw new Error(`${fill.symbol} is not settled in its quote`);
    this.perpetual = settle !== null;
    this.positionSide = fill.positionSide ?? 'NET';
  }

  run(): FillEffect {
    const { fill } = this;
    const sign = BigInt(sideSign(fill.side));
    if (this.perpetual) this.contract(sign * fill.baseUnits);
    else {
      this.move('wallet', fill.base, sign * fill.baseUnits);
      this.move('wallet', fill.quote, -sign * fill.notionalUnits);
      this.trade(fill.symbol, fill.base, sign * fill.baseUnits, fill.notionalUnits);
    }
    if (fill.feeUnits !== 0n) this.charge();
    const positions = [...this.changed.values()].map((after) => this.asOneStep(after));
    return { positions, postings: this.sheet?.balanced() ?? [] };
  }

  charged(): FillEffect {
    this.charge();
    const { executedAt } = this.fill;
    const positions = [...this.changed.values()].map((after) => this.asOneStep(after));
    return {
      positions: positions.map((one) => ({ ...one, updatedAt: Math.max(one.updatedAt, executedAt) })),
      postings: this.sheet?.balanced() ?? [],
    };
  }

  /** A position that only passed through flat between the trade and its fee did not close. */
  private asOneStep(after: Position): Position {
    const { symbol, positionSide } = after;
    const before = this.book.get(positionKey(symbol, positionSide)) ?? flatPosition(symbol, positionSide);
    return { ...after, openedAt: openedSince(before, after.signedUnits, this.fill.executedAt) };
  }

  private contract(signedUnits: bigint): void {
    const { symbol, base, quote, notionalUnits, executedAt, settledUnits = null } = this.fill;
    const before = this.position(symbol);
    const traded = tradePosition(before, signedUnits, notionalUnits, executedAt);
    const after = settledUnits === null ? traded : settledAs(before, traded, settledUnits);
    this.move('wallet', quote, after.realizedUnits - before.realizedUnits);
    this.record(before, after, base, signedUnits);
    this.post('contract', symbol, base, signedUnits);
    this.post('contract', symbol, quote, before.costUnits - after.costUnits);
  }

  private charge(): void {
    const { fill } = this;
    this.move('wallet', fill.feeAsset, -fill.feeUnits);
    this.post('fee', fill.symbol, fill.feeAsset, fill.feeUnits);
    const value = feeValue(fill);
    if (value === null) {
      this.update(fill.symbol, (position) => ({
        ...position,
        unvaluedFeeCount: position.unvaluedFeeCount + 1,
      }));
      return;
    }
    this.update(fill.symbol, (position) => ({ ...position, feeUnits: position.feeUnits + value }));
    if (fill.feeAsset === fill.quote) return;
    this.post('fee-value', fill.symbol, fill.feeAsset, -fill.feeUnits);
    this.post('fee-value', fill.symbol, fill.quote, value);
    if (fill.feeAsset === fill.base && !this.perpetual) {
      this.trade(fill.symbol, fill.base, -fill.feeUnits, magnitude(value));
    } else this.dispose(value);
  }

  private dispose(value: bigint): void {
    const { fill } = this;
    const symbol = `${fill.feeAsset}/${fill.quote}`;
    const held = this.position(symbol).signedUnits;
    const used = held <= 0n || fill.feeUnits < 0n ? 0n : held < fill.feeUnits ? held : fill.feeUnits;
    const usedValue = mulDivHalfEven(value, used, magnitude(fill.feeUnits));
    if (used > 0n) this.trade(symbol, fill.feeAsset, -used, usedValue);
    this.post('inventory', symbol, fill.feeAsset, fill.feeUnits - used);
    this.post('inventory', symbol, fill.quote, usedValue - value);
  }

  /** The counter-legs of `signedUnits` base against their worth in quote: position at cost, the rest realized. */
  private trade(symbol: string, base: string, signedUnits: bigint, notionalUnits: bigint): void {
    const before = this.position(symbol);
    this.record(
      before,
      tradePosition(before, signedUnits, notionalUnits, this.fill.executedAt),
      base,
      signedUnits,
    );
  }

  private record(before: Position, after: Position, base: string, signedUnits: bigint): void {
    const { symbol } = after;
    this.changed.set(positionKey(symbol, after.positionSide), after);
    this.post('position', symbol, base, -signedUnits);
    this.post('position', symbol, this.fill.quote, after.costUnits - before.costUnits);
    this.post('realized', symbol, this.fill.quote, before.realizedUnits - after.realizedUnits);
  }

  private update(symbol: string, change: (position: Position) => Position): void {
    const after = change(this.position(symbol));
    this.changed.set(positionKey(symbol, after.positionSide), after);
  }

  private position(symbol: string): Position {
    const side = this.sideOf(symbol);
    const key = positionKey(symbol, side);
    return this.changed.get(key) ?? this.book.get(key) ?? flatPosition(symbol, side);
  }

  /** What is disposed of as a fee in another market is netted there. */
  private sideOf(symbol: string): PositionSide {
    return symbol === this.fill.symbol ? this.positionSide : 'NET';
  }

  private move(purpose: 'wallet', asset: string, amount: bigint): void {
    this.sheet?.add(ownerAccount(purpose, this.fill.venue), asset, amount);
  }

  private post(purpose: SymbolPurpose, symbol: string, asset: string, amount: bigint): void {
    if (this.sheet === null) return;
    const account = symbolAccount(purpose, this.fill.venue, symbol, this.sideOf(symbol));
    this.sheet.add(account, asset, amount);
  }
}

/**
 * "Asset as charged, value at fill time beside it": the fee in quote, signed; null when it is not known.
 * A base fee is worth its share of the notional, HALF_EVEN at ledger scale.
 */
export function feeValue(fill: BookedFill): bigint | null {
  if (fill.feeUnits === 0n || fill.feeAsset === fill.quote) return fill.feeUnits;
  if (fill.feeAsset === fill.base) return mulDivHalfEven(fill.notionalUnits, fill.feeUnits, fill.baseUnits);
  return fill.feeValueUnits ?? null;
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
