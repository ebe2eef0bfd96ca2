import type { Engine } from '../engine/engine.js';
import type { Market, MarketStatus } from '../engine/market.js';
import type { Filters } from './filters.js';
import { filtersOf } from './filters.js';
import type { SymbolRules } from './symbol-rules.js';

export interface ListedSymbol {
  rules: SymbolRules;
  filters: Filters;
  readonly market: Market;
}

/** The symbols of the spot venue with the rules in force, which may change while it runs. */
export class SymbolTable {
  readonly #symbols = new Map<string, ListedSymbol>();

  constructor(private readonly engine: Engine) {}

  list(rules: SymbolRules): ListedSymbol {
    const listed = { rules, filters: filtersOf(rules), market: this.engine.addMarket(rules) };
    assertGrid(listed);
    this.#symbols.set(rules.symbol, listed);
    return listed;
  }

  find(symbol: string): ListedSymbol | null {
    return this.#symbols.get(symbol) ?? null;
  }

  all(): ListedSymbol[] {
    return [...this.#symbols.values()];
  }

  /** Changes filters under the orders that rest already; symbol, assets and grid stay. */
  change(symbol: string, changes: Partial<SymbolRules>): ListedSymbol {
    const listed = this.#need(symbol);
    const { base, quote, tickSize, stepSize } = listed.rules;
    const rules = { ...listed.rules, ...changes, symbol, base, quote, tickSize, stepSize };
    const filters = filtersOf(rules);
    assertGrid({ ...listed, rules, filters });
    return Object.assign(listed, { rules, filters });
  }

  setStatus(symbol: string, status: MarketStatus): void {
    this.#need(symbol).market.status = status;
  }

  #need(symbol: string): ListedSymbol {
    const listed = this.#symbols.get(symbol);
    if (listed === undefined) throw new RangeError(`${symbol} is not listed`);
    return listed;
  }
}

function assertGrid({ rules, filters, market }: ListedSymbol): void {
  const [price, lot] = [filters.price.step, filters.lot.step];
  const isOnGrid = price > 0n && lot > 0n && price % market.tickUnits === 0n && lot % market.stepUnits === 0n;
  if (!isOnGrid) throw new RangeError(`${rules.symbol}: steps must be multiples of the grid`);
}
