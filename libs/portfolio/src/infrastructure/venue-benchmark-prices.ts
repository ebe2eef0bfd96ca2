import { Injectable } from '@nestjs/common';
import { ExchangeGateways } from '@sextant/exchange';
import type { VenueCandle, VenueMarketData } from '@sextant/exchange';
import type { EpochMs } from '@sextant/kernel';
import { BenchmarkPrices } from '../application/performance/benchmark-prices.js';
import { DAY_MS } from '../domain/performance/equity-point.js';
import type { DailyReturn } from '../domain/performance/equity-point.js';

const PAGE = 500;
/** Twenty-seven years of days: whoever answers pages without end is not asked for more. */
const MOST_PAGES = 20;

/** The venue's own daily candles, asked for when they are needed: its channel keeps what it said lately. */
@Injectable()
export class VenueBenchmarkPrices extends BenchmarkPrices {
  constructor(private readonly gateways: ExchangeGateways) {
    super();
  }

  async dailyReturns(
    venue: string,
    symbol: string,
    from: EpochMs,
    to: EpochMs,
  ): Promise<DailyReturn[] | null> {
    const data = this.gateways.of(venue).marketData;
    if (data === undefined) return null;
    const candles = await dailyCandles(data, symbol, from - DAY_MS, to);
    return candles === null ? null : closeToClose(candles);
  }
}

async function dailyCandles(
  data: VenueMarketData,
  symbol: string,
  from: EpochMs,
  to: EpochMs,
): Promise<VenueCandle[] | null> {
  const candles: VenueCandle[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const start = candles.length === 0 ? from : candles.at(-1)!.openTime + DAY_MS;
    if (start >= to) break;
    const told = await data.candles(symbol, '1d', { from: start, to, limit: PAGE });
    if (told.outcome !== 'CONFIRMED') return null;
    const fresh = told.value.filter(({ openTime }) => openTime >= start);
    if (fresh.length === 0) break;
    candles.push(...fresh);
  }
  return candles;
}

/** A day whose predecessor is not there has no return. */
function closeToClose(candles: readonly VenueCandle[]): DailyReturn[] {
  const closes = new Map<EpochMs, number>();
  for (const { openTime, close, closed } of candles) if (closed) closes.set(openTime, Number(close));
  return [...closes].flatMap(([day, close]) => {
    const before = closes.get(day - DAY_MS);
    return before === undefined || before <= 0 ? [] : [{ day, value: close / before - 1 }];
  });
}
