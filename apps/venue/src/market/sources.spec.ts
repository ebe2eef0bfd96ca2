import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../engine/random.js';
import type { Side } from '../engine/order.js';
import { CaptureUnreadable, readCapture } from './capture.js';
import { GeneratedMarket, type GeneratedSymbol } from './generated-market.js';
import type { HouseDesk, HouseLevel } from './market-source.js';
import { ReplayedMarket } from './replayed-market.js';

/** A house that only remembers. */
class Desk implements HouseDesk {
  readonly books = new Map<string, Record<Side, Map<number, number>>>();
  readonly trades: [symbol: string, side: Side, ticks: number, lots: number][] = [];

  setLevels(symbol: string, levels: readonly HouseLevel[]): void {
    const book = this.books.get(symbol) ?? { BUY: new Map(), SELL: new Map() };
    this.books.set(symbol, book);
    for (const [side, ticks, lots] of levels) {
      if (lots === 0) book[side].delete(ticks);
      else book[side].set(ticks, lots);
    }
  }

  trade(...trade: [string, Side, number, number]): void {
    this.trades.push(trade);
  }

  best(symbol: string, side: Side): number {
    const prices = [...this.books.get(symbol)![side].keys()];
    return side === 'BUY' ? Math.max(...prices) : Math.min(...prices);
  }
}

const symbol = (name: string, traits: Partial<GeneratedSymbol> = {}): GeneratedSymbol => ({
  symbol: name,
  startTicks: 1_000_000,
  volatilityBps: 10,
  trendBps: 5,
  gapsPerHour: 20,
  gapBps: 50,
  spreadTicks: 2,
  levels: 10,
  levelGapTicks: 5,
  meanLevelLots: 100,
  tradesPerMinute: 60,
  meanTradeLots: 10,
  ...traits,
});

function generate(symbols: GeneratedSymbol[], seed: number, minutes: number): Desk {
  const desk = new Desk();
  const market = new GeneratedMarket(symbols, new Random(seed));
  market.open(desk);
  for (let step = 0; step < minutes * 600; step++) market.advance(desk, 100);
  return desk;
}

describe('a generated market', () => {
  it('is the same for the same seed, another one for another', () => {
    const traded = (seed: number) => generate([symbol('A')], seed, 2).trades;
    expect(traded(7)).toEqual(traded(7));
    expect(traded(7)).not.toEqual(traded(8));
  });

  it('gives each symbol its own course, whatever stands beside it', () => {
    const alone = generate([symbol('A')], 7, 1).trades;
    const beside = generate([symbol('B'), symbol('A')], 7, 1).trades.filter(([name]) => name === 'A');
    expect(beside).toEqual(alone);
  });

  it('never crosses itself, keeps its ladder full and moves', () => {
    const desk = new Desk();
    const market = new GeneratedMarket([symbol('A')], new Random(3));
    market.open(desk);
    const middles = new Set<number>();
    for (let step = 0; step < 3000; step++) {
      market.advance(desk, 100);
      expect(desk.best('A', 'SELL') - desk.best('A', 'BUY')).toBe(2);
      expect(desk.books.get('A')!.BUY.size).toBe(10);
      middles.add(desk.best('A', 'BUY'));
    }
    expect(middles.size).toBeGreaterThan(100);
  });

  it('trades about as often as it is told to, at prices of the book', () => {
    const { trades } = generate([symbol('A', { tradesPerMinute: 120 })], 5, 10);
    expect(trades.length).toBeGreaterThan(1000);
    expect(trades.length).toBeLessThan(1400);
    expect(trades.every(([, , ticks, lots]) => Number.isSafeInteger(ticks) && lots >= 1)).toBe(true);
  });

  it('keeps near its anchor', () => {
    const desk = generate([symbol('A', { anchor: () => 1_100_000, gapsPerHour: 0 })], 5, 2);
    expect(Math.abs(desk.best('A', 'BUY') / 1_100_000 - 1)).toBeLessThan(0.005);
  });

  it('stays a price through the worst trend', () => {
    const desk = generate([symbol('A', { startTicks: 300, volatilityBps: 3000, gapBps: 5000 })], 5, 5);
    for (const side of ['BUY', 'SELL'] as const)
      expect(Math.min(...desk.books.get('A')![side].keys())).toBeGreaterThan(0);
  });
});

