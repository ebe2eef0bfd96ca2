import type { EpochMs } from '@sextant/kernel';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import { VenueMarketData } from '../domain/venue-market-data.js';
import type {
  CandleInterval,
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../domain/venue-market-data.js';

/** The public data of a venue whose adapter is loaded when somebody first asks for some. */
export class LazyMarketData extends VenueMarketData {
  constructor(private readonly gateway: () => Promise<ExchangeGateway>) {
    super();
  }

  async candles(
    symbol: string,
    interval: CandleInterval,
    range: { from: EpochMs; to: EpochMs; limit: number },
  ): Promise<GatewayOutcome<VenueCandle[]>> {
    return (await this.data()).candles(symbol, interval, range);
  }

  async orderBook(symbol: string, depth: number): Promise<GatewayOutcome<VenueBook>> {
    return (await this.data()).orderBook(symbol, depth);
  }

  async trades(symbol: string, limit: number): Promise<GatewayOutcome<VenueTrade[]>> {
    return (await this.data()).trades(symbol, limit);
  }

  async tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>> {
    return (await this.data()).tickers(symbols);
  }

  subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    let ended = false;
    let end: () => void = () => undefined;
    const begin = async (): Promise<void> => {
      const data = await this.data();
      if (!ended) end = data.subscribe(channel, listener);
    };
    begin().catch((error: unknown) => {
      if (!ended) listener({ kind: 'STREAM', state: 'DOWN', detail: (error as Error).message });
    });
    return () => {
      ended = true;
      end();
    };
  }

  private async data(): Promise<VenueMarketData> {
    const { venue, marketData } = await this.gateway();
    if (marketData === undefined) throw new Error(`${venue} has no market data of its own`);
    return marketData;
  }
}
