import type { Engine } from '../engine/engine.js';
import type { Market } from '../engine/market.js';
import type { Random } from '../engine/random.js';
import type { Candle } from './candle-series.js';
import { inventHistory } from './candle-history.js';
import { type Capture, readCapture } from './capture.js';
import { GeneratedMarket, type GeneratedSymbol } from './generated-market.js';
import type { MarketSource } from './market-source.js';
import { ReplayedMarket } from './replayed-market.js';
import { onGrid, type SymbolTraits, traitsOf } from './symbol-traits.js';

export interface MarketOptions {
  /** Recordings to play, by symbol; what has none is generated from the seed. */
  captures?: Readonly<Record<string, string>>;
  /** Traits that differ from the usual ones, by symbol. */
  traits?: Readonly<Record<string, Partial<SymbolTraits>>>;
  /** Symbols that no source moves: their books hold what accounts and the operator put there. */
  still?: readonly string[] | 'ALL';
  /** How far the candles reach back before the venue was opened. */
  historyMinutes?: number;
  /** Market time for each second that passes. */
  speed?: number;
}

const HISTORY_MINUTES = 7 * 24 * 60;

/** Where the spot prices come from, and the past that leads to them. */
export class MarketSources {
  private readonly sources: MarketSource[] = [];
  private readonly starts = new Map<string, GeneratedSymbol>();

  constructor(
    private readonly engine: Engine,
    private readonly options: MarketOptions,
    private readonly random: Random,
    private readonly now: () => number,
  ) {
    const generated: GeneratedSymbol[] = [];
    for (const symbol of engine.symbols()) {
      const market = engine.market(symbol)!;
      const traits = onGrid(market, traitsOf(symbol, options.traits?.[symbol]));
      const file = options.captures?.[symbol];
      const capture = file === undefined ? null : captureOf(market, file);
      const start = capture === null ? traits : { ...traits, startTicks: middleOf(capture) };
      this.starts.set(symbol, start);
      if (capture !== null) this.sources.push(new ReplayedMarket(symbol, capture));
      else if (!this.isStill(symbol)) generated.push(start);
    }
    if (generated.length > 0) this.sources.push(new GeneratedMarket(generated, random.fork('market')));
  }

  /** The first books. */
  open(): void {
    for (const source of this.sources) source.open(this.engine.house);
  }

  pass(elapsedMs: number): void {
    const marketMs = elapsedMs * (this.options.speed ?? 1);
    for (const source of this.sources) source.advance(this.engine.house, marketMs);
  }

  /** Price at which a symbol opens. */
  startTicks(symbol: string): number {
    return this.starts.get(symbol)!.startTicks;
  }

  historyOf(market: Market): Candle[] {
    const start = this.starts.get(market.symbol);
    const minutes = this.options.historyMinutes ?? HISTORY_MINUTES;
    if (start === undefined || minutes === 0) return [];
    const { startTicks: endTicks, volatilityBps, tradesPerMinute, meanTradeLots } = start;
    const traits = { endTicks, volatilityBps, tradesPerMinute, meanTradeLots };
    return inventHistory(
      market,
      traits,
      { minutes, now: this.now() },
      this.random.fork(`${market.symbol} past`),
    );
  }

  private isStill(symbol: string): boolean {
    const { still = [] } = this.options;
    return still === 'ALL' || still.includes(symbol);
  }
}

function captureOf(market: Market, file: string): Capture {
  const { symbol, tickUnits, stepUnits } = market;
  return readCapture(file, { symbol, tickUnits: Number(tickUnits), lotUnits: Number(stepUnits) });
}

function middleOf({ snapshot }: Capture): number {
  const prices = (side: 'BUY' | 'SELL') =>
    snapshot.filter((level) => level[0] === side).map(([, ticks]) => ticks);
  return Math.floor((Math.max(...prices('BUY')) + Math.min(...prices('SELL'))) / 2);
}
