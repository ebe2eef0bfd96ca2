import { Instrument } from '@sextant/kernel';
import type { Tick } from '../domain/market-events.js';
import { OrderBook } from '../domain/order-book.js';
import { BinanceSpotDecoder } from './binance-spot-messages.js';
import { readCapture, shippedCapture } from './capture.js';

const instrument = Instrument.load({
  venue: 'PAPER',
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
});

function best(book: OrderBook): number[] {
  return [...book.bids.top(1), ...book.asks.top(1)];
}

function bestOf(tick: Tick): number[] {
  return [tick.bidTicks, tick.bidLots, tick.askTicks, tick.askLots];
}

it('the recorded market: every best price of the venue comes out of our book', async () => {
  const decoder = new BinanceSpotDecoder(instrument);
  const deltas = new OrderBook('BTC/USDT');
  const live = new OrderBook('BTC/USDT');
  const seen = { SNAPSHOT: 0, UPDATE: 0, TICK: 0, TRADE: 0 };
  const compared = { ticks: 0, updates: 0, wholeBooks: 0 };
  const mismatches: string[] = [];
  let ticks: Tick[] = [];
  for await (const { text, receivedMs } of readCapture(shippedCapture())) {
    const message = decoder.decode(text);
    if (typeof message === 'string') throw new Error(message);
    seen[message.kind] += 1;
    const receivedAt = Math.trunc(receivedMs);
    if (message.kind === 'SNAPSHOT') {
      for (const book of [deltas, live]) book.applySnapshot({ ...message.value, receivedAt });
    } else if (message.kind === 'TICK') {
      const tick = { ...message.value, receivedAt };
      ticks.push(tick);
      live.applyTick(tick);
      if (live.inSequence && tick.updateId > live.sequence) {
        compared.ticks += 1;
        if (String(best(live)) !== String(bestOf(tick))) mismatches.push(`tick ${tick.updateId}`);
      }
    } else if (message.kind === 'UPDATE') {
      const update = { ...message.value, receivedAt };
      for (const book of [deltas, live]) {
        if (book.applyUpdate(update) === 'GAP') mismatches.push(`gap at ${update.firstId}`);
      }
      if (!deltas.inSequence) continue;
      // The venue's last word on the best prices up to this update must be what the deltas alone add up to.
      const last = ticks.findLast((tick) => tick.updateId <= update.lastId);
      if (last !== undefined) {
        compared.updates += 1;
        if (String(best(deltas)) !== String(bestOf(last))) mismatches.push(`update ${update.lastId}`);
      }
      if (ticks.every((tick) => tick.updateId <= update.lastId)) {
        compared.wholeBooks += 1;
        const whole = (book: OrderBook) => `${book.bids.top(5_000)}|${book.asks.top(5_000)}`;
        if (compared.wholeBooks % 50 === 0 && whole(deltas) !== whole(live))
          mismatches.push(`book ${update.lastId}`);
      }
      ticks = ticks.slice(-50).filter((tick) => tick.updateId > update.lastId || tick === last);
    }
  }
  expect(mismatches).toEqual([]);
  expect(seen).toEqual({ SNAPSHOT: 1, UPDATE: 3_451, TICK: 28_040, TRADE: 9_757 });
  expect(compared.ticks).toBeGreaterThan(28_030);
  expect(compared.updates).toBeGreaterThan(3_440);
  expect(compared.wholeBooks).toBeGreaterThan(3_000);
});
