import { parseUnits } from '../../../../apps/venue/src/engine/amounts.js';
import type { Order, OrderTerms } from '../../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../../apps/venue/src/engine/order.js';
import { Refusal } from '../../../../apps/venue/src/engine/refusal.js';
import type { MarketFloor } from '../market-floor.js';
import { orderIdOf } from './kraken-shapes.js';
import { DEADLINE_MS, KrakenError, PAIR, txid } from './kraken-terms.js';

/** A UUID with dashes or without, or up to 18 characters of one's own. */
const CLIENT_ID =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w.-]{1,18})$/i;
const LEAST_LOTS = 5_000;
const LEAST_COST_UNITS = 50_000_000n;

const STOP = { BUY: 'UP', SELL: 'DOWN' } as const;
const TAKE_PROFIT = { BUY: 'DOWN', SELL: 'UP' } as const;
/** Of a conditional order `price` is the trigger, and `price2` the limit. */
const KINDS = {
  market: { isLimit: false, wakes: null, priceName: 'price' },
  limit: { isLimit: true, wakes: null, priceName: 'price' },
  'stop-loss': { isLimit: false, wakes: STOP, priceName: 'price2' },
  'stop-loss-limit': { isLimit: true, wakes: STOP, priceName: 'price2' },
  'take-profit': { isLimit: false, wakes: TAKE_PROFIT, priceName: 'price2' },
  'take-profit-limit': { isLimit: true, wakes: TAKE_PROFIT, priceName: 'price2' },
} as const;

/** Placing, amending and canceling in the venue's words. */
export class KrakenTrading {
  constructor(private readonly floor: MarketFloor) {}

  add(fields: URLSearchParams): object {
    const pair = fields.get('pair') ?? '';
    if (pair !== PAIR.id && pair !== PAIR.altname) throw new KrakenError('EQuery:Unknown asset pair');
    const side = oneOf(fields, 'type', { buy: 'BUY', sell: 'SELL' } as const);
    const { isLimit, wakes, priceName } = oneOf(fields, 'ordertype', KINDS);
    const timeInForce = isLimit ? this.timeInForce(fields) : 'IOC';
    const expiresAt = this.expiry(fields);
    const flags = (fields.get('oflags') ?? '').split(',').filter((flag) => flag !== '');
    const clientOrderId = this.clientId(fields);
    this.checkDeadline(fields);
    const size = this.size(fields, flags.includes('viqc'));
    const ticks = isLimit ? this.ticks(fields, priceName) : null;
    const trigger = wakes === null ? null : this.trigger(fields, wakes[side]);
    if (size.lots !== null) this.checkLeast(size.lots, ticks);
    const oflags = [...new Set([...flags, 'fciq'])].join(',');
    const postOnly = flags.includes('post');
    const terms = { ...size, clientOrderId, side, ticks, timeInForce, postOnly, trigger };
    const attributes = { oflags, ...(expiresAt !== null && { expiresAt: String(expiresAt) }) };
    const type = fields.get('ordertype') ?? '';
    const order = refusing(() => this.floor.place({ ...terms, type, attributes }));
    return {
      descr: {
        order: `${fields.get('type')} ${fields.get('volume')} ${PAIR.altname} @ ${fields.get('ordertype')}`,
      },
      txid: [orderIdOf(order)],
    };
  }

  amend(fields: URLSearchParams): object {
    const order = this.named(fields);
    this.checkDeadline(fields);
    const lots = this.lots(fields, 'order_qty');
    refusing(() => this.floor.modify(order, this.ticks(fields, 'limit_price'), lots));
    return { amend_id: txid('T', order.orderId) };
  }

  cancel(fields: URLSearchParams): object {
    this.floor.cancel(this.named(fields));
    return { count: 1 };
  }

  cancelAllAfter(fields: URLSearchParams): object {
    const timeout = Number(fields.get('timeout'));
    if (!(Number.isInteger(timeout) && timeout >= 0 && timeout < 86_400))
      throw new KrakenError('EGeneral:Invalid arguments:timeout');
    this.floor.countDown(timeout);
    const at = (ms: number) => new Date(ms).toISOString();
    const now = this.floor.now();
    return { currentTime: at(now), triggerTime: timeout === 0 ? '0' : at(now + timeout * 1_000) };
  }

  /** An open order, by the venue's id or the client's. */
  private named(fields: URLSearchParams): Order {
    const [id, clientId] = [fields.get('txid'), fields.get('cl_ord_id')];
    if (id === null && clientId === null) throw new KrakenError('EGeneral:Invalid arguments');
    const order = this.floor
      .orders()
      .findLast(
        (each) => isOpen(each) && (id === null ? each.clientOrderId === clientId : orderIdOf(each) === id),
      );
    if (order === undefined) throw new KrakenError('EOrder:Unknown order');
    return order;
  }

