import { ListTickers, ListTickersHandler } from './list-tickers.js';
import { MarketData } from './market-data.js';
import type { PriceChange } from './quotes.js';
import { instrumentOf, scriptedMarkets, ScriptedSupply, SYMBOL } from './scripted-supply.contract.js';

describe('the instruments of a venue', () => {
  it('are asked for when somebody needs them, and named as not known until then', async () => {
    const { markets, supply } = scriptedMarkets();
    expect(supply.asked).toBe(0);
    expect(() => markets.resolveSymbol('btcusdt')).toThrow(
      expect.objectContaining({ code: 'VENUE_MARKETS_UNKNOWN' }),
    );
    await Promise.all([markets.load(), markets.load()]);
    expect([markets.resolveSymbol('btcusdt'), supply.asked]).toEqual([SYMBOL, 1]);
    expect(() => markets.instrument('NO/PE')).toThrow(expect.objectContaining({ code: 'UNKNOWN_SYMBOL' }));
  });

  it('of a venue that is out of reach are asked for again, and the last known ones hold', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    const { listed } = supply;
    supply.listed = null;
    await expect(markets.load()).rejects.toMatchObject({ code: 'VENUE_MARKETS_UNKNOWN' });
    supply.listed = listed;
    await timers.advance(15_000);
    expect(markets.instruments()).toHaveLength(2);
    supply.listed = null;
    await markets.refresh();
    expect(markets.instruments()).toHaveLength(2);
  });

  it('are those of the adapter, which asks anew after an order was refused for its rules', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    await markets.load();
    const before = markets.instrument(SYMBOL);
    await timers.advance(15_000);
    expect(markets.instrument(SYMBOL)).toBe(before);
    supply.listed = [instrumentOf({ minNotional: '50' })];
    await timers.advance(15_000);
    expect(markets.instrument(SYMBOL).spec.minNotional).toBe('50');
    expect(markets.instrument('ETH/USDT').spec.minNotional).toBe('5');
    expect(markets.instruments()).toHaveLength(1);
  });

  it('that count in other ticks begin their market anew', async () => {
    const { markets, supply } = scriptedMarkets();
    await markets.load();
    markets.follow(SYMBOL);
    supply.book(6_000_000, 6_000_001);
    supply.listed = [instrumentOf({ tickSize: '0.1' })];
    await markets.refresh();
    expect(markets.topOfBook(SYMBOL)).toBeNull();
    supply.book(600_000, 600_001);
    expect(markets.mark(SYMBOL)).toMatchObject({ priceUnits: 60_000_050_000_000_000_000_000n, stale: false });
  });
});

describe('the feed of a market', () => {
  it('runs while somebody follows it, and a minute longer', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    await markets.load();
    const [one, other] = [markets.follow(SYMBOL), markets.follow(SYMBOL)];
    supply.book(100, 101);
    one();
    one();
    await timers.advance(120_000);
    expect(supply.fed.has(SYMBOL)).toBe(true);
    other();
    await timers.advance(59_000);
    markets.follow(SYMBOL)();
    await timers.advance(59_000);
    expect(supply.fed.has(SYMBOL)).toBe(true);
    await timers.advance(1_000);
    expect([supply.fed.size, markets.topOfBook(SYMBOL), timers.armed]).toEqual([0, null, 1]);
  });

  it('begins by itself once the instruments are known', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    const { listed } = supply;
    supply.listed = null;
    markets.follow(SYMBOL);
    markets.follow('NO/PE');
    await expect(markets.load()).rejects.toThrow();
    supply.listed = listed;
    await timers.advance(15_000);
    expect([...supply.fed.keys()]).toEqual([SYMBOL]);
  });

  it('waits where too many run, until one of them has no follower', async () => {
    const { markets, supply } = scriptedMarkets(new ScriptedSupply(), 1);
    await markets.load();
    const leave = markets.follow(SYMBOL);
    markets.follow('ETH/USDT');
    expect([...supply.fed.keys()]).toEqual([SYMBOL]);
    leave();
    expect([...supply.fed.keys()]).toEqual(['ETH/USDT']);
  });

  it('ends with the process', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    await markets.load();
    markets.follow(SYMBOL);
    markets.close();
    expect([supply.fed.size, timers.armed]).toEqual([0, 0]);
  });
});

describe('a market that somebody waits for', () => {
  it('is ready with its first price', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    const ready = markets.ready(SYMBOL, 2_000);
    await timers.advance(500);
    supply.book(100, 101);
    expect(await ready).toBe(true);
    expect(await markets.ready(SYMBOL, 0)).toBe(true);
    expect(markets.topOfBook(SYMBOL)).toMatchObject({ bidTicks: 100, askTicks: 101, stale: false });
  });

  it('is not ready when no price comes in time, or only one that nobody may trade on', async () => {
    const { markets, supply, timers } = scriptedMarkets();
    const ready = markets.ready(SYMBOL, 2_000);
    await timers.advance(1_000);
    supply.book(101, 100);
    await timers.advance(1_000);
    expect(await ready).toBe(false);
  });
});

it('prices are told at once: of the book, of a trade, and when they become stale', async () => {
  const { markets, supply, timers } = scriptedMarkets();
  await markets.load();
  markets.follow(SYMBOL);
  const told: PriceChange[] = [];
  const leave = markets.onPrice(SYMBOL, (change) => told.push(change));
  supply.book(100, 102);
  supply.trade('1', 101);
  supply.book(100, 103);
  expect(
    told.map(({ bidTicks, askTicks, lastTicks, stale }) => [bidTicks, askTicks, lastTicks, stale]),
  ).toEqual([
    [100, 102, null, false],
    [100, 102, 101, false],
    [100, 103, 101, false],
  ]);
  await timers.advance(6_000);
  expect(told.slice(3)).toEqual([expect.objectContaining({ bidTicks: 100, stale: true })]);
  supply.tell({ kind: 'STREAM', state: 'DOWN', detail: 'cut' });
  expect(told.at(-1)).toMatchObject({ bidTicks: null, askTicks: null, lastTicks: 101, stale: true });
  leave();
  supply.book(100, 102);
  expect(told).toHaveLength(5);
});

it('what is asked for by symbol alone is followed for a while; a list of everything is not', async () => {
  const { markets, supply } = scriptedMarkets();
  await markets.load();
  const data = new MarketData(markets, () => markets);
  expect([data.topOfBook(SYMBOL), data.mark('NO/PE')]).toEqual([null, null]);
  expect([...supply.fed.keys()]).toEqual([SYMBOL]);
  const tickers = new ListTickersHandler(data);
  supply.book(100, 101);
  expect((await tickers.execute(new ListTickers(null))).map(({ stale }) => stale)).toEqual([false, true]);
  expect([...supply.fed.keys()]).toEqual([SYMBOL]);
});
