import { deepEqual, equal, ok } from 'node:assert/strict';
import type { VenueDataEvent, VenueMarketData } from '../domain/venue-market-data.js';
import type { ConformanceCase } from './conformance-case.js';
import type { ConformanceWorld } from './conformance-world.js';
import { valueOf } from './conformance-world.js';

/** Public data, where the gateway has it. */
export const dataCases: readonly ConformanceCase[] = [
  {
    name: 'the book falls on the one side, rises on the other, and is not crossed',
    needs: 'marketData',
    async run({ gateway, instrument }) {
      const { bids, asks } = valueOf(await gateway.marketData!.orderBook(instrument.symbol.toString(), 10));
      ok(
        bids.length > 0 && asks.length > 0 && bids.length <= 10 && asks.length <= 10,
        'both sides, ten levels at most',
      );
      const isFalling = (levels: readonly (readonly [number, number])[], sign: 1 | -1) =>
        levels.every(([ticks], index) => index === 0 || (levels[index - 1]![0] - ticks) * sign > 0);
      ok(isFalling(bids, 1) && isFalling(asks, -1), 'in order');
      ok(
        [...bids, ...asks].every(([, lots]) => lots > 0),
        'no level is empty',
      );
      ok(bids[0]![0] < asks[0]![0], 'the best bid is below the best ask');
    },
  },
  {
    name: 'candles are within their range, oldest first, and only past ones are closed',
    needs: 'marketData',
    async run({ gateway, instrument }) {
      const to = await gateway.serverTime();
      const from = Math.floor(to / 60_000) * 60_000 - 30 * 60_000;
      const range = { from, to, limit: 10 };
      const candles = valueOf(await gateway.marketData!.candles(instrument.symbol.toString(), '1m', range));
      ok(candles.length <= 10);
      ok(
        candles.every(({ openTime }) => openTime >= from && openTime < to),
        'within the range',
      );
      deepEqual(
        candles.map(({ openTime }) => openTime),
        candles.map(({ openTime }) => openTime).sort((a, b) => a - b),
      );
      ok(
        candles.every(({ closed, closeTime }) => !closed || closeTime <= to + 5_000),
        'the last one may still change',
      );
      ok(
        candles.every(({ openTime, closeTime }) => closeTime - openTime === 60_000),
        'they close where the next one opens',
      );
    },
  },
  {
    name: 'trades come oldest first with ids, the ticker knows both sides',
    needs: 'marketData',
    async run({ gateway, instrument }) {
      const symbol = instrument.symbol.toString();
      const trades = valueOf(await gateway.marketData!.trades(symbol, 20));
      ok(trades.length <= 20 && trades.every(({ lots, priceTicks }) => lots > 0 && priceTicks > 0));
      ok(
        trades.every(({ executedAt }, index) => index === 0 || trades[index - 1]!.executedAt <= executedAt),
        'in order',
      );
      equal(new Set(trades.map(({ venueTradeId }) => venueTradeId)).size, trades.length, 'ids are unique');
      const [ticker] = valueOf(await gateway.marketData!.tickers([symbol]));
      equal(ticker!.symbol, symbol);
      if (ticker!.bidTicks !== null && ticker!.askTicks !== null) ok(ticker!.bidTicks < ticker!.askTicks);
    },
  },
  {
    name: 'a market that the venue does not have is refused, not guessed',
    needs: 'marketData',
    async run({ gateway }) {
      const answer = await gateway.marketData!.orderBook('NOSUCH/COIN', 5);
      ok(answer.outcome === 'REFUSED', answer.outcome);
      equal(answer.reason.code, 'UNKNOWN_SYMBOL');
    },
  },
  {
    name: 'a subscription says UP and gives values, and nothing after it has ended',
    needs: 'marketData',
    async run(world) {
      const { gateway, instrument, eventually } = world;
      const events = await subscribed(world, gateway.marketData!);
      const symbol = instrument.symbol.toString();
      const book = await eventually('a book is told', async () =>
        events.find((event) => event.kind === 'BOOK'),
      );
      ok(book.kind === 'BOOK' && book.book.symbol === symbol);
      ok(
        events.some((event) => event.kind === 'STREAM' && event.state === 'UP'),
        'UP is told',
      );
    },
  },
];

async function subscribed({ instrument, eventually }: ConformanceWorld, data: VenueMarketData) {
  const events: VenueDataEvent[] = [];
  const symbol = instrument.symbol.toString();
  const end = data.subscribe({ channel: 'BOOK', symbol, depth: 10 }, (event) => events.push(event));
  await eventually('the stream is up', async () => events.some(({ kind }) => kind === 'STREAM'));
  await eventually('it gives values', async () => events.some(({ kind }) => kind === 'BOOK'));
  end();
  const told = events.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  equal(events.length, told, 'told after the end');
  return events;
}
