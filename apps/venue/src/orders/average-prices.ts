import { UNIT } from '../engine/amounts.js';
import type { EngineEvent } from '../engine/events.js';
import type { ListedSymbol, SymbolTable } from './symbol-table.js';

interface Minute {
  readonly minute: number;
  quoteUnits: bigint;
  baseUnits: bigint;
}

const MINUTE_MS = 60_000;

/** Volume-weighted prices of the last minutes, which the price filters measure by. */
export class AveragePrices {
  readonly #minutes = new Map<string, Minute[]>();

  constructor(
    private readonly symbols: SymbolTable,
    private readonly now: () => number,
  ) {}

  handle(event: EngineEvent): void {
    const market = event.kind === 'Traded' ? this.symbols.find(event.symbol)?.market : undefined;
    if (event.kind !== 'Traded' || market === undefined) return;
    const minute = Math.floor(event.at / MINUTE_MS);
    const minutes = this.#minutes.get(event.symbol) ?? [];
    this.#minutes.set(event.symbol, minutes);
    if (minutes.at(-1)?.minute !== minute) {
      minutes.push({ minute, quoteUnits: 0n, baseUnits: 0n });
      const kept = this.symbols.find(event.symbol)?.rules.averagePriceMinutes ?? 1;
      minutes.splice(0, Math.max(0, minutes.length - kept - 1));
    }
    const last = minutes.at(-1) as Minute;
    last.quoteUnits += event.quoteUnits;
    last.baseUnits += market.baseUnits(event.lots);
  }

  /** Units of the quote asset for one of the base; the last price when nothing traded lately, null before any trade. */
  of({ rules, market }: ListedSymbol): bigint | null {
    const from = Math.floor(this.now() / MINUTE_MS) - rules.averagePriceMinutes;
    let quoteUnits = 0n;
    let baseUnits = 0n;
    for (const minute of this.#minutes.get(rules.symbol) ?? []) {
      if (minute.minute <= from) continue;
      quoteUnits += minute.quoteUnits;
      baseUnits += minute.baseUnits;
    }
    if (baseUnits > 0n) return (quoteUnits * UNIT) / baseUnits;
    return market.lastTicks === null ? null : BigInt(market.lastTicks) * market.tickUnits;
  }
}
