import fc from 'fast-check';
import { MarketPaths } from './market-paths.js';
import type { PathMarket } from './market-paths.js';

const markets = (...symbols: string[]): PathMarket[] =>
  symbols.map((symbol) => {
    const [base, quote] = symbol.split('/') as [string, string];
    return { symbol, base, quote };
  });

const shown = (paths: MarketPaths, from: string, to: string) =>
  paths.between(from, to).map((path) => path.map(({ symbol }) => symbol).join(' '));

describe('the markets between two assets', () => {
  it('are the one that trades the two, whichever way round, before any detour', () => {
    const paths = new MarketPaths(markets('ETH/BTC', 'BTC/USDT', 'ETH/USDT'));
    expect(shown(paths, 'ETH', 'USDT')).toEqual(['ETH/USDT', 'ETH/BTC BTC/USDT']);
    expect(shown(paths, 'USDT', 'ETH')).toEqual(['ETH/USDT', 'BTC/USDT ETH/BTC']);
  });

  it('lead over the asset that most markets trade', () => {
    const paths = new MarketPaths(markets('XYZ/TRY', 'TRY/EUR', 'XYZ/BTC', 'BTC/EUR', 'BTC/USDT', 'ETH/BTC'));
    expect(shown(paths, 'XYZ', 'EUR')).toEqual(['XYZ/BTC BTC/EUR', 'XYZ/TRY TRY/EUR']);
  });

  it('are three at most, and none where nothing leads there', () => {
    const paths = new MarketPaths(markets('A/B', 'B/C', 'C/D', 'D/E'));
    expect(shown(paths, 'A', 'D')).toEqual(['A/B B/C C/D']);
    expect(shown(paths, 'A', 'E')).toEqual([]);
    expect(shown(paths, 'A', 'NONE')).toEqual([]);
  });

  it('join up, visit no asset twice, and begin with the fewest hops there are', () => {
    const asset = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G');
    const pairs = fc.uniqueArray(fc.tuple(asset, asset), { maxLength: 16, selector: String });
    fc.assert(
      fc.property(pairs, (drawn) => {
        const list = markets(...drawn.filter(([a, b]) => a !== b).map(([a, b]) => `${a}/${b}`));
        const found = new MarketPaths(list).between('A', 'G');
        for (const path of found) {
          let at = 'A';
          const seen = new Set([at]);
          for (const { base, quote } of path) {
            expect([base, quote]).toContain(at);
            at = base === at ? quote : base;
            expect(seen.has(at)).toBe(false);
            seen.add(at);
          }
          expect(at).toBe('G');
        }
        const fewest = hopsBetween(list, 'A', 'G');
        expect(found[0]?.length ?? null).toBe(fewest !== null && fewest <= 3 ? fewest : null);
      }),
    );
  });
});

/** By spreading out from `from`, step by step. */
function hopsBetween(list: readonly PathMarket[], from: string, to: string): number | null {
  let reached = new Set([from]);
  for (let hops = 1; hops <= list.length; hops += 1) {
    const further = list.filter(({ base, quote }) => reached.has(base) || reached.has(quote));
    reached = new Set([...reached, ...further.flatMap(({ base, quote }) => [base, quote])]);
    if (reached.has(to)) return hops;
  }
  return null;
}
