import { Instrument } from '@sextant/kernel';
import { CandleBuilder } from '../../domain/candles/candle-builder.js';
import type { Candle } from '../../domain/candles/candle.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { Trade } from '../../domain/market-events.js';
import { BinanceSpotDecoder } from '../binance-spot-messages.js';
import { readCapture, shippedCapture } from '../capture.js';

const instrument = Instrument.load({
  ...{ venue: 'PAPER', symbol: 'BTC/USDT', tickSize: '0.01', stepSize: '0.00001', minPrice: '0.01' },
  ...{ maxPrice: '1000000', minQuantity: '0.00001', maxQuantity: '9000', minNotional: '5' },
  ...{ makerFeeRate: '0.001', takerFeeRate: '0.001' },
});

async function recordedTrades(): Promise<Trade[]> {
  const decoder = new BinanceSpotDecoder(instrument);
  const found: Trade[] = [];
  for await (const { text } of readCapture(shippedCapture())) {
    const message = decoder.decode(text);
    if (typeof message !== 'string' && message.kind === 'TRADE') found.push(message.value);
  }
  return found;
}

/** A candle of each minute by the letter of its definition, all trades at hand. */
function byDefinition(all: readonly Trade[], sizeMs: number) {
  return [...new Set(all.map(({ executedAt }) => Math.floor(executedAt / sizeMs) * sizeMs))].map(
    (openTime) => {
      const own = all.filter(({ executedAt }) => executedAt >= openTime && executedAt < openTime + sizeMs);
      own.sort((a, b) => a.executedAt - b.executedAt || Number(a.tradeId) - Number(b.tradeId));
      return {
        openTime,
        openTicks: own[0]?.priceTicks,
        highTicks: Math.max(...own.map(({ priceTicks }) => priceTicks)),
        lowTicks: Math.min(...own.map(({ priceTicks }) => priceTicks)),
        closeTicks: own.at(-1)?.priceTicks,
        volumeLots: own.reduce((sum, { lots }) => sum + lots, 0),
        trades: own.length,
      };
    },
  );
}

let trades: Trade[];

beforeAll(async () => {
  trades = await recordedTrades();
});

it.each([
  ['1m', 60_000, 7],
  ['1s', 1_000, 340],
])('the recorded trades make the candles of %s that they are', (name, sizeMs, atLeast) => {
  expect(trades).toHaveLength(9_757);
  const candles: Candle[] = [];
  const builder = new CandleBuilder(Timeframe.of(name), {}, (candle) => candles.push(candle));
  expect(new Set(trades.map((trade) => builder.add(trade)))).toEqual(new Set(['TAKEN']));
  candles.push(...builder.open());
  expect(candles.length).toBeGreaterThanOrEqual(atLeast);
  expect(candles).toMatchObject(byDefinition(trades, sizeMs));
});
