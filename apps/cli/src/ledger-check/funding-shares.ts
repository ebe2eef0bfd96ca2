import type { Book } from './book.js';
import { shareOf } from './decimal.js';

/** A book's part of what was paid for a position. */
export interface FundingShare {
  strategy: string | null;
  amount: bigint;
}

/**
 * The strategies share what was paid for a position by what they hold of it, the last in the order of names taking the
 * rest. Where nobody holds any, or they cancel out, it goes to "no strategy".
 */
export function fundingShares(
  books: ReadonlyMap<string | null, Book>,
  market: string,
  amount: bigint,
): FundingShare[] {
  const holders = [...books]
    .map(([strategy, book]) => ({ strategy, quantity: book.positions.get(market)?.quantity ?? 0n }))
    .filter(({ quantity }) => quantity !== 0n)
    .sort((a, b) => ((a.strategy ?? '') < (b.strategy ?? '') ? -1 : 1));
  const whole = holders.reduce((sum, { quantity }) => sum + quantity, 0n);
  if (whole === 0n) return [{ strategy: null, amount }];
  const sign = whole < 0n ? -1n : 1n;
  let rest = amount;
  return holders.map(({ strategy, quantity }, index) => {
    const share = index === holders.length - 1 ? rest : shareOf(amount, sign * quantity, sign * whole);
    rest -= share;
    return { strategy, amount: share };
  });
}
