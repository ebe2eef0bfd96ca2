import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { bookFee, bookFill } from '../positions/book-fill.js';
import type { PositionBook } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';
import type { PositionSide } from '../positions/position.js';
import { ownerAccount, symbolAccount } from './ledger-account.js';
import { PostingSheet } from './posting.js';
import type { Posting } from './posting.js';

/** What can move money, besides fills. Units are counts of 10^-18 of `asset`. */
export type CashFact =
  /** Money that came from outside, `units` > 0. OPENING is what an account held when it was first seen. */
  | { kind: 'DEPOSIT' | 'OPENING'; asset: string; units: bigint }
  /** Money that left, `units` > 0; `feeUnits` is the network's share on top. */
  | { kind: 'WITHDRAWAL'; asset: string; units: bigint; feeUnits: bigint }
  /** To (`units` < 0) or from (`units` > 0) another own account: no P&L, "own transfers net to zero". */
  | { kind: 'TRANSFER'; asset: string; units: bigint; counterpart: AccountId; feeUnits: bigint }
  /** A difference to the venue's books, either sign, booked with evidence until it is explained. */
  | { kind: 'CORRECTION'; asset: string; units: bigint };

/**
 * What a perpetual's holder was paid (`units` > 0) or charged beside the fills, in the settlement asset. FUNDING: at a
 * stamp. INSURANCE: by the venue's fund, which takes what a liquidation leaves of the margin and pays what it lacks; it is a
 * fee of the market, or one given back.
 */
export type FundingFact = ({ kind: 'FUNDING' } | { kind: 'INSURANCE' }) & {
  symbol: string;
  positionSide: PositionSide;
  asset: string;
  units: bigint;
};

/** A perpetual that an account held when it was first seen, at the venue's entry price: no money moves. */
export interface OpeningPositionFact {
  kind: 'OPENING_POSITION';
  symbol: string;
  positionSide: PositionSide;
  signedUnits: bigint;
  /** Of the sign of the quantity. */
  costUnits: bigint;
}

/**
 * LIQUIDATION is a fill that the venue made to close what its margin no longer covered. FEE: what a fill costs more or
 * less than was booked with it, see `bookFee`.
 */
export type LedgerFact =
  | CashFact
  | FundingFact
  | OpeningPositionFact
  | { kind: 'FILL'; fill: BookedFill }
  | { kind: 'LIQUIDATION'; fill: BookedFill }
  | { kind: 'FEE'; fill: BookedFill };

/** A kind left out, or one too many, does not compile. */
const kinds: Record<LedgerFact['kind'] | 'RESTATEMENT', true> = {
  FILL: true,
  FEE: true,
  FUNDING: true,
  LIQUIDATION: true,
  INSURANCE: true,
  DEPOSIT: true,
  WITHDRAWAL: true,
  TRANSFER: true,
  OPENING: true,
  OPENING_POSITION: true,
  CORRECTION: true,
  RESTATEMENT: true,
};

/** Of every transaction that a ledger can have. RESTATEMENT: a history changed what a position cost; no money moves. */
export type LedgerKind = keyof typeof kinds;
export const LEDGER_KINDS = Object.keys(kinds) as LedgerKind[];

/** The balanced postings of one fact: Σ = 0 per asset. A fill's need the positions before it. */
export function planPostings(venue: string, fact: LedgerFact, book: PositionBook): Posting[] {
  if (fact.kind === 'FILL' || fact.kind === 'LIQUIDATION') return bookFill(book, fact.fill).postings;
  if (fact.kind === 'FEE') return bookFee(book, fact.fill).postings;
  const wallet = ownerAccount('wallet', venue);
  if (fact.kind === 'FUNDING' || fact.kind === 'INSURANCE') {
    const { kind, symbol, positionSide, asset, units } = fact;
    const income = symbolAccount(kind === 'FUNDING' ? 'funding' : 'fee', venue, symbol, positionSide);
    return new PostingSheet().add(wallet, asset, units).add(income, asset, -units).balanced();
  }
  if (fact.kind === 'OPENING_POSITION') return openingPostings(venue, fact);
  const sheet = new PostingSheet();
  const fee = fact.kind === 'WITHDRAWAL' || fact.kind === 'TRANSFER' ? fact.feeUnits : 0n;
  const moved = fact.kind === 'WITHDRAWAL' ? -fact.units : fact.units;
  sheet.add(wallet, fact.asset, moved - fee);
  sheet.add(contraAccount(venue, fact), fact.asset, -moved);
  sheet.add(ownerAccount('transfer-fee', venue), fact.asset, fee);
  return sheet.balanced();
}

function openingPostings(venue: string, fact: OpeningPositionFact): Posting[] {
  const { symbol, positionSide, signedUnits, costUnits } = fact;
  const { base, quote } = MarketSymbol.parse(symbol);
  const position = symbolAccount('position', venue, symbol, positionSide);
  const contract = symbolAccount('contract', venue, symbol, positionSide);
  return new PostingSheet()
    .add(position, base, -signedUnits)
    .add(position, quote, costUnits)
    .add(contract, base, signedUnits)
    .add(contract, quote, -costUnits)
    .balanced();
}

function contraAccount(venue: string, fact: CashFact): string {
  if (fact.kind === 'TRANSFER') return ownerAccount('transfer', fact.counterpart);
  return ownerAccount(fact.kind === 'CORRECTION' ? 'suspense' : 'external', venue);
}
