import type { OrderId } from '@sextant/kernel';
import type { PriceChange } from '@sextant/market-data';
import type { Cancel } from '@sextant/platform';
import { PriceLadder } from '../../domain/price-ladder.js';
import type { Rung } from '../../domain/price-ladder.js';
import { triggerLevels } from '../../domain/trigger-levels.js';
import type { TriggerLevel } from '../../domain/trigger-levels.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { ExecutionTools } from '../account/owned-account.js';

type TriggerPrice = 'LAST' | 'MARK';

interface Watch {
  entry: LiveOrder;
  /** Of a trailing stop; ahead of what is stored. */
  extremeTicks: number | null;
  rungs: Rung<Due>[];
}

interface Due {
  watch: Watch;
  kind: TriggerLevel['kind'];
}

/** One market that orders of this account wait for. */
interface WatchedMarket {
  readonly ladders: Record<TriggerPrice, PriceLadder<Due>>;
  orders: number;
  leave: Cancel;
}

export interface TriggerListener {
  /** `extremeTicks`: where a trailing stop turned. The order is watched again once it is followed anew. */
  touched(entry: LiveOrder, priceTicks: number, extremeTicks: number | null): void;
  /** A trailing stop follows a better price; not stored yet. */
  trailed(entry: LiveOrder, extremeTicks: number): void;
}

/**
 * The triggers of an account's held orders against the prices of their markets. Nobody listens to a market that no
 * held order waits for, and nothing triggers on prices that may not be traded on.
 */
export class WatchTriggers {
  private readonly watches = new Map<OrderId, Watch>();
  private readonly markets = new Map<string, WatchedMarket>();

  constructor(
    private readonly tools: Pick<ExecutionTools, 'markets'>,
    private readonly listener: TriggerListener,
  ) {}

  /** Watches the order as it is now, or no longer. */
  follow(entry: LiveOrder): void {
    const { orderId, progress } = entry.order.snapshot;
    const before = this.watches.get(orderId);
    if (before !== undefined) this.takeOff(before);
    if (!entry.order.isHeldHere) {
      if (before !== undefined) this.forget(before);
      return;
    }
    const stored = progress?.trigger?.extremeTicks ?? null;
    const watch = before ?? { entry, extremeTicks: stored, rungs: [] };
    if (before === undefined) this.begin(watch);
    this.putOn(watch);
    this.onPrice(entry.order.snapshot.symbol, this.pricesNow(entry.order.snapshot.symbol));
  }

  /** Its price means nothing until it is followed again. */
  pause(entry: LiveOrder): void {
    const watch = this.watches.get(entry.order.snapshot.orderId);
    if (watch !== undefined) this.takeOff(watch);
  }

  stop(): void {
    for (const market of this.markets.values()) market.leave();
    this.markets.clear();
    this.watches.clear();
  }

  /** Whether the market as it is now is through the order's trigger; false when nothing can be decided on it. */
  isTouched(entry: LiveOrder): boolean {
    const { symbol, conditions } = entry.order.snapshot;
    const extreme = this.watches.get(entry.order.snapshot.orderId)?.extremeTicks ?? null;
    const range = rangeOf(this.pricesNow(symbol), conditions?.triggerBy ?? 'LAST');
    if (range === null) return false;
    return triggerLevels(entry.order.snapshot, extreme).some(({ kind, upwards, ticks }) => {
      return kind === 'TRIGGER' && (upwards ? range.low >= ticks : range.high <= ticks);
    });
  }

  private begin(watch: Watch): void {
    const { orderId, symbol } = watch.entry.order.snapshot;
    this.watches.set(orderId, watch);
    const known = this.markets.get(symbol);
    if (known !== undefined) {
      known.orders += 1;
      return;
    }
    const ladders = { LAST: new PriceLadder<Due>(), MARK: new PriceLadder<Due>() };
    const leave = this.tools.markets.onPrice(symbol, (change) => this.onPrice(symbol, change));
    this.markets.set(symbol, { ladders, orders: 1, leave });
  }

  private forget(watch: Watch): void {
    const { orderId, symbol } = watch.entry.order.snapshot;
    this.watches.delete(orderId);
    const market = this.markets.get(symbol);
    if (market === undefined) return;
    market.orders -= 1;
    if (market.orders > 0) return;
    market.leave();
    this.markets.delete(symbol);
  }

  private putOn(watch: Watch): void {
    const ladder = this.ladderOf(watch);
    watch.rungs = triggerLevels(watch.entry.order.snapshot, watch.extremeTicks).map(
      ({ ticks, upwards, kind }) => ({ ticks, upwards, item: { watch, kind } }),
    );
    for (const rung of watch.rungs) ladder?.add(rung);
  }

  private takeOff(watch: Watch): void {
    const ladder = this.ladderOf(watch);
    for (const rung of watch.rungs) ladder?.remove(rung);
    watch.rungs = [];
  }

  private ladderOf({ entry }: Watch): PriceLadder<Due> | undefined {
    const { symbol, conditions } = entry.order.snapshot;
    return this.markets.get(symbol)?.ladders[conditions?.triggerBy ?? 'LAST'];
  }

  private onPrice(symbol: string, change: PriceChange): void {
    const market = this.markets.get(symbol);
    if (market === undefined || change.stale) return;
    for (const by of ['LAST', 'MARK'] as const) {
      const ladder = market.ladders[by];
      if (ladder.size === 0) continue;
      const range = rangeOf(change, by);
      if (range !== null) this.meet(ladder, range.low, range.high);
    }
  }

  private meet(ladder: PriceLadder<Due>, low: number, high: number): void {
    for (const { item } of ladder.reached(low, high)) {
      const { watch, kind } = item;
      const buys = watch.entry.order.snapshot.side === 'BUY';
      // Of what another rung of the same order reached, nothing is left on the ladder.
      if (watch.rungs.length === 0) continue;
      this.takeOff(watch);
      if (kind === 'TRIGGER') {
        this.listener.touched(watch.entry, buys ? low : high, watch.extremeTicks);
        continue;
      }
      watch.extremeTicks = buys ? high : low;
      this.putOn(watch);
      this.listener.trailed(watch.entry, watch.extremeTicks);
    }
  }

  private pricesNow(symbol: string): PriceChange {
    const { markets } = this.tools;
    const top = markets.topOfBook(symbol);
    const lastTicks = markets.recentTrades(symbol, 1)[0]?.priceTicks ?? null;
    const stale = top === null || top.stale || (markets.mark(symbol)?.stale ?? true);
    const { bidTicks = null, askTicks = null, asOf = 0 } = top ?? {};
    return { bidTicks, askTicks, lastTicks, asOf, stale };
  }
}

/** The price as the ticks on either side of it: a mid may lie between two. LAST is the mid until something is traded. */
function rangeOf(change: PriceChange, by: TriggerPrice): { low: number; high: number } | null {
  const { bidTicks, askTicks, lastTicks, stale } = change;
  if (stale) return null;
  if (by === 'LAST' && lastTicks !== null) return { low: lastTicks, high: lastTicks };
  if (bidTicks === null || askTicks === null) return null;
  const doubled = bidTicks + askTicks;
  return { low: Math.floor(doubled / 2), high: Math.ceil(doubled / 2) };
}
