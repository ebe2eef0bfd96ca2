import type { JsonObject } from '@sextant/contracts';
import { FreshnessWatch } from './freshness-watch.js';
import { scriptedMarkets, SYMBOL } from './scripted-supply.contract.js';

async function watched() {
  const world = scriptedMarkets();
  await world.markets.load();
  const leave = world.markets.follow(SYMBOL);
  const told: [string, JsonObject][] = [];
  const watch = new FreshnessWatch({ all: () => [world.markets] }, world.clock, (type, payload) =>
    told.push([type, payload]),
  );
  const pass = async (seconds: number, each: () => void = () => undefined): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      each();
      watch.look();
      await world.timers.advance(1_000);
    }
  };
  return { ...world, leave, told, pass };
}

const about = { venue: 'KRAKEN', endpoint: null, symbol: SYMBOL };

it('tells once that a followed market stays stale, and once that it is back', async () => {
  const { supply, told, pass, clock } = await watched();
  const heardAt = clock.now();
  supply.book(100, 101);
  await pass(25);
  expect(told).toEqual([['MarketDataStale', { ...about, staleMs: 10_000, lastReceivedAt: heardAt }]]);
  await pass(3, () => supply.book(100, 101));
  expect(told.slice(1)).toEqual([['MarketDataRecovered', { ...about, staleMs: 19_000 }]]);
});

it('says nothing of a market that pauses for a moment, nor of one that nobody follows any more', async () => {
  const { supply, told, pass, leave, timers } = await watched();
  supply.book(100, 101);
  await pass(14);
  supply.book(100, 101);
  await pass(12);
  leave();
  await timers.advance(60_000);
  await pass(30);
  expect(told).toEqual([]);
});

it('tells of a market that never came', async () => {
  const { told, pass } = await watched();
  await pass(12);
  expect(told).toEqual([['MarketDataStale', { ...about, staleMs: 10_000, lastReceivedAt: null }]]);
});
