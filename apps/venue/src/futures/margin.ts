import { UNIT } from '../engine/amounts.js';
import { type Bracket, bracketAt } from './contract.js';

// The arithmetic of USDT-margined perpetuals. Money, prices and rates are bigint units of 10⁻⁸; a size is a signed
// quantity of the base asset in the same units. Sources: Binance's futures help pages on margin and liquidation.

/** |size| × price, rounded down. */
export function notionalOf(size: bigint, price: bigint): bigint {
  return (abs(size) * price) / UNIT;
}

/** What a position opened for `entryCost` (positive, of |size|) would gain when closed at `price`. */
export function unrealized(size: bigint, entryCost: bigint, price: bigint): bigint {
  const value = notionalOf(size, price);
  return size >= 0n ? value - entryCost : entryCost - value;
}

export function initialMargin(notional: bigint, leverage: number): bigint {
  const by = BigInt(leverage);
  return (notional + by - 1n) / by;
}

export function maintenanceMargin(brackets: readonly Bracket[], notional: bigint): bigint {
  const { rate, deduction } = bracketAt(brackets, notional);
  return (notional * rate) / UNIT - deduction;
}

/**
 * The mark price at which `margin` plus the position's result falls to its maintenance margin; 0 where none does.
 * `margin` is the isolated margin, or for cross the wallet less the other positions' maintenance plus their results.
 * Long: (entryCost − margin − deduction) ÷ (|size| × (1 − rate)); short: (entryCost + margin + deduction) ÷ (|size| × (1 + rate)).
 * The bracket is the one that holds the notional at that price, looked for from the lowest up.
 */
export function liquidationPrice(
  size: bigint,
  entryCost: bigint,
  margin: bigint,
  brackets: readonly Bracket[],
): bigint {
  if (size === 0n) return 0n;
  for (const bracket of brackets) {
    const { rate, deduction } = bracket;
    const price =
      size > 0n
        ? ((entryCost - margin - deduction) * UNIT * UNIT) / (size * (UNIT - rate))
        : ((entryCost + margin + deduction) * UNIT * UNIT) / (-size * (UNIT + rate));
    if (price <= 0n) return 0n;
    if (bracketAt(brackets, notionalOf(size, price)) === bracket) return price;
  }
  return 0n;
}

/** What the holder of a position receives at a funding stamp: −size × mark × rate; longs pay a positive rate. */
export function fundingPayment(size: bigint, mark: bigint, rate: bigint): bigint {
  return -((size * mark * rate) / (UNIT * UNIT));
}

/**
 * Margin for open orders of a symbol in one-way mode: what the larger of the positions that could come out of them
 * needs beyond the one that is there. `position` is its signed notional.
 */
export function openOrderMargin(position: bigint, bids: bigint, asks: bigint, leverage: number): bigint {
  const worst = max(abs(position), max(abs(position + bids), abs(position - asks)));
  return initialMargin(worst, leverage) - initialMargin(abs(position), leverage);
}

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
