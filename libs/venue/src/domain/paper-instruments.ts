import { Instrument } from '@sextant/kernel';

/** The name of the simulated exchange. */
export const PAPER_VENUE = 'PAPER';

/** Filters and fees as Binance spot has them. */
export const paperInstruments: readonly Instrument[] = [
  Instrument.load({
    venue: PAPER_VENUE,
    symbol: 'BTC/USDT',
    tickSize: '0.01',
    stepSize: '0.00001',
    minPrice: '0.01',
    maxPrice: '1000000',
    minQuantity: '0.00001',
    maxQuantity: '9000',
    minNotional: '5',
    makerFeeRate: '0.001',
    takerFeeRate: '0.001',
    priceBands: { buy: { lowest: '0.2', highest: '5' }, sell: { lowest: '0.2', highest: '5' } },
  }),
];
