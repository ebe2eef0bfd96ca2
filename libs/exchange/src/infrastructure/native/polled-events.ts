import type { Clock } from '@sextant/kernel';
import type { Cancel, Logger, Timers } from '@sextant/platform';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { VenueEvent, VenueFill, VenueOrder } from '../../domain/venue-order.js';
import { remember } from '../ccxt/known-orders.js';

/** How often the lists are asked: while orders of ours are open, and else. */
export interface PollPace {
  busyMs: number;
  idleMs: number;
}

const CAPACITY = 10_000;
const MOST_PAGES = 100;
/** Fills from before the first listener are history: whoever reconciles reads them from the list. */
const HISTORY_MS = 60_000;
/** A state waits so many rounds for the fills that it contains, then it is told all the same. */
const PATIENCE_ROUNDS = 5;

/** What is asked. `startCursor`: where to begin, where the whole history is more than is wanted. */
type Lists = Pick<ExchangeSession, 'venue' | 'fillsSince' | 'openOrders' | 'orderByClientId'> & {
  startCursor(): string | null;
};

/**
 * Own orders and fills of a venue that pushes nothing: its lists are asked at intervals, soon after each answer of ours.
 * A fill is told before the state that contains it, each once.
 */
export class PolledEvents {
  private readonly listeners = new Set<(event: VenueEvent) => void>();
  private readonly toldFills = new Map<string, true>();
  private readonly toldLots = new Map<string, number>();
  private readonly toldOrders = new Map<string, VenueOrder>();
  private readonly open = new Map<string, VenueOrder>();
  private readonly waits = new Map<string, number>();
  private cursor: string | null = null;
  private startedAt = 0;
  private round: Promise<void> | null = null;
  private next: { dueMs: number; cancel: Cancel } | null = null;
  private closed = false;

  constructor(
    private readonly lists: Lists,
    private readonly pace: PollPace,
    private readonly timers: Timers,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  subscribe(listener: (event: VenueEvent) => void): () => void {
    this.listeners.add(listener);
    if (this.startedAt === 0 && !this.closed) {
      this.startedAt = this.clock.now();
      this.cursor = this.lists.startCursor();
      this.schedule(0);
    }
    return () => this.listeners.delete(listener);
  }

  /** An order that a call answered with: it is told when the fills in it are, which the next round reads. */
  onAnswer(order: VenueOrder): void {
    if (this.closed) return;
    remember(this.open, keyOf(order), order, CAPACITY);
    if (order.filledLots <= (this.toldLots.get(keyOf(order)) ?? 0)) this.tellOrder(order);
    if (this.startedAt !== 0) this.schedule(Math.min(this.pace.busyMs, 1_000));
  }

  close(): void {
    this.closed = true;
    this.next?.cancel();
    this.listeners.clear();
  }

  /** The sooner of two rounds that are wanted. */
  private schedule(delayMs: number): void {
    const dueMs = this.clock.monotonicMs() + delayMs;
    if (this.next !== null && this.next.dueMs <= dueMs) return;
    this.next?.cancel();
    this.next = { dueMs, cancel: this.timers.setTimer(delayMs, () => this.run()) };
  }

  private async run(): Promise<void> {
    this.next = null;
    this.round ??= this.readLists().finally(() => {
      this.round = null;
    });
    try {
      await this.round;
    } catch (error) {
      // Nobody waits for a timer: what nothing foresaw would be the end of the process. The next round may be luckier.
      this.log.error('Own orders and fills cannot be read', { venue: this.lists.venue, error });
    }
    if (!this.closed) this.schedule(this.open.size > 0 ? this.pace.busyMs : this.pace.idleMs);
  }

  /** Fills first, then states: those of open orders, and of those that were open and are no longer. */
  private async readLists(): Promise<void> {
    if (!(await this.readFills()) || this.closed) return;
    const answer = await this.lists.openOrders();
    if (answer.outcome !== 'CONFIRMED' || this.closed) return;
    const listed = new Set(answer.value.map(keyOf));
    for (const order of answer.value) this.onState(order);
    for (const order of [...this.open.values()]) {
      if (listed.has(keyOf(order))) continue;
      const now = await this.lists.orderByClientId(order.clientOrderId, order.symbol);
      if (this.closed) return;
      if (now.outcome === 'CONFIRMED' && now.value !== null) this.onState(now.value);
    }
  }

  private async readFills(): Promise<boolean> {
    for (let page = 0; page < MOST_PAGES && !this.closed; page += 1) {
      const answer = await this.lists.fillsSince(this.cursor);
      if (answer.outcome !== 'CONFIRMED') {
        this.log.warn('Own fills cannot be read', { venue: this.lists.venue, reason: answer.reason.detail });
        return false;
      }
      this.cursor = answer.value.cursor;
      for (const fill of answer.value.fills) this.onFill(fill);
      if (answer.value.fills.length === 0) return true;
    }
    return !this.closed;
  }

  private onFill(fill: VenueFill): void {
    const key = `${keyOf(fill)} ${fill.venueTradeId}`;
    if (this.toldFills.has(key)) return;
    remember(this.toldFills, key, true, CAPACITY);
    const order = keyOf(fill);
    remember(this.toldLots, order, (this.toldLots.get(order) ?? 0) + fill.lots, CAPACITY);
    if (fill.executedAt >= this.startedAt - HISTORY_MS) this.tell({ kind: 'FILL', fill });
  }

  private onState(order: VenueOrder): void {
    const key = keyOf(order);
    const last = this.toldOrders.get(key);
    if (last !== undefined && (isEnded(last) || last.filledLots > order.filledLots)) return;
    if (!isEnded(order)) remember(this.open, key, order, CAPACITY);
    const waited = this.waits.get(key) ?? 0;
    if (order.filledLots > (this.toldLots.get(key) ?? 0) && waited < PATIENCE_ROUNDS) {
      this.waits.set(key, waited + 1);
      remember(this.open, key, order, CAPACITY);
      return;
    }
    this.tellOrder(order);
  }

  private tellOrder(order: VenueOrder): void {
    const key = keyOf(order);
    this.waits.delete(key);
    if (isEnded(order)) this.open.delete(key);
    const last = this.toldOrders.get(key);
    if (last !== undefined && last.status === order.status && last.filledLots === order.filledLots) return;
    remember(this.toldOrders, key, order, CAPACITY);
    this.tell({ kind: 'ORDER', order });
  }

  private tell(event: VenueEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function keyOf(of: { symbol: string; venueOrderId: string }): string {
  return `${of.symbol} ${of.venueOrderId}`;
}

export function isEnded({ status }: VenueOrder): boolean {
  return status !== 'NEW' && status !== 'PARTIALLY_FILLED';
}
