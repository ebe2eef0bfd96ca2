import type { QueuedRow } from './journal-queue.js';
import { UnflushedRows } from './unflushed-rows.js';

const rows = (...subjects: string[]) => subjects.map((subject) => ({ subject }) as QueuedRow);
const kept = (unflushed: UnflushedRows) => unflushed.all().map(({ subject }) => subject);

it('keeps rows until an answer shows a log on disk that reaches behind them', () => {
  const unflushed = new UnflushedRows();
  unflushed.leaving()(rows('a'), { flushed: 100n, inserted: 100n });
  // The commit of `a` lies behind 100 somewhere: only what was handed in when the next statement ran is behind it.
  unflushed.leaving()(rows('b'), { flushed: 150n, inserted: 180n });
  expect(kept(unflushed)).toEqual(['a', 'b']);
  unflushed.leaving()(rows('c'), { flushed: 179n, inserted: 300n });
  expect(kept(unflushed)).toEqual(['a', 'b', 'c']);
  unflushed.leaving()(rows('d'), { flushed: 299n, inserted: 400n });
  expect(kept(unflushed)).toEqual(['b', 'c', 'd']);
});

it('a statement that ran beside another says nothing about its commit', () => {
  const unflushed = new UnflushedRows();
  const [first, second] = [unflushed.leaving(), unflushed.leaving()];
  first(rows('a'), { flushed: 100n, inserted: 100n });
  second(rows('b'), { flushed: 90n, inserted: 900n });
  unflushed.leaving()(rows('c'), { flushed: 900n, inserted: 1_000n });
  expect(kept(unflushed)).toEqual(['a', 'b', 'c']);
});
