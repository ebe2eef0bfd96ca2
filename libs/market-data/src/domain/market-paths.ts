/** A market that turns one asset into another. */
export interface PathMarket {
  symbol: string;
  base: string;
  quote: string;
}

/** Markets that lead from one asset to another, in order. */
export type MarketPath = readonly PathMarket[];

/** Markets of one path: from a small coin over two hubs at the most. */
const MOST_HOPS = 3;
/** Paths that are worth a look at their books. */
const MOST_PATHS = 12;
const MOST_KEPT = 2_000;

/**
 * Which spot markets of a venue lead from one asset to another: the shortest first, of equally long ones those over the
 * assets that most markets trade.
 */
export class MarketPaths {
  private readonly neighbours = new Map<string, Map<string, PathMarket>>();
  private readonly known = new Map<string, readonly MarketPath[]>();

  constructor(markets: Iterable<PathMarket>) {
    for (const market of markets) {
      this.join(market.base, market.quote, market);
      this.join(market.quote, market.base, market);
    }
  }

  between(from: string, to: string): readonly MarketPath[] {
    const key = `${from} ${to}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_KEPT) this.known.clear();
    const found = this.find(from, to);
    this.known.set(key, found);
    return found;
  }

  private find(from: string, to: string): MarketPath[] {
    const found: MarketPath[] = [];
    let ends: { asset: string; path: PathMarket[] }[] = [{ asset: from, path: [] }];
    for (let hops = 1; hops <= MOST_HOPS && found.length < MOST_PATHS; hops += 1) {
      for (const { asset, path } of ends) {
        const last = this.neighbours.get(asset)?.get(to);
        if (last !== undefined) found.push([...path, last]);
      }
      ends = ends.flatMap(({ asset, path }) => this.onwards(asset, path, from, to));
    }
    return found.slice(0, MOST_PATHS);
  }

  /** One market further, over the busiest assets. */
  private onwards(asset: string, path: PathMarket[], from: string, to: string) {
    const visited = new Set([from, to, ...path.flatMap(({ base, quote }) => [base, quote])]);
    return [...(this.neighbours.get(asset) ?? [])]
      .filter(([next]) => !visited.has(next))
      .sort(([a], [b]) => this.marketsOf(b) - this.marketsOf(a) || (a < b ? -1 : 1))
      .slice(0, MOST_PATHS)
      .map(([next, market]) => ({ asset: next, path: [...path, market] }));
  }

  private marketsOf(asset: string): number {
    return this.neighbours.get(asset)?.size ?? 0;
  }

  private join(one: string, other: string, market: PathMarket): void {
    const markets = this.neighbours.get(one) ?? new Map<string, PathMarket>();
    this.neighbours.set(one, markets);
    // Where a venue trades a pair both ways round, the one that stands first serves.
    if (!markets.has(other)) markets.set(other, market);
  }
}
