import { confirmed } from '../../domain/gateway-outcome.js';
import type { VenueFill } from '../../domain/venue-order.js';
import { FillReader } from './fill-reader.js';
import type { FillPaging, FillQuery } from './venue-profile.js';

const NOW = 1_700_000_000_000;
const DAY_MS = 86_400_000;

interface Trade {
  id: string;
  order: string;
  timestamp: number;
}

/** A venue that tells the newest `limit` trades of the window that it is asked for, or the oldest from an id on. */
function readerOf(trades: readonly Trade[], terms: Omit<FillPaging, 'page'>, longestMs = Infinity) {
  let now = NOW;
  const page = ({ fromId, from, until }: FillQuery) => {
    if (fromId !== null) return trades.filter(({ id }) => Number(id) >= Number(fromId)).slice(0, terms.limit);
    const end = Math.min(until, from + longestMs);
    return trades.filter(({ timestamp: at }) => at >= from && at <= end && at <= now).slice(-terms.limit);
  };
  const reader = new FillReader({
    paging: { ...terms, page: async () => [] },
    symbols: () => ['BTC/USDT'],
    venueNow: () => now,
    ask: async (query) => confirmed(page(query), { kind: 'VENUE_ANSWER', detail: {}, at: now }),
    read: async (told) => {
      const { id, order, timestamp } = told as Trade;
      return { venueTradeId: id, venueOrderId: order, executedAt: timestamp } as VenueFill;
    },
  });
  const all = async (from: string | null): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor = from; ;) {
      const read = await reader.since(cursor);
      if ('outcome' in read) throw new Error(read.reason.detail);
      if (read.fills.length === 0) return ids;
      ids.push(...read.fills.map(({ venueTradeId }) => venueTradeId));
      ({ cursor } = read);
    }
  };
  const later = (ms: number): void => {
    now += ms;
  };
  return { reader, all, later };
}

it('goes on behind a millisecond that just fits into a page', async () => {
  const at = NOW - DAY_MS;
  const trades = [at, at + 1, at + 5_000].flatMap((timestamp, moment) =>
    Array.from({ length: 60 }, (_, index) => ({ id: `${moment}-${index}`, order: '1', timestamp })),
  );
  const terms = { by: 'TIME', limit: 100, historyMs: 7 * DAY_MS, windowMs: DAY_MS } as const;
  const ids = await readerOf(trades, terms).all(null);
  expect(ids.toSorted()).toEqual(trades.map(({ id }) => id).toSorted());
});

it('finds the first trade of a market that comes long after reading began, where the venue looks a week ahead', async () => {
  const trades = [{ id: '7', order: '1', timestamp: NOW + 20 * DAY_MS }];
  const terms = { by: 'ID', limit: 1_000, historyMs: 0, windowMs: 7 * DAY_MS } as const;
  const { reader, all, later } = readerOf(trades, terms, 7 * DAY_MS);
  const begun = reader.cursorAt(NOW);
  expect(await all(begun)).toEqual([]);
  later(21 * DAY_MS);
  expect(await all(begun)).toEqual(['7']);
});
