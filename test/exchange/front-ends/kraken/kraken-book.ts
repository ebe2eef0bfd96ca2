import { crc32 } from 'node:zlib';
import type { MarketFloor } from '../market-floor.js';
import { numeral } from '../json-numbers.js';
import { PAIR } from './kraken-terms.js';

type Levels = ReadonlyMap<string, string>;
interface View {
  bids: Levels;
  asks: Levels;
}

/** One subscriber's book: a snapshot, then what differs from what it was told, each with the checksum of the top ten. */
export class KrakenBook {
  private told: View = { bids: new Map(), asks: new Map() };

  constructor(
    private readonly floor: MarketFloor,
    private readonly depth: number,
  ) {}

  /** Null when nothing has changed for this subscriber. */
  next(type: 'snapshot' | 'update', isWrong = false): object | null {
    const now = viewOf(this.floor, this.depth);
    const [bids, asks] = [difference(this.told.bids, now.bids), difference(this.told.asks, now.asks)];
    this.told = now;
    if (type === 'update' && bids.length === 0 && asks.length === 0) return null;
    const timestamp = new Date(this.floor.now()).toISOString();
    const checksum = isWrong ? 1 : checksumOf(now);
    const data = [{ symbol: PAIR.v2, bids, asks, checksum, timestamp }];
    return { channel: 'book', type, data };
  }
}

function viewOf(floor: MarketFloor, depth: number): View {
  const { bids, asks } = floor.depth(depth);
  const inDigits = (levels: [string, string][]) =>
    new Map(levels.map(([price, size]) => [price.slice(0, -7), size] as const));
  return { bids: inDigits(bids), asks: inDigits(asks) };
}

function difference(before: Levels, now: Levels): object[] {
  const changed = [...now].filter(([price, size]) => before.get(price) !== size);
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price) => [price, '0.00000000']);
  return [...changed, ...gone].map(([price, qty]) => ({ price: numeral(price!), qty: numeral(qty!) }));
}

function checksumOf({ bids, asks }: View): number {
  const digits = (text: string) => text.replace('.', '').replace(/^0+/, '');
  const top = [...[...asks].slice(0, 10), ...[...bids].slice(0, 10)];
  return crc32(top.map(([price, size]) => digits(price) + digits(size)).join(''));
}
