import type { EpochMs } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueMarketData } from '../../domain/venue-market-data.js';
import type {
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import { amountUnitsOf, fieldsOf, listOf } from '../ccxt/exact-values.js';
import type { Fields } from '../ccxt/exact-values.js';
import { isoTimeOf } from '../native/iso-time.js';
import type { Markets, NativeMarket } from '../native/markets.js';
import type { NativeClient } from '../native/native-client.js';
import { plainDecimal } from '../native/plain-decimal.js';
import { PolledData } from '../native/polled-data.js';

const BEST = '/api/v1/crypto/marketdata/best_bid_ask/';
const POLL_MS = 5_000;

/** Asks with the key of an account that is open: at Robinhood nothing is public. */
export interface RobinhoodReader {
  client: NativeClient;
  markets: Markets;
}

/** Best bid and ask are all that version 1 tells: no book, no trades, no candles. */
export class RobinhoodMarketData extends VenueMarketData {
  constructor(
    private readonly reader: () => Promise<GatewayOutcome<RobinhoodReader>>,
    private readonly timers: Timers,
    private readonly now: () => EpochMs,
    private readonly refuse: (detail: string) => GatewayOutcome<never>,
  ) {
    super();
  }

  async candles(): Promise<GatewayOutcome<VenueCandle[]>> {
    return this.refuse('Robinhood tells no candles.');
  }

  async orderBook(): Promise<GatewayOutcome<VenueBook>> {
    return this.refuse('Robinhood tells no order book.');
  }

  async trades(): Promise<GatewayOutcome<VenueTrade[]>> {
    return this.refuse('Robinhood tells no trades.');
  }

  async tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>> {
    const reader = await this.reader();
    if (reader.outcome !== 'CONFIRMED') return reader;
    const { client, markets } = reader.value;
    const asked = symbols.map((symbol) => markets.of(symbol)).filter((market) => market !== null);
    if (asked.length < symbols.length || asked.length === 0) {
      return client.notSent('UNKNOWN_SYMBOL', 'Robinhood has no market of one of these names.');
    }
    const query = asked.map(({ wireName }) => `symbol=${wireName}`).join('&');
    return client.ask({
      intent: { class: 'DATA', bucket: 'marketData', weight: 1, idempotentRead: true },
      draft: { method: 'GET', path: `${BEST}?${query}`, body: null },
      read: (json) => readTickers(json, asked),
    });
  }

  subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    const subscription = new PolledData(this, channel, listener, this.timers, POLL_MS, this.now);
    return () => subscription.end();
  }
}

function readTickers(json: unknown, asked: readonly NativeMarket[]): VenueTicker[] {
  const rows = listOf(fieldsOf(json, 'answer')['results'], 'results').map((row) => fieldsOf(row, 'quote'));
  return asked.flatMap((market) => {
    const row = rows.find(({ symbol }) => symbol === market.wireName);
    return row === undefined ? [] : [readTicker(row, market)];
  });
}

/**
 * Prices are quotes of a dealer with the spread in them, on no grid: the bid is rounded down to a tick, the ask up, so
 * that neither looks better than it is.
 */
function readTicker(row: Fields, { instrument }: NativeMarket): VenueTicker {
  const { tickUnits } = instrument;
  const units = (field: string): bigint => amountUnitsOf(plainDecimal(row[field], field), field);
  const bid = units('bid_inclusive_of_sell_spread') / tickUnits;
  const ask = (units('ask_inclusive_of_buy_spread') + tickUnits - 1n) / tickUnits;
  return {
    symbol: instrument.symbol.toString(),
    bidTicks: withinReach(bid),
    bidLots: null,
    askTicks: withinReach(ask),
    askLots: null,
    lastTicks: null,
    asOf: isoTimeOf(row['timestamp'], 'timestamp'),
  };
}

function withinReach(ticks: bigint): number | null {
  return ticks > 0n && ticks <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ticks) : null;
}
