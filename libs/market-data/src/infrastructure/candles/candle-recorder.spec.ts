import { DomainError } from '@sextant/kernel';
import { scriptedMarkets, SYMBOL } from '../../application/scripted-supply.contract.js';
import { CandleRecorder } from '../../application/candles/candle-recorder.js';
import type { CandleSeries } from '../../application/candles/candle-history.js';
import type { Candle } from '../../domain/candles/candle.js';
import { MemoryCandleStore } from './memory-candle-store.js';

const MINUTE = 60_000;
const MINUTES: CandleSeries = { venue: 'KRAKEN', symbol: SYMBOL, interval: '1m', source: 'TRADES' };
const SECONDS: CandleSeries = { ...MINUTES, interval: '1s' };

/** A followed market of a scripted venue, and what is recorded of it; the clock stands at the begin of a minute. */
async function recording(store = new MemoryCandleStore(), owner = 'me') {
  const world = scriptedMarkets();
  const { clock, markets, supply } = world;
  clock.jumpTo(Math.ceil(clock.now() / MINUTE) * MINUTE);
  const start = clock.now();
  await markets.load();
  markets.follow(SYMBOL);
  const verdicts: string[] = [];
  const recorder = new CandleRecorder({ all: () => [markets] }, store, clock, owner, (one) =>
    verdicts.push(one),
  );
  const closed: [string, Candle][] = [];
  recorder.closed.subscribe(({ series, candle }) => closed.push([series.interval, candle]));
  recorder.listen();
  let id = 0;
  const trade = (atMs: number, priceTicks: number, lots = 1, venueTradeId = String((id += 1))): void => {
    clock.advance(Math.max(0, start + atMs - clock.now()));
    const executedAt = start + atMs;
    supply.tell({
      kind: 'TRADE',
      trade: { venueTradeId, symbol: SYMBOL, priceTicks, lots, aggressor: null, executedAt },
    });
  };
  const at = async (atMs: number): Promise<void> => {
    clock.advance(Math.max(0, start + atMs - clock.now()));
    await recorder.flush();
  };
  const kept = async (series = MINUTES) => {
    const [found] = await store.read([{ series, from: 0, to: Number.MAX_SAFE_INTEGER }]);
    const { columns, openFrom } = found!;
    const bars = Array.from(columns.openTime, (time, n) => [
      time - start,
      ...[columns.openTicks[n], columns.highTicks[n], columns.lowTicks[n], columns.closeTicks[n]],
      ...[columns.volumeLots[n], time < openFrom],
    ]);
    return bars;
  };
  const heard = async () => {
    const [spans] = await store.covered([{ series: MINUTES, from: 0, to: Number.MAX_SAFE_INTEGER }]);
    return spans!.map(({ from, to }) => [from - start, to - start]);
  };
  return { ...world, recorder, store, verdicts, closed, trade, at, kept, heard };
}

it('the live bar is kept as it grows, and closes once', async () => {
  const { trade, at, kept, closed } = await recording();
  trade(100, 5_000, 2);
  await at(1_000);
  expect(await kept()).toEqual([[0, 5_000, 5_000, 5_000, 5_000, 2, false]]);
  trade(30_000, 5_100, 1);
  trade(59_999, 4_900, 1);
  await at(60_500);
  expect(await kept()).toEqual([[0, 5_000, 5_100, 4_900, 4_900, 4, false]]);
  await at(65_000);
  await at(66_000);
  expect(await kept()).toEqual([[0, 5_000, 5_100, 4_900, 4_900, 4, true]]);
  expect(closed.filter(([interval]) => interval === '1m')).toHaveLength(1);
  expect(await kept(SECONDS)).toEqual([
    [0, 5_000, 5_000, 5_000, 5_000, 2, true],
    [30_000, 5_100, 5_100, 5_100, 5_100, 1, true],
    [59_000, 4_900, 4_900, 4_900, 4_900, 1, true],
  ]);
});

it('what was listened to is known: from the first trade on, and not where the stream was away', async () => {
  const { trade, at, heard, supply } = await recording();
  trade(20_000, 5_000);
  await at(30_000);
  expect(await heard()).toEqual([[20_000, 25_000]]);
  trade(40_000, 5_000);
  await at(46_000);
  expect(await heard()).toEqual([[20_000, 41_000]]);
  // It says nothing any more: what was thought to be silence was none.
  supply.fed.get(SYMBOL)?.missTrades();
  trade(70_000, 5_000);
  await at(80_000);
  expect(await heard()).toEqual([
    [20_000, 40_000],
    [70_000, 75_000],
  ]);
});

it('a trade that comes after its minute was closed changes nothing, and the minute is not whole', async () => {
  const { trade, at, kept, heard, verdicts } = await recording();
  trade(1_000, 5_000);
  trade(61_000, 5_000);
  trade(125_000, 5_000);
  await at(126_000);
  trade(100_000, 6_000, 1, 'late');
  await at(190_000);
  expect(verdicts).toEqual(['TAKEN', 'TAKEN', 'TAKEN', 'LATE']);
  expect((await kept()).map(([time, , high]) => [time, high])).toEqual([
    [0, 5_000],
    [60_000, 5_000],
    [120_000, 5_000],
  ]);
  expect(await heard()).toEqual([
    [1_000, 60_000],
    [120_000, 185_000],
  ]);
});

it('a trade from nowhere in time closes no candle', async () => {
  const { trade, verdicts, supply, kept, at, clock } = await recording();
  trade(1_000, 5_000);
  for (const executedAt of [clock.now() + 3_600_000, NaN, -1, 0.5]) {
    const made = {
      venueTradeId: `x${executedAt}`,
      symbol: SYMBOL,
      priceTicks: 5_000,
      lots: 1,
      aggressor: null,
    };
    supply.tell({ kind: 'TRADE', trade: { ...made, executedAt } });
  }
  trade(2_000, 5_001);
  await at(3_000);
  expect(verdicts).toEqual(['TAKEN', ...new Array<string>(4).fill('IMPLAUSIBLE'), 'TAKEN']);
  expect(await kept()).toEqual([[0, 5_000, 5_001, 5_000, 5_001, 2, false]]);
});

it('of two processes that follow a market one records it', async () => {
  const store = new MemoryCandleStore();
  const first = await recording(store);
  const second = await recording(store, 'you');
  first.trade(1_000, 5_000);
  second.trade(1_000, 7_000);
  await first.at(2_000);
  await second.at(2_000);
  expect((await first.kept()).map(([, open]) => open)).toEqual([5_000]);
});

it('what could not be kept is kept later', async () => {
  class Away extends MemoryCandleStore {
    isAway = false;

    override async keepLive(...live: Parameters<MemoryCandleStore['keepLive']>): Promise<void> {
      if (this.isAway) throw new DomainError('DATABASE_UNAVAILABLE', 'away');
      return super.keepLive(...live);
    }
  }
  const store = new Away();
  const { trade, at, kept, heard } = await recording(store);
  trade(1_000, 5_000);
  await at(2_000);
  store.isAway = true;
  trade(62_000, 5_100);
  await expect(at(70_000)).rejects.toThrow('away');
  await expect(at(130_000)).rejects.toThrow('away');
  store.isAway = false;
  await at(131_000);
  expect((await kept()).map(([time, open, , , , , isClosed]) => [time, open, isClosed])).toEqual([
    [0, 5_000, true],
    [60_000, 5_100, true],
  ]);
  expect(await heard()).toEqual([[1_000, 125_000]]);
});
