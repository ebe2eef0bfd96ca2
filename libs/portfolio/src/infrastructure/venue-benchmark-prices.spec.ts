import { ExchangeGateways } from '@sextant/exchange';
import type { ExchangeGateway, VenueCandle } from '@sextant/exchange';
import { VenueBenchmarkPrices } from './venue-benchmark-prices.js';

const DAY = 86_400_000;

function candle(day: number, close: string, closed = true): VenueCandle {
  const openTime = day * DAY;
  const prices = { open: '1', high: '1', low: '1', close, volume: '1', trades: null };
  return { openTime, closeTime: openTime + DAY, ...prices, closed };
}

/** A venue with these candles, two of them a page. */
function pricesOf(candles: VenueCandle[] | 'UNKNOWN' | null, asked: number[] = []) {
  const marketData = candles !== null && {
    candles: (_symbol: string, _interval: string, { from, to }: { from: number; to: number }) => {
      asked.push(from / DAY);
      if (candles === 'UNKNOWN') return Promise.resolve({ outcome: 'UNKNOWN' });
      const value = candles.filter(({ openTime }) => openTime >= from && openTime < to).slice(0, 2);
      return Promise.resolve({ outcome: 'CONFIRMED', value });
    },
  };
  const gateway = { venue: 'V', ...(marketData && { marketData }) } as unknown as ExchangeGateway;
  return new VenueBenchmarkPrices(new ExchangeGateways([gateway]));
}

describe('what a venue tells of a benchmark', () => {
  it('becomes returns from close to close, page by page, the first against the day before', async () => {
    const asked: number[] = [];
    const candles = [100, 110, 99, 99].map((close, index) => candle(index + 9, String(close)));
    const returns = await pricesOf(candles, asked).dailyReturns('V', 'BTC/USDT', 10 * DAY, 13 * DAY);
    expect(returns!.map(({ day, value }) => [day / DAY, Number(value.toFixed(9))])).toEqual([
      [10, 0.1],
      [11, -0.1],
      [12, 0],
    ]);
    expect(asked).toEqual([9, 11]);
  });

  it('has no return where a day is missing, or not over', async () => {
    const candles = [candle(9, '100'), candle(11, '110'), candle(12, '120', false)];
    expect(await pricesOf(candles).dailyReturns('V', 'BTC/USDT', 10 * DAY, 13 * DAY)).toEqual([]);
  });

  it('is unknown where it does not answer, or has no data at all', async () => {
    expect(await pricesOf('UNKNOWN').dailyReturns('V', 'BTC/USDT', 0, DAY)).toBeNull();
    expect(await pricesOf(null).dailyReturns('V', 'BTC/USDT', 0, DAY)).toBeNull();
  });
});
