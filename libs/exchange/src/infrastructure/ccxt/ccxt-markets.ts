import { formatScaled, Instrument, ONE, parseScaled, Symbol } from '@sextant/kernel';
import type { InstrumentSpec } from '@sextant/kernel';
import { inKeptGrid } from '../../domain/kept-grid.js';
import type { CcxtMarket } from './ccxt-exchange.js';
import { UnreadableAnswer } from './exact-json.js';
import { amountUnitsOf, fieldsOf, plainNumber, textOf, unitsOf } from './exact-values.js';
import type { Fields } from './exact-values.js';
import type { CcxtInstrument, MarketRules } from './venue-profile.js';

/** Where a venue tells no maximum: as many ticks or lots as leave room for sums. */
const UNBOUNDED = 10n ** 15n;

export interface LeftOut {
  symbol: string;
  reason: string;
}

/** The markets of a venue that can be counted exactly, and those that cannot, with the reason. */
export class CcxtMarkets {
  readonly leftOut: LeftOut[] = [];
  private readonly bySymbol = new Map<string, CcxtInstrument>();
  /** As each market was first told, those too that are not offered now. */
  private readonly firstTold: Map<string, Instrument>;

  /** @param before what was known of the venue until now: its ticks and lots stay */
  constructor(
    venue: string,
    markets: Readonly<Record<string, CcxtMarket>>,
    perpetuals: boolean,
    before: CcxtMarkets | null = null,
    rules: (market: CcxtMarket) => MarketRules = () => ({}),
  ) {
    this.firstTold = new Map(before?.firstTold);
    for (const market of Object.values(markets)) {
      if (!isOffered(market, perpetuals)) continue;
      try {
        const entry = instrumentOf(venue, market, this.firstTold, rules(market));
        const symbol = entry.instrument.symbol.toString();
        this.bySymbol.set(symbol, entry);
        if (!this.firstTold.has(symbol)) this.firstTold.set(symbol, entry.instrument);
      } catch (error) {
        this.leftOut.push({ symbol: String(market.symbol).slice(0, 60), reason: (error as Error).message });
      }
    }
  }

  get instruments(): Instrument[] {
    return [...this.bySymbol.values()].map(({ instrument }) => instrument);
  }

  get(symbol: string): CcxtInstrument | null {
    return this.bySymbol.get(symbol) ?? null;
  }
}

/** Spot, and perpetuals that are settled in their quote. What the venue has switched off is not offered. */
function isOffered(market: CcxtMarket, perpetuals: boolean): boolean {
  if (market['active'] === false) return false;
  if (market['spot'] === true) return true;
  return (
    perpetuals && market['swap'] === true && market['linear'] === true && market['settle'] === market['quote']
  );
}

function instrumentOf(
  venue: string,
  market: CcxtMarket,
  firstTold: ReadonlyMap<string, Instrument>,
  rules: MarketRules,
): CcxtInstrument {
  const symbol = Symbol.parse(market.symbol).toString();
  const contractUnits = market['spot'] === true ? ONE : positive(market['contractSize'], 'contract size');
  const precision = fieldsOf(market['precision'], 'precision');
  const limits = fieldsOf(market['limits'], 'limits');
  const tickUnits = positive(precision['price'], 'tick size');
  const stepUnits = inBase(positive(precision['amount'], 'step size'), contractUnits);
  const amount = range(limits['amount'], (units) => inBase(units, contractUnits));
  const price = range(limits['price'], (units) => units);
  const spec: InstrumentSpec = {
    venue,
    symbol,
    tickSize: formatScaled(tickUnits),
    stepSize: formatScaled(stepUnits),
    minPrice: formatScaled(price.min ?? tickUnits),
    maxPrice: formatScaled(bounded(price.max, tickUnits)),
    minQuantity: formatScaled(amount.min ?? stepUnits),
    maxQuantity: formatScaled(bounded(amount.max, stepUnits)),
    minNotional: formatScaled(range(limits['cost'], (units) => units).min ?? 0n),
    makerFeeRate: rateOf(market['maker'], 'maker fee'),
    takerFeeRate: rateOf(market['taker'], 'taker fee'),
    ...rules,
  };
  return {
    instrument: Instrument.load(inKeptGrid(spec, firstTold.get(symbol))),
    market: { ...market, id: textOf(market.id, 'id') },
    contractUnits,
  };
}

function positive(value: unknown, what: string): bigint {
  const units = amountUnitsOf(value, what);
  if (units === 0n) throw new UnreadableAnswer(`${what} is zero`);
  return units;
}

function inBase(contracts: bigint, contractUnits: bigint): bigint {
  const product = contracts * contractUnits;
  if (product % ONE !== 0n) throw new UnreadableAnswer('step × contract size is finer than the ledger scale');
  return product / ONE;
}

function range(value: unknown, read: (units: bigint) => bigint): { min: bigint | null; max: bigint | null } {
  const limits: Fields = typeof value === 'object' && value !== null ? (value as Fields) : {};
  const bound = (name: string): bigint | null => {
    const told = limits[name];
    if (told === undefined || told === null) return null;
    const units = read(amountUnitsOf(told, name));
    return units === 0n ? null : units;
  };
  return { min: bound('min'), max: bound('max') };
}

/** Never more steps than leave room; a maximum off the grid counts down to it. */
function bounded(max: bigint | null, step: bigint): bigint {
  const steps = max === null ? UNBOUNDED : max / step;
  return (steps < UNBOUNDED ? steps : UNBOUNDED) * step;
}

function rateOf(value: unknown, what: string): string {
  return formatScaled(unitsOf(plainNumber(value), what));
}

/** Decimal text of `lots` in the venue's own unit. @throws UnreadableAnswer when they are no whole number of its steps */
export function venueQuantity({ instrument, contractUnits }: CcxtInstrument, lots: number): string {
  const base = instrument.baseUnits(lots) * ONE;
  if (base % contractUnits !== 0n) throw new UnreadableAnswer(`${lots} lots are no whole contracts`);
  return formatScaled(base / contractUnits);
}

export function venuePrice({ instrument }: CcxtInstrument, ticks: number): string {
  return formatScaled(BigInt(ticks) * instrument.tickUnits);
}

/** For amounts of quote, which leave with at most the venue's own digits: what is finer is cut. */
export function venueQuote({ market }: CcxtInstrument, units: bigint): string {
  const precision = (market['precision'] as Fields | undefined) ?? {};
  const told = precision['quote'] ?? precision['cost'] ?? precision['price'];
  const step = told === undefined ? 1n : parseScaled(String(told));
  return formatScaled(step > 0n ? (units / step) * step : units);
}