describe('a replayed market', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'capture-'));
  const grid = { symbol: 'BTCUSDT', tickUnits: 1_000_000, lotUnits: 1000 };
  const line = (ms: number, payload: object) => `${ms * 1e6} ${JSON.stringify(payload)}\n`;
  const depth = (u: number, b: string[][], a: string[][]) => ({ data: { e: 'depthUpdate', u, b, a } });
  const file = path.join(folder, 'small.gz');
  const text =
    line(0, depth(9, [['9.00', '1']], [])) +
    line(10, {
      lastUpdateId: 10,
      bids: [
        ['10.00', '1.5'],
        ['9.99', '2'],
      ],
      asks: [['10.01', '3']],
    }) +
    line(20, depth(10, [['9.98', '7']], [])) +
    line(
      110,
      depth(
        12,
        [
          ['10.00', '0'],
          ['9.97', '4'],
        ],
        [['10.01', '2.5']],
      ),
    ) +
    line(150, { data: { e: 'trade', p: '10.01000000', q: '0.50000000', m: false } }) +
    line(
      210,
      depth(
        13,
        [],
        [
          ['10.01', '0'],
          ['10.03', '1'],
        ],
      ),
    );
  writeFileSync(file, gzipSync(text));

  afterAll(() => rmSync(folder, { recursive: true }));

  it('starts from the snapshot, leaves out what that holds already, and plays the rest in time', () => {
    const desk = new Desk();
    const market = new ReplayedMarket('BTCUSDT', readCapture(file, grid));
    market.open(desk);
    expect([...desk.books.get('BTCUSDT')!.BUY]).toEqual([
      [1000, 150_000],
      [999, 200_000],
    ]);
    market.advance(desk, 99);
    expect(desk.best('BTCUSDT', 'BUY')).toBe(1000);
    market.advance(desk, 1);
    expect([...desk.books.get('BTCUSDT')!.BUY.keys()]).toEqual([999, 997]);
    market.advance(desk, 40);
    expect(desk.trades).toEqual([['BTCUSDT', 'BUY', 1001, 50_000]]);
  });

  it('goes round and round, each round like the first', () => {
    const desk = new Desk();
    const market = new ReplayedMarket('BTCUSDT', readCapture(file, grid));
    market.open(desk);
    const first = [...desk.books.get('BTCUSDT')!.SELL];
    for (let round = 1; round <= 3; round++) {
      market.advance(desk, 200);
      expect([...desk.books.get('BTCUSDT')!.SELL]).toEqual(first);
      expect(desk.best('BTCUSDT', 'BUY')).toBe(1000);
      expect(desk.trades).toHaveLength(round);
    }
  });

  it('says which file is none', () => {
    const broken = path.join(folder, 'broken.gz');
    writeFileSync(broken, 'no gzip');
    expect(() => readCapture(broken, grid)).toThrow(CaptureUnreadable);
    expect(() => readCapture(broken, grid)).toThrow('broken.gz');
    writeFileSync(broken, gzipSync(line(1, depth(1, [], []))));
    expect(() => readCapture(broken, grid)).toThrow('no snapshot');
  });

  it('plays a real recording without ever leaving a crossed book', () => {
    const real = new URL(
      '../../../../libs/market-data/replay/binance_spot_BTCUSDT_20240808.jsonl.gz',
      import.meta.url,
    );
    const capture = readCapture(real.pathname, grid);
    expect(capture.durationMs).toBeGreaterThan(300_000);
    expect(capture.snapshot).toHaveLength(2000);
    const desk = new Desk();
    const market = new ReplayedMarket('BTCUSDT', capture);
    market.open(desk);
    for (let second = 0; second < 345; second += 5) {
      market.advance(desk, 5000);
      expect(desk.best('BTCUSDT', 'BUY')).toBeLessThan(desk.best('BTCUSDT', 'SELL'));
    }
    expect(desk.trades.length).toBeGreaterThan(9000);
  });
});
