import type { WebSocket } from 'ws';
import type { EngineEvent } from '../../../../apps/venue/src/engine/events.js';
import type { MarketFloor } from '../market-floor.js';
import { isRight } from './coinbase-auth.js';
import type { CoinbaseKey } from './coinbase-auth.js';
import { pushedOrder } from './coinbase-shapes.js';
import { PRODUCT } from './coinbase-terms.js';

interface Asked {
  type?: string;
  channel?: string;
  product_ids?: string[];
  jwt?: string;
}

type Send = (channel: string, events: object[]) => void;

/** The market's channels and the user's, in one envelope with one count a connection. */
export class CoinbaseSockets {
  constructor(
    private readonly floor: MarketFloor,
    private readonly key: CoinbaseKey,
  ) {}

  connect(socket: WebSocket): void {
    let sequence_num = 0;
    const send: Send = (channel, events) => {
      const timestamp = new Date(this.floor.now()).toISOString();
      socket.send(
        JSON.stringify({ channel, client_id: '', timestamp, sequence_num: sequence_num++, events }),
      );
    };
    const listeners: ((event: EngineEvent) => void)[] = [];
    socket.on(
      'close',
      this.floor.listen((event) => {
        for (const listener of listeners) listener(event);
      }),
    );
    socket.on('message', (frame) => {
      const asked = JSON.parse((frame as Buffer).toString('utf8')) as Asked;
      if (asked.type !== 'subscribe') return;
      const error = this.refusal(asked);
      if (error !== null) return socket.send(JSON.stringify({ type: 'error', message: error }));
      send('subscriptions', [{ subscriptions: { [asked.channel!]: asked.product_ids ?? [] } }]);
      listeners.push(asked.channel === 'user' ? this.user(send) : this.book(send));
    });
  }

  private refusal({ channel, product_ids = [], jwt = '' }: Asked): string | null {
    if (channel === 'user') {
      return isRight(jwt, this.key, null, this.floor.now()) ? null : 'authentication failure';
    }
    if (channel !== 'level2') return `channel ${channel} is not supported`;
    return product_ids[0] === PRODUCT ? null : 'no product';
  }

  private user(send: Send): (event: EngineEvent) => void {
    const orders = this.floor.open().map((order) => pushedOrder(this.floor, order));
    send('user', [{ type: 'snapshot', orders, positions: {} }]);
    return (event) => {
      if (event.kind !== 'OrderChanged' && event.kind !== 'Filled') return;
      send('user', [{ type: 'update', orders: [pushedOrder(this.floor, event.order)] }]);
    };
  }

  private book(send: Send): (event: EngineEvent) => void {
    const event_time = () => new Date(this.floor.now()).toISOString();
    const rows = (side: 'bid' | 'offer', levels: readonly (readonly [string, string])[]) =>
      levels.map(([price, new_quantity]) => ({
        ...{ side, event_time: event_time(), price_level: price.slice(0, -6), new_quantity },
      }));
    const { bids, asks } = this.floor.depth(Infinity);
    const updates = [...rows('bid', bids), ...rows('offer', asks)];
    send('l2_data', [{ type: 'snapshot', product_id: PRODUCT, updates }]);
    const { market } = this.floor;
    const texts = (levels: readonly (readonly [number, number])[]) =>
      levels.map(([ticks, lots]) => [market.priceText(ticks), market.quantityText(lots)] as const);
    return (event) => {
      if (event.kind !== 'BookChanged') return;
      const changed = [...rows('bid', texts(event.bids)), ...rows('offer', texts(event.asks))];
      send('l2_data', [{ type: 'update', product_id: PRODUCT, updates: changed }]);
    };
  }
}
