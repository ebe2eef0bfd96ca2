import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { bookFee, bookFill } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { openedSince, positionKey } from '../positions/position.js';
import type { Position } from '../positions/position.js';
import { ownerAccount, symbolAccount } from './ledger-account.js';
import { PostingSheet } from './posting.js';
import type { Posting } from './posting.js';

/**
 * The postings of a fill of before the account was first seen. What it moved in the wallet is contained in the OPENING
 * already, so it is taken from there: the external account stands in for the wallet, and the OPENING less all of these is
 * what the account held before its history. Balances do not change, whatever part of a history is booked.
 */
export function containedInOpening(postings: readonly Posting[], venue: string): Posting[] {
  const wallet = ownerAccount('wallet', venue);
  const external = ownerAccount('external', venue);
  return postings.map((line) => (line.account === wallet ? { ...line, account: external } : line));
}

/** A fill, or what a venue charged for one later: what decides about positions besides their order. */
export interface PositionFact {
  kind: 'FILL' | 'FEE';
  fill: BookedFill;
}

/** Spot positions as they come from facts that are handed in in the order of their execution. */
export class PositionsByTime {
  private readonly book = new Map<string, Position>();

  get positions(): ReadonlyMap<string, Position> {
    return this.book;
  }

  /** What the fact would have been booked as, had nothing later been booked before it. */
  add({ kind, fill }: PositionFact): Posting[] {
    const { positions, postings } = kind === 'FILL' ? bookFill(this.book, fill) : bookFee(this.book, fill);
    for (const position of positions) {
      this.book.set(positionKey(position.symbol, position.positionSide), position);
    }
    return postings;
  }
}

/** By how much a position that was booked out of order is off: quantity, cost and realized P&L. */
export interface Restatement {
  symbol: string;
  signedUnits: bigint;
  costUnits: bigint;
  realizedUnits: bigint;
}

/** What has to be added to spot positions so that they are as if every fill had been booked when it was executed. */
export function restatements(
  booked: Iterable<Position>,
  byTime: ReadonlyMap<string, Position>,
): Restatement[] {
  return [...booked].flatMap((position) => {
    const { symbol, positionSide } = position;
    if (MarketSymbol.parse(symbol).settle !== null) return [];
    const right = byTime.get(positionKey(symbol, positionSide));
    const off = {
      symbol,
      signedUnits: (right?.signedUnits ?? 0n) - position.signedUnits,
      costUnits: (right?.costUnits ?? 0n) - position.costUnits,
      realizedUnits: (right?.realizedUnits ?? 0n) - position.realizedUnits,
    };
    return off.signedUnits === 0n && off.costUnits === 0n && off.realizedUnits === 0n ? [] : [off];
  });
}

/**
 * Cost moves against realized P&L: their difference is Σ signed notional in any order. What a fee in a third asset took
 * from a position instead of from what was deposited, or the other way round, moves against the inventory.
 */
export function restatementPostings(venue: string, change: Restatement): Posting[] {
  const { symbol, signedUnits, costUnits, realizedUnits } = change;
  const { base, quote } = MarketSymbol.parse(symbol);
  const account = (purpose: 'position' | 'realized' | 'inventory') => symbolAccount(purpose, venue, symbol);
  return new PostingSheet()
    .add(account('position'), base, -signedUnits)
    .add(account('inventory'), base, signedUnits)
    .add(account('position'), quote, costUnits)
    .add(account('realized'), quote, -realizedUnits)
    .add(account('inventory'), quote, realizedUnits - costUnits)
    .balanced();
}

export function restated(before: Position, change: Restatement, at: EpochMs): Position {
  const signedUnits = before.signedUnits + change.signedUnits;
  return {
    ...before,
    signedUnits,
    costUnits: before.costUnits + change.costUnits,
    realizedUnits: before.realizedUnits + change.realizedUnits,
    openedAt: openedSince(before, signedUnits, at),
    updatedAt: at > before.updatedAt ? at : before.updatedAt,
  };
}
