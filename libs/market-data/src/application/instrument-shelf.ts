import { DomainError } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { Cancel, Timers } from '@sextant/platform';
import type { MarketSupply } from './market-supply.js';
import type { MarketPath } from '../domain/market-paths.js';
import { SymbolIndex } from './symbol-index.js';

/** The adapter remembers its venue's answer, and asks anew after an hour or once an order was refused for its rules. */
const REFRESH_MS = 15_000;
const RETRY_MS = 15_000;

/** The instruments of one venue: asked for when somebody needs them, then again and again. */
export class InstrumentShelf {
  private shelved: SymbolIndex | null = null;
  /** Those that are not traded any more, or not now: what was done in them is still told. */
  private former = new SymbolIndex([]);
  private loading: Promise<void> | null = null;
  private cancelNext: Cancel = () => undefined;
  private closed = false;

  constructor(
    private readonly venue: string,
    private readonly timers: Timers,
    private readonly supply: MarketSupply | null,
    known: readonly Instrument[],
    /** Told of each market that is new, or counts in other ticks or lots now. */
    private readonly onNew: (symbol: string) => void,
  ) {
    if (supply === null || known.length > 0) this.shelved = new SymbolIndex(known);
  }

  /** @throws DomainError UNKNOWN_SYMBOL, VENUE_MARKETS_UNKNOWN */
  resolve(text: string): string {
    if (this.shelved === null) throw this.unknown('they are being asked for');
    return this.named(text)?.symbol.toString() ?? this.shelved.resolve(text, this.venue);
  }

  /** By any spelling. */
  named(text: string): Instrument | undefined {
    return this.shelved?.find(text) ?? this.former.find(text);
  }

  /** @throws DomainError VENUE_MARKETS_UNKNOWN */
  get(symbol: string): Instrument | undefined {
    const known = this.find(symbol);
    if (known === undefined && this.shelved === null) throw this.unknown('they are being asked for');
    return known;
  }

  find(symbol: string): Instrument | undefined {
    return this.shelved?.get(symbol) ?? this.former.get(symbol);
  }

  /** Takes note of instruments from before. */
  know(instruments: readonly Instrument[]): void {
    const current = this.shelved;
    this.former = new SymbolIndex(
      instruments.filter(({ symbol }) => current?.get(symbol.toString()) === undefined),
    );
  }

  paths(from: string, to: string): readonly MarketPath[] {
    return this.shelved?.paths.between(from, to) ?? [];
  }

  all(): Instrument[] {
    return this.shelved?.all() ?? [];
  }

  /** @throws DomainError VENUE_MARKETS_UNKNOWN */
  async load(): Promise<void> {
    if (this.shelved === null) await this.refresh();
  }

  /** @throws DomainError VENUE_MARKETS_UNKNOWN when none are known and the venue does not tell */
  refresh(): Promise<void> {
    this.loading ??= this.ask().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  close(): void {
    this.closed = true;
    this.cancelNext();
  }

  private async ask(): Promise<void> {
    if (this.supply === null) return;
    try {
      this.take(await this.supply.instruments());
      this.askIn(REFRESH_MS);
    } catch (error) {
      this.askIn(RETRY_MS);
      if (this.shelved === null) throw this.unknown((error as Error).message);
    }
  }

  private askIn(delayMs: number): void {
    this.cancelNext();
    if (this.closed) return;
    this.cancelNext = this.timers.setTimer(delayMs, () => this.refresh().catch(() => undefined));
  }

  private take(instruments: readonly Instrument[]): void {
    const before = this.shelved;
    if (before !== null && isSameList(before.all(), instruments)) return;
    this.shelved = new SymbolIndex(instruments);
    this.know([...this.former.all(), ...(before?.all() ?? [])]);
    for (const instrument of this.shelved.all()) {
      const symbol = instrument.symbol.toString();
      const known = before?.get(symbol);
      if (known === undefined || !onSameGrid(known, instrument)) this.onNew(symbol);
    }
  }

  private unknown(reason: string): DomainError {
    const detail = `The markets of ${this.venue} are not known: ${reason.slice(0, 200)}.`;
    return new DomainError('VENUE_MARKETS_UNKNOWN', detail, { venue: this.venue });
  }
}

/** The very same objects: nothing was read anew. */
function isSameList(one: readonly Instrument[], other: readonly Instrument[]): boolean {
  return one.length === other.length && one.every((instrument, at) => instrument === other[at]);
}

function onSameGrid(one: Instrument, other: Instrument): boolean {
  return one.tickUnits === other.tickUnits && one.stepUnits === other.stepUnits;
}
