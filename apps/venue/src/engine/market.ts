import { ceilDivide, formatUnits, UNIT, unitsOf } from './amounts.js';

export const MARKET_STATUSES = ['TRADING', 'END_OF_DAY', 'HALT', 'BREAK', 'CANCEL_ONLY'] as const;
export type MarketStatus = (typeof MARKET_STATUSES)[number];

/** Decimal text throughout, as the venue publishes it. */
export interface MarketRules {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: string;
  readonly stepSize: string;
}

/**
 * One symbol's arithmetic: prices are integer ticks, quantities integer lots, money bigint units of 10⁻⁸.
 * A product finer than a unit is rounded down where it is paid, the same for both sides of a trade, and up where
 * it is reserved.
 */
export class Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickUnits: bigint;
  readonly stepUnits: bigint;
  status: MarketStatus = 'TRADING';
  /** Of the newest trade; null before the first. */
  lastTicks: number | null = null;
  /** What mark-price triggers look at; set by the derivatives part. */
  markTicks: number | null = null;
  lastTradeId = 0;
  lastUpdateId = 0;

  constructor(readonly rules: MarketRules) {
    this.symbol = rules.symbol;
    this.base = rules.base;
    this.quote = rules.quote;
    this.tickUnits = unitsOf(rules.tickSize);
    this.stepUnits = unitsOf(rules.stepSize);
    if (this.tickUnits <= 0n || this.stepUnits <= 0n) throw new RangeError('tick and step must be positive');
  }

  /** What `lots` at `ticks` cost in the quote asset, rounded down to a unit. */
  quoteUnits(ticks: number, lots: number): bigint {
    return (BigInt(ticks) * this.tickUnits * BigInt(lots) * this.stepUnits) / UNIT;
  }

  /** The same rounded up: what must be set aside so that no split into fills costs more. */
  quoteUnitsUp(ticks: number, lots: number): bigint {
    return ceilDivide(BigInt(ticks) * this.tickUnits * BigInt(lots) * this.stepUnits, UNIT);
  }

  /** How many whole lots `units` of the quote asset buy at `ticks`. */
  affordableLots(ticks: number, units: bigint): number {
    return Number((units * UNIT) / (BigInt(ticks) * this.tickUnits * this.stepUnits));
  }

  baseUnits(lots: number): bigint {
    return BigInt(lots) * this.stepUnits;
  }

  priceText(ticks: number): string {
    return formatUnits(BigInt(ticks) * this.tickUnits);
  }

  quantityText(lots: number): string {
    return formatUnits(BigInt(lots) * this.stepUnits);
  }

  /** @returns null when the price is not on the grid, or not a safe integer of ticks. */
  ticksOf(units: bigint): number | null {
    return onGrid(units, this.tickUnits);
  }

  lotsOf(units: bigint): number | null {
    return onGrid(units, this.stepUnits);
  }
}

function onGrid(units: bigint, step: bigint): number | null {
  const count = Number(units / step);
  return units % step === 0n && Number.isSafeInteger(count) ? count : null;
}
