import type { Markets } from '../account/owned-account.js';

/** Trades looked through at a time; a market that trades more between two looks is undercounted. */
const LOOKED_AT = 1_000;

/** What the public trades of a market add up to while it is watched. */
export class MarketVolume {
  private lastTradeId: string | number | null = null;

  constructor(
    private readonly markets: Pick<Markets, 'recentTrades'>,
    private readonly symbol: string,
  ) {}

  /** Lots traded since the last look; the first look only marks the place. */
  look(): number {
    const newest = this.markets.recentTrades(this.symbol, 1)[0]?.tradeId ?? null;
    const before = this.lastTradeId;
    this.lastTradeId = newest ?? before;
    if (newest === null || before === null || newest === before) return 0;
    let lots = 0;
    for (const trade of this.markets.recentTrades(this.symbol, LOOKED_AT)) {
      if (trade.tradeId === before) break;
      lots += trade.lots;
    }
    return lots;
  }
}
