import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { Position } from '../positions/position.js';
import { initialMargin, linearPnl } from './linear-contract.js';

/**
 * What open perpetuals hold back of an asset: their initial margin |q|·e/L, and what they have lost by the mark. A gain is no
 * money yet, and a missing mark tells neither.
 */
export function heldMargin(
  positions: Iterable<Position>,
  asset: string,
  leverageOf: (symbol: string) => number,
  markUnits: (symbol: string) => bigint | null,
): bigint {
  let units = 0n;
  for (const position of positions) {
    if (position.signedUnits === 0n || MarketSymbol.parse(position.symbol).settle !== asset) continue;
    units += initialMargin(position.costUnits, leverageOf(position.symbol));
    const mark = markUnits(position.symbol);
    const result = mark === null ? 0n : linearPnl(position, mark);
    if (result < 0n) units -= result;
  }
  return units;
}
