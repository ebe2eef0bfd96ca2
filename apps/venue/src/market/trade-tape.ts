import type { CandleTrade } from './candle-series.js';

export interface TapedTrade extends CandleTrade {
  aggregateId: number;
}

/** Trades of one moment, price and direction, told as one. */
export interface AggregateTrade {
  id: number;
  ticks: number;
  lots: number;
  firstId: number;
  lastId: number;
  at: number;
  buyerIsMaker: boolean;
}

/** The newest trades of a symbol, single and aggregated; ids count up without a hole. */
export class TradeTape {
  readonly trades: TapedTrade[] = [];
  readonly aggregates: AggregateTrade[] = [];
  private lastAggregateId = 0;

  constructor(private readonly capacity: number) {}

  get last(): TapedTrade | undefined {
    return this.trades.at(-1);
  }

  add(trade: CandleTrade): AggregateTrade {
    const aggregate = this.aggregateOf(trade);
    this.trades.push({ ...trade, aggregateId: aggregate.id });
    trim(this.trades, this.capacity);
    trim(this.aggregates, this.capacity);
    return aggregate;
  }

  private aggregateOf(trade: CandleTrade): AggregateTrade {
    const last = this.aggregates.at(-1);
    if (
      last &&
      last.at === trade.at &&
      last.ticks === trade.ticks &&
      last.buyerIsMaker === trade.buyerIsMaker
    ) {
      last.lots += trade.lots;
      last.lastId = trade.tradeId;
      return last;
    }
    this.lastAggregateId += 1;
    const { ticks, lots, tradeId, at, buyerIsMaker } = trade;
    const ids = { id: this.lastAggregateId, firstId: tradeId, lastId: tradeId };
    const begun = { ...ids, ticks, lots, at, buyerIsMaker };
    this.aggregates.push(begun);
    return begun;
  }
}

/** Cut in blocks, so that a trade does not cost a move of the whole array. */
function trim(items: unknown[], capacity: number): void {
  if (items.length > capacity * 1.1) items.splice(0, items.length - capacity);
}
