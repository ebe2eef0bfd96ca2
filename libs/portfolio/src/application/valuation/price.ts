import { mulDivHalfEven, ONE } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { Mark, MarketPath, PriceRoutes, QuotedMark } from '@sextant/market-data';

/** Where marks come from; `MarketData` is one. */
export interface Marks {
  mark(symbol: string): Mark | null;
  /** Without them only a market of the two assets themselves gives a price. */
  readonly routes?: PriceRoutes | undefined;
}

/** What one asset costs in another, and how that is known. */
export interface AssetPrice {
  /** 10^-18 of the other asset for one; rounded, for showing. Values are computed by `convert`. */
  priceUnits: bigint;
  /** Markets that were multiplied through, in order; none for the asset itself. */
  path: string[];
  /** Whose mids they are; null for the asset itself. */
  source: string | null;
  /** Of the oldest mark on the path; null for the asset itself. */
  asOf: EpochMs | null;
  /** Exact through the whole path, HALF_EVEN at ledger scale at its end. */
  convert(units: bigint): bigint;
}

export interface PriceSearch {
  price: AssetPrice | null;
  /** There is none because of a mark past its age limit. */
  stale: boolean;
}

/**
 * A market whose prices are further apart than this is not liquid: its mid says little. It serves only where no path over
 * liquid markets exists.
 */
export const LIQUID_SPREAD_BPS = 200;

/** Paths that are followed while none has a price. */
const WANTED_PATHS = 2;

const AT_PAR: AssetPrice = {
  priceUnits: ONE,
  path: [],
  source: null,
  asOf: null,
  convert: (units) => units,
};

/**
 * The price of `from` in `to`: over the fewest liquid markets with fresh marks, of equally long paths the one whose prices
 * are closest together.
 */
export function findPrice(marks: Marks, from: string, to: string): PriceSearch {
  if (from === to) return { price: AT_PAR, stale: false };
  const { routes } = marks;
  const known = routes?.paths(from, to) ?? [];
  const paths = known.length > 0 ? known : bothWays(from, to);
  const priced = paths.map((path) => pricedPath(marks, path));
  const fresh = priced.filter((one) => one.isFresh);
  const best = shortest(fresh.filter((one) => one.isLiquid)) ?? shortest(fresh);
  const wanted = best === null ? paths.slice(0, WANTED_PATHS) : [paths[0]!, best.path];
  for (const { symbol } of wanted.flat()) routes?.touch(symbol);
  if (best === null) return { price: null, stale: priced.some((one) => one.isStale) };
  return { price: priceAlong(best, from, routes?.venue ?? null), stale: false };
}

/** Where nobody knows which markets there are. */
function bothWays(from: string, to: string): MarketPath[] {
  return [
    [{ symbol: `${from}/${to}`, base: from, quote: to }],
    [{ symbol: `${to}/${from}`, base: to, quote: from }],
  ];
}

interface PricedPath {
  path: MarketPath;
  marks: (QuotedMark | null)[];
  isFresh: boolean;
  isStale: boolean;
  isLiquid: boolean;
  spreadBps: number;
}

function pricedPath(marks: Marks, path: MarketPath): PricedPath {
  const quoted = path.map(({ symbol }) => quotedMark(marks, symbol));
  const spreads = quoted.map((mark) => mark?.spreadBps ?? 0);
  return {
    path,
    marks: quoted,
    isFresh: quoted.every((mark) => mark !== null && !mark.stale),
    isStale: quoted.some((mark) => mark?.stale === true),
    isLiquid: spreads.every((spread) => spread <= LIQUID_SPREAD_BPS),
    spreadBps: spreads.reduce((sum, spread) => sum + spread, 0),
  };
}

function quotedMark(marks: Marks, symbol: string): QuotedMark | null {
  if (marks.routes !== undefined) return marks.routes.quoted(symbol);
  const mark = marks.mark(symbol);
  return mark === null ? null : { ...mark, spreadBps: null };
}

function shortest(paths: readonly PricedPath[]): PricedPath | null {
  return paths.reduce<PricedPath | null>((best, one) => {
    if (best === null || one.path.length < best.path.length) return one;
    return one.path.length === best.path.length && one.spreadBps < best.spreadBps ? one : best;
  }, null);
}

function priceAlong({ path, marks }: PricedPath, from: string, source: string | null): AssetPrice {
  let at = from;
  let [above, below] = [1n, 1n];
  for (const [hop, { base, quote }] of path.entries()) {
    const { priceUnits } = marks[hop]!;
    if (base === at) [above, below, at] = [above * priceUnits, below * ONE, quote];
    else [above, below, at] = [above * ONE, below * priceUnits, base];
  }
  return {
    priceUnits: mulDivHalfEven(ONE, above, below),
    path: path.map(({ symbol }) => symbol),
    source,
    asOf: Math.min(...marks.map((mark) => mark!.asOf)),
    convert: (units) => mulDivHalfEven(units, above, below),
  };
}
