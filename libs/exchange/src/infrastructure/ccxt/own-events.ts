import type { Cancel } from '@sextant/platform';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { VenueEvent, VenueFill, VenueOrder } from '../../domain/venue-order.js';
import type { AccountOrders } from './account-orders.js';
import { can } from './ccxt-exchange.js';
import { CcxtStream } from './ccxt-stream.js';
import { listOf } from './exact-values.js';
import { remember } from './known-orders.js';
import type { SessionParts } from './session-parts.js';

/** A state that contains fills which were not told waits so long for them, then they are read from the list. */
const PATIENCE_MS = 1_000;
/** Then it is told all the same: whoever reconciles has the list, too. */
const GIVE_UP_MS = 5_000;
const POLL_MS = 5_000;
/** A frame may be lost on a stream that lives: what is open is compared at least that often. */
const COMPARE_MS = 45_000;
const CAPACITY = 10_000;

interface Parked {
  order: VenueOrder;
  since: number;
  cancel: Cancel;
}

/**
 * What the venue tells of this account, in order: a fill before the state that contains it, each once. The streams start
 * with the first listener; after each time that they were down, orders and fills are compared with the venue's lists.
 * Where the venue pushes nothing, the lists are asked at intervals.
 */
export class OwnEvents {
  private readonly listeners = new Set<(event: VenueEvent) => void>();
  private readonly streams: CcxtStream[] = [];
  private readonly toldFills = new Map<string, true>();
  private readonly toldLots = new Map<string, number>();
  private readonly toldOrders = new Map<string, VenueOrder>();
  private readonly parked = new Map<string, Parked>();
  private cursor: string;
  private reconciling: Promise<void> | null = null;
  private again = false;
  private compared = false;
  private comparedAt = -Infinity;
  private reading: Promise<void> | null = null;
  private cancelPoll: Cancel = () => undefined;
  private closed = false;

  constructor(
    private readonly parts: SessionParts,
    private readonly orders: AccountOrders,
    private readonly session: ExchangeSession,
    fromNow: string,
  ) {
    this.cursor = fromNow;
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    const first = this.listeners.size === 0 && this.streams.length === 0 && !this.closed;
    this.listeners.add(listener);
    if (first) this.start();
    return () => this.listeners.delete(listener);
  }

  /** An order that a call answered with: its fills are told before the answer is. */
  onAnswer(order: VenueOrder, fills: readonly VenueFill[]): void {
    for (const fill of fills) this.onFill(fill);
    this.onOrder(order);
  }

  close(): void {
    this.closed = true;
    this.cancelPoll();
    for (const stream of this.streams) stream.stop();
    for (const { cancel } of this.parked.values()) cancel();
    this.parked.clear();
    this.listeners.clear();
  }

  private start(): void {
    const { exchange } = this.parts.client;
    if (can(exchange, 'watchOrders')) {
      this.stream('watchOrders', (told) => {
        const order = this.orders.readOwn(told);
        if (order !== null) this.onOrder(order);
      });
    }
    if (can(exchange, 'watchMyTrades')) {
      this.stream('watchMyTrades', async (told) => {
        const fill = await this.orders.readTrade(told);
        if (fill !== null) this.onFill(fill);
      });
    }
    this.pollLater();
  }

  private stream(method: string, read: (told: unknown) => void | Promise<void>): void {
    const { log, profile } = this.parts;
    const terms = {
      method,
      args: [],
      steady: false,
      onValue: (value: unknown) => this.each(value, read),
      onUp: () => void this.reconcile(),
      onDown: (reason: string) =>
        log.warn('A stream of the account is down', { venue: profile.venue, stream: method, reason }),
    };
    this.streams.push(new CcxtStream(this.parts, terms));
  }

  /** A value that cannot be read is not believed: the lists are asked instead. */
  private each(value: unknown, read: (told: unknown) => void | Promise<void>): void {
    const failed = (error: unknown) => {
      if (this.closed) return;
      const { log, profile } = this.parts;
      log.warn('What the venue pushed cannot be read', {
        venue: profile.venue,
        reason: (error as Error).message,
      });
      void this.reconcile();
    };
    try {
      for (const told of listOf(value, 'pushed values')) {
        Promise.resolve(read(told)).catch(failed);
      }
    } catch (error) {
      failed(error);
    }
  }

  private onFill(fill: VenueFill): void {
    const key = `${fill.symbol} ${fill.venueOrderId} ${fill.venueTradeId}`;
    if (this.toldFills.has(key)) return;
    remember(this.toldFills, key, true, CAPACITY);
    const order = keyOf(fill);
    remember(this.toldLots, order, (this.toldLots.get(order) ?? 0) + fill.lots, CAPACITY);
    this.tell({ kind: 'FILL', fill });
    const parked = this.parked.get(order);
    if (parked !== undefined && this.isWhole(parked.order)) this.release(parked.order);
  }

