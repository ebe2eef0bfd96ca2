import type { EpochMs } from '@sextant/kernel';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type {
  FillPage,
  PlaceOrderRequest,
  VenueBalance,
  VenueFill,
  VenueOrder,
} from '../../domain/venue-order.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf } from '../ccxt/exact-values.js';
import { remember } from '../ccxt/known-orders.js';
import type { Markets, NativeMarket } from '../native/markets.js';
import type { Draft, NativeCall } from '../native/native-client.js';
import { NativeSession } from '../native/native-session.js';
import { isEnded } from '../native/polled-events.js';
import { inOrder, readAsked, readListed } from './nobitex-lists.js';
import { namesOf, toWireId } from './nobitex-names.js';
import { readAll } from './nobitex-pages.js';
import { WEIGHTS } from './nobitex-traits.js';
import { readOrder, readOwnTrade, readWallets } from './nobitex-values.js';
import type { ReadTrade } from './nobitex-values.js';

/** A search begins so long before an order was sent: the venue's clock is not ours. */
const SKEW_MS = 60_000;
const MOST_SENT = 20_000;
const CURSOR = /^\d{1,18}$/;

/** An account at Nobitex. */
export class NobitexSession extends NativeSession {
  /** When orders of this session went out, by client order id: a search need not go further back. */
  private readonly sentAt = new Map<string, EpochMs>();

  async cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    const around = await this.around(symbol);
    if ('outcome' in around) return around;
    const { markets, market } = around;
    const answer = await this.parts.client.ask({
      intent: this.intent('CANCEL', 'trading', false),
      guard: () => this.whyEnded(),
      draft: post('/market/orders/update-status', {
        ...this.refOf(clientOrderId, symbol, 'order'),
        status: 'canceled',
      }),
      read: (json) => {
        const { updatedStatus, order } = fieldsOf(json, 'answer');
        return updatedStatus === 'Canceled' ? readAsked(order, markets, market, clientOrderId) : null;
      },
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    if (answer.value === null || !isEnded(answer.value)) return this.stateAfterCancel(clientOrderId, symbol);
    return confirmed(this.note(answer.value), answer.evidence);
  }

  /** The venue finds an order by our id only until it ends; then the list of all orders has it. */
  async orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    const around = await this.around(symbol);
    if ('outcome' in around) return around;
    const { markets, market } = around;
    const answer = await this.parts.client.ask({
      ...this.reading(
        post('/market/orders/status', this.refOf(clientOrderId, symbol, 'id')),
        WEIGHTS.orderStatus,
      ),
      read: (json) => readAsked(fieldsOf(json, 'answer')['order'], markets, market, clientOrderId),
    });
    if (answer.outcome === 'CONFIRMED') return confirmed(this.learn(answer.value), answer.evidence);
    if (answer.outcome === 'UNKNOWN' || answer.reason.code !== 'UNKNOWN_ORDER') return answer;
    return this.search(clientOrderId, markets, market);
  }

  async openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    const markets = await this.parts.markets(this.parts.client);
    if (markets.outcome !== 'CONFIRMED') return markets;
    const answer = await readAll(this.parts.client, {
      ...this.reading(get('/market/orders/list?status=open&details=2&pageSize=1000'), WEIGHTS.orderList),
      field: 'orders',
      read: (row) => readOrder(row, markets.value, null),
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    const open = answer.value.filter((order) => order !== null && !isEnded(order)) as VenueOrder[];
    return confirmed(
      open.map((order) => this.learn(order)),
      answer.evidence,
    );
  }

  /** The venue keeps three days of trades; the cursor is the next trade id. */
  async fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    const { client } = this.parts;
    if (cursor !== null && !CURSOR.test(cursor)) {
      const reason = { code: 'UNREADABLE_ANSWER', detail: 'the cursor is none of this venue' };
      return unknown(reason, client.evidence('VENUE_ANSWER', {}));
    }
    const markets = await this.parts.markets(client);
    if (markets.outcome !== 'CONFIRMED') return markets;
    const from = cursor === null ? '' : `&fromId=${cursor}`;
    const answer = await readAll(client, {
      ...this.reading(get(`/market/trades/list?pageSize=100${from}`), WEIGHTS.tradeList),
      field: 'trades',
      read: (row) => readOwnTrade(row, markets.value),
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    const next = BigInt(cursor ?? '0');
    const trades = inOrder(answer.value, next);
    const fills: VenueFill[] = [];
    for (const { id: _, ...trade } of trades) {
      const clientOrderId = await this.whose(trade);
      if (typeof clientOrderId !== 'string') return clientOrderId;
      fills.push({ ...trade, clientOrderId });
    }
    const last = trades.at(-1);
    return confirmed({ fills, cursor: String(last === undefined ? next : last.id + 1n) }, answer.evidence);
  }

  async balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    return this.parts.client.ask({
      ...this.reading(get('/users/wallets/list'), WEIGHTS.wallets),
      read: readWallets,
    });
  }

  protected unsupported({ type, timeInForce, postOnly, quoteUnits }: PlaceOrderRequest): string | null {
    if (postOnly) return 'Nobitex has no post-only orders.';
    if (quoteUnits !== null) return 'Nobitex takes no market order for an amount of quote.';
    const isTaken = timeInForce === 'GTC' || (type === 'MARKET' && timeInForce === 'IOC');
    return isTaken ? null : `Nobitex has no ${timeInForce} orders.`;
  }

  /** Without a price a market order fills within 1 % of the venue's last price, and no further. */
  protected placement(request: PlaceOrderRequest, { wireName, prices, quantities }: NativeMarket): Draft {
    const { clientOrderId, side, type, lots, priceTicks } = request;
    remember(this.sentAt, clientOrderId, this.parts.client.venueNow(), MOST_SENT);
    const { src, dst } = namesOf(wireName)!;
    return post('/market/orders/add', {
      type: side.toLowerCase(),
      execution: type.toLowerCase(),
      srcCurrency: src,
      dstCurrency: dst,
      amount: quantities.of(lots!),
      ...(priceTicks !== null && { price: prices.of(priceTicks) }),
      clientOrderId: toWireId(clientOrderId),
    });
  }

  protected readPlaced(json: unknown, request: PlaceOrderRequest, market: NativeMarket): VenueOrder {
    const only = { ofName: (name: string) => (name === market.wireName ? market : null) };
    const order = readAsked(fieldsOf(json, 'answer')['order'], only, market, request.clientOrderId);
    if (order.side !== request.side) throw new UnreadableAnswer('the answer is of the other side');
    return order;
  }

  private async stateAfterCancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    const now = await this.orderByClientId(clientOrderId, symbol);
    if (now.outcome !== 'CONFIRMED') return unknown(now.reason, now.evidence);
    if (now.value !== null && isEnded(now.value)) return confirmed(this.note(now.value), now.evidence);
    return unknown(
      { code: 'CANCEL_PENDING', detail: 'The venue has not cancelled the order yet.' },
      now.evidence,
    );
  }

