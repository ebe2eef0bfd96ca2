import type { BookLevel } from '@sextant/exchange';
import type { BookChange } from '../domain/market-events.js';
import { scriptedMarkets, SYMBOL } from './scripted-supply.contract.js';

async function followed() {
  const world = scriptedMarkets();
  await world.markets.load();
  world.markets.follow(SYMBOL);
  const changes: BookChange[] = [];
  world.markets.bookChanges.subscribe((change) => changes.push(change));
  return { ...world, changes };
}

const top = ({ markets }: { markets: { topOfBook(symbol: string): unknown } }) => markets.topOfBook(SYMBOL);

describe('a stream of whole books', () => {
  it('says only what differs: what an account took from a level stays taken', async () => {
    const world = await followed();
    const asks: BookLevel[] = [
      [101, 4],
      [102, 5],
      [104, 6],
    ];
    world.supply.book([[100, 3]], asks);
    world.supply.book(
      [[99, 3]],
      [
        [101, 4],
        [103, 1],
        [104, 7],
      ],
    );
    expect(world.changes).toEqual([
      { symbol: SYMBOL, whole: true, bids: [], asks: [] },
      { symbol: SYMBOL, whole: false, bids: [100, 0, 99, 3], asks: [102, 0, 103, 1, 104, 7] },
    ]);
    expect(world.markets.depth(SYMBOL, 10)).toMatchObject({
      bids: [99, 3],
      asks: [101, 4, 103, 1, 104, 7],
    });
  });

  it('does not go back', async () => {
    const world = await followed();
    world.supply.book(100, 101, 7);
    world.supply.book(90, 91, 6);
    expect([top(world), world.refused]).toMatchObject([{ bidTicks: 100 }, ['OUT_OF_ORDER']]);
  });

  it('that was away counts again with its next whole book, whatever number that has', async () => {
    const world = await followed();
    world.supply.book(100, 101, 7);
    world.supply.tell({ kind: 'STREAM', state: 'DOWN', detail: 'cut' });
    expect(top(world)).toBeNull();
    world.supply.tell({ kind: 'STREAM', state: 'UP', detail: '' });
    expect(top(world)).toBeNull();
    world.supply.book(90, 91, 2);
    expect(top(world)).toMatchObject({ bidTicks: 90, stale: false });
  });
});

describe('changes of a book', () => {
  it('count when none is missing between them', async () => {
    const world = await followed();
    world.supply.change([[100, 9]], [], 6);
    expect(top(world)).toBeNull();
    world.supply.book(100, 101, 7);
    world.supply.change(
      [[100, 4]],
      [
        [101, 0],
        [102, 2],
      ],
      8,
    );
    expect(top(world)).toMatchObject({ bidLots: 4, askTicks: 102 });
    world.supply.change([[100, 1]], [], 8);
    expect([top(world), world.refused]).toMatchObject([{ bidLots: 4 }, ['OUT_OF_ORDER']]);
    world.supply.change([[100, 1]], [], 10);
    expect([top(world), world.refused]).toEqual([null, ['OUT_OF_ORDER', 'GAP']]);
    expect(world.markets.streams()[0]).toMatchObject({ venue: 'KRAKEN', state: 'GAP', gaps: 1, refused: 2 });
  });

  it('without numbers count in the order they come in, and one that cannot be read ends the book', async () => {
    const world = await followed();
    world.supply.book(100, 101, 7);
    world.supply.change([[100, 4]], [], null);
    expect(top(world)).toMatchObject({ bidLots: 4 });
    world.supply.change([[100.5, 4]], [], null);
    expect([top(world), world.refused]).toEqual([null, ['MALFORMED']]);
  });
});

