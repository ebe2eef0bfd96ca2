import { Logger, ManualClock, ManualTimers } from '@sextant/platform';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { FillPage, VenueEvent, VenueFill, VenueOrder } from '../../domain/venue-order.js';
import { PolledEvents } from './polled-events.js';

const evidence = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 0 };

function order(status: VenueOrder['status'], filledLots: number): VenueOrder {
  const terms = { symbol: 'BTC/USD', side: 'BUY' as const, lots: 10, priceTicks: 5, updatedAt: 0 };
  return { clientOrderId: 'c', venueOrderId: 'v', status, filledLots, cumulativeQuoteUnits: 0n, ...terms };
}

function fill(id: string, lots: number, executedAt: number): VenueFill {
  const { symbol, side, clientOrderId, venueOrderId } = order('NEW', 0);
  const fee = { feeAsset: 'USD', feeUnits: 0n, role: 'TAKER' as const };
  return {
    venueTradeId: id,
    symbol,
    side,
    clientOrderId,
    venueOrderId,
    priceTicks: 5,
    lots,
    executedAt,
    ...fee,
  };
}

/** A venue's lists as a test fills them. */
class Lists {
  readonly venue = 'TEST';
  readonly fills: VenueFill[] = [];
  readonly asked: string[] = [];
  state: VenueOrder | null = null;
  lost = false;
  breaks = false;

  startCursor(): string | null {
    return null;
  }

  async fillsSince(cursor: string | null) {
    this.asked.push('fills');
    if (this.breaks) throw new TypeError('nothing foresaw this');
    if (this.lost) return unknown({ code: 'TIMEOUT', detail: 'lost' }, evidence);
    const from = Number(cursor ?? 0);
    const page: FillPage = { fills: this.fills.slice(from), cursor: String(this.fills.length) };
    return confirmed(page, evidence);
  }

  async openOrders() {
    const isOpen = this.state?.status === 'NEW' || this.state?.status === 'PARTIALLY_FILLED';
    return confirmed(isOpen ? [this.state!] : [], evidence);
  }

  async orderByClientId() {
    this.asked.push('order');
    return confirmed(this.state, evidence);
  }
}

function make() {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const lists = new Lists();
  const pace = { busyMs: 5_000, idleMs: 30_000 };
  const events = new PolledEvents(lists, pace, timers, clock, Logger.silent());
  const told: string[] = [];
  const listen = () =>
    events.subscribe((event: VenueEvent) => {
      told.push(event.kind === 'FILL' ? `fill ${event.fill.venueTradeId}` : event.order.status);
    });
  return { clock, timers, lists, events, told, listen };
}

it('tells a state only with the fills that it contains, whichever list has it first', async () => {
  const { timers, lists, events, told, listen, clock } = make();
  listen();
  await timers.advance(0);
  events.onAnswer(order('NEW', 0));
  lists.state = order('PARTIALLY_FILLED', 4);
  await timers.advance(1_000);
  expect(told).toEqual(['NEW']);
  lists.fills.push(fill('1', 4, clock.now()));
  await timers.advance(5_000);
  expect(told).toEqual(['NEW', 'fill 1', 'PARTIALLY_FILLED']);
  lists.state = order('FILLED', 10);
  lists.fills.push(fill('2', 6, clock.now()));
  await timers.advance(5_000);
  await timers.advance(60_000);
  expect(told).toEqual(['NEW', 'fill 1', 'PARTIALLY_FILLED', 'fill 2', 'FILLED']);
});

it('tells the end that a cancel answered with after the fills before it', async () => {
  const { timers, lists, events, told, listen, clock } = make();
  listen();
  await timers.advance(0);
  lists.state = order('CANCELED', 3);
  events.onAnswer(lists.state);
  expect(told).toEqual([]);
  lists.fills.push(fill('1', 3, clock.now()));
  await timers.advance(1_000);
  expect(told).toEqual(['fill 1', 'CANCELED']);
});

it('does not wait for ever for fills that no list has', async () => {
  const { timers, lists, events, told, listen } = make();
  listen();
  events.onAnswer(order('NEW', 0));
  lists.state = order('FILLED', 10);
  await timers.advance(60_000);
  expect(told).toEqual(['NEW', 'FILLED']);
});

it('leaves history to whoever reconciles, and tells an order that was open before', async () => {
  const { timers, lists, told, listen, clock } = make();
  lists.fills.push(fill('old', 2, clock.now() - 3_600_000), fill('young', 1, clock.now() - 1_000));
  lists.state = order('PARTIALLY_FILLED', 3);
  listen();
  await timers.advance(0);
  expect(told).toEqual(['fill young', 'PARTIALLY_FILLED']);
});

it('asks often while an order is open, seldom else, and not at all without a listener or after the end', async () => {
  const { timers, lists, events, listen } = make();
  events.onAnswer(order('NEW', 0));
  await timers.advance(120_000);
  expect(lists.asked).toEqual([]);
  listen();
  lists.state = order('NEW', 0);
  await timers.advance(20_000);
  expect(lists.asked.length).toBe(5);
  lists.state = order('CANCELED', 0);
  await timers.advance(5_000);
  lists.asked.length = 0;
  await timers.advance(60_000);
  expect(lists.asked).toEqual(['fills', 'fills']);
  events.close();
  await timers.advance(120_000);
  expect(lists.asked).toHaveLength(2);
  expect(timers.armed).toBe(0);
});

it('goes on when the venue was lost, without a gap', async () => {
  const { timers, lists, told, listen, clock } = make();
  listen();
  lists.lost = true;
  await timers.advance(90_000);
  lists.fills.push(fill('1', 1, clock.now()));
  lists.lost = false;
  await timers.advance(30_000);
  expect(told).toEqual(['fill 1']);
});

it('goes on after a round that broke, and ends nothing', async () => {
  const { timers, lists, told, listen, clock } = make();
  listen();
  lists.breaks = true;
  await timers.advance(30_000);
  lists.fills.push(fill('1', 1, clock.now()));
  lists.breaks = false;
  await timers.advance(30_000);
  expect(told).toEqual(['fill 1']);
});
