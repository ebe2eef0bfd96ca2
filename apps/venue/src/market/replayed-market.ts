import type { Capture, CapturedMove } from './capture.js';
import type { HouseDesk, HouseLevel, MarketSource } from './market-source.js';

/**
 * A recording played as the house, over and over: at its end the book goes back to the snapshot and the next round
 * begins. Its levels are absolute, so what accounts took comes back with the recording's next word on that price.
 */
export class ReplayedMarket implements MarketSource {
  readonly symbols: readonly string[];
  private readonly levels = new Map<string, HouseLevel>();
  private next = 0;
  private positionMs = 0;

  constructor(
    private readonly symbol: string,
    private readonly capture: Capture,
  ) {
    this.symbols = [symbol];
  }

  open(desk: HouseDesk): void {
    this.apply(desk, this.capture.snapshot);
  }

  advance(desk: HouseDesk, elapsedMs: number): void {
    const { moves, durationMs } = this.capture;
    // Whole rounds that passed at once would only come back to where they began.
    this.positionMs += elapsedMs > durationMs ? elapsedMs % Math.max(1, durationMs) : elapsedMs;
    for (;;) {
      for (let move = moves[this.next]; move && move.atMs <= this.positionMs; move = moves[++this.next]) {
        this.play(desk, move);
      }
      if (this.positionMs < durationMs || durationMs <= 0) return;
      this.positionMs -= durationMs;
      this.next = 0;
      this.rewind(desk);
    }
  }

  private play(desk: HouseDesk, move: CapturedMove): void {
    if (move.kind === 'LEVELS') this.apply(desk, move.levels);
    else desk.trade(this.symbol, move.aggressor, move.ticks, move.lots);
  }

  private rewind(desk: HouseDesk): void {
    const kept = new Set(this.capture.snapshot.map(keyOf));
    const gone = [...this.levels].flatMap(([key, [side, ticks]]): HouseLevel[] =>
      kept.has(key) ? [] : [[side, ticks, 0]],
    );
    this.apply(desk, [...gone, ...this.capture.snapshot]);
  }

  private apply(desk: HouseDesk, levels: readonly HouseLevel[]): void {
    for (const level of levels) {
      if (level[2] === 0) this.levels.delete(keyOf(level));
      else this.levels.set(keyOf(level), level);
    }
    // First what goes, then what comes: a frame says where the book ended, not in which order it got there.
    const ordered = [
      ...levels.filter(([, , lots]) => lots === 0),
      ...levels.filter(([, , lots]) => lots > 0),
    ];
    desk.setLevels(this.symbol, ordered);
  }
}

function keyOf([side, ticks]: HouseLevel): string {
  return `${side}${ticks}`;
}
