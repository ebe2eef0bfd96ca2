import type { EpochMs } from '@sextant/kernel';
import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { FillPage, PlaceOrderRequest, VenueBalance, VenueOrder } from '../../domain/venue-order.js';
import { unreadable, UnreadableAnswer } from '../ccxt/exact-json.js';
import { amountUnitsOf, assetOf, fieldsOf } from '../ccxt/exact-values.js';
import { remember } from '../ccxt/known-orders.js';
import type { Markets, NativeMarket } from '../native/markets.js';
import type { Draft } from '../native/native-client.js';
import { NativeSession } from '../native/native-session.js';
import { plainDecimal } from '../native/plain-decimal.js';
import { isEnded } from '../native/polled-events.js';
import { fillsAfter, readRobinhoodCursor, robinhoodCursorAt } from './robinhood-fills.js';
import { readAll } from './robinhood-pages.js';
import type { Listing } from './robinhood-pages.js';
import { readOrder, reservedUnits, toWireId } from './robinhood-values.js';
import type { ReadOrder } from './robinhood-values.js';

const ORDERS = '/api/v1/crypto/trading/orders/';
const ACCOUNTS = '/api/v1/crypto/trading/accounts/';
const HOLDINGS = '/api/v1/crypto/trading/holdings/';

/** A search begins so long before what it looks for: the venue's clock is not ours, and its lists may lag. */
const SKEW_MS = 60_000;
const MOST_SENT = 20_000;
/** A long list is read as fast as the budget of 100 calls a minute lets it. */
const PAGE_WAIT_MS = 60_000;
const CANCEL_TAKEN = /^"?Cancel request was submitted for order [0-9a-f-]{36}\.?"?\s*$/i;
const CANCEL_CHECKS = 4;
const CANCEL_PAUSE_MS = 500;

/** An account at Robinhood Crypto. */
export class RobinhoodSession extends NativeSession {
  /** When orders of this session went out, by client order id: a search need not go further back. */
  private readonly sentAt = new Map<string, EpochMs>();

