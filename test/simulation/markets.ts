import { Instrument } from '@sextant/kernel';
import type { Market } from './venue-books.js';

const SPECS = [
  { symbol: 'BTC/USDT', tickSize: '0.01', stepSize: '0.00001' },
  { symbol: 'ETH/USDT', tickSize: '0.01', stepSize: '0.0001' },
] as const;

/** The markets as the venue has them, in its own integers. */
export function venueMarkets(): Map<string, Market> {
  return new Map([
    [
      'BTC/USDT',
      {
        symbol: 'BTC/USDT',
        base: 'BTC',
        quote: 'USDT',
        cellUnits: 10n ** 11n,
        stepUnits: 10n ** 13n,
        bidTicks: 6_000_000,
        askTicks: 6_000_100,
      },
    ],
    [
      'ETH/USDT',
      {
        symbol: 'ETH/USDT',
        base: 'ETH',
        quote: 'USDT',
        cellUnits: 10n ** 12n,
        stepUnits: 10n ** 14n,
        bidTicks: 300_000,
        askTicks: 300_010,
      },
    ],
  ]);
}

/** The same markets as the platform knows them. */
export function platformInstruments(): Map<string, Instrument> {
  return new Map(
    SPECS.map(({ symbol, tickSize, stepSize }) => [
      symbol,
      Instrument.load({
        venue: 'SIM',
        symbol,
        tickSize,
        stepSize,
        minPrice: '0.01',
        maxPrice: '1000000',
        minQuantity: stepSize,
        maxQuantity: '9000',
        minNotional: '5',
        makerFeeRate: '0.001',
        takerFeeRate: '0.001',
      }),
    ]),
  );
}
