import type { Book } from '../engine/book.js';
import type { Engine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/events.js';
import type { Market } from '../engine/market.js';
import type { Candle } from './candle-series.js';
import { type Display } from './display.js';
import { SymbolTape } from './symbol-tape.js';
import type { AggregateTrade } from './trade-tape.js';

export interface PublicSymbol {
  market: Market;
  book: Book;
  tape: SymbolTape;
  display: Display;
}

/** Everything public of one product, kept up to date by its engine's events. */
export class PublicMarket {
  private readonly symbols = new Map<string, PublicSymbol>();
  private readonly aggregateListeners: ((symbol: PublicSymbol, trade: AggregateTrade) => void)[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly displayOf: (market: Market) => Display,
    private readonly historyOf: (market: Market) => readonly Candle[],
    private readonly clock: { now(): number },
  ) {
    this.addNewMarkets();
  }

  get(symbol: string): PublicSymbol | undefined {
    return this.symbols.get(symbol);
  }

  all(): PublicSymbol[] {
    return [...this.symbols.values()];
  }

  /** The symbol with its candles opened up to now. */
  current(known: PublicSymbol): PublicSymbol {
    known.tape.rollTo(this.clock.now());
    return known;
  }

  onAggregate(listener: (symbol: PublicSymbol, trade: AggregateTrade) => void): void {
    this.aggregateListeners.push(listener);
  }

  handle(event: EngineEvent): void {
    if (event.kind !== 'Traded') return;
    if (!this.symbols.has(event.symbol)) this.addNewMarkets();
    const known = this.symbols.get(event.symbol);
    if (known === undefined) return;
    const aggregate = known.tape.add(event);
    for (const listener of this.aggregateListeners) listener(known, aggregate);
  }

  private addNewMarkets(): void {
    for (const symbol of this.engine.symbols()) {
      if (this.symbols.has(symbol)) continue;
      const { market, book } = this.engine.state(symbol);
      this.symbols.set(symbol, {
        market,
        book,
        tape: new SymbolTape(market, this.historyOf(market)),
        display: this.displayOf(market),
      });
    }
  }
}
