import { Book } from './book.js';
import { decimalText } from './decimal.js';
import { readFill } from './entry.js';
import type { Entry, Fill, Leg } from './entry.js';
import { add, FillBooking } from './fill-booking.js';
import type { Legs } from './fill-booking.js';
import { fundingShares } from './funding-shares.js';
import { WrongLine } from './wrong-line.js';

/**
 * Everything an account's entries come to. An execution is booked again from what its memo tells, and its postings
 * have to be the outcome, and so a fee that came after it; every other entry is added up.
 */
export class Refold {
  readonly trial: Legs = new Map();
  readonly account = new Book();
  readonly strategies = new Map<string | null, Book>();

  /** @throws WrongLine when the postings of an execution are not what it comes to */
  add(entry: Entry): void {
    const { kind, at } = entry;
    if (kind === 'FILL' || kind === 'LIQUIDATION') this.execution(entry, (booking) => booking.whole(at));
    else if (kind === 'FEE') this.execution(entry, (booking) => booking.feeAlone(at));
    else this.sum(entry);
    for (const { account, asset, amount } of entry.legs) add(this.trial, `${account} ${asset}`, amount);
  }

  private sum(entry: Entry): void {
    this.account.sum(entry);
    // What an account held in contracts when it was first seen is of no strategy.
    if (entry.legs.some(({ purpose }) => purpose === 'contract')) this.strategy(null).sum(entry);
    for (const { purpose, market, amount } of entry.legs) {
      if (market === null) continue;
      if (purpose === 'funding') this.fund(market, { funding: -amount, fees: 0n }, entry.at);
      // No fill charged it: the insurance fund of the venue took it, or gave it back.
      if (purpose === 'fee') this.fund(market, { funding: 0n, fees: amount }, entry.at);
    }
  }

  private execution({ memo, legs }: Entry, book: (booking: FillBooking) => Legs): void {
    const fill = readFill(memo);
    const booked = book(new FillBooking(this.account, fill, settledBy(fill, legs)));
    const expected = memo['containedInOpening'] === true ? fromOpening(booked) : booked;
    for (const { account, asset, amount } of legs) add(expected, `${account} ${asset}`, -amount);
    for (const [line, difference] of expected) {
      if (difference === 0n) continue;
      throw new WrongLine(
        `Its postings do not book its trade: ${line} is off by ${decimalText(-difference)}.`,
      );
    }
    book(new FillBooking(this.strategy(fill.strategy), fill, null));
  }

  private fund(market: string, paid: { funding: bigint; fees: bigint }, at: number): void {
    const received = paid.funding - paid.fees;
    for (const { strategy, amount } of fundingShares(this.strategies, market, received)) {
      const book = this.strategy(strategy);
      const held = book.concerned(market);
      if (paid.fees === 0n) held.funding += amount;
      else held.fees -= amount;
      book.close(at);
    }
  }

  private strategy(name: string | null): Book {
    let book = this.strategies.get(name);
    if (book === undefined) this.strategies.set(name, (book = new Book()));
    return book;
  }
}

/** What was traded before the account was first seen is in its opening, and taken from there instead of the wallet. */
function fromOpening(legs: Legs): Legs {
  return new Map([...legs].map(([line, amount]) => [line.replace(/^wallet:/, 'external:'), amount]));
}

/** What a perpetual's venue settled, as its postings say; how far that may be off is for the booking to judge. */
function settledBy({ perpetual, market, quote }: Fill, legs: readonly Leg[]): bigint | null {
  if (!perpetual) return null;
  const realized = legs.filter(
    (leg) => leg.purpose === 'realized' && leg.market === market && leg.asset === quote,
  );
  return realized.reduce((sum, { amount }) => sum - amount, 0n);
}
