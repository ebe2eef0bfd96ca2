import type { EpochMs } from '@sextant/kernel';
import { countNames, TRADES_UNKNOWN } from '../../domain/candles/candle-columns.js';
import type { CandleColumns, CountColumn } from '../../domain/candles/candle-columns.js';
import { commonGrid } from '../../domain/candles/candle-grid.js';
import type { CandleGrid } from '../../domain/candles/candle.js';
import type { Timeframe } from '../../domain/candles/timeframe.js';
import { gridOf, isWideIn, Layout } from './candle-block.js';
import type { BlockPlan, CandleBlock } from './candle-block.js';

/** How many of our ticks and lots one of a block's is. */
interface BlockScale {
  tickSize: string;
  lotSize: string;
  ticks: number;
  lots: number;
}

/**
 * The columns that blocks are read into: laid out once for all of them, so that a block whose numbers are counted in the
 * same grid is one copy of memory a column.
 */
export class ColumnSink {
  private readonly grid: CandleGrid;
  private readonly openTime: Float64Array;
  private readonly trades: Int32Array;
  private readonly counts: Record<(typeof countNames)[number], CountColumn>;
  private filled = 0;
  private scale: BlockScale = { tickSize: '', lotSize: '', ticks: 1, lots: 1 };

  /** @param plans at least one */
  constructor(
    plans: readonly BlockPlan[],
    private readonly timeframe: Timeframe,
  ) {
    const grids = gridsOf(plans);
    this.grid = commonGrid(grids);
    const length = plans.reduce((sum, { count }) => sum + count, 0);
    this.openTime = new Float64Array(length);
    this.trades = new Int32Array(length);
    const rescaled = (unit: keyof CandleGrid) => grids.some((grid) => grid[unit] !== this.grid[unit]);
    const wide = (name: (typeof countNames)[number]) =>
      plans.some(({ layout }) => isWideIn(layout, name)) ||
      rescaled(name === 'volumeLots' ? 'lotUnits' : 'tickUnits');
    this.counts = Object.fromEntries(
      countNames.map((name) => [name, wide(name) ? new Float64Array(length) : new Int32Array(length)]),
    ) as Record<(typeof countNames)[number], CountColumn>;
  }

  /** @throws RangeError when a block does not hold what it says */
  add(block: Omit<CandleBlock, 'blockStart' | 'lastOpen'>): void {
    const { count, layout, data } = block;
    const at = this.filled;
    if (at + count > this.openTime.length) throw new RangeError('more candles than were planned for');
    let offset = 0;
    const take = (target: CountColumn, wide: boolean, times: number): void => {
      const bytes = count * (wide ? 8 : 4);
      if (offset + bytes > data.length) throw new RangeError('a block is shorter than it says');
      copyColumn(data, offset, bytes, wide, target, at, times);
      offset += bytes;
    };
    if (layout & Layout.TIMES) this.takeTimes(block, () => (offset += 4 * count));
    else this.countTimes(block.firstOpen, count);
    const { ticks, lots } = this.scaleOf(block);
    for (const name of countNames) {
      take(this.counts[name], isWideIn(layout, name), name === 'volumeLots' ? lots : ticks);
    }
    if (layout & Layout.SHORT_TRADES) this.takeShortTrades(data, offset, count);
    else if (layout & Layout.TRADES) take(this.trades, false, 1);
    else this.trades.fill(TRADES_UNKNOWN, at, at + count);
    this.filled += count;
  }

  /** Nearly every block counts as the one before it. */
  private scaleOf({ tickSize, lotSize }: Pick<CandleBlock, 'tickSize' | 'lotSize'>): BlockScale {
    if (this.scale.tickSize === tickSize && this.scale.lotSize === lotSize) return this.scale;
    const own = gridOf({ tickSize, lotSize });
    const ticks = Number(own.tickUnits / this.grid.tickUnits);
    const lots = Number(own.lotUnits / this.grid.lotUnits);
    this.scale = { tickSize, lotSize, ticks, lots };
    return this.scale;
  }

  columns(): CandleColumns {
    return {
      ...{ grid: this.grid, length: this.filled, openTime: this.openTime, trades: this.trades },
      ...this.counts,
    };
  }

  private takeTimes(
    { firstOpen, count, data }: { firstOpen: EpochMs; count: number; data: Buffer },
    skip: () => void,
  ) {
    for (let index = 0; index < count; index += 1) {
      this.openTime[this.filled + index] = firstOpen + 1_000 * data.readInt32LE(4 * index);
    }
    skip();
  }

  private countTimes(firstOpen: EpochMs, count: number): void {
    const { openTime, filled } = this;
    const step = this.timeframe.sizeMs ?? 0;
    let time = firstOpen;
    for (let at = filled; at < filled + count; at += 1, time += step) openTime[at] = time;
  }

  private takeShortTrades(data: Buffer, offset: number, count: number): void {
    const { trades, filled } = this;
    for (let at = 0, from = offset; at < count; at += 1, from += 2) {
      trades[filled + at] = (data[from] as number) | ((data[from + 1] as number) << 8);
    }
  }
}

/** Each once. */
function gridsOf(plans: readonly BlockPlan[]): CandleGrid[] {
  const grids = new Map(plans.map((plan) => [`${plan.tickSize} ${plan.lotSize}`, plan]));
  return [...grids.values()].map(gridOf);
}

/** Our columns have the byte order of the blocks on every machine that Node runs on; fields of a message lie anywhere. */
function copyColumn(
  data: Buffer,
  offset: number,
  bytes: number,
  wide: boolean,
  target: CountColumn,
  at: number,
  times: number,
): void {
  if (times === 1 && wide === target instanceof Float64Array) {
    const place = Buffer.from(target.buffer, target.byteOffset + at * target.BYTES_PER_ELEMENT, bytes);
    data.copy(place, 0, offset, offset + bytes);
    return;
  }
  const size = wide ? 8 : 4;
  for (let index = 0; index < bytes / size; index += 1) {
    const from = offset + index * size;
    const count = times * (wide ? data.readDoubleLE(from) : data.readInt32LE(from));
    if (!Number.isSafeInteger(count)) throw new RangeError(`${count} is no whole number below 2^53`);
    target[at + index] = count;
  }
}