  private onOrder(order: VenueOrder): void {
    const key = keyOf(order);
    const last = this.toldOrders.get(key);
    if (last !== undefined && isBehind(order, last)) return;
    if (this.isWhole(order)) return this.release(order);
    const before = this.parked.get(key);
    before?.cancel();
    const since = before?.since ?? this.parts.clock.monotonicMs();
    const cancel = this.parts.timers.setTimer(PATIENCE_MS, () => this.impatient(key));
    this.parked.set(key, { order, since, cancel });
  }

  private isWhole(order: VenueOrder): boolean {
    return (this.toldLots.get(keyOf(order)) ?? 0) >= order.filledLots;
  }

  private async impatient(key: string): Promise<void> {
    await this.readFills();
    const parked = this.parked.get(key);
    if (parked === undefined || this.closed) return;
    if (this.isWhole(parked.order)) return this.release(parked.order);
    if (this.parts.clock.monotonicMs() - parked.since < GIVE_UP_MS) {
      parked.cancel = this.parts.timers.setTimer(PATIENCE_MS, () => this.impatient(key));
      return;
    }
    this.parts.log.warn('A state is told before its fills: the venue does not list them', {
      venue: this.parts.profile.venue,
      symbol: parked.order.symbol,
    });
    this.release(parked.order);
  }

  private release(order: VenueOrder): void {
    const key = keyOf(order);
    this.parked.get(key)?.cancel();
    this.parked.delete(key);
    const last = this.toldOrders.get(key);
    if (last !== undefined && isNoNews(order, last)) return;
    remember(this.toldOrders, key, order, CAPACITY);
    this.tell({ kind: 'ORDER', order });
  }

  private tell(event: VenueEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** One at a time; asked for meanwhile, once more afterwards: what it has read may be older than the reason to ask. */
  private async reconcile(): Promise<void> {
    if (this.reconciling !== null) {
      this.again = true;
      return this.reconciling;
    }
    this.reconciling = this.compare().finally(() => {
      this.reconciling = null;
    });
    await this.reconciling;
    if (!this.again || this.closed) return;
    this.again = false;
    await this.reconcile();
  }

  /** Fills first, then the states: those of open orders, and of those that were open and are no longer. */
  private async compare(): Promise<void> {
    this.comparedAt = this.parts.clock.monotonicMs();
    await this.readFills();
    if (this.closed) return;
    const open = await this.session.openOrders();
    if (open.outcome !== 'CONFIRMED' || this.closed) return;
    for (const order of open.value) {
      if (!this.compared) this.takeAsTold(order);
      this.onOrder(order);
    }
    this.compared = true;
    const listed = new Set(open.value.map(keyOf));
    for (const order of [...this.toldOrders.values()]) {
      if (isEnded(order) || listed.has(keyOf(order))) continue;
      const answer = await this.session.orderByClientId(order.clientOrderId, order.symbol);
      if (answer.outcome === 'CONFIRMED' && answer.value !== null && !this.closed) this.onOrder(answer.value);
    }
  }

  /** What was filled before the first listener came is not news. */
  private takeAsTold(order: VenueOrder): void {
    const key = keyOf(order);
    remember(this.toldLots, key, Math.max(this.toldLots.get(key) ?? 0, order.filledLots), CAPACITY);
  }

  /** One at a time; a second asker waits for the first one's answer. */
  private readFills(): Promise<void> {
    this.reading ??= this.readPages().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readPages(): Promise<void> {
    for (let page = 0; page < 100 && !this.closed; page += 1) {
      const answer = await this.session.fillsSince(this.cursor);
      if (answer.outcome !== 'CONFIRMED' || this.closed) return;
      this.cursor = answer.value.cursor;
      for (const fill of answer.value.fills) this.onFill(fill);
      if (answer.value.fills.length === 0) return;
    }
  }

  /** While nothing is pushed the lists are asked; while orders are open, now and then all the same. */
  private pollLater(): void {
    this.cancelPoll = this.parts.timers.setTimer(POLL_MS, async () => {
      const isPushed = this.streams.some(({ isUp }) => isUp);
      const isDue = this.parts.clock.monotonicMs() - this.comparedAt >= COMPARE_MS;
      const hasOpen = [...this.toldOrders.values()].some((order) => !isEnded(order));
      if (!isPushed || (isDue && hasOpen)) await this.reconcile();
      if (!this.closed) this.pollLater();
    });
  }
}

function keyOf(of: { symbol: string; venueOrderId: string }): string {
  return `${of.symbol} ${of.venueOrderId}`;
}

/** A state from before the one that was told. */
function isBehind(order: VenueOrder, last: VenueOrder): boolean {
  if (isEnded(last) || last.filledLots > order.filledLots) return true;
  return last.triggered === true && order.triggered === false;
}

function isNoNews(order: VenueOrder, last: VenueOrder): boolean {
  if (last.status !== order.status || last.filledLots !== order.filledLots) return false;
  if (order.triggered === true && last.triggered !== true) return false;
  return last.lots === order.lots && last.priceTicks === order.priceTicks;
}

function isEnded({ status }: VenueOrder): boolean {
  return status !== 'NEW' && status !== 'PARTIALLY_FILLED';
}
