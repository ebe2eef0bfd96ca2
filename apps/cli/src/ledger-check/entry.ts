import { unitsOf } from './decimal.js';
import { fieldsOf, WrongLine } from './wrong-line.js';
import type { Fields } from './wrong-line.js';

/** One posting: `amount` in 10^-18 of the asset, debit positive. */
export interface Leg {
  /** The account's name up to the venue: `wallet`, `position`, … */
  purpose: string;
  /** What follows the venue in the account's name: a market, in hedge mode with `#LONG` or `#SHORT`; null where nothing does. */
  market: string | null;
  account: string;
  asset: string;
  amount: bigint;
}

/** An execution as the memo of a FILL tells it. Amounts in 10^-18. */
export interface Fill {
  symbol: string;
  /** As in the names of accounts: the symbol, in hedge mode with the side. */
  market: string;
  /** Settled in its quote: no base changes hands. */
  perpetual: boolean;
  base: string;
  quote: string;
  venue: string;
  buy: boolean;
  quantity: bigint;
  notional: bigint;
  feeAsset: string;
  fee: bigint;
  /** The fee's worth in quote; null where nobody knew it. */
  feeValue: bigint | null;
  strategy: string | null;
}

export interface Entry {
  kind: string;
  at: number;
  legs: Leg[];
  memo: Fields;
}

/** @throws WrongLine when the entry is not one of this account at this place, or does not balance */
export function readEntry(fields: Fields, accountId: string, sequence: number): Entry {
  const { kind, occurredAt, postings, memo } = fields;
  if (fields['accountId'] !== accountId) throw new WrongLine('It belongs to another account.');
  if (fields['chainSequence'] !== sequence) throw new WrongLine(`Entry ${sequence} is missing.`);
  if (typeof kind !== 'string' || typeof occurredAt !== 'number')
    throw new WrongLine('It has no kind or no time.');
  if (!Array.isArray(postings) || postings.length === 0) throw new WrongLine('It has no postings.');
  const legs = postings.map(readLeg);
  requireBalance(legs);
  return { kind, at: occurredAt, legs, memo: fieldsOf(memo) };
}

function readLeg(posting: unknown): Leg {
  const { account, asset, amount } = fieldsOf(posting);
  if (typeof account === 'string' && typeof asset === 'string' && /^-?\d+$/.test(String(amount))) {
    const [purpose = '', , ...rest] = account.split(':');
    const market = rest.length === 0 ? null : rest.join(':');
    return { purpose, market, account, asset, amount: BigInt(String(amount)) };
  }
  throw new WrongLine('It has a posting without account, asset or whole amount.');
}

function requireBalance(legs: readonly Leg[]): void {
  for (const { asset } of legs) {
    let sum = 0n;
    for (const leg of legs) if (leg.asset === asset) sum += leg.amount;
    if (sum !== 0n) throw new WrongLine(`Its postings of ${asset} do not sum to zero.`);
  }
}

/** @throws WrongLine when the memo does not tell an execution */
export function readFill(memo: Fields): Fill {
  const text = (name: string): string => {
    const value = memo[name];
    if (typeof value !== 'string') throw new WrongLine(`Its memo has no ${name}.`);
    return value;
  };
  const amount = (name: string): bigint => {
    const units = unitsOf(memo[name]);
    if (units === null) throw new WrongLine(`Its memo has no amount as ${name}.`);
    return units;
  };
  const [quantity, notional, side] = [amount('quantity'), amount('notional'), text('side')];
  if (quantity <= 0n || notional < 0n || !['BUY', 'SELL'].includes(side))
    throw new WrongLine('Its memo does not tell a trade.');
  const symbol = text('symbol');
  const hedged = memo['positionSide'] === undefined ? '' : `#${text('positionSide')}`;
  return {
    ...{ symbol, market: `${symbol}${hedged}`, perpetual: symbol.includes(':') },
    ...{ base: text('base'), quote: text('quote'), venue: text('venue') },
    ...{ buy: side === 'BUY', quantity, notional, feeAsset: text('feeAsset'), fee: amount('fee') },
    feeValue: memo['feeValue'] === null ? null : amount('feeValue'),
    strategy: memo['strategy'] === null ? null : text('strategy'),
  };
}
