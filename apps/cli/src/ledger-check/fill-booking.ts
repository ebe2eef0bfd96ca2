import type { Book } from './book.js';
import { shareOf } from './decimal.js';
import type { Fill } from './entry.js';
import { trade } from './held.js';
import type { Held } from './held.js';

/** Amounts by account and asset, as `account asset`. */
export type Legs = Map<string, bigint>;

/** Books an execution, or a fee that came after it, in a book; `legs` is what the account's ledger has to say of it. */
export class FillBooking {
  readonly legs: Legs = new Map();

  /** @param settled of a perpetual: the result as it came into the wallet, where this book is told it */
  constructor(
    private readonly book: Book,
    private readonly fill: Fill,
    private readonly settled: bigint | null,
  ) {}

  /** The execution with its fee. */
  whole(at: number): Legs {
    const { market, base, quote, venue, perpetual, buy, quantity, notional, fee } = this.fill;
    const bought = buy ? quantity : -quantity;
    if (perpetual) this.contract(bought);
    else {
      add(this.legs, `wallet:${venue} ${base}`, bought);
      add(this.legs, `wallet:${venue} ${quote}`, buy ? -notional : notional);
      this.trade(market, base, bought, notional);
    }
    if (fee !== 0n) this.charge();
    this.book.close(at);
    return this.legs;
  }

  /** The fee alone. */
  feeAlone(at: number): Legs {
    this.charge();
    this.book.close(at);
    return this.legs;
  }

  /** A perpetual: the position stands against the contract, only the result reaches the wallet. */
  private contract(bought: bigint): void {
    const { market, base, quote, venue, notional } = this.fill;
    const held = this.book.concerned(market);
    const { cost, realized } = held;
    trade(held, bought, notional);
    if (this.settled !== null) settle(held, this.settled - (held.realized - realized));
    this.tell(market, base, bought, cost, realized);
    add(this.legs, `wallet:${venue} ${quote}`, held.realized - realized);
    add(this.legs, `contract:${venue}:${market} ${base}`, bought);
    add(this.legs, `contract:${venue}:${market} ${quote}`, cost - held.cost);
  }

  private charge(): void {
    const { market, perpetual, base, quote, venue, feeAsset, fee } = this.fill;
    const held = this.book.concerned(market);
    const worth = feeWorth(this.fill);
    add(this.legs, `wallet:${venue} ${feeAsset}`, -fee);
    add(this.legs, `fee:${venue}:${market} ${feeAsset}`, fee);
    if (worth === null) {
      held.unvalued += 1;
      return;
    }
    held.fees += worth;
    if (feeAsset === quote) return;
    add(this.legs, `fee-value:${venue}:${market} ${feeAsset}`, -fee);
    add(this.legs, `fee-value:${venue}:${market} ${quote}`, worth);
    if (feeAsset === base && !perpetual) this.trade(market, base, -fee, worth < 0n ? -worth : worth);
    else this.giveUp(worth);
  }

  /** A fee in a third asset comes out of a long position in it, and beyond that out of what was deposited. */
  private giveUp(worth: bigint): void {
    const { venue, quote, feeAsset, fee } = this.fill;
    const symbol = `${feeAsset}/${quote}`;
    const long = this.book.positions.get(symbol)?.quantity ?? 0n;
    const sold = fee < 0n || long < 0n ? 0n : long < fee ? long : fee;
    const soldFor = shareOf(worth, sold, fee < 0n ? -fee : fee);
    if (sold > 0n) this.trade(symbol, feeAsset, -sold, soldFor);
    add(this.legs, `inventory:${venue}:${symbol} ${feeAsset}`, fee - sold);
    add(this.legs, `inventory:${venue}:${symbol} ${quote}`, soldFor - worth);
  }

  private trade(market: string, base: string, quantity: bigint, notional: bigint): void {
    const held = this.book.concerned(market);
    const { cost, realized } = held;
    trade(held, quantity, notional);
    this.tell(market, base, quantity, cost, realized);
  }

  /** What the position's own accounts say of a trade, after which it stands in the book. */
  private tell(market: string, base: string, quantity: bigint, cost: bigint, realized: bigint): void {
    const { venue, quote } = this.fill;
    const held = this.book.concerned(market);
    add(this.legs, `position:${venue}:${market} ${base}`, -quantity);
    add(this.legs, `position:${venue}:${market} ${quote}`, held.cost - cost);
    add(this.legs, `realized:${venue}:${market} ${quote}`, realized - held.realized);
  }
}

/** What a venue that keeps eight decimals can be off by after rounding two terms. */
const MOST_ROUNDING = 20_000_000_000n;

/** The venue settled a rounded result: the cost of what is still held takes up what it is off by. */
function settle(held: Held, off: bigint): void {
  const cost = held.cost + off;
  const fits = held.quantity > 0n ? cost > 0n : held.quantity < 0n && cost < 0n;
  if (!fits || off > MOST_ROUNDING || off < -MOST_ROUNDING) return;
  held.cost = cost;
  held.realized += off;
}

/** A fee in quote at its face, in base at the price of the trade, in a third asset as it was valued then. */
function feeWorth({ fee, feeAsset, base, quote, quantity, notional, feeValue }: Fill): bigint | null {
  if (feeAsset === quote) return fee;
  return feeAsset === base ? shareOf(notional, fee, quantity) : feeValue;
}

export function add(legs: Legs, key: string, amount: bigint): void {
  legs.set(key, (legs.get(key) ?? 0n) + amount);
}
