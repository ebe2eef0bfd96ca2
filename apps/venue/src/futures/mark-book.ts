import { UNIT } from '../engine/amounts.js';
import type { Book } from '../engine/book.js';
import type { Market } from '../engine/market.js';
import type { Contract, Contracts } from './contracts.js';
import { max } from './margin.js';

const HOUR_MS = 60 * 60_000;
/** The basis is averaged over the last 2.5 minutes, sampled each second. */
const BASIS_SAMPLES = 150;
const SAMPLE_MS = 1000;
/** 0.01 % for eight hours, and how far the premium may pull the rate away from it: 0.05 %. */
const INTEREST = 10_000n;
const CLAMP = 50_000n;
/** No rate beyond ±2 %. */
const RATE_CAP = 2_000_000n;

/** Where the index comes from: the spot market of the same pair. */
export interface IndexSource {
  /** In units of 10⁻⁸; null while there is no price. */
  index(symbol: string): bigint | null;
}

interface MarkState {
  contract: Contract;
  book: Book;
  mark: bigint;
  index: bigint;
  basis: bigint[];
  premiums: { sum: bigint; count: bigint };
  lastRate: bigint;
  nextFundingTime: number;
  /** Set by the operator: the mark stands still there. */
  pinned: bigint | null;
}

/**
 * Mark prices and funding rates after Binance's rules: the median of the index with funding in it, the index with the
 * recent basis, and the last trade; the rate is the period's mean premium, drawn towards the interest rate.
 * All in units of 10⁻⁸.
 */
export class MarkBook {
  private readonly states = new Map<string, MarkState>();
  private sinceSampleMs = 0;

  constructor(
    private readonly contracts: Contracts,
    private readonly source: IndexSource,
    private readonly clock: { now(): number },
  ) {}

  open(contract: Contract, book: Book): void {
    const index = this.source.index(contract.spec.symbol) ?? 0n;
    const { fundingIntervalHours } = contract.spec;
    this.states.set(contract.spec.symbol, {
      contract,
      book,
      mark: index,
      index,
      basis: [],
      premiums: { sum: 0n, count: 0n },
      lastRate: INTEREST,
      nextFundingTime: nextStamp(this.clock.now(), fundingIntervalHours),
      pinned: null,
    });
  }

  mark(symbol: string): bigint {
    return this.need(symbol).mark;
  }

  index(symbol: string): bigint {
    return this.need(symbol).index;
  }

  nextFundingTime(symbol: string): number {
    return this.need(symbol).nextFundingTime;
  }

  /** The rate that would be charged if the stamp were now. */
  fundingRate(symbol: string): bigint {
    const { premiums, lastRate } = this.need(symbol);
    return premiums.count === 0n ? lastRate : rateOf(premiums.sum / premiums.count);
  }

  /** Holds the mark (and the index) at a price, or lets it go again. */
  pin(symbol: string, price: bigint | null): void {
    const state = this.need(symbol);
    state.pinned = price;
    this.update(state);
  }

  /** @returns the symbols whose mark has moved. */
  pass(elapsedMs: number): string[] {
    this.sinceSampleMs += elapsedMs;
    const samples = this.sinceSampleMs >= SAMPLE_MS;
    if (samples) this.sinceSampleMs %= SAMPLE_MS;
    const moved: string[] = [];
    for (const state of this.states.values()) {
      if (samples) this.sample(state);
      const before = state.mark;
      this.update(state);
      if (state.mark !== before) moved.push(state.contract.spec.symbol);
    }
    return moved;
  }

  /** Ends a funding period at `at`. @returns its rate, or null when no stamp has been passed. */
  closePeriod(symbol: string, now: number): { rate: bigint; at: number } | null {
    const state = this.need(symbol);
    if (now < state.nextFundingTime) return null;
    const closed = { rate: this.fundingRate(symbol), at: state.nextFundingTime };
    state.lastRate = closed.rate;
    state.premiums = { sum: 0n, count: 0n };
    state.nextFundingTime += state.contract.spec.fundingIntervalHours * HOUR_MS;
    return closed;
  }

  /** After a clock was set back or far ahead: the next stamp is the one after `now`. */
  realign(symbol: string, now: number): void {
    const state = this.need(symbol);
    state.nextFundingTime = nextStamp(now, state.contract.spec.fundingIntervalHours);
  }

  symbols(): string[] {
    return [...this.states.keys()];
  }

  private update(state: MarkState): void {
    const { contract, basis } = state;
    const { symbol } = contract.spec;
    if (state.pinned !== null) {
      state.index = state.mark = state.pinned;
      return;
    }
    state.index = this.source.index(symbol) ?? state.index;
    const period = BigInt(contract.spec.fundingIntervalHours * HOUR_MS);
    const left = BigInt(Math.max(0, state.nextFundingTime - this.clock.now()));
    const withFunding = (state.index * (UNIT * period + state.lastRate * left)) / (UNIT * period);
    const meanBasis = basis.reduce((sum, each) => sum + each, 0n) / BigInt(Math.max(1, basis.length));
    const last = contract.market.lastTicks;
    const lastPrice = last === null ? state.index : priceOf(contract.market, last);
    state.mark = max(1n, median(withFunding, state.index + meanBasis, lastPrice));
  }

  private sample(state: MarkState): void {
    const bid = state.book.best('BUY');
    const ask = state.book.best('SELL');
    if (bid === null || ask === null || state.index === 0n) return;
    const { market } = state.contract;
    const [bidPrice, askPrice] = [priceOf(market, bid.ticks), priceOf(market, ask.ticks)];
    state.basis.push((bidPrice + askPrice) / 2n - state.index);
    if (state.basis.length > BASIS_SAMPLES) state.basis.shift();
    const premium = max(0n, bidPrice - state.index) - max(0n, state.index - askPrice);
    state.premiums.sum += (premium * UNIT) / state.index;
    state.premiums.count += 1n;
  }

  private need(symbol: string): MarkState {
    const state = this.states.get(symbol);
    if (state === undefined) throw new Error(`no mark price for ${symbol}`);
    return state;
  }
}

/** premium + clamp(interest − premium, ±0.05 %), capped. */
export function rateOf(premium: bigint): bigint {
  return within(premium + within(INTEREST - premium, CLAMP), RATE_CAP);
}

function within(value: bigint, bound: bigint): bigint {
  if (value > bound) return bound;
  return value < -bound ? -bound : value;
}

function median(a: bigint, b: bigint, c: bigint): bigint {
  return [a, b, c].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0))[1]!;
}

function nextStamp(now: number, hours: number): number {
  const period = hours * HOUR_MS;
  return Math.floor(now / period) * period + period;
}

function priceOf(market: Market, ticks: number): bigint {
  return BigInt(ticks) * market.tickUnits;
}
