import type { MarketRules } from '../engine/market.js';

/** A symbol's published rules. Amounts are decimal text, `0` disables a bound, as in the venue's own filters. */
export interface SymbolRules extends MarketRules {
  /** What PRICE_FILTER and LOT_SIZE demand; multiples of the grid (`tickSize`, `stepSize`) that the book is built on. */
  readonly priceStep: string;
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly quantityStep: string;
  readonly minQuantity: string;
  readonly maxQuantity: string;
  readonly marketMaxQuantity: string;
  readonly minNotional: string;
  readonly maxNotional: string;
  readonly appliesMinToMarket: boolean;
  readonly appliesMaxToMarket: boolean;
  readonly averagePriceMinutes: number;
  /** Bounds of a limit price as multiples of the average price, by side of the order. */
  readonly bidUp: string;
  readonly bidDown: string;
  readonly askUp: string;
  readonly askDown: string;
  readonly maxOpenOrders: number;
  readonly maxOpenTriggerOrders: number;
  readonly maxAmends: number;
  readonly maxIcebergs: number;
  /** Into how many visible parts an iceberg may fall. */
  readonly maxIcebergParts: number;
  /** Of a trailing stop, in basis points. */
  readonly minTrailingDelta: number;
  readonly maxTrailingDelta: number;
  /** Of the base asset, open buys included; null: no bound. */
  readonly maxPosition: string | null;
}

const COMMON = {
  minPrice: '0.01000000',
  maxPrice: '1000000.00000000',
  minQuantity: '0',
  maxQuantity: '9000.00000000',
  marketMaxQuantity: '1000.00000000',
  minNotional: '5.00000000',
  maxNotional: '9000000.00000000',
  appliesMinToMarket: true,
  appliesMaxToMarket: false,
  averagePriceMinutes: 5,
  bidUp: '5',
  bidDown: '0.2',
  askUp: '5',
  askDown: '0.2',
  maxOpenOrders: 200,
  maxOpenTriggerOrders: 5,
  maxAmends: 10,
  maxIcebergs: 100,
  maxIcebergParts: 100,
  minTrailingDelta: 10,
  maxTrailingDelta: 2_000,
  maxPosition: null,
} as const;

type Essential = Pick<SymbolRules, 'symbol' | 'base' | 'quote' | 'tickSize' | 'stepSize'>;

/** Rules in the reference venue's usual sizes around the five things that every symbol must say for itself. */
export function symbolRules(rules: Essential & Partial<SymbolRules>): SymbolRules {
  const { tickSize, stepSize } = rules;
  const steps = { priceStep: tickSize, quantityStep: stepSize };
  return { ...COMMON, ...steps, minPrice: tickSize, minQuantity: stepSize, ...rules };
}

/** What a venue lists when it is not told otherwise. */
export const LISTED: readonly SymbolRules[] = [
  symbolRules({ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' }),
  symbolRules({ symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT', tickSize: '0.01', stepSize: '0.0001' }),
  symbolRules({
    symbol: 'BNBUSDT',
    base: 'BNB',
    quote: 'USDT',
    tickSize: '0.01',
    stepSize: '0.001',
    maxQuantity: '900000.00000000',
    marketMaxQuantity: '90000.00000000',
  }),
  symbolRules({
    symbol: 'ETHBTC',
    base: 'ETH',
    quote: 'BTC',
    tickSize: '0.00001',
    stepSize: '0.0001',
    maxPrice: '922327.00000000',
    maxQuantity: '100000.00000000',
    minNotional: '0.00010000',
  }),
];
