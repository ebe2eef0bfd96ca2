import { parseUnits } from '../../../../apps/venue/src/engine/amounts.js';
import type { OrderTerms, TimeInForce } from '../../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../../apps/venue/src/engine/order.js';
import { Refusal } from '../../../../apps/venue/src/engine/refusal.js';
import type { MarketFloor } from '../market-floor.js';
import { invalid, PRODUCT, uuidOf } from './coinbase-terms.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Placement {
  client_order_id?: string;
  product_id?: string;
  side?: string;
  order_configuration?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A refusal of an order: HTTP 200 all the same. */
class Failure extends Error {}

const FORMS: Readonly<Record<string, { timeInForce: TimeInForce; isLimit: boolean }>> = {
  market_market_ioc: { timeInForce: 'IOC', isLimit: false },
  sor_limit_ioc: { timeInForce: 'IOC', isLimit: true },
  limit_limit_gtc: { timeInForce: 'GTC', isLimit: true },
  limit_limit_gtd: { timeInForce: 'GTC', isLimit: true },
  stop_limit_stop_limit_gtc: { timeInForce: 'GTC', isLimit: true },
  stop_limit_stop_limit_gtd: { timeInForce: 'GTC', isLimit: true },
  limit_limit_fok: { timeInForce: 'FOK', isLimit: true },
};

const DIRECTIONS: Readonly<Record<string, 'UP' | 'DOWN'>> = {
  STOP_DIRECTION_STOP_UP: 'UP',
  STOP_DIRECTION_STOP_DOWN: 'DOWN',
};

const REASONS: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: 'INSUFFICIENT_FUND',
  WOULD_TAKE: 'INVALID_LIMIT_PRICE_POST_ONLY',
  WOULD_TRIGGER: 'PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE',
  MARKET_CLOSED: 'ORDER_ENTRY_DISABLED',
};

/** Placing and canceling in the venue's words. */
export class CoinbaseTrading {
  constructor(private readonly floor: MarketFloor) {}

  /** Two orders may have one client id: what the venue does about it is told in two ways, so here it does nothing. */
  place(body: string): object {
    const asked = JSON.parse(body) as Placement;
    const { client_order_id = '', product_id, side } = asked;
    if (!UUID.test(client_order_id)) throw invalid('client_order_id');
    if (product_id !== PRODUCT) throw invalid('product_id');
    if (side !== 'BUY' && side !== 'SELL') throw invalid('side');
    try {
      const order = this.accept(asked, client_order_id, side);
      const order_id = uuidOf(order.orderId);
      const success_response = { order_id, product_id, side, client_order_id };
      return { success: true, success_response, order_configuration: asked.order_configuration };
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Failure)) throw error;
      const reason =
        error instanceof Failure ? error.message : (REASONS[error.reason] ?? 'UNKNOWN_FAILURE_REASON');
      const told = { error: reason, message: '', error_details: '', preview_failure_reason: '' };
      return {
        ...{ success: false, failure_reason: 'UNKNOWN_FAILURE_REASON' },
        error_response: { ...told, new_order_failure_reason: reason },
      };
    }
  }

  cancel(body: string): object {
    const { order_ids = [] } = JSON.parse(body) as { order_ids?: string[] };
    const results = order_ids.map((order_id) => {
      const order = this.floor.orders().find(({ orderId }) => uuidOf(orderId) === order_id);
      if (order === undefined || !isOpen(order)) {
        return { success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER', order_id };
      }
      this.floor.cancel(order);
      return { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id };
    });
    return { results };
  }

  private accept({ order_configuration = {} }: Placement, clientOrderId: string, side: 'BUY' | 'SELL') {
    const [[name, fields] = ['', {}], ...more] = Object.entries(order_configuration);
    const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
    if (form === undefined || more.length > 0) throw new Failure('UNSUPPORTED_ORDER_CONFIGURATION');
    const [base, quote] = [unitsOf(fields['base_size']), unitsOf(fields['quote_size'])];
    if ((base === null) === (quote === null) || (quote !== null && form.isLimit)) throw invalid('size');
    const { market } = this.floor;
    const lots = base === null ? null : market.lotsOf(base);
    if (base !== null && (lots === null || lots < 1)) throw new Failure('INVALID_SIZE_PRECISION');
    const price = form.isLimit ? unitsOf(fields['limit_price']) : null;
    const ticks = price === null ? null : market.ticksOf(price);
    if (form.isLimit && ticks === null) throw new Failure('INVALID_PRICE_PRECISION');
    return this.floor.place({
      ...{ clientOrderId, side, type: 'coinbase', lots, ticks, quoteBudget: quote },
      timeInForce: form.timeInForce,
      postOnly: fields['post_only'] === true,
      trigger: name.startsWith('stop') ? this.trigger(fields) : null,
      attributes: {
        configuration: JSON.stringify(order_configuration),
        ...(name.endsWith('_gtd') && { expiresAt: String(this.end(fields)) }),
      },
    });
  }

  private trigger(fields: Readonly<Record<string, unknown>>): OrderTerms['trigger'] {
    const ticks = this.floor.market.ticksOf(unitsOf(fields['stop_price']) ?? 0n);
    const when = DIRECTIONS[String(fields['stop_direction'])];
    if (ticks === null || ticks === 0 || when === undefined) throw invalid('stop_price');
    return { ticks, when, source: 'LAST' };
  }

  private end({ end_time }: Readonly<Record<string, unknown>>): number {
    const at = typeof end_time === 'string' ? Date.parse(end_time) : NaN;
    if (!(at > this.floor.now())) throw invalid('end_time');
    return at;
  }
}

/** Amounts are texts, never numbers. */
function unitsOf(value: unknown): bigint | null {
  if (value === undefined) return null;
  const units = typeof value === 'string' ? parseUnits(value) : null;
  if (typeof units !== 'bigint' || units === 0n) throw invalid('amount');
  return units;
}
