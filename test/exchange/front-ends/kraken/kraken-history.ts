import type { Fill, Order } from '../../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../../apps/venue/src/engine/order.js';
import type { MarketFloor } from '../market-floor.js';
import { krakenOrder, krakenTrade, orderIdOf, tradeIdOf } from './kraken-shapes.js';
import { ASSETS, KrakenError } from './kraken-terms.js';

const PAGE = 50;

/** What the venue tells of an account's orders, trades and balances. */
export class KrakenHistory {
  constructor(private readonly floor: MarketFloor) {}

  balances(): object {
    const rows = Object.entries(ASSETS).map(([id, asset]) => {
      const { total, locked } = this.floor.balance(asset);
      return [id, { balance: total, hold_trade: locked }];
    });
    return Object.fromEntries(rows) as object;
  }

  openOrders(fields: URLSearchParams): object {
    const clientId = fields.get('cl_ord_id');
    const open = this.floor.open().filter((order) => clientId === null || order.clientOrderId === clientId);
    return { open: this.byId(open.toReversed()) };
  }

  /** A search by the client's id finds none of them: it knows open orders only. */
  closedOrders(fields: URLSearchParams): object {
    const [start, end] = bounds(fields);
    const ended = this.floor
      .orders()
      .filter((order) => !isOpen(order) && !fields.has('cl_ord_id'))
      .filter(({ updatedAt }) => updatedAt > start && updatedAt <= end)
      .toReversed();
    return { closed: this.byId(pageOf(ended, fields)), count: ended.length };
  }

  orders(fields: URLSearchParams): object {
    const ids = (fields.get('txid') ?? '').split(',');
    const found = this.floor.orders().filter((order) => ids.includes(orderIdOf(order)));
    if (found.length === 0) throw new KrakenError('EOrder:Unknown order');
    return this.byId(found);
  }

  trades(fields: URLSearchParams): object {
    const [start, end] = bounds(fields);
    const within = this.floor
      .fills()
      .filter(({ at }) => at > start && at <= end)
      .toReversed();
    const rows = pageOf(within, fields).map((fill: Fill) => [tradeIdOf(fill), krakenTrade(this.floor, fill)]);
    return { trades: Object.fromEntries(rows) as object, count: within.length };
  }

  private byId(orders: readonly Order[]): object {
    return Object.fromEntries(orders.map((order) => [orderIdOf(order), krakenOrder(this.floor, order)]));
  }
}

/** Whole seconds; the start is exclusive. */
function bounds(fields: URLSearchParams): [start: number, end: number] {
  const at = (name: string, otherwise: number) => {
    const told = fields.get(name);
    if (told === null) return otherwise;
    if (!/^\d{1,12}$/.test(told)) throw new KrakenError(`EGeneral:Invalid arguments:${name}`);
    return Number(told) * 1_000;
  };
  return [at('start', -1), at('end', Number.MAX_SAFE_INTEGER)];
}

function pageOf<Row>(rows: readonly Row[], fields: URLSearchParams): Row[] {
  const offset = Number(fields.get('ofs') ?? 0);
  return rows.slice(offset, offset + PAGE);
}
