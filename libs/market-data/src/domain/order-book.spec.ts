import { fc } from '../../../../test/support/property.js';
import type { DepthUpdate } from './market-events.js';
import { OrderBook } from './order-book.js';

const AT = 1_700_000_000_000;

function update(firstId: number, lastId: number, bids: number[] = [], asks: number[] = []): DepthUpdate {
  return { symbol: 'BTC/USDT', firstId, lastId, bids, asks, receivedAt: AT };
}

function synced(sequence = 10): OrderBook {
  const book = new OrderBook('BTC/USDT');
  book.applySnapshot({
    symbol: 'BTC/USDT',
    sequence,
    bids: [99, 5, 98, 7],
    asks: [101, 4, 102, 6],
    receivedAt: AT,
  });
  return book;
}

describe('sequence', () => {
  it('takes the first update after a snapshot when it overlaps, then only the next one each time', () => {
    const book = synced(10);
    expect(book.applyUpdate(update(5, 10))).toBe('OLD');
    expect(book.applyUpdate(update(8, 12, [99, 6]))).toBe('APPLIED');
    expect(book.applyUpdate(update(13, 13, [99, 7]))).toBe('APPLIED');
    expect(book.applyUpdate(update(13, 13, [99, 1]))).toBe('OLD');
    expect(book.bids.bestLots()).toBe(7);
    expect(book.sequence).toBe(13);
  });

  it.each([
    ['a skipped update', 14, 15],
    ['an overlap that is not the first', 12, 15],
  ])('%s is a gap', (_, firstId, lastId) => {
    const book = synced(10);
    book.applyUpdate(update(11, 12));
    expect(book.applyUpdate(update(firstId, lastId))).toBe('GAP');
    expect(book.inSequence).toBe(false);
  });

  it('after a gap nothing is applied until a snapshot, on which what came meanwhile is replayed', () => {
    const book = synced(10);
    expect(book.applyUpdate(update(13, 14, [99, 1]))).toBe('GAP');
    expect(book.applyUpdate(update(15, 16, [99, 2]))).toBe('WAITING');
    expect(
      book.applyTick({
        symbol: 'BTC/USDT',
        updateId: 17,
        bidTicks: 1,
        bidLots: 1,
        askTicks: 2,
        askLots: 1,
        receivedAt: AT,
      }),
    ).toBeNull();
    const change = book.applySnapshot({
      symbol: 'BTC/USDT',
      sequence: 15,
      bids: [97, 3],
      asks: [103, 3],
      receivedAt: AT,
    });
    expect(change).toMatchObject({ whole: true });
    expect(book.sequence).toBe(16);
    expect(book.bids.top(5)).toEqual([99, 2, 97, 3]);
  });

  it('a snapshot older than what waits does not help: the book stays out of sequence', () => {
    const book = synced(10);
    book.applyUpdate(update(20, 21));
    expect(
      book.applySnapshot({ symbol: 'BTC/USDT', sequence: 15, bids: [], asks: [], receivedAt: AT }),
    ).toBeNull();
    expect(book.inSequence).toBe(false);
    expect(
      book.applySnapshot({ symbol: 'BTC/USDT', sequence: 19, bids: [], asks: [], receivedAt: AT }),
    ).not.toBeNull();
    expect(book.sequence).toBe(21);
  });

  it('an older snapshot does not turn a book back', () => {
    const book = synced(10);
    expect(
      book.applySnapshot({ symbol: 'BTC/USDT', sequence: 9, bids: [], asks: [], receivedAt: AT }),
    ).toBeNull();
    expect(book.bids.bestTicks()).toBe(99);
  });
});

describe('ticks', () => {
  const tick = (updateId: number, bidTicks: number, bidLots: number, askTicks: number, askLots: number) => ({
    symbol: 'BTC/USDT',
    updateId,
    bidTicks,
    bidLots,
    askTicks,
    askLots,
    receivedAt: AT,
  });

  it('run ahead of the updates, say what they changed, and outlive an update that ends before them', () => {
    const book = synced(10);
    expect(book.applyTick(tick(15, 98, 7, 100, 2))).toEqual({
      symbol: 'BTC/USDT',
      whole: false,
      bids: [99, 0],
      asks: [100, 2],
    });
    expect(book.applyUpdate(update(11, 14, [99, 3], [101, 9]))).toBe('APPLIED');
    expect([book.bids.bestTicks(), book.asks.bestTicks()]).toEqual([98, 100]);
    expect(book.applyTick(tick(14, 97, 1, 103, 1))).toBeNull();
    expect(book.applyUpdate(update(15, 16, [99, 1]))).toBe('APPLIED');
    expect(book.bids.bestTicks()).toBe(99);
  });
});

it('a crossed book says so', () => {
  const book = synced(10);
  book.applyUpdate(update(11, 11, [101, 1]));
  expect(book.crossed).toBe(true);
});

it('holds what a plain map holds, whatever the updates', () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat(3));
  fc.assert(
    fc.property(fc.array(fc.array(pair, { maxLength: 20 }), { maxLength: 40 }), (updates) => {
      const book = new OrderBook('BTC/USDT');
      book.applySnapshot({ symbol: 'BTC/USDT', sequence: 0, bids: [], asks: [], receivedAt: AT });
      const plain = new Map<number, number>();
      updates.forEach((pairs, index) => {
        for (const [ticks, lots] of pairs) plain.set(ticks, lots);
        book.applyUpdate(update(index + 1, index + 1, pairs.flat(), pairs.flat()));
      });
      const levels = [...plain].filter(([, lots]) => lots > 0).sort(([a], [b]) => a - b);
      expect(book.asks.top(1_000)).toEqual(levels.flat());
      expect(book.bids.top(1_000)).toEqual(levels.reverse().flat());
      expect(book.asks.lotsAt(7)).toBe(plain.get(7) ?? 0);
    }),
  );
});
