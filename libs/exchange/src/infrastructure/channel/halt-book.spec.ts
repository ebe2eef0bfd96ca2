import { Logger, ManualClock, ManualTimers } from '@sextant/platform';
import { InMemoryChannelEvents } from './channel-events.js';
import { HaltBook } from './halt-book.js';
import { InMemoryVenueHalts } from './venue-halts.js';
import type { VenueHalt } from './venue-halts.js';

class FailingHalts extends InMemoryVenueHalts {
  isDown = false;

  override async load(): Promise<VenueHalt[]> {
    if (this.isDown) throw new Error('no database');
    return super.load();
  }

  override async store(halt: VenueHalt): Promise<void> {
    if (this.isDown) throw new Error('no database');
    return super.store(halt);
  }
}

async function started(halts = new FailingHalts(), clock = new ManualClock()) {
  const timers = new ManualTimers(clock);
  const events = new InMemoryChannelEvents();
  const book = new HaltBook({ halts, clock, timers, events, logger: Logger.silent(), refreshMs: 5_000 });
  await book.start();
  const ban = (untilMs: number): VenueHalt => ({
    ...{ venue: 'BINANCE', reason: 'ADDRESS_BANNED', status: 418, haltedAt: clock.now() },
    until: clock.now() + untilMs,
  });
  return { book, halts, clock, timers, events, ban };
}

it('is in force at once, by the monotonic clock, and ends', async () => {
  const { book, clock, timers, events, ban } = await started();
  book.halt(ban(60_000));
  expect(book.remainingMs('BINANCE')).toBe(60_000);
  expect(book.remainingMs('OKX')).toBe(0);
  clock.jumpTo(clock.now() + 86_400_000);
  expect(book.of('BINANCE')).toMatchObject({ reason: 'ADDRESS_BANNED' });
  clock.jumpTo(clock.now() - 86_400_000);
  await timers.advance(60_000);
  expect(book.of('BINANCE')).toBeNull();
  await timers.advance(5_000);
  expect(events.recorded.map(({ type }) => type)).toEqual(['VenueHalted', 'VenueResumed']);
});

it('holds over a restart', async () => {
  const first = await started();
  first.book.halt(first.ban(60_000));
  await Promise.resolve();
  first.clock.advance(20_000);
  const second = await started(first.halts, first.clock);
  expect(second.book.remainingMs('BINANCE')).toBe(40_000);
  expect(second.events.recorded).toEqual([]);
});

it('holds while it cannot be stored, and is stored as soon as it can', async () => {
  const { book, halts, timers, ban } = await started();
  halts.isDown = true;
  book.halt(ban(600_000));
  await timers.advance(10_000);
  expect(book.remainingMs('BINANCE')).toBe(590_000);
  halts.isDown = false;
  await timers.advance(5_000);
  expect(await halts.load()).toHaveLength(1);
  await timers.advance(5_000);
  expect(book.remainingMs('BINANCE')).toBe(580_000);
});

it('takes over what another process met, and what a person lifted', async () => {
  const { book, halts, timers, ban } = await started();
  const changes: string[] = [];
  book.onChange((venue) => changes.push(venue));
  await halts.store(ban(60_000));
  await timers.advance(5_000);
  expect(book.remainingMs('BINANCE')).toBe(55_000);
  halts.lift('BINANCE');
  await timers.advance(5_000);
  expect(book.remainingMs('BINANCE')).toBe(0);
  expect(changes).toEqual(['BINANCE', 'BINANCE']);
});

it('holds against a wall clock that is set past its end', async () => {
  const { book, clock, timers, ban } = await started();
  book.halt(ban(600_000));
  await timers.advance(5_000);
  clock.jumpTo(clock.now() + 86_400_000);
  await timers.advance(10_000);
  expect(book.remainingMs('BINANCE')).toBe(585_000);
});

it('is over by the monotonic clock, however far the wall clock is set back', async () => {
  const { book, clock, timers, events, ban } = await started();
  book.halt(ban(60_000));
  await timers.advance(5_000);
  clock.jumpTo(clock.now() - 3_600_000);
  await timers.advance(70_000);
  expect(book.remainingMs('BINANCE')).toBe(0);
  expect(events.recorded.map(({ type }) => type)).toEqual(['VenueHalted', 'VenueResumed']);
});

it('holds when it begins and is stored while the store is being read', async () => {
  const { book, halts, ban } = await started();
  const slow = Promise.withResolvers<VenueHalt[]>();
  halts.load = () => slow.promise;
  const refreshed = book.refresh();
  book.halt(ban(600_000));
  await new Promise((resolve) => setImmediate(resolve));
  slow.resolve([]);
  await refreshed;
  expect(book.remainingMs('BINANCE')).toBe(600_000);
});

it('keeps the later end', async () => {
  const { book, events, ban } = await started();
  book.halt(ban(60_000));
  book.halt(ban(30_000));
  expect(book.remainingMs('BINANCE')).toBe(60_000);
  book.halt(ban(60_900));
  book.halt(ban(90_000));
  expect(book.remainingMs('BINANCE')).toBe(90_000);
  expect(events.recorded).toHaveLength(2);
});

it('does not begin without knowing the stored halts', async () => {
  const halts = new FailingHalts();
  halts.isDown = true;
  await expect(started(halts)).rejects.toThrow('no database');
});
