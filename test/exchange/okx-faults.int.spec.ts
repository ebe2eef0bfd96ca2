import { openConformanceWorld } from '@sextant/exchange';
import type { ConformanceWorld, VenueEvent } from '@sextant/exchange';
import { BID } from './chaos-target.js';
import { harms, valueOf } from './front-ends/harms.js';
import { KEY, okxTargetAt, stillOkx } from './front-ends/okx/okx-target.js';
import type { OkxVenue } from './front-ends/okx/okx-target.js';
import { BriskTimers, roomyChannels } from './front-ends/roomy-channels.js';

const PLACEMENT = '/api/v5/trade/order';

let okx: OkxVenue;
let world: ConformanceWorld;
let channels: Awaited<ReturnType<typeof roomyChannels>>;

beforeEach(async () => {
  okx = await stillOkx();
  channels = await roomyChannels(400);
  world = await openConformanceWorld(okxTargetAt(okx, { channels, timers: new BriskTimers() }));
});

afterEach(async () => {
  await world.session.close();
  await channels.stop();
  await okx.close();
});

function placements(): number {
  return okx.front.calls.filter(({ method, path }) => method === 'POST' && path === PLACEMENT).length;
}

describe('a placement whose answer suffers', () => {
  it.each(harms)('%s: unknown, sent once, and found by asking', async (_name, harm) => {
    okx.front.harm(PLACEMENT, 'AFTER', harm);
    const wanted = world.request();
    expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
    expect(placements()).toBe(1);
    const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(found).toMatchObject({ clientOrderId: wanted.clientOrderId, status: 'NEW', lots: wanted.lots });
  });

  it.each(harms)('%s before it took effect: as unknown, and proven absent', async (_name, harm) => {
    okx.front.harm(PLACEMENT, 'BEFORE', harm);
    const wanted = world.request();
    expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
    expect(placements()).toBe(1);
    expect(valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toBeNull();
    expect(valueOf(await world.session.openOrders())).toEqual([]);
  });

  it('filled while its answer was lost: found with its fills, not among the open ones', async () => {
    okx.front.harm(PLACEMENT, 'AFTER', { kind: 'DROP' });
    const wanted = world.request({ type: 'MARKET', priceTicks: null });
    expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
    const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(found).toMatchObject({ status: 'FILLED', filledLots: wanted.lots });
    expect(valueOf(await world.session.openOrders())).toEqual([]);
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills.map(({ clientOrderId }) => clientOrderId)).toEqual([wanted.clientOrderId]);
  });

  it('past its window: refused by the clock of the venue, and not there', async () => {
    okx.venue.admin.setClock({ offsetMs: 60_000 });
    const wanted = world.request();
    const answer = await world.send(wanted);
    expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' } });
    expect(okx.venue.core.engine.orders.open('rehearsal')).toEqual([]);
  });

  it('between the two clocks: its own time of expiry ends it before the signature does', async () => {
    okx.venue.admin.setClock({ offsetMs: 10_000 });
    const answer = await world.send(world.request());
    expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' } });
    expect(okx.venue.core.engine.orders.open('rehearsal')).toEqual([]);
  });
});

it('a market order for an amount of quote fills, and spends no more than that', async () => {
  const quoteUnits = 250n * 10n ** 18n;
  const wanted = world.request({ type: 'MARKET', priceTicks: null, lots: null, quoteUnits });
  valueOf(await world.send(wanted));
  const order = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
  expect(order).toMatchObject({ status: 'FILLED', lots: null, priceTicks: null });
  expect(order!.cumulativeQuoteUnits).toBeLessThanOrEqual(quoteUnits);
  expect(order!.cumulativeQuoteUnits).toBeGreaterThan((quoteUnits * 99n) / 100n);
  await world.eventually('the end is told', async () =>
    world.events.some((event) => event.kind === 'ORDER' && event.order.status === 'FILLED'),
  );
});

it('a cancel without an answer is unknown, never assumed', async () => {
  const wanted = world.request();
  valueOf(await world.send(wanted));
  okx.front.harm('/api/v5/trade/cancel-order', 'AFTER', { kind: 'DROP' });
  expect((await world.session.cancel(wanted.clientOrderId, wanted.symbol)).outcome).toBe('UNKNOWN');
  const now = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
  expect(now?.status).toBe('CANCELED');
});

it('a pushed fill is the listed one, the sign of its fee included', async () => {
  await world.eventually('both streams are subscribed', async () => {
    return okx.front.frames.filter((frame) => frame.includes('"channel":"orders"')).length === 2;
  });
  const wanted = world.request({ type: 'MARKET', priceTicks: null });
  valueOf(await world.send(wanted));
  const isFill = (event: VenueEvent) => event.kind === 'FILL';
  const told = await world.eventually('the fill is told', async () => world.events.find(isFill));
  const { fills } = valueOf(await world.session.fillsSince(null));
  expect(fills).toHaveLength(1);
  expect(fills[0]!.feeUnits).toBeGreaterThan(0n);
  expect(told).toEqual({ kind: 'FILL', fill: fills[0] });
});

it('what happened while its connection was broken is told after it, and it listens again', async () => {
  const subscribed = () => okx.front.frames.filter((frame) => frame.includes('"channel":"orders"')).length;
  await world.eventually('it listens', async () => subscribed() === 2);
  const wanted = world.request();
  valueOf(await world.send(wanted));
  okx.front.cutStreams();
  await world.tradeThrough!('BUY', BID, wanted.lots!);
  await world.eventually('the end is told', async () =>
    world.events.some((event) => event.kind === 'ORDER' && event.order.status === 'FILLED'),
  );
  expect(world.events.map(({ kind }) => kind)).toEqual(['ORDER', 'FILL', 'ORDER']);
  await world.eventually('it listens again', async () => subscribed() === 4);
});

it('a key with another secret gets nothing done', async () => {
  const credential = { ...KEY, secret: 'another-secret' };
  const other = await openConformanceWorld(okxTargetAt(okx, { channels, credential }));
  expect(await other.send(other.request())).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'CREDENTIAL_INVALID' },
  });
  expect((await other.session.balances()).outcome).toBe('REFUSED');
  expect(okx.venue.core.engine.orders.open('rehearsal')).toEqual([]);
  await other.session.close();
});
