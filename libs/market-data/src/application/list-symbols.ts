import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { InstrumentSpec } from '@sextant/kernel';
import { MarketData } from './market-data.js';

export type SymbolView = InstrumentSpec & { base: string; quote: string };

/** Every market with its venue's rules. */
export class ListSymbols extends Query<SymbolView[]> {}

@QueryHandler(ListSymbols)
export class ListSymbolsHandler implements IQueryHandler<ListSymbols> {
  constructor(private readonly marketData: MarketData) {}

  async execute(): Promise<SymbolView[]> {
    return this.marketData.instruments().map(({ spec, base, quote }) => ({ ...spec, base, quote }));
  }
}
