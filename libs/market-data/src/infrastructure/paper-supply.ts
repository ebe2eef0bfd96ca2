import { PAPER_VENUE } from '@sextant/exchange';
import type { PostgresListing, SimulatedVenue } from '@sextant/exchange';
import { Instrument } from '@sextant/kernel';
import type { Logger } from '@sextant/platform';
import type { MarketSupply, SuppliedMarket } from '../application/market-supply.js';
import { scaleBetween, scaleValue } from './scale-values.js';
import type { GridScale } from './scale-values.js';

interface Fed {
  end: () => void;
  /** The instrument of the source that it is fed from; null while that is not known. */
  from: Instrument | null;
}

/**
 * The paper venue's markets out of a live venue's: its spot instruments, its values. A market is counted for ever in the
 * ticks and lots in which it was first listed, because journals count in them; a source that counts in finer ones cannot
 * feed it, and it stays closed.
 */
export class PaperSupply implements MarketSupply {
  /** What the source told last, and what that is here. */
  private told: readonly Instrument[] = [];
  private now: Instrument[] = [];
  private sourced = new Map<string, Instrument>();
  private readonly fed = new Map<SuppliedMarket, Fed>();

  constructor(
    private readonly source: MarketSupply,
    private readonly venue: Pick<SimulatedVenue, 'instruments' | 'list'>,
    private readonly store: Pick<PostgresListing, 'keep'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  async instruments(): Promise<Instrument[]> {
    const all = await this.source.instruments();
    if (all.length === this.told.length && all.every((one, at) => one === this.told[at])) return this.now;
    const told = all.filter(({ symbol }) => !symbol.isPerpetual);
    const listed = bySymbol(this.venue.instruments);
    const wanted = told.flatMap((one) => this.asPaper(one, listed.get(one.symbol.toString())));
    const kept = bySymbol(await this.store.keep(wanted.filter((one) => isNews(one, listed))));
    const now = wanted.map((one) => onGrid(one, kept.get(one.symbol.toString())));
    this.venue.list(now);
    this.told = all;
    this.now = now;
    this.sourced = bySymbol(told);
    this.feedAnew();
    return now;
  }

  begin(market: SuppliedMarket): () => void {
    this.fed.set(market, { end: () => undefined, from: null });
    this.feed(market);
    return () => {
      this.fed.get(market)?.end();
      this.fed.delete(market);
    };
  }

  private feedAnew(): void {
    for (const [market, { from }] of this.fed) {
      const now = this.sourced.get(market.instrument.symbol.toString());
      if (now === undefined || from === null || !isOnGridOf(now, from)) this.feed(market);
    }
  }

  private feed(market: SuppliedMarket): void {
    this.fed.get(market)?.end();
    const from = this.sourced.get(market.instrument.symbol.toString()) ?? null;
    const scale = from === null ? null : scaleBetween(from, market.instrument);
    const end =
      from === null || scale === null ? () => undefined : this.source.begin(scaled(from, market, scale));
    this.fed.set(market, { end, from });
  }

  /** The source's rules on the grid of the listed market; none where that cannot be. */
  private asPaper(told: Instrument, listed: Instrument | undefined): Instrument[] {
    const grid = listed ?? told;
    const { tickSize, stepSize } = grid.spec;
    try {
      if (scaleBetween(told, grid) === null) throw new Error(`it is listed with ${tickSize} × ${stepSize}`);
      return [Instrument.load({ ...told.spec, venue: PAPER_VENUE, tickSize, stepSize })];
    } catch (error) {
      const fields = { symbol: told.symbol.toString(), reason: (error as Error).message };
      this.logger.warn('a paper market stays closed: its source counts in other ticks or lots', fields);
      return [];
    }
  }
}

function scaled(from: Instrument, market: SuppliedMarket, scale: GridScale): SuppliedMarket {
  const isSame = scale.ticks === 1 && scale.lots === 1;
  return {
    instrument: from,
    ageMs: () => market.ageMs(),
    take: (event) => market.take(isSame ? event : scaleValue(event, scale)),
    missTrades: () => market.missTrades(),
  };
}

function isNews(one: Instrument, listed: ReadonlyMap<string, Instrument>): boolean {
  const known = listed.get(one.symbol.toString());
  return known === undefined || JSON.stringify(known.spec) !== JSON.stringify(one.spec);
}

/** Another process may have listed the market before, on its grid. */
function onGrid(one: Instrument, kept: Instrument | undefined): Instrument {
  return kept === undefined || isOnGridOf(one, kept) ? one : kept;
}

function isOnGridOf(one: Instrument, other: Instrument): boolean {
  return one.tickUnits === other.tickUnits && one.stepUnits === other.stepUnits;
}

function bySymbol(instruments: readonly Instrument[]): Map<string, Instrument> {
  return new Map(instruments.map((one) => [one.symbol.toString(), one]));
}