it('a book that grows without end is given up', async () => {
  const world = await followed();
  world.supply.book([[1, 1]], [[1_000_000, 1]], 1);
  for (let id = 2; id < 8; id += 1) {
    const made = Array.from({ length: 5_000 }, (_, at): BookLevel => [id * 5_000 + at, 1]);
    world.supply.change(made, [], id);
  }
  expect([top(world), world.refused[0]]).toEqual([null, 'MALFORMED']);
});

it.each<[string, BookLevel[], BookLevel[]]>([
  ['of zero', [[0, 1]], [[101, 1]]],
  ['below zero', [[-5, 1]], [[101, 1]]],
  ['that is no number', [[Number.NaN, 1]], [[101, 1]]],
  ['beyond what is exact', [[100, 1]], [[2 ** 60, 1]]],
  ['between two ticks', [[100, 1]], [[101.5, 1]]],
  [
    'out of order',
    [
      [99, 1],
      [100, 1],
    ],
    [[101, 1]],
  ],
  [
    'twice',
    [[100, 1]],
    [
      [101, 1],
      [101, 2],
    ],
  ],
  ['without a size', [[100, 0]], [[101, 1]]],
  ['with too many others', [[100, 1]], Array.from({ length: 5_001 }, (_, at): BookLevel => [101 + at, 1])],
])('a book with a price %s never gets in', async (_, bids, asks) => {
  const world = await followed();
  world.supply.book(90, 91);
  world.supply.book(bids, asks);
  expect([top(world), world.refused]).toMatchObject([{ bidTicks: 90, askTicks: 91 }, ['MALFORMED']]);
});

it('a crossed book is shown and not traded on', async () => {
  const world = await followed();
  world.supply.book(100, 102);
  world.supply.book(103, 102);
  world.supply.book(104, 102);
  expect([top(world), world.refused]).toMatchObject([{ bidTicks: 104, stale: true }, ['CROSSED']]);
  expect(world.markets.mark(SYMBOL)).toMatchObject({ stale: true });
  world.supply.book(100, 102);
  expect(top(world)).toMatchObject({ stale: false });
});

it('a price that jumps is not traded on until it has stood', async () => {
  const world = await followed();
  world.supply.book(100, 102);
  world.supply.book(1_000, 1_020);
  expect([top(world), world.refused]).toMatchObject([{ bidTicks: 1_000, stale: true }, ['PRICE_SPIKE']]);
  expect(world.markets.mark(SYMBOL)).toMatchObject({ priceUnits: 1_010_000_000_000_000_000n, stale: true });
  for (let second = 0; second < 30; second += 1) {
    await world.timers.advance(1_000);
    world.supply.book(1_000, 1_020 + second);
  }
  expect(top(world)).toMatchObject({ bidTicks: 1_000, stale: false });
});

it('trades are taken once, and not at a price that is none', async () => {
  const world = await followed();
  world.supply.book(100, 102);
  world.supply.trade('a', 101);
  world.supply.trade('a', 101);
  world.supply.trade('b', 1_010);
  world.supply.trade('c', 0);
  expect(world.markets.recentTrades(SYMBOL, 10).map(({ tradeId }) => tradeId)).toEqual(['a']);
  expect(world.refused).toEqual(['REPEATED', 'PRICE_SPIKE', 'MALFORMED']);
});

it('best prices stand in where there is no book, without sizes that nobody told', async () => {
  const world = await followed();
  const ticker = {
    symbol: SYMBOL,
    bidTicks: 100,
    bidLots: null,
    askTicks: 102,
    askLots: null,
    lastTicks: null,
    asOf: 1,
  };
  world.supply.tell({ kind: 'TICKER', ticker });
  expect(top(world)).toMatchObject({ bidTicks: 100, bidLots: 0, askTicks: 102, stale: false });
  expect(world.markets.depth(SYMBOL, 5)).toBeNull();
  world.supply.tell({ kind: 'TICKER', ticker: { ...ticker, bidTicks: 0 } });
  expect([top(world), world.refused]).toMatchObject([{ bidTicks: 100 }, ['MALFORMED']]);
});
