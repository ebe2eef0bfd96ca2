import { DomainError } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import { MarketPaths } from '../domain/market-paths.js';

/** Which market a person means. */
export class SymbolIndex {
  private readonly bySymbol = new Map<string, Instrument>();
  /** Spellings of spot markets without separators; one that two markets share resolves by its canonical form only. */
  private readonly byCompact = new Map<string, Instrument | null>();

  private routes: MarketPaths | null = null;

  constructor(instruments: readonly Instrument[]) {
    for (const instrument of instruments) {
      const symbol = instrument.symbol.toString();
      if (this.bySymbol.has(symbol)) continue;
      this.bySymbol.set(symbol, instrument);
      const { compact, isPerpetual } = instrument.symbol;
      if (!isPerpetual) this.byCompact.set(compact, this.byCompact.has(compact) ? null : instrument);
    }
  }

  /** How its spot markets lead from asset to asset. */
  get paths(): MarketPaths {
    this.routes ??= new MarketPaths(
      this.all()
        .filter(({ symbol }) => !symbol.isPerpetual)
        .map(({ symbol }) => ({ symbol: symbol.toString(), base: symbol.base, quote: symbol.quote })),
    );
    return this.routes;
  }

  all(): Instrument[] {
    return [...this.bySymbol.values()];
  }

  get(symbol: string): Instrument | undefined {
    return this.bySymbol.get(symbol);
  }

  /** By any spelling. */
  find(text: string): Instrument | undefined {
    const upper = text.length > 64 ? '' : text.trim().toUpperCase();
    return this.bySymbol.get(upper.replace(/[-_]/, '/')) ?? this.byCompact.get(upper) ?? undefined;
  }

  /** @throws DomainError UNKNOWN_SYMBOL */
  resolve(text: string, venue?: string): string {
    const found = this.find(text);
    if (!found || (venue !== undefined && found.venue !== venue.toUpperCase())) {
      const at = venue === undefined ? '' : ` at ${JSON.stringify(venue.slice(0, 40))}`;
      const shown = JSON.stringify(text.slice(0, 40));
      throw new DomainError('UNKNOWN_SYMBOL', `There is no market ${shown}${at}.`, { pointer: '/symbol' });
    }
    return found.symbol.toString();
  }
}
