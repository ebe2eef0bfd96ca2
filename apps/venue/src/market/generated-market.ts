import type { Random } from '../engine/random.js';
import { exponential, normal, poisson } from './draws.js';
import { opposite, type Side } from '../engine/order.js';
import type { HouseDesk, HouseLevel, MarketSource } from './market-source.js';

/** How a generated symbol behaves. Prices in ticks, sizes in lots; nothing here is anybody's money. */
export interface GeneratedSymbol {
  symbol: string;
  startTicks: number;
  /** Standard deviation of a minute's return, in basis points. */
  volatilityBps: number;
  /** Drift of a minute while a trend lasts, in basis points. */
  trendBps: number;
  gapsPerHour: number;
  /** Typical size of a gap: the book jumps without a trade in between. */
  gapBps: number;
  spreadTicks: number;
  levels: number;
  /** Distance of the levels behind the best one. */
  levelGapTicks: number;
  meanLevelLots: number;
  tradesPerMinute: number;
  meanTradeLots: number;
  /** Another price that this one keeps near, in its own ticks: a perpetual's index. */
  anchor?: () => number | null;
}

const STEP_MS = 100;
const STEPS_A_MINUTE = 60_000 / STEP_MS;
const MOST_AT_ONCE_MS = 60_000;
const REGIME_MINUTES = 3;
/** Share of the distance to its anchor that a price makes good in a step: most of it within a few seconds. */
const ANCHOR_PULL = 0.05;
/** Drift and volatility as multiples of the symbol's own. */
const REGIMES = [
  { drift: 0, volatility: 1 },
  { drift: 1, volatility: 1 },
  { drift: -1, volatility: 1 },
  { drift: 0, volatility: 4 },
] as const;

/** A market made up from a seed: calm and stormy times, trends, gaps. Several symbols, each with its own randomness. */
export class GeneratedMarket implements MarketSource {
  readonly symbols: readonly string[];
  private readonly walks: readonly SymbolWalk[];
  private pendingMs = 0;

  constructor(symbols: readonly GeneratedSymbol[], random: Random) {
    this.symbols = symbols.map((each) => each.symbol);
    this.walks = symbols.map((each) => new SymbolWalk(each, random.fork(each.symbol)));
  }

  open(desk: HouseDesk): void {
    for (const walk of this.walks) walk.quote(desk);
  }

  advance(desk: HouseDesk, elapsedMs: number): void {
    // A clock that leaps by hours is met with a minute of market: prices go on from where they are.
    this.pendingMs = Math.min(this.pendingMs + elapsedMs, MOST_AT_ONCE_MS);
    for (; this.pendingMs >= STEP_MS; this.pendingMs -= STEP_MS) {
      for (const walk of this.walks) walk.step(desk);
    }
  }
}

class SymbolWalk {
  private middle: number;
  private regime: (typeof REGIMES)[number] = REGIMES[0];
  private readonly ladders: Record<Side, Map<number, number>> = { BUY: new Map(), SELL: new Map() };

  constructor(
    private readonly traits: GeneratedSymbol,
    private readonly random: Random,
  ) {
    this.middle = traits.startTicks;
  }

  step(desk: HouseDesk): void {
    const before = this.middle;
    this.move();
    this.tradeTowards(desk, this.middle - before);
    this.quote(desk);
  }

  private move(): void {
    const { traits, random } = this;
    if (random.next() < 1 / (REGIME_MINUTES * STEPS_A_MINUTE))
      this.regime = REGIMES[random.below(REGIMES.length)]!;
    let bps =
      (this.regime.drift * traits.trendBps) / STEPS_A_MINUTE +
      (this.regime.volatility * traits.volatilityBps * normal(random)) / Math.sqrt(STEPS_A_MINUTE);
    if (random.next() < traits.gapsPerHour / (60 * STEPS_A_MINUTE)) {
      bps += (random.next() < 0.5 ? -1 : 1) * traits.gapBps * (0.5 + random.next());
    }
    const anchor = traits.anchor?.() ?? null;
    if (anchor !== null) this.middle += ANCHOR_PULL * (anchor - this.middle);
    // The lowest quote must stay a price, however long a bad trend lasts.
    const floor = traits.spreadTicks + (traits.levels + 2) * traits.levelGapTicks;
    this.middle = Math.max(floor, this.middle * (1 + bps / 10_000));
  }

  /** Takers lean the way the price goes, and take what the book showed before it moved. */
  private tradeTowards(desk: HouseDesk, move: number): void {
    const { traits, random } = this;
    const lean = move > 0 ? 0.7 : move < 0 ? 0.3 : 0.5;
    for (let left = poisson(random, traits.tradesPerMinute / STEPS_A_MINUTE); left > 0; left--) {
      const aggressor: Side = random.next() < lean ? 'BUY' : 'SELL';
      const ladder = this.ladders[opposite(aggressor)];
      const best = aggressor === 'BUY' ? Math.min(...ladder.keys()) : Math.max(...ladder.keys());
      const lots = Math.max(1, Math.round(exponential(random, traits.meanTradeLots)));
      desk.trade(this.traits.symbol, aggressor, best, Math.min(lots, ladder.get(best) ?? 1));
    }
  }

  /** Sets both ladders around the middle. */
  quote(desk: HouseDesk): void {
    const bestBid = Math.floor(this.middle - this.traits.spreadTicks / 2);
    const wanted = { BUY: this.prices(bestBid, -1), SELL: this.prices(bestBid + this.traits.spreadTicks, 1) };
    const sides = ['BUY', 'SELL'] as const;
    const changes = [
      ...sides.flatMap((side) => this.withdraw(side, wanted[side])),
      ...sides.flatMap((side) => this.fillIn(side, wanted[side])),
    ];
    if (changes.length > 0) desk.setLevels(this.traits.symbol, changes);
  }

  /** The best price, then a grid that stands still while the best one moves. */
  private prices(best: number, direction: 1 | -1): Set<number> {
    const gap = this.traits.levelGapTicks;
    const prices = new Set([best]);
    const first = direction === 1 ? Math.floor(best / gap) * gap + gap : Math.ceil(best / gap) * gap - gap;
    for (let level = 1; level < this.traits.levels; level++)
      prices.add(first + direction * (level - 1) * gap);
    return prices;
  }

  private withdraw(side: Side, wanted: ReadonlySet<number>): HouseLevel[] {
    const ladder = this.ladders[side];
    const gone = [...ladder.keys()].filter((ticks) => !wanted.has(ticks));
    for (const ticks of gone) ladder.delete(ticks);
    return gone.map((ticks) => [side, ticks, 0]);
  }

  /** New prices get a size; of the old ones the best and now and then another are sized anew, which undoes what was taken. */
  private fillIn(side: Side, wanted: ReadonlySet<number>): HouseLevel[] {
    const ladder = this.ladders[side];
    return [...wanted].flatMap((ticks, depth): HouseLevel[] => {
      const renew = this.random.next() < (depth === 0 ? 0.5 : 1 / wanted.size);
      if (ladder.has(ticks) && !renew) return [];
      const mean = this.traits.meanLevelLots * (1 + depth / 5);
      const lots = Math.max(1, Math.round(exponential(this.random, mean)));
      ladder.set(ticks, lots);
      return [[side, ticks, lots]];
    });
  }
}
