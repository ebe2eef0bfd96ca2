import { NO_TICKS } from './market-view.js';

/** No slot: the end of a queue. Slots count from 1. */
export const NO_SLOT = 0;

/** No level: nobody rests at that price. */
const NONE = -1;
/** Ticks in a page; a power of two, so that the page of a price is exact in floating point. */
const PAGE = 128;
const PAGE_BITS = 7;
const WORDS = PAGE / 32;
/** Pages whose place is remembered; a power of two. */
const HINTS = 64;

/**
 * The price levels of one side with the ends of their queues. Prices are counted so that higher is better (asks are
 * negated) and lie in pages of 128 ticks that exist only where orders rest: a bit a level finds the next one, and a
 * level that comes or goes moves no other. A level keeps its number for as long as an order rests at it.
 */
export class RestingSide {
  /** Page keys in ascending order, the best last, and at which place of the arrays below each page lies. */
  private keys = new Float64Array(4);
  private places = new Int32Array(4);
  private pages = 0;
  private heads = new Int32Array(PAGE);
  private tails = new Int32Array(PAGE);
  private bits = new Int32Array(WORDS);
  /** The key of the page at each place. */
  private keyAt = new Float64Array(1);
  private readonly free: number[] = [];
  private used = 0;
  /** Where pages lie, by the last digits of their key: most prices find theirs without a search. */
  private readonly hintKeys = new Float64Array(HINTS).fill(NaN);
  private readonly hintPlaces = new Int32Array(HINTS);
  private best = NO_TICKS;

  /** `better` is +1 where a higher price is better (bids), −1 where a lower one is (asks). */
  constructor(readonly better: 1 | -1) {}

  bestTicks(): number {
    return this.best;
  }

  /** First in the queue of a price, or NO_SLOT. */
  head(ticks: number): number {
    const height = ticks * this.better;
    const key = Math.floor(height / PAGE);
    const place = this.find(key);
    if (place === NONE) return NO_SLOT;
    const level = (place << PAGE_BITS) + (height - key * PAGE);
    return this.isOpen(level) ? (this.heads[level] as number) : NO_SLOT;
  }

  /** The next price after `ticks` away from the best. */
  next(ticks: number): number {
    const height = ticks * this.better;
    const key = Math.floor(height / PAGE);
    const place = this.find(key);
    const offset = place === NONE ? NONE : this.highest(place, height - key * PAGE);
    return offset === NONE ? this.bestBelow(this.pageAt(key)) : (key * PAGE + offset) * this.better;
  }

  /** The level of a price, with an empty queue when it is new. */
  open(ticks: number): number {
    const height = ticks * this.better;
    const key = Math.floor(height / PAGE);
    const found = this.find(key);
    const level = ((found === NONE ? this.addPage(key) : found) << PAGE_BITS) + (height - key * PAGE);
    if (this.isOpen(level)) return level;
    this.bits[level >> 5] = (this.bits[level >> 5] as number) | (1 << (level & 31));
    this.heads[level] = NO_SLOT;
    this.tails[level] = NO_SLOT;
    if (this.best === NO_TICKS || (ticks - this.best) * this.better > 0) this.best = ticks;
    return level;
  }

  tail(level: number): number {
    return this.tails[level] as number;
  }

  setHead(level: number, slot: number): void {
    this.heads[level] = slot;
  }

  setTail(level: number, slot: number): void {
    this.tails[level] = slot;
  }

  /** Takes a level away whose queue is empty. */
  close(level: number): void {
    const word = level >> 5;
    this.bits[word] = (this.bits[word] as number) & ~(1 << (level & 31));
    const place = level >> PAGE_BITS;
    const key = this.keyAt[place] as number;
    const wasBest = (key * PAGE + (level & (PAGE - 1))) * this.better === this.best;
    const emptied = this.bits[word] === 0 && this.highest(place, PAGE) === NONE;
    if (!emptied && !wasBest) return;
    const at = this.pageAt(key);
    if (wasBest) this.best = this.bestBelow(emptied ? at : at + 1);
    if (emptied) this.drop(at);
  }

  private isOpen(level: number): boolean {
    return ((this.bits[level >> 5] as number) & (1 << (level & 31))) !== 0;
  }

  /** The highest open level of a page below the offset `under`, as an offset, or NONE. */
  private highest(place: number, under: number): number {
    if (under === 0) return NONE;
    const first = place * WORDS;
    let word = (under - 1) >> 5;
    let bits = (this.bits[first + word] as number) & (-1 >>> (31 - ((under - 1) & 31)));
    while (bits === 0) {
      if (word === 0) return NONE;
      word -= 1;
      bits = this.bits[first + word] as number;
    }
    return word * 32 + 31 - Math.clz32(bits);
  }

  /** The best price in the pages below the page index `at`. */
  private bestBelow(at: number): number {
    if (at === 0) return NO_TICKS;
    const offset = this.highest(this.places[at - 1] as number, PAGE);
    return ((this.keys[at - 1] as number) * PAGE + offset) * this.better;
  }

  /** Index of the first page that is not below `key`. */
  private pageAt(key: number): number {
    const { keys, pages } = this;
    if (pages === 0 || (keys[pages - 1] as number) < key) return pages;
    let low = 0;
    let high = pages - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where a page lies, or NONE. */
  private find(key: number): number {
    const hint = key & (HINTS - 1);
    if (this.hintKeys[hint] === key) return this.hintPlaces[hint] as number;
    const at = this.pageAt(key);
    if (at === this.pages || this.keys[at] !== key) return NONE;
    this.hintKeys[hint] = key;
    this.hintPlaces[hint] = this.places[at] as number;
    return this.places[at] as number;
  }

  private addPage(key: number): number {
    const at = this.pageAt(key);
    if (this.pages === this.keys.length) this.growPages();
    for (let page = this.pages; page > at; page -= 1) {
      this.keys[page] = this.keys[page - 1] as number;
      this.places[page] = this.places[page - 1] as number;
    }
    const place = this.free.pop() ?? this.fresh();
    this.keys[at] = key;
    this.places[at] = place;
    this.keyAt[place] = key;
    this.pages += 1;
    return place;
  }

  private drop(at: number): void {
    const hint = (this.keys[at] as number) & (HINTS - 1);
    if (this.hintKeys[hint] === this.keys[at]) this.hintKeys[hint] = NaN;
    this.free.push(this.places[at] as number);
    this.pages -= 1;
    for (let page = at; page < this.pages; page += 1) {
      this.keys[page] = this.keys[page + 1] as number;
      this.places[page] = this.places[page + 1] as number;
    }
  }

  private fresh(): number {
    if ((this.used + 1) * PAGE > this.heads.length) {
      this.heads = grown(this.heads, new Int32Array(2 * this.heads.length));
      this.tails = grown(this.tails, new Int32Array(2 * this.tails.length));
      this.bits = grown(this.bits, new Int32Array(2 * this.bits.length));
      this.keyAt = grown(this.keyAt, new Float64Array(2 * this.keyAt.length));
    }
    this.used += 1;
    return this.used - 1;
  }

  private growPages(): void {
    this.keys = grown(this.keys, new Float64Array(2 * this.keys.length));
    this.places = grown(this.places, new Int32Array(2 * this.places.length));
  }
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
