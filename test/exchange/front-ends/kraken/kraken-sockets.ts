import type { WebSocket } from 'ws';
import type { EngineEvent } from '../../../../apps/venue/src/engine/events.js';
import { jsonOf, numeral } from '../json-numbers.js';
import type { MarketFloor } from '../market-floor.js';
import { KrakenBook } from './kraken-book.js';
import { executionsOf, whole } from './kraken-executions.js';
import { PAIR } from './kraken-terms.js';

interface Asked {
  method?: string;
  req_id?: number;
  params?: { channel?: string; symbol?: string[]; depth?: number; token?: string; snap_orders?: boolean };
}

/** WebSocket v2, the public channels and the private one on one path. */
export class KrakenSockets {
  readonly tokens = new Set<string>();
  /** How many of the next books have another's checksum. */
  wrongChecksums = 0;

  constructor(private readonly floor: MarketFloor) {}

  connect(socket: WebSocket): void {
    const send = (message: object) => socket.send(jsonOf(message));
    send({ channel: 'status', type: 'update', data: [{ system: 'online', api_version: 'v2' }] });
    const channels = new Set<string>();
    const listeners: ((event: EngineEvent) => void)[] = [];
    const stop = this.floor.listen((event) => {
      for (const listener of listeners) listener(event);
    });
    socket.on('close', stop);
    socket.on('message', (frame) => {
      const asked = JSON.parse((frame as Buffer).toString('utf8')) as Asked;
      if (asked.method === 'ping') return send({ method: 'pong', req_id: asked.req_id });
      if (asked.method !== 'subscribe') return;
      const error = channels.has(asked.params?.channel ?? '') ? 'Already subscribed' : this.refusal(asked);
      if (error !== null) return send({ method: 'subscribe', success: false, error, req_id: asked.req_id });
      const { channel = '', symbol } = asked.params!;
      channels.add(channel);
      const result = { channel, ...(symbol && { symbol: symbol[0] }), snapshot: true };
      send({ method: 'subscribe', success: true, result, req_id: asked.req_id });
      listeners.push(this.subscribe(asked.params!, send));
    });
  }

  private refusal({ params }: Asked): string | null {
    if (params?.channel === 'executions') {
      return this.tokens.has(params.token ?? '') ? null : 'EAuth:Invalid token';
    }
    if (!['book', 'ticker', 'trade'].includes(params?.channel ?? '')) return 'Channel not supported';
    return params!.symbol?.[0] === PAIR.v2 ? null : `Currency pair not supported ${params!.symbol?.[0]}`;
  }

  private subscribe(params: NonNullable<Asked['params']>, send: (message: object) => void) {
    if (params.channel === 'executions') return this.executions(params, send);
    if (params.channel === 'trade') return this.trades(send);
    if (params.channel === 'ticker') return this.tickers(send);
    const book = new KrakenBook(this.floor, params.depth ?? 10);
    send(book.next('snapshot')!);
    return ({ kind }: EngineEvent) => {
      const update = kind === 'BookChanged' ? book.next('update', this.wrongChecksums > 0) : null;
      if (update === null) return;
      if (this.wrongChecksums > 0) this.wrongChecksums -= 1;
      send(update);
    };
  }

  private executions({ snap_orders = true }: { snap_orders?: boolean }, send: (message: object) => void) {
    let sequence = 1;
    const tell = (type: string, data: object[]) =>
      send({ channel: 'executions', type, data, sequence: sequence++ });
    if (snap_orders)
      tell(
        'snapshot',
        this.floor.open().map((order) => whole(this.floor, order)),
      );
    return (event: EngineEvent) => {
      for (const row of executionsOf(this.floor, event)) tell('update', [row]);
    };
  }

  private trades(send: (message: object) => void) {
    return (event: EngineEvent) => {
      if (event.kind !== 'Traded') return;
      const { tradeId, ticks, lots, buyerIsMaker, at } = event;
      const { market } = this.floor;
      const row = {
        ...{ symbol: PAIR.v2, side: buyerIsMaker ? 'sell' : 'buy', ord_type: 'limit', trade_id: tradeId },
        price: numeral(market.priceText(ticks).slice(0, -7)),
        qty: numeral(market.quantityText(lots)),
        timestamp: new Date(at).toISOString(),
      };
      send({ channel: 'trade', type: 'update', data: [row] });
    };
  }

  private tickers(send: (message: object) => void) {
    const tell = (type: string) => {
      const { bids, asks } = this.floor.depth(1);
      const [bid, ask] = [bids[0], asks[0]];
      if (bid === undefined || ask === undefined) return;
      const row = {
        symbol: PAIR.v2,
        ...{ bid: numeral(bid[0].slice(0, -7)), bid_qty: numeral(bid[1]) },
        ...{ ask: numeral(ask[0].slice(0, -7)), ask_qty: numeral(ask[1]) },
        last: numeral(this.floor.market.priceText(this.floor.market.lastTicks ?? 0).slice(0, -7)),
        ...{ volume: numeral('1.00000000'), vwap: numeral('60000.0') },
      };
      send({ channel: 'ticker', type, data: [row] });
    };
    tell('snapshot');
    return ({ kind }: EngineEvent) => {
      if (kind === 'BookChanged') tell('update');
    };
  }
}
