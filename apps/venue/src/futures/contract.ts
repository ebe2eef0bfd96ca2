import { UNIT, unitsOf } from '../engine/amounts.js';

/** What the venue lists as a USDⓈ-margined perpetual. Decimal text, as published. */
export interface ContractSpec {
  symbol: string;
  base: string;
  quote: string;
  tickSize: string;
  stepSize: string;
  minNotional: string;
  maxQuantity: string;
  /** Fractions: 0.0002 is 2 bps. */
  fees: { maker: string; taker: string };
  fundingIntervalHours: number;
  brackets: readonly BracketSpec[];
}

export interface BracketSpec {
  maxLeverage: number;
  /** Notional up to which the bracket reaches. */
  cap: string;
  maintenanceRate: string;
}

/** All amounts in units of 10⁻⁸; `deduction` makes the maintenance margin continuous across brackets. */
export interface Bracket {
  number: number;
  maxLeverage: number;
  floor: bigint;
  cap: bigint;
  rate: bigint;
  deduction: bigint;
}

/** Binance's BTCUSDT brackets. */
export const MAJOR_BRACKETS: readonly BracketSpec[] = [
  { maxLeverage: 125, cap: '300000', maintenanceRate: '0.004' },
  { maxLeverage: 100, cap: '800000', maintenanceRate: '0.005' },
  { maxLeverage: 75, cap: '3000000', maintenanceRate: '0.0065' },
  { maxLeverage: 50, cap: '12000000', maintenanceRate: '0.01' },
  { maxLeverage: 25, cap: '70000000', maintenanceRate: '0.02' },
  { maxLeverage: 20, cap: '100000000', maintenanceRate: '0.025' },
  { maxLeverage: 10, cap: '230000000', maintenanceRate: '0.05' },
  { maxLeverage: 5, cap: '480000000', maintenanceRate: '0.1' },
  { maxLeverage: 4, cap: '600000000', maintenanceRate: '0.125' },
  { maxLeverage: 3, cap: '800000000', maintenanceRate: '0.15' },
  { maxLeverage: 2, cap: '1200000000', maintenanceRate: '0.25' },
  { maxLeverage: 1, cap: '1800000000', maintenanceRate: '0.5' },
];

export function bracketsOf(specs: readonly BracketSpec[]): Bracket[] {
  const brackets: Bracket[] = [];
  for (const [index, spec] of specs.entries()) {
    const before = brackets.at(-1);
    const floor = before?.cap ?? 0n;
    const rate = unitsOf(spec.maintenanceRate);
    const deduction = (before?.deduction ?? 0n) + (floor * (rate - (before?.rate ?? rate))) / UNIT;
    brackets.push({
      number: index + 1,
      maxLeverage: spec.maxLeverage,
      floor,
      cap: unitsOf(spec.cap),
      rate,
      deduction,
    });
  }
  return brackets;
}

/** The bracket that holds a notional; beyond the last one that is the last. */
export function bracketAt(brackets: readonly Bracket[], notional: bigint): Bracket {
  return brackets.find(({ cap }) => notional < cap) ?? brackets.at(-1)!;
}
