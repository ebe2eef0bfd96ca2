import { SimulatedVenue } from '@sextant/exchange';
import type { VenueDataEvent } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';
import { ManualClock, ManualTimers } from '@sextant/platform';
import { instrumentOf, ScriptedSupply, SYMBOL } from '../application/scripted-supply.contract.js';
import { VenueMarkets } from '../application/venue-markets.js';
import { PaperSupply } from './paper-supply.js';

/** Keeps the first grid of each market, as the database does. */
class RememberedListing {
  readonly kept = new Map<string, Instrument>();

  async keep(instruments: readonly Instrument[]): Promise<Instrument[]> {
    for (const one of instruments) {
      const before = this.kept.get(one.symbol.toString());
      if (before === undefined || before.spec.tickSize === one.spec.tickSize) {
        this.kept.set(one.symbol.toString(), one);
      }
    }
    return [...this.kept.values()];
  }
}

function paper(listed = [instrumentOf({ venue: 'PAPER' })]) {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => 10 };
  const source = new ScriptedSupply();
  const store = new RememberedListing();
  const venue = new SimulatedVenue(null as never, clock, listed);
  const warned: string[] = [];
  const logger = { warn: (_: string, fields?: object) => void warned.push(JSON.stringify(fields)) };
  const supply = new PaperSupply(source, venue, store, logger);
  const markets = new VenueMarkets('PAPER', null, { clock, timers, settings }, supply, listed);
  return { source, store, venue, warned, markets, timers };
}

it('lists the spot markets of its source as its own, with the rules that it has there', async () => {
  const { source, markets, venue, store } = paper();
  source.listed = [
    instrumentOf({ minNotional: '7' }),
    instrumentOf({ symbol: 'ETH/USDT', takerFeeRate: '0.004' }),
    instrumentOf({ symbol: 'BTC/USDT:USDT' }),
  ];
  await markets.refresh();
  expect(
    markets.instruments().map(({ spec }) => [spec.venue, spec.symbol, spec.minNotional, spec.takerFeeRate]),
  ).toEqual([
    ['PAPER', 'BTC/USDT', '7', '0.001'],
    ['PAPER', 'ETH/USDT', '5', '0.004'],
  ]);
  expect(venue.instruments).toEqual(markets.instruments());
  expect([...store.kept.keys()]).toEqual(['BTC/USDT', 'ETH/USDT']);
});

it('counts in the ticks and lots that it was listed with', async () => {
  const { source, markets } = paper();
  source.listed = [instrumentOf({ tickSize: '0.5', stepSize: '0.001' })];
  await markets.refresh();
  expect(markets.instrument(SYMBOL).spec).toMatchObject({ tickSize: '0.01', stepSize: '0.00001' });
  markets.follow(SYMBOL);
  source.book([[120_000, 3]], [[120_001, 4]]);
  expect(markets.topOfBook(SYMBOL)).toMatchObject({
    ...{ bidTicks: 6_000_000, bidLots: 300, askTicks: 6_000_050, askLots: 400 },
  });
  source.trade('1', 120_000);
  expect(markets.recentTrades(SYMBOL, 1)).toMatchObject([{ priceTicks: 6_000_000, lots: 500 }]);
});

it('stays closed, and says so, where its source counts in finer ticks', async () => {
  const { source, markets, warned } = paper();
  source.listed = [instrumentOf({ tickSize: '0.001' })];
  await markets.refresh();
  markets.follow(SYMBOL);
  source.book(60_000_000, 60_000_001);
  expect([source.fed.size, markets.topOfBook(SYMBOL)]).toEqual([0, null]);
  expect(markets.instrument(SYMBOL).spec.tickSize).toBe('0.01');
  expect(warned.join()).toContain(SYMBOL);
});

it('takes the grid of the process that listed the market first', async () => {
  const { source, markets, store } = paper([]);
  await store.keep([instrumentOf({ venue: 'PAPER', tickSize: '0.01' })]);
  source.listed = [instrumentOf({ tickSize: '0.1' })];
  await markets.refresh();
  markets.follow(SYMBOL);
  source.book(600_000, 600_001);
  expect(markets.topOfBook(SYMBOL)).toMatchObject({ bidTicks: 6_000_000, askTicks: 6_000_010 });
});

it('is fed anew when its source counts in other ticks than before', async () => {
  const { source, markets } = paper();
  await markets.refresh();
  markets.follow(SYMBOL);
  source.book(6_000_000, 6_000_001);
  source.listed = [instrumentOf({ tickSize: '0.1' })];
  await markets.refresh();
  source.book(600_000, 600_001);
  expect(markets.topOfBook(SYMBOL)).toMatchObject({ bidTicks: 6_000_000, askTicks: 6_000_010 });
});

it('knows its markets while the source is out of reach, and is fed once it answers', async () => {
  const { source, markets, timers } = paper();
  const { listed } = source;
  source.listed = null;
  markets.know([instrumentOf({ venue: 'PAPER', symbol: 'OLD/USDT' })]);
  await markets.refresh();
  markets.follow(SYMBOL);
  expect([markets.resolveSymbol('oldusdt'), markets.resolveSymbol('btcusdt')]).toEqual(['OLD/USDT', SYMBOL]);
  expect([source.fed.size, markets.topOfBook(SYMBOL)]).toEqual([0, null]);
  source.listed = listed;
  await timers.advance(15_000);
  source.book(100, 101);
  expect(markets.topOfBook(SYMBOL)).toMatchObject({ bidTicks: 100, stale: false });
  expect(markets.instruments().map(({ symbol }) => symbol.toString())).not.toContain('OLD/USDT');
});

it('passes on what is told of a stream', async () => {
  const { source, markets } = paper();
  source.listed = [instrumentOf({ tickSize: '0.1' })];
  await markets.refresh();
  markets.follow(SYMBOL);
  source.book(600_000, 600_001);
  const down: VenueDataEvent = { kind: 'STREAM', state: 'DOWN', detail: 'cut' };
  source.tell(down);
  expect(markets.topOfBook(SYMBOL)).toBeNull();
});