  private timeInForce(fields: URLSearchParams): 'GTC' | 'IOC' | 'FOK' {
    if (!fields.has('timeinforce')) return 'GTC';
    return oneOf(fields, 'timeinforce', { GTC: 'GTC', GTD: 'GTC', IOC: 'IOC', FOK: 'FOK' } as const);
  }

  /** Seconds since 1970. */
  private expiry(fields: URLSearchParams): number | null {
    const told = fields.get('expiretm');
    if ((fields.get('timeinforce') === 'GTD') !== (told !== null))
      throw new KrakenError('EGeneral:Invalid arguments:expiretm');
    if (told === null) return null;
    const at = Number(told) * 1_000;
    if (!/^\d{10}$/.test(told) || at <= this.floor.now())
      throw new KrakenError('EGeneral:Invalid arguments:expiretm');
    return at;
  }

  /** Null where the market is beyond the trigger: the order works at once. */
  private trigger(fields: URLSearchParams, when: 'UP' | 'DOWN'): OrderTerms['trigger'] {
    const ticks = this.ticks(fields, 'price');
    const last = this.floor.market.lastTicks ?? 0;
    const isBeyond = when === 'UP' ? last >= ticks : last <= ticks;
    return isBeyond ? null : { ticks, when, source: 'LAST' };
  }

  /** Unique among the open ones only. Which words the venue refuses with is not published. */
  private clientId(fields: URLSearchParams): string {
    const id = fields.get('cl_ord_id');
    if (id === null) return '';
    if (!CLIENT_ID.test(id)) throw new KrakenError('EGeneral:Invalid arguments:cl_ord_id');
    if (this.floor.open().some(({ clientOrderId }) => clientOrderId === id)) {
      throw new KrakenError('EOrder:Duplicate cl_ord_id');
    }
    return id;
  }

  private checkDeadline(fields: URLSearchParams): void {
    const deadline = fields.get('deadline');
    if (deadline === null) return;
    const leftMs = Date.parse(deadline) - this.floor.now();
    if (Number.isNaN(leftMs) || leftMs > DEADLINE_MS.most) {
      throw new KrakenError('EGeneral:Invalid arguments:deadline');
    }
    if (leftMs <= 0) throw new KrakenError('EService:Deadline elapsed');
  }

  private size(
    fields: URLSearchParams,
    isInQuote: boolean,
  ): { lots: number | null; quoteBudget: bigint | null } {
    if (!isInQuote) return { lots: this.lots(fields, 'volume'), quoteBudget: null };
    if (fields.get('ordertype') !== 'market') throw new KrakenError('EGeneral:Invalid arguments:oflags');
    return { lots: null, quoteBudget: units(fields, 'volume') };
  }

  private lots(fields: URLSearchParams, name: string): number {
    const lots = this.floor.market.lotsOf(units(fields, name));
    if (lots === null || lots < 1) throw new KrakenError('EGeneral:Invalid arguments:volume');
    return lots;
  }

  private ticks(fields: URLSearchParams, name: string): number {
    const ticks = this.floor.market.ticksOf(units(fields, name));
    if (ticks === null) {
      throw new KrakenError(
        `EOrder:Invalid price:${PAIR.altname} price can only be specified up to 1 decimals.`,
      );
    }
    return ticks;
  }

  private checkLeast(lots: number, ticks: number | null): void {
    if (lots < LEAST_LOTS) throw new KrakenError('EGeneral:Invalid arguments:volume minimum not met');
    if (ticks !== null && this.floor.market.quoteUnits(ticks, lots) < LEAST_COST_UNITS) {
      throw new KrakenError('EOrder:Cost minimum not met');
    }
  }
}

function units(fields: URLSearchParams, name: string): bigint {
  const read = parseUnits(fields.get(name) ?? '');
  if (typeof read !== 'bigint' || read === 0n) throw new KrakenError(`EGeneral:Invalid arguments:${name}`);
  return read;
}

function oneOf<T>(fields: URLSearchParams, name: string, values: Readonly<Record<string, T>>): T {
  const told = fields.get(name) ?? '';
  if (!Object.hasOwn(values, told)) throw new KrakenError(`EGeneral:Invalid arguments:${name}`);
  return values[told]!;
}

const WORDS: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: 'EOrder:Insufficient funds',
  WOULD_TAKE: 'EOrder:Post only order',
  MARKET_CLOSED: 'EService:Market in cancel_only mode',
  NOT_OPEN: 'EOrder:Unknown order',
  NOT_SMALLER: 'EGeneral:Invalid arguments:volume',
};

function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new KrakenError(WORDS[error.reason] ?? 'EGeneral:Internal error');
  }
}
