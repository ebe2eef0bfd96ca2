import type { Order, TimeInForce } from '../../../../apps/venue/src/engine/order.js';
import type { ListedSymbol } from '../../../../apps/venue/src/orders/symbol-table.js';
import { DeskRefusal } from '../spot-desk.js';
import type { DeskReason, SpotDesk } from '../spot-desk.js';
import { OkxNo } from './okx-door.js';
import { fillRow, instIdOf, orderIdOf, orderRow, ordIdOf } from './okx-shapes.js';
import type { Row } from './okx-shapes.js';

type Asked = Readonly<Record<string, string>>;

const PAGE = 100;
const ORDER_TYPES: Readonly<Record<string, TimeInForce>> = {
  market: 'GTC',
  limit: 'GTC',
  post_only: 'GTC',
  ioc: 'IOC',
  fok: 'FOK',
};

const REASONS: Readonly<Record<DeskReason, readonly [code: string, message: string]>> = {
  DUPLICATE_ID: ['51016', 'Duplicated client order ID'],
  INSUFFICIENT_BALANCE: ['51008', 'Order failed. Insufficient balance in account.'],
  MARKET_CLOSED: ['51027', 'Instrument expired.'],
  NOT_OPEN: ['51400', 'Cancellation failed as the order has been filled, canceled or does not exist.'],
  OFF_PRICE_GRID: ['51000', 'Parameter px error'],
  OFF_LOT_GRID: ['51121', 'Order quantity must be a multiple of the lot size.'],
  TOO_SMALL: ['51020', 'Your order should meet or exceed the minimum order amount.'],
  WOULD_TAKE: ['51000', 'Parameter px error'],
};

/** Orders and fills in the words of OKX. */
export class OkxTrading {
  constructor(private readonly desk: SpotDesk) {}

  /** The entries of an answer; a refused one carries its own code. */
  place(asked: Asked): Row {
    return this.entry(asked, 'Order placed', () => {
      const listed = this.listed(asked['instId']);
      const { tdMode, side, ordType = '', clOrdId = '', sz = '', px } = asked;
      const timeInForce = ORDER_TYPES[ordType];
      if (tdMode !== 'cash') throw new OkxNo('51000', 'Parameter tdMode error');
      if (side !== 'buy' && side !== 'sell') throw new OkxNo('51000', 'Parameter side error');
      if (timeInForce === undefined) throw new OkxNo('51000', 'Parameter ordType error');
      if (!/^[A-Za-z0-9]{1,32}$/.test(clOrdId)) throw new OkxNo('51000', 'Parameter clOrdId error');
      if ((ordType === 'market') !== (px === undefined)) throw new OkxNo('51000', 'Parameter px error');
      const tgtCcy = asked['tgtCcy'] ?? (side === 'buy' ? 'quote_ccy' : 'base_ccy');
      const isForQuote = ordType === 'market' && tgtCcy === 'quote_ccy';
      const order = {
        listed,
        clientId: clOrdId,
        side: side === 'buy' ? ('BUY' as const) : ('SELL' as const),
        type: ordType,
        timeInForce,
        postOnly: ordType === 'post_only',
        price: px ?? null,
        quantity: isForQuote ? null : sz,
        quoteAmount: isForQuote ? sz : null,
      };
      return this.placed(order);
    });
  }

  cancel(asked: Asked): Row {
    return this.entry(asked, '', () => this.desk.cancel(this.find(asked)));
  }

  amend(asked: Asked): Row {
    return this.entry(asked, '', () => {
      const order = this.find(asked);
      if (order === null) throw new OkxNo('51503', 'Order modification failed as the order does not exist.');
      return this.desk.amend(order, asked['newPx'] ?? null, asked['newSz'] ?? null);
    });
  }

  /** @throws OkxNo 51603 */
  order(asked: Asked): Row {
    const order = this.find(asked);
    if (order === null) throw new OkxNo('51603', 'Order does not exist');
    return this.row(order);
  }

  /** Newest first; `after`: older than that one. */
  pending({ after, limit }: Asked): Row[] {
    const open = this.desk.open().filter(({ orderId }) => after === undefined || orderId < orderIdOf(after));
    return open
      .toReversed()
      .slice(0, Number(limit ?? PAGE))
      .map((order) => this.row(order));
  }

  /** Newest first. */
  fills({ instType, begin, end, limit }: Asked): Row[] {
    if (instType !== 'SPOT') return [];
    const fills = this.desk.fills(Number(begin ?? 0), Number(end ?? this.desk.now));
    return fills
      .toReversed()
      .slice(0, Number(limit ?? PAGE))
      .map((fill) => {
        const order = this.desk.find(fill.symbol, { orderId: fill.orderId })!;
        return fillRow(this.listedAs(fill.symbol), fill, order.clientOrderId);
      });
  }

  balances(): Row {
    const uTime = String(this.desk.now);
    const details = this.desk.balances().map(({ asset, free, locked, total }) => ({
      ccy: asset,
      cashBal: total,
      eq: total,
      availBal: free,
      // Of accounts with margin only.
      availEq: '',
      frozenBal: locked,
      ordFrozen: locked,
      uTime,
    }));
    return { uTime, totalEq: '', details };
  }

  listedAs(symbol: string): ListedSymbol {
    return this.desk.listed().find(({ market }) => market.symbol === symbol)!;
  }

  /** @throws OkxNo 51001 */
  listed(instId: string | undefined): ListedSymbol {
    const found = this.desk.listed().find(({ market }) => instIdOf(market) === instId);
    if (found === undefined) throw new OkxNo('51001', "Instrument ID or Spread ID doesn't exist.");
    return found;
  }

  /** A post-only order that would take is taken note of first and canceled then. */
  private placed(asked: Parameters<SpotDesk['place']>[0]): Order {
    try {
      return this.desk.place(asked);
    } catch (error) {
      if (!(error instanceof DeskRefusal) || error.reason !== 'WOULD_TAKE') throw error;
      return this.desk.placeInVain(asked);
    }
  }

  private row(order: Order): Row {
    const fills = this.desk.fillsOf(order);
    return orderRow(this.listedAs(order.symbol), order, fills, fills.at(-1) ?? null);
  }

  private find({ instId, ordId, clOrdId }: Asked): Order | null {
    const { symbol } = this.listed(instId).market;
    if (ordId !== undefined) return this.desk.find(symbol, { orderId: orderIdOf(ordId) });
    return clOrdId === undefined ? null : this.desk.find(symbol, { clientId: clOrdId });
  }

  private entry(asked: Asked, message: string, run: () => Order): Row {
    const clOrdId = asked['clOrdId'] ?? '';
    const ts = String(this.desk.now);
    try {
      return { ordId: ordIdOf(run().orderId), clOrdId, tag: '', ts, sCode: '0', sMsg: message };
    } catch (error) {
      const [sCode, sMsg] =
        error instanceof DeskRefusal
          ? REASONS[error.reason]
          : error instanceof OkxNo
            ? [error.code, error.message]
            : [null, null];
      if (sCode === null) throw error;
      return { ordId: '', clOrdId, tag: '', ts, sCode, sMsg };
    }
  }
}
