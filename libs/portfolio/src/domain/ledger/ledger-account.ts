import { positionKey } from '../positions/position.js';
import type { PositionSide } from '../positions/position.js';

/**
 * The chart of accounts. The name says purpose, venue and, where it has one, subject; the asset is a column of its
 * own, so one account may hold several assets. Debit is positive: what an account of the outside world or an
 * income account gains is negative.
 *
 * - `wallet:<venue>`: what the venue holds for us.
 * - `position:<venue>:<symbol>`: base leg = −quantity, quote leg = exact cost (negative while short).
 * - `contract:<venue>:<symbol>`: what a perpetual's position is held against, because no base and no notional is ever in
 *   the wallet: base leg = quantity, quote leg = −exact cost.
 * - `realized:<venue>:<symbol>`: quote; −realized P&L (gross).
 * - `fee:<venue>:<symbol>`: fees in the asset charged; rebates are negative.
 * - `fee-value:<venue>:<symbol>`: turns fees in other assets into their quote value at fill time: −asset, +quote.
 * - `inventory:<venue>:<symbol>`: deposited assets used up as fees beyond any position in them, at their value.
 * - `funding:<venue>:<symbol>`: −funding received.
 * - `external:<venue>`: deposits (−) and withdrawals (+).
 * - `transfer:<account id>`: moved from (−) or to (+) another own account; nets to zero over both ledgers.
 * - `transfer-fee:<venue>`: network fees of withdrawals and transfers.
 * - `suspense:<venue>`: differences to the venue that were booked with evidence and wait for an explanation.
 *
 * In hedge mode the symbol is followed by `#LONG` or `#SHORT`.
 */
export type LedgerPurpose =
  | 'wallet'
  | 'position'
  | 'contract'
  | 'realized'
  | 'fee'
  | 'fee-value'
  | 'inventory'
  | 'funding'
  | 'external'
  | 'transfer'
  | 'transfer-fee'
  | 'suspense';

export interface LedgerAccount {
  purpose: LedgerPurpose;
  /** Venue, or for `transfer` the other account's id. */
  owner: string;
  /** Symbol, where the purpose has one. */
  symbol: string | null;
  /** Of a symbol in hedge mode the side that is meant. */
  positionSide: PositionSide;
}

const BY_SYMBOL: readonly string[] = [
  'position',
  'contract',
  'realized',
  'fee',
  'fee-value',
  'inventory',
  'funding',
];
const BY_OWNER: readonly string[] = ['wallet', 'external', 'transfer', 'transfer-fee', 'suspense'];

export type OwnerPurpose = 'wallet' | 'external' | 'transfer' | 'transfer-fee' | 'suspense';
export type SymbolPurpose = Exclude<LedgerPurpose, OwnerPurpose>;

export function ownerAccount(purpose: OwnerPurpose, owner: string): string {
  return `${purpose}:${owner}`;
}

export function symbolAccount(
  purpose: SymbolPurpose,
  venue: string,
  symbol: string,
  positionSide: PositionSide = 'NET',
): string {
  return `${purpose}:${venue}:${positionKey(symbol, positionSide)}`;
}

/** Accounts whose postings are flows: "deposits and withdrawals are never P&L; own transfers net to zero". */
export const OUTSIDE: readonly LedgerPurpose[] = ['external', 'transfer'];

export function isOutside(account: string): boolean {
  return OUTSIDE.some((purpose) => account.startsWith(`${purpose}:`));
}

/** The inverse of the two above. Throws on a name that is not of the chart. */
export function parseLedgerAccount(name: string): LedgerAccount {
  const first = name.indexOf(':');
  const purpose = name.slice(0, first);
  if (BY_OWNER.includes(purpose) && first > 0 && first < name.length - 1) {
    return {
      purpose: purpose as LedgerPurpose,
      owner: name.slice(first + 1),
      symbol: null,
      positionSide: 'NET',
    };
  }
  const second = name.indexOf(':', first + 1);
  if (!BY_SYMBOL.includes(purpose) || second < 0 || second === name.length - 1) {
    throw new Error(`${JSON.stringify(name)} is not an account of the chart`);
  }
  return {
    purpose: purpose as LedgerPurpose,
    owner: name.slice(first + 1, second),
    ...marketOf(name.slice(second + 1)),
  };
}

function marketOf(key: string): { symbol: string; positionSide: PositionSide } {
  for (const positionSide of ['LONG', 'SHORT'] as const) {
    if (key.endsWith(`#${positionSide}`)) {
      return { symbol: key.slice(0, -positionSide.length - 1), positionSide };
    }
  }
  return { symbol: key, positionSide: 'NET' };
}
