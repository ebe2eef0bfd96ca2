import { formatUnits, UNIT } from '../engine/amounts.js';
import type { Market } from '../engine/market.js';

/** How a product writes its figures: spot with eight decimals everywhere, futures with as many as the grid has. */
export class Display {
  private constructor(
    readonly market: Market,
    private readonly priceDecimals: number,
    private readonly quantityDecimals: number,
  ) {}

  static spot(market: Market): Display {
    return new Display(market, 8, 8);
  }

  static futures(market: Market): Display {
    return new Display(market, decimalsOf(market.rules.tickSize), decimalsOf(market.rules.stepSize));
  }

  price(ticks: number): string {
    return formatUnits(BigInt(ticks) * this.market.tickUnits, this.priceDecimals);
  }

  quantity(lots: number | bigint): string {
    return formatUnits(BigInt(lots) * this.market.stepUnits, this.quantityDecimals);
  }

  /** Amounts of the quote asset. */
  money(units: bigint): string {
    return formatUnits(units);
  }

  /** Volume-weighted price with eight decimals, cut; `fallbackTicks` where nothing was traded. */
  averagePrice(quoteUnits: bigint, lots: bigint, fallbackTicks: number): string {
    if (lots === 0n) return formatUnits(BigInt(fallbackTicks) * this.market.tickUnits);
    return formatUnits((quoteUnits * UNIT) / (lots * this.market.stepUnits));
  }
}

/** Change from `from` to `to` in percent with three decimals, cut. */
export function percentChange(from: number, to: number): string {
  if (from === 0) return '0.000';
  const thousandths = (BigInt(to - from) * 100_000n) / BigInt(from);
  const digits = (thousandths < 0n ? -thousandths : thousandths).toString().padStart(4, '0');
  return `${thousandths < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}

/** `0.01000000` has two: trailing zeros are not precision. */
export function decimalsOf(step: string): number {
  return (step.split('.')[1] ?? '').replace(/0+$/, '').length;
}
