import type { Clock, EpochMs } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import { VenueMarketData } from '../../domain/venue-market-data.js';
import type {
  CandleInterval,
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import { can, invoke } from './ccxt-exchange.js';
import { DataSubscription } from './data-subscription.js';
import type { MarketDataParts } from './market-data-parts.js';
import { fieldsOf, listOf } from './exact-values.js';
import { readBook, pageEndOf, readCandle, readTicker, readTrade } from './market-values.js';
import type { CcxtInstrument, CcxtVenueProfile } from './venue-profile.js';

/** Public data of one venue through ccxt, in ticks and lots; candles as the venue writes them. */
export class CcxtMarketData extends VenueMarketData {
  /** @param opened loads ccxt's file of the venue on first use. */
  constructor(
    private readonly opened: () => Promise<MarketDataParts>,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {
    super();
  }

  candles(
    symbol: string,
    interval: CandleInterval,
    { from, to, limit }: { from: EpochMs; to: EpochMs; limit: number },
  ): Promise<GatewayOutcome<VenueCandle[]>> {
    return this.ask(symbol, 'fetchOHLCV', async (_entry, { client }) => {
      const until = { until: Math.min(to, pageEndOf(from, interval, limit)) - 1 };
      const told = await invoke(client.exchange, 'fetchOHLCV', symbol, interval, from, limit, until);
      return listOf(told, 'candles')
        .map((row) => readCandle(row, interval, client.venueNow()))
        .filter(({ openTime }) => openTime >= from && openTime < to)
        .sort((a, b) => a.openTime - b.openTime)
        .slice(0, limit);
    });
  }

  orderBook(symbol: string, depth: number): Promise<GatewayOutcome<VenueBook>> {
    return this.ask(symbol, 'fetchOrderBook', async (entry, { client, profile }) => {
      const told = await invoke(
        client.exchange,
        'fetchOrderBook',
        symbol,
        profile.bookLimit?.(depth) ?? depth,
      );
      return readBook(told, entry, depth, client.venueNow());
    });
  }

  trades(symbol: string, limit: number): Promise<GatewayOutcome<VenueTrade[]>> {
    return this.ask(symbol, 'fetchTrades', async (entry, { client }) => {
      const told = listOf(await invoke(client.exchange, 'fetchTrades', symbol, undefined, limit), 'trades');
      const trades = told.map((trade) => readTrade(trade, entry));
      return trades.sort((a, b) => a.executedAt - b.executedAt).slice(-limit);
    });
  }

  async tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>> {
    const parts = await this.open();
    if ('outcome' in parts) return parts;
    const { client, profile } = parts;
    return client.ask({ intent: intentOf(profile) }, async () => {
      const markets = await parts.markets();
      const told = fieldsOf(
        await invoke(client.exchange, profile.tickersBy ?? 'fetchTickers', [...symbols]),
        'tickers',
      );
      return symbols.flatMap((symbol) => {
        const entry = markets.get(symbol);
        const ticker = told[symbol];
        return entry === null || ticker === undefined ? [] : [readTicker(ticker, entry, client.venueNow())];
      });
    });
  }

  subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    const subscription = new DataSubscription(this.opened, this.timers, this, channel, listener);
    return () => subscription.end();
  }

  private async ask<T>(
    symbol: string,
    method: string,
    work: (entry: CcxtInstrument, parts: MarketDataParts) => Promise<T>,
  ): Promise<GatewayOutcome<T>> {
    const parts = await this.open();
    if ('outcome' in parts) return parts;
    const { client, profile } = parts;
    if (!can(client.exchange, method))
      return this.notSent('UNSUPPORTED', `${profile.venue} has no ${method}`);
    const intent = intentOf(profile);
    const loaded = await client.ask({ intent }, () => parts.markets());
    if (loaded.outcome !== 'CONFIRMED') return loaded;
    const entry = loaded.value.get(symbol);
    if (entry !== null) return client.ask({ intent }, () => work(entry, parts));
    return this.notSent('UNKNOWN_SYMBOL', `${profile.venue} has no ${symbol} that can be counted exactly`);
  }

  private async open(): Promise<MarketDataParts | Exclude<GatewayOutcome<never>, { outcome: 'CONFIRMED' }>> {
    try {
      return await this.opened();
    } catch (error) {
      return this.notSent('VENUE_UNAVAILABLE', (error as Error).message.slice(0, 200));
    }
  }

  private notSent(code: OutcomeCode, detail: string) {
    const evidence = { kind: 'NOT_SENT' as const, detail: { code }, at: this.clock.now() };
    return { outcome: 'REFUSED' as const, reason: { code, detail }, evidence };
  }
}

function intentOf({ weights }: CcxtVenueProfile): CallIntent {
  return {
    class: 'DATA',
    bucket: 'marketData',
    weight: weights.data,
    credentialId: null,
    idempotentRead: true,
  };
}