  /** Newest first, and no further back than the order was sent, where that is known. */
  private async search(
    clientOrderId: string,
    markets: Markets,
    market: NativeMarket,
  ): Promise<GatewayOutcome<VenueOrder | null>> {
    const { src, dst } = namesOf(market.wireName)!;
    const filter = `srcCurrency=${src}&dstCurrency=${dst}&status=all&details=2&order=-id&pageSize=1000`;
    const notBefore = (this.sentAt.get(clientOrderId) ?? -Infinity) - SKEW_MS;
    const answer = await readAll(this.parts.client, {
      ...this.reading(get(`/market/orders/list?${filter}`), WEIGHTS.orderList),
      field: 'orders',
      read: (row) => readListed(row, markets, market, clientOrderId),
      isLast: ({ order, createdAt }) => order !== null || createdAt < notBefore,
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    const found = answer.value.find(({ order }) => order !== null)?.order ?? null;
    return confirmed(found === null ? null : this.learn(found), answer.evidence);
  }

  /** The client order id of a trade's order; asked once for each order that this session has not seen. */
  private async whose(trade: Omit<ReadTrade, 'id'>): Promise<string | GatewayOutcome<never>> {
    const { symbol, venueOrderId, executedAt } = trade;
    const known = this.known.clientOrderId(symbol, venueOrderId);
    if (known !== null) return known;
    const around = await this.around(symbol);
    if ('outcome' in around) return around;
    const answer = await this.parts.client.ask({
      ...this.reading(post('/market/orders/status', { id: Number(venueOrderId) }), WEIGHTS.orderStatus),
      read: (json) => readOrder(fieldsOf(json, 'answer')['order'], around.markets, around.market)!,
    });
    if (answer.outcome === 'CONFIRMED' && answer.value.venueOrderId === venueOrderId) {
      return this.learn(answer.value).clientOrderId;
    }
    const gone = answer.outcome === 'REFUSED' && answer.reason.code === 'UNKNOWN_ORDER';
    if (gone && this.parts.client.venueNow() - executedAt > this.traits.visibilityLagMs) {
      return `venue-${venueOrderId}`;
    }
    const reason = { code: 'NO_ANSWER', detail: `Whose order ${venueOrderId} is cannot be told now.` };
    return unknown(reason, answer.evidence);
  }

  private async around(
    symbol: string,
  ): Promise<{ markets: Markets; market: NativeMarket } | GatewayOutcome<never>> {
    const market = await this.market(symbol);
    if ('outcome' in market) return market;
    const markets = await this.parts.markets(this.parts.client);
    return markets.outcome === 'CONFIRMED' ? { markets: markets.value, market } : markets;
  }

  /** How the venue is told which order: by its own id where that is known, which finds ended orders, too. */
  private refOf(
    clientOrderId: string,
    symbol: string,
    idField: 'id' | 'order',
  ): Record<string, string | number> {
    const venueOrderId = this.known.venueOrderId(symbol, clientOrderId) ?? VENUE_ID.exec(clientOrderId)?.[1];
    return venueOrderId === undefined
      ? { clientOrderId: toWireId(clientOrderId) }
      : { [idField]: Number(venueOrderId) };
  }

  private reading(draft: Draft, weight: number): Pick<NativeCall<unknown>, 'intent' | 'guard' | 'draft'> {
    return {
      intent: { ...this.intent('RECONCILE', 'account', true), weight },
      guard: () => this.whyEnded(),
      draft,
    };
  }
}

const VENUE_ID = /^venue-(\d{1,15})$/;

function get(path: string): Draft {
  return { method: 'GET', path, body: null };
}

function post(path: string, body: Record<string, string | number>): Draft {
  return { method: 'POST', path, body: JSON.stringify(body) };
}