  async cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    let venueOrderId = this.known.venueOrderId(symbol, clientOrderId);
    if (venueOrderId === null) {
      const found = await this.find(clientOrderId, symbol);
      if (found.outcome !== 'CONFIRMED') return found;
      if (found.value === null || isEnded(found.value)) return this.noOpenOrder(found.value, found.evidence);
      ({ venueOrderId } = found.value);
    }
    const taken = await this.parts.client.ask({
      intent: this.intent('CANCEL', 'trading', false),
      guard: () => this.whyEnded(),
      draft: { method: 'POST', path: `${ORDERS}${venueOrderId}/cancel/`, body: null },
      plainYes: CANCEL_TAKEN,
      read: () => null,
    });
    if (taken.outcome === 'CONFIRMED') return this.untilEnded(clientOrderId, symbol);
    if (taken.outcome === 'UNKNOWN' || taken.evidence.kind !== 'VENUE_ANSWER') return taken;
    const now = await this.find(clientOrderId, symbol);
    const gone = now.outcome === 'CONFIRMED' && now.value !== null && isEnded(now.value);
    return gone ? this.noOpenOrder(now.value, now.evidence) : taken;
  }

  async orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    return this.find(clientOrderId, symbol);
  }

  async openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    const orders: VenueOrder[] = [];
    for (const state of ['open', 'partially_filled']) {
      const answer = await this.orders(`?state=${state}`);
      if (answer.outcome !== 'CONFIRMED') return answer;
      orders.push(...answer.value.map(({ order }) => order));
    }
    const open = new Map(orders.map((order) => [order.venueOrderId, order]));
    const evidence = this.parts.client.evidence('VENUE_ANSWER', { orders: open.size });
    return confirmed(
      [...open.values()].filter((order) => !isEnded(order)).map((order) => this.learn(order)),
      evidence,
    );
  }

  async fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    try {
      const from = readRobinhoodCursor(cursor);
      const since = from.at === 0 ? '' : `?updated_at_start=${encodeURIComponent(isoOf(from.at - SKEW_MS))}`;
      const answer = await this.orders(since);
      if (answer.outcome !== 'CONFIRMED') return answer;
      return confirmed(fillsAfter(from, answer.value), answer.evidence);
    } catch (error) {
      return unknown(unreadable(error), this.parts.client.evidence('VENUE_ANSWER', {}));
    }
  }

  override startCursor(): string {
    return robinhoodCursorAt(this.parts.client.venueNow() - SKEW_MS);
  }

  override cursorAt(at: EpochMs): string {
    return robinhoodCursorAt(at - SKEW_MS);
  }

  /** The venue tells what may be spent; what open orders to buy hold is counted from their list. */
  async balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    const open = await this.openOrders();
    if (open.outcome !== 'CONFIRMED') return open;
    const cash = await this.parts.client.ask({
      intent: this.intent('RECONCILE', 'account', true),
      guard: () => this.whyEnded(),
      draft: { method: 'GET', path: ACCOUNTS, body: null },
      read: readCash,
    });
    if (cash.outcome !== 'CONFIRMED') return cash;
    const holdings = await readAll(this.parts.client, this.listing(HOLDINGS, readHolding));
    if (holdings.outcome !== 'CONFIRMED') return holdings;
    const markets = await this.parts.markets(this.parts.client);
    if (markets.outcome !== 'CONFIRMED') return markets;
    const lockedUnits = open.value
      .map((order) => ({ order, market: markets.value.of(order.symbol) }))
      .filter(({ market }) => market?.instrument.quote === cash.value.asset)
      .reduce((sum, { order, market }) => sum + reservedUnits(order, market!), 0n);
    return confirmed([{ ...cash.value, lockedUnits }, ...holdings.value], holdings.evidence);
  }

  protected unsupported({ type, timeInForce, postOnly, quoteUnits }: PlaceOrderRequest): string | null {
    if (postOnly) return 'Robinhood has no post-only orders.';
    if (quoteUnits !== null) return 'Robinhood takes no market order for an amount of quote.';
    const isTaken = timeInForce === 'GTC' || (type === 'MARKET' && timeInForce === 'IOC');
    return isTaken ? null : `Robinhood has no ${timeInForce} orders.`;
  }

  protected placement(request: PlaceOrderRequest, { wireName, prices, quantities }: NativeMarket): Draft {
    const { clientOrderId, side, type, lots, priceTicks } = request;
    remember(this.sentAt, clientOrderId, this.parts.client.venueNow(), MOST_SENT);
    const size = { asset_quantity: quantities.of(lots!) };
    const order = {
      client_order_id: toWireId(clientOrderId),
      side: side.toLowerCase(),
      symbol: wireName,
      ...(type === 'MARKET'
        ? { type: 'market', market_order_config: size }
        : { type: 'limit', limit_order_config: { ...size, limit_price: prices.of(priceTicks!) } }),
    };
    return { method: 'POST', path: ORDERS, body: JSON.stringify(order) };
  }

  protected readPlaced(
    json: unknown,
    { clientOrderId, side }: PlaceOrderRequest,
    market: NativeMarket,
  ): VenueOrder {
    const told = fieldsOf(json, 'order');
    const read = readOrder(told, { ofName: (name) => (name === market.wireName ? market : null) });
    if (read === null) throw new UnreadableAnswer('the answer is of another market');
    const { order } = read;
    if (order.clientOrderId !== clientOrderId || order.side !== side) {
      throw new UnreadableAnswer('the answer is of another order');
    }
    return order;
  }

  private async find(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    const market = await this.market(symbol);
    if ('outcome' in market) return market;
    const id = this.known.venueOrderId(symbol, clientOrderId);
    if (id !== null) {
      const answer = await this.orders(`?id=${id}`, clientOrderId);
      if (answer.outcome !== 'CONFIRMED') return answer;
      const own = ofClientId(answer.value, clientOrderId);
      if (own !== null) return confirmed(this.learn(own), answer.evidence);
    }
    const sentAt = this.sentAt.get(clientOrderId);
    const start =
      sentAt === undefined ? '' : `&created_at_start=${encodeURIComponent(isoOf(sentAt - SKEW_MS))}`;
    const answer = await this.orders(`?symbol=${market.wireName}${start}`, clientOrderId);
    if (answer.outcome !== 'CONFIRMED') return answer;
    const own = ofClientId(answer.value, clientOrderId);
    return confirmed(own === null ? null : this.learn(own), answer.evidence);
  }

  /** Orders in markets that are ours; with a client order id, no further than to that order. */
  private async orders(query: string, clientOrderId?: string): Promise<GatewayOutcome<ReadOrder[]>> {
    const markets = await this.parts.markets(this.parts.client);
    if (markets.outcome !== 'CONFIRMED') return markets;
    const wanted = clientOrderId === undefined ? null : toWireId(clientOrderId);
    const answer = await readAll(this.parts.client, {
      ...this.listing(ORDERS + query, (row) => this.readOwn(row, markets.value, wanted)),
      isLast: (row) => wanted !== null && row !== null,
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    return confirmed(
      answer.value.filter((row) => row !== null),
      answer.evidence,
    );
  }

  /** Null for an order that is not asked for, however it looks: one odd order does not hide another. */
  private readOwn(row: unknown, markets: Markets, wantedId: string | null): ReadOrder | null {
    if (wantedId !== null && fieldsOf(row, 'order')['client_order_id'] !== wantedId) return null;
    return readOrder(row, markets);
  }

  private listing<T>(path: string, read: (row: unknown) => T): Listing<T> {
    const intent = { ...this.intent('RECONCILE', 'account', true), waitMs: PAGE_WAIT_MS };
    return { path, intent, guard: () => this.whyEnded(), read };
  }

  /** A cancel is taken note of first: it is over when the list says so, and a fill can win. */
  private async untilEnded(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    for (let check = 1; ; check += 1) {
      const answer = await this.find(clientOrderId, symbol);
      if (answer.outcome !== 'CONFIRMED') return unknown({ ...answer.reason }, answer.evidence);
      const { value, evidence } = answer;
      if (value !== null && isEnded(value)) return confirmed(this.note(value), evidence);
      if (check === CANCEL_CHECKS) {
        return unknown(
          { code: 'CANCEL_PENDING', detail: 'The venue has not cancelled the order yet.' },
          evidence,
        );
      }
      await this.parts.timers.sleep(CANCEL_PAUSE_MS);
    }
  }

  private noOpenOrder(
    order: VenueOrder | null,
    evidence: Parameters<typeof refused>[1],
  ): GatewayOutcome<never> {
    const detail = order === null ? 'The venue lists no order of this id.' : `The order is ${order.status}.`;
    return refused({ code: 'UNKNOWN_ORDER', detail }, evidence);
  }
}

function ofClientId(rows: readonly ReadOrder[], clientOrderId: string): VenueOrder | null {
  return rows.find(({ order }) => order.clientOrderId === clientOrderId)?.order ?? null;
}

function isoOf(at: EpochMs): string {
  return new Date(at).toISOString();
}

function readCash(json: unknown): Omit<VenueBalance, 'lockedUnits'> {
  const account = fieldsOf(json, 'account');
  const freeUnits = amountUnitsOf(plainDecimal(account['buying_power'], 'buying_power'), 'buying_power');
  return { asset: assetOf(account['buying_power_currency'], 'buying_power_currency'), freeUnits };
}

function readHolding(row: unknown): VenueBalance {
  const holding = fieldsOf(row, 'holding');
  const total = amountUnitsOf(plainDecimal(holding['total_quantity'], 'total_quantity'), 'total_quantity');
  const free = plainDecimal(holding['quantity_available_for_trading'], 'quantity_available_for_trading');
  const freeUnits = amountUnitsOf(free, 'quantity_available_for_trading');
  if (freeUnits > total) throw new UnreadableAnswer('more is available than there is');
  return { asset: assetOf(holding['asset_code'], 'asset_code'), freeUnits, lockedUnits: total - freeUnits };
}
