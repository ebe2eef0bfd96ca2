import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { EpochMs, Side } from '@sextant/kernel';
import { MarketData } from './market-data.js';

export interface TradeView {
  tradeId: string;
  symbol: string;
  price: string;
  quantity: string;
  /** Side of the order that removed liquidity; null where the venue does not say. */
  side: Side | null;
  executedAt: EpochMs;
}

/** The newest public trades of one market, newest first; `symbol` in any spelling. */
export class ListTrades extends Query<TradeView[]> {
  constructor(
    readonly symbol: string,
    readonly limit: number,
  ) {
    super();
  }
}

@QueryHandler(ListTrades)
export class ListTradesHandler implements IQueryHandler<ListTrades> {
  constructor(private readonly marketData: MarketData) {}

  /** @throws DomainError UNKNOWN_SYMBOL */
  async execute({ symbol: text, limit }: ListTrades): Promise<TradeView[]> {
    const symbol = this.marketData.resolveSymbol(text);
    await this.marketData.look(symbol);
    const instrument = this.marketData.instrument(symbol);
    return this.marketData.recentTrades(symbol, limit).map((trade) => ({
      tradeId: String(trade.tradeId),
      symbol,
      price: instrument.ticksToPrice(trade.priceTicks).toString(),
      quantity: instrument.lotsToQuantity(trade.lots).toString(),
      side: trade.aggressor,
      executedAt: trade.executedAt,
    }));
  }
}
