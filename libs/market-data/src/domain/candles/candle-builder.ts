import type { EpochMs } from '@sextant/kernel';
import type { Trade } from '../market-events.js';
import type { Candle } from './candle.js';
import type { Timeframe } from './timeframe.js';

/** As much of a public trade as a candle is made of. */
export type BarTrade = Pick<Trade, 'tradeId' | 'priceTicks' | 'lots' | 'executedAt'>;

/** TAKEN: counts. REPEATED: its id counted before. LATE: its candle was closed before it came. */
export type TradeVerdict = 'TAKEN' | 'REPEATED' | 'LATE';

export interface BuilderRules {
  /** How long after its end a candle waits for trades that were overtaken, by the time of the trades. */
  latenessMs: number;
  /** The same by the clock, for a market where no later trade comes. More, for the venue's clock is not ours. */
  idleMs: number;
}

const DEFAULT_RULES: BuilderRules = { latenessMs: 1_000, idleMs: 5_000 };

interface Bar {
  candle: Candle;
  first: TradeOrder;
  last: TradeOrder;
  ids: Set<Trade['tradeId']>;
}

interface TradeOrder {
  executedAt: EpochMs;
  tradeId: Trade['tradeId'];
}

/**
 * Candles out of public trades. A trade counts in the candle of its execution time, once by its id; open and close are
 * the first and the last by time and id, so that neither the order nor the pieces they come in change a candle.
 *
 * A candle closes once: when a trade is `latenessMs` past its end, or the clock `idleMs`. A trade that comes after that is
 * late: it changes nothing that was told, and who asks learns of it. Time without trades makes no candle.
 */
export class CandleBuilder {
  private readonly bars = new Map<EpochMs, Bar>();
  /** Every candle that ends here or before is closed. */
  private closedBefore: EpochMs = -Infinity;
  private heardUntil: EpochMs = -Infinity;
  private readonly rules: BuilderRules;

  constructor(
    readonly timeframe: Timeframe,
    rules: Partial<BuilderRules> = {},
    /** Told of each candle once, oldest first. */
    private readonly onClosed: (candle: Candle) => void = () => undefined,
  ) {
    this.rules = { ...DEFAULT_RULES, ...rules };
  }

  /** Every candle that ends here or before is closed: nothing is added to it. */
  get closedUntil(): EpochMs {
    return this.closedBefore;
  }

  add(trade: BarTrade): TradeVerdict {
    const openTime = this.timeframe.openOf(trade.executedAt);
    if (this.timeframe.closeOf(openTime) <= this.closedBefore) return 'LATE';
    const bar = this.bars.get(openTime);
    if (bar?.ids.has(trade.tradeId)) return 'REPEATED';
    if (bar === undefined) this.bars.set(openTime, this.begin(openTime, trade));
    else include(bar, trade);
    if (trade.executedAt > this.heardUntil) {
      this.heardUntil = trade.executedAt;
      this.close(trade.executedAt - this.rules.latenessMs);
    }
    return 'TAKEN';
  }

  /** Time goes on without a trade: `now` by the clock. */
  advance(now: EpochMs): void {
    this.close(now - this.rules.idleMs);
  }

  /** Those that trades are still added to, oldest first; copies. */
  open(): Candle[] {
    return this.inOrder().map(({ candle }) => ({ ...candle }));
  }

  /** Closes what ends at `time` or before. */
  private close(time: EpochMs): void {
    if (time <= this.closedBefore) return;
    // Few are open at a time: usually one, or two around the end of a candle.
    for (const bar of this.inOrder()) {
      if (bar.candle.closeTime > time) break;
      this.bars.delete(bar.candle.openTime);
      this.onClosed({ ...bar.candle, closed: true });
    }
    const reached = this.timeframe.openOf(time);
    if (reached > this.closedBefore) this.closedBefore = reached;
  }

  private inOrder(): Bar[] {
    const bars = [...this.bars.values()];
    return bars.length < 2 ? bars : bars.sort((a, b) => a.candle.openTime - b.candle.openTime);
  }

  private begin(openTime: EpochMs, { tradeId, priceTicks, lots, executedAt }: BarTrade): Bar {
    const order = { executedAt, tradeId };
    return {
      candle: {
        openTime,
        closeTime: this.timeframe.closeOf(openTime),
        openTicks: priceTicks,
        highTicks: priceTicks,
        lowTicks: priceTicks,
        closeTicks: priceTicks,
        volumeLots: lots,
        trades: 1,
        closed: false,
        synthetic: false,
      },
      first: order,
      last: order,
      ids: new Set([tradeId]),
    };
  }
}

function include(bar: Bar, { tradeId, priceTicks, lots, executedAt }: BarTrade): void {
  const { candle } = bar;
  const order = { executedAt, tradeId };
  if (priceTicks > candle.highTicks) candle.highTicks = priceTicks;
  if (priceTicks < candle.lowTicks) candle.lowTicks = priceTicks;
  if (isBefore(order, bar.first)) {
    bar.first = order;
    candle.openTicks = priceTicks;
  }
  if (!isBefore(order, bar.last)) {
    bar.last = order;
    candle.closeTicks = priceTicks;
  }
  candle.volumeLots += lots;
  candle.trades = (candle.trades ?? 0) + 1;
  bar.ids.add(tradeId);
}

function isBefore(one: TradeOrder, other: TradeOrder): boolean {
  if (one.executedAt !== other.executedAt) return one.executedAt < other.executedAt;
  return compareIds(one.tradeId, other.tradeId) < 0;
}

const COUNTED = /^[0-9]{1,40}$/;

/** Venues count their trades; of two ids that are no numbers the one that came later is the later one. */
function compareIds(one: Trade['tradeId'], other: Trade['tradeId']): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [a, b] = [String(one), String(other)];
  if (!COUNTED.test(a) || !COUNTED.test(b)) return 1;
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
