import type { Instrument } from '@sextant/kernel';

/**
 * What is traded at the exchange, and what was: journals speak of it for ever. Rules change; tick and step never do,
 * because the journals count in them.
 */
export class Listing {
  private readonly bySymbol = new Map<string, Instrument>();

  constructor(instruments: readonly Instrument[] = []) {
    for (const instrument of instruments) this.list(instrument);
  }

  get(symbol: string): Instrument | undefined {
    return this.bySymbol.get(symbol);
  }

  all(): Instrument[] {
    return [...this.bySymbol.values()];
  }

  /** @throws Error when the market is listed with another tick or step */
  list(instrument: Instrument): void {
    const symbol = instrument.symbol.toString();
    const known = this.bySymbol.get(symbol);
    if (known !== undefined && !isOnGridOf(known, instrument)) {
      throw new Error(
        `${symbol} counts in ticks of ${known.spec.tickSize} and steps of ${known.spec.stepSize}`,
      );
    }
    this.bySymbol.set(symbol, instrument);
  }
}

function isOnGridOf(one: Instrument, other: Instrument): boolean {
  return one.tickUnits === other.tickUnits && one.stepUnits === other.stepUnits;
}
