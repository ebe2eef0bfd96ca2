import type { Order, TimeInForce } from '../../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../../apps/venue/src/engine/order.js';
import type { ListedSymbol } from '../../../../apps/venue/src/orders/symbol-table.js';
import { DeskRefusal } from '../spot-desk.js';
import type { DeskOrder, DeskReason, SpotDesk } from '../spot-desk.js';
import { BybitNo } from './bybit-door.js';
import { fillRow, orderIdOf, orderIdText, orderRow } from './bybit-shapes.js';
import type { Row } from './bybit-shapes.js';

type Asked = Readonly<Record<string, string>>;

const WEEK_MS = 7 * 86_400_000;
const TIMES: Readonly<Record<string, TimeInForce>> = { GTC: 'GTC', IOC: 'IOC', FOK: 'FOK', PostOnly: 'GTC' };

/** Source: Bybit v5 documentation, error codes of spot. */
const REASONS: Readonly<Record<DeskReason, readonly [code: number, message: string]>> = {
  DUPLICATE_ID: [170_141, 'Duplicate clientOrderId'],
  INSUFFICIENT_BALANCE: [170_131, 'Balance insufficient.'],
  MARKET_CLOSED: [170_359, 'The trading pair is not available.'],
  NOT_OPEN: [170_213, 'Order does not exist.'],
  OFF_PRICE_GRID: [170_134, 'Order price has too many decimals.'],
  OFF_LOT_GRID: [170_137, 'Order quantity has too many decimals.'],
  TOO_SMALL: [170_140, 'Order value exceeded lower limit.'],
  WOULD_TAKE: [170_218, 'LIMIT-MAKER order is rejected due to invalid price.'],
};

/** Orders and executions of spot in the words of Bybit. */
export class BybitTrading {
  constructor(private readonly desk: SpotDesk) {}

  create(asked: Asked): Row {
    const listed = this.listed(asked);
    const { side, orderType, orderLinkId = '', qty = '', price, timeInForce = 'GTC' } = asked;
    const isMarket = orderType === 'Market';
    if (side !== 'Buy' && side !== 'Sell') throw new BybitNo(10_001, 'Side invalid');
    if (!isMarket && orderType !== 'Limit') throw new BybitNo(170_116, 'Invalid orderType.');
    if (!/^[A-Za-z0-9_-]{1,36}$/.test(orderLinkId)) throw new BybitNo(10_001, 'OrderLinkId invalid');
    const time = TIMES[timeInForce];
    if (time === undefined) throw new BybitNo(170_115, 'Invalid timeInForce.');
    if (!isMarket && price === undefined) throw new BybitNo(170_117, 'Invalid price.');
    const unit = asked['marketUnit'] ?? (side === 'Buy' ? 'quoteCoin' : 'baseCoin');
    const isForQuote = isMarket && unit === 'quoteCoin';
    const order = this.placed({
      listed,
      clientId: orderLinkId,
      side: side === 'Buy' ? 'BUY' : 'SELL',
      type: `${orderType} ${isMarket ? 'IOC' : timeInForce}`,
      timeInForce: time,
      postOnly: timeInForce === 'PostOnly',
      price: isMarket ? null : price!,
      quantity: isForQuote ? null : qty,
      quoteAmount: isForQuote ? qty : null,
    });
    return nameOf(order);
  }

  cancel(asked: Asked): Row {
    return nameOf(refusing(() => this.desk.cancel(this.find(asked))));
  }

  amend(asked: Asked): Row {
    const { price, qty } = asked;
    return nameOf(refusing(() => this.desk.amend(this.find(asked), price ?? null, qty ?? null)));
  }

  /** Those that work, newest first, a page at a time. */
  realtime(asked: Asked): Row {
    return this.listing(asked, (order) => isOpen(order));
  }

  /** Those that have ended. */
  history(asked: Asked): Row {
    return this.listing(asked, (order) => !isOpen(order));
  }

  /** Newest first. */
  executions({ category, startTime, endTime, limit = '50' }: Asked): Row {
    const [from, until] = [Number(startTime ?? 0), Number(endTime ?? this.desk.now)];
    if (until - from > WEEK_MS) throw new BybitNo(10_001, 'The time range cannot exceed 7 days.');
    const fills = category === 'spot' ? this.desk.fills(from, until) : [];
    const newest = fills.toReversed().slice(0, Number(limit));
    const list = newest.map((fill) => {
      const order = this.desk.find(fill.symbol, { orderId: fill.orderId })!;
      return fillRow(this.listedAs(fill.symbol), fill, order.clientOrderId);
    });
    return { category, list, nextPageCursor: '' };
  }

  wallet(): Row {
    const coin = this.desk.balances().map(({ asset, locked, total }) => ({
      coin: asset,
      walletBalance: total,
      equity: total,
      locked,
      totalOrderIM: '0',
      totalPositionIM: '0',
      // No longer told of unified accounts.
      availableToWithdraw: '',
      free: '',
    }));
    return { list: [{ accountType: 'UNIFIED', coin }] };
  }

  listedAs(symbol: string): ListedSymbol {
    return this.desk.listed().find(({ market }) => market.symbol === symbol)!;
  }

  /** @throws BybitNo */
  listed({ category, symbol }: Asked): ListedSymbol {
    const found = this.desk.listed().find(({ market }) => market.symbol === symbol);
    if (category !== 'spot' || found === undefined) throw new BybitNo(170_121, 'Invalid symbol.');
    return found;
  }

  private listing(asked: Asked, isWanted: (order: Order) => boolean): Row {
    const { category, symbol, orderId, orderLinkId, cursor, limit = '20' } = asked;
    const before = cursor === undefined ? Infinity : orderIdOf(cursor);
    const rows = (category === 'spot' ? this.desk.listed() : [])
      .filter(({ market }) => symbol === undefined || market.symbol === symbol)
      .flatMap(({ market }) => this.desk.ordersOf(market.symbol))
      .filter((order) => isWanted(order) && order.orderId < before)
      .filter((order) => orderLinkId === undefined || order.clientOrderId === orderLinkId)
      .filter((order) => orderId === undefined || order.orderId === orderIdOf(orderId))
      .sort((a, b) => b.orderId - a.orderId);
    const page = rows.slice(0, Number(limit));
    const list = page.map((order) => orderRow(this.listedAs(order.symbol), order, this.desk.fillsOf(order)));
    const nextPageCursor = page.length < rows.length ? orderIdText(page.at(-1)!.orderId) : '';
    return { category, list, nextPageCursor };
  }

  /** A post-only order that would take is taken note of first and rejected then. */
  private placed(asked: DeskOrder): Order {
    return refusing(() => {
      try {
        return this.desk.place(asked);
      } catch (error) {
        if (!(error instanceof DeskRefusal) || error.reason !== 'WOULD_TAKE') throw error;
        return this.desk.placeInVain(asked);
      }
    });
  }

  private find(asked: Asked): Order | null {
    const { symbol } = this.listed(asked).market;
    const { orderId, orderLinkId } = asked;
    if (orderId !== undefined) return this.desk.find(symbol, { orderId: orderIdOf(orderId) });
    return orderLinkId === undefined ? null : this.desk.find(symbol, { clientId: orderLinkId });
  }
}

function nameOf({ orderId, clientOrderId }: Order): Row {
  return { orderId: orderIdText(orderId), orderLinkId: clientOrderId };
}

function refusing(run: () => Order): Order {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DeskRefusal)) throw error;
    throw new BybitNo(...REASONS[error.reason]);
  }
}
