import { Instrument } from '@sextant/kernel';
import type { Clock, InstrumentSpec } from '@sextant/kernel';
import type { Logger } from '@sextant/platform';
import { confirmed } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { inKeptGrid } from '../../domain/kept-grid.js';
import { GridText } from '../signing/grid-text.js';

/** One market, and how its prices and quantities go out. */
export interface NativeMarket {
  instrument: Instrument;
  /** The market's name in the venue's paths and bodies. */
  wireName: string;
  prices: GridText;
  quantities: GridText;
}

/** A market as the venue lists it. */
export interface ListedMarket {
  wireName: string;
  symbol: string;
  /** Its rules. @throws Error when one of them cannot be read: one odd market does not hide the others */
  spec(): InstrumentSpec;
}

/** The markets of a venue at one time. */
export class Markets {
  private readonly bySymbol = new Map<string, NativeMarket>();
  private readonly byName = new Map<string, NativeMarket>();

  /** A market whose rules cannot be represented exactly, or whose name is taken, is left out and logged. */
  constructor(listed: readonly ListedMarket[], log: Logger, before: Markets | null = null) {
    for (const { wireName, symbol, spec } of listed) {
      try {
        if (this.bySymbol.has(symbol)) throw new Error('another market has this name');
        this.add(wireName, Instrument.load(inKeptGrid(spec(), before?.of(symbol)?.instrument)));
      } catch (error) {
        const reason = (error as Error).message;
        log.warn('A market cannot be counted exactly and is left out', { symbol, reason });
      }
    }
  }

  of(symbol: string): NativeMarket | null {
    return this.bySymbol.get(symbol) ?? null;
  }

  ofName(wireName: string): NativeMarket | null {
    return this.byName.get(wireName) ?? null;
  }

  instruments(): Instrument[] {
    return [...this.bySymbol.values()].map(({ instrument }) => instrument);
  }

  private add(wireName: string, instrument: Instrument): void {
    const prices = new GridText(instrument.tickUnits);
    const market = { instrument, wireName, prices, quantities: new GridText(instrument.stepUnits) };
    this.bySymbol.set(instrument.symbol.toString(), market);
    this.byName.set(wireName, market);
  }
}

const FRESH_MS = 3_600_000;
const RETRY_MS = 10_000;

/** The venue's rules, asked again each hour and after a refusal that shows that they have changed. */
export class MarketList {
  private latest: Markets | null = null;
  private loadedMs = 0;
  private loading: Promise<GatewayOutcome<Markets>> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** What is known, else what `ask` answers; old rules are used while new ones cannot be had. */
  async current(ask: () => Promise<GatewayOutcome<ListedMarket[]>>): Promise<GatewayOutcome<Markets>> {
    const known = this.latest;
    if (known !== null && this.clock.monotonicMs() - this.loadedMs < FRESH_MS) return this.kept(known);
    this.loading ??= this.load(ask).finally(() => {
      this.loading = null;
    });
    const answer = await this.loading;
    return answer.outcome === 'CONFIRMED' || known === null ? answer : this.kept(known);
  }

  /** A refusal of the venue shows that its rules are not what is known. */
  distrust(): void {
    this.loadedMs = -Infinity;
  }

  private async load(ask: () => Promise<GatewayOutcome<ListedMarket[]>>): Promise<GatewayOutcome<Markets>> {
    const answer = await ask();
    const now = this.clock.monotonicMs();
    if (answer.outcome !== 'CONFIRMED') {
      this.loadedMs = now - FRESH_MS + RETRY_MS;
      return answer;
    }
    this.latest = new Markets(answer.value, this.log, this.latest);
    this.loadedMs = now;
    return confirmed(this.latest, answer.evidence);
  }

  private kept(markets: Markets): GatewayOutcome<Markets> {
    return confirmed(markets, { kind: 'VENUE_ANSWER', detail: { kept: true }, at: this.clock.now() });
  }
}
