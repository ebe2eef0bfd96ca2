import { Engine } from '../engine/engine.js';
import type { Settlement } from '../engine/settlement.js';
import { readCapture } from './capture.js';
import { ReplayedMarket } from './replayed-market.js';

const FILE = new URL(
  '../../../../libs/market-data/replay/binance_spot_BTCUSDT_20240808.jsonl.gz',
  import.meta.url,
);

/** There are no accounts here: nothing is ever held or paid. */
const NOBODY: Settlement = {
  hold: () => true,
  release: () => undefined,
  settle: () => ({ asset: 'USDT', units: 0n }),
  settleHouse: () => undefined,
  takeChanges: () => [],
};

describe('a recording played through the engine', () => {
  const engine = new Engine({ settlement: NOBODY, now: () => 0 });
  const market = engine.addMarket({
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    tickSize: '0.01',
    stepSize: '0.00001',
  });
  const capture = readCapture(FILE.pathname, { symbol: 'BTCUSDT', tickUnits: 1_000_000, lotUnits: 1000 });

  it('shows the recorded book after each recorded diff, and prints the recorded tape', () => {
    const printed: number[][] = [];
    let lastId = 0;
    engine.listen((event) => {
      if (event.kind === 'Traded') printed.push([event.ticks, event.lots]);
      if (event.kind !== 'BookChanged') return;
      expect(event.U).toBe(lastId + 1);
      lastId = event.u;
    });
    const replayed = new ReplayedMarket('BTCUSDT', capture);
    replayed.open(engine.house);
    const recorded = { BUY: new Map<number, number>(), SELL: new Map<number, number>() };
    for (const [side, ticks, lots] of capture.snapshot) recorded[side].set(ticks, lots);
    const moves = capture.moves.filter(({ atMs }) => atMs < 60_000);
    let passedMs = 0;
    let diffs = 0;
    let equal = 0;
    for (const [index, move] of moves.entries()) {
      if (move.kind === 'TRADE') continue;
      for (const [side, ticks, lots] of move.levels) {
        if (lots === 0) recorded[side].delete(ticks);
        else recorded[side].set(ticks, lots);
      }
      // Several frames of one instant are played together.
      if (moves[index + 1]?.atMs === move.atMs) continue;
      replayed.advance(engine.house, move.atMs - passedMs);
      passedMs = move.atMs;
      diffs += 1;
      if (isSame(engine, recorded)) equal += 1;
    }
    expect(diffs).toBeGreaterThan(500);
    // The streams run apart: a diff may come before or after the trades that it already holds, for a frame or two.
    expect(equal / diffs).toBeGreaterThan(0.95);
    const tape = capture.moves.filter(({ atMs }) => atMs <= passedMs).filter((move) => move.kind === 'TRADE');
    const volume = (rows: readonly (readonly number[])[]) => rows.reduce((sum, [, lots]) => sum + lots!, 0);
    expect(volume(printed)).toBe(volume(tape.map(({ ticks, lots }) => [ticks, lots])));
    expect(market.lastUpdateId).toBe(lastId);
  });
});

function isSame(engine: Engine, recorded: Record<'BUY' | 'SELL', Map<number, number>>): boolean {
  const { bids, asks } = engine.depth('BTCUSDT', 10);
  const best = (side: 'BUY' | 'SELL') =>
    [...recorded[side]].sort(([a], [b]) => (side === 'BUY' ? b - a : a - b)).slice(0, 10);
  return JSON.stringify([bids, asks]) === JSON.stringify([best('BUY'), best('SELL')]);
}
