import { openConformanceWorld } from '@sextant/exchange';
import type { ConformanceWorld } from '@sextant/exchange';
import { BID } from '../chaos-target.js';
import { harms, valueOf } from './harms.js';
import { stillVenueBehind, targetAt } from './loopback-target.js';
import type { LoopbackProtocol, LoopbackVenue } from './loopback-target.js';
import { BriskTimers, roomyChannels } from './roomy-channels.js';

/** The venue and the session of the case that runs. */
export interface FaultyWorld {
  still: LoopbackVenue;
  world: ConformanceWorld;
}

/**
 * What every adapter makes of a venue that answers badly, not at all or too late. `subscriptions`: frames that ask for
 * own orders and fills, and how many of them a session sends. Answers how to reach the world of the case that runs.
 */
export function describeFaults(
  protocol: LoopbackProtocol,
  subscriptions: { are: RegExp; count: number },
): () => FaultyWorld {
  const PLACEMENT = protocol.paths.PLACE;
  let still: LoopbackVenue;
  let world: ConformanceWorld;
  let channels: Awaited<ReturnType<typeof roomyChannels>>;

  beforeEach(async () => {
    still = await stillVenueBehind(protocol);
    channels = await roomyChannels(400);
    world = await openConformanceWorld(targetAt(protocol, still, { channels, timers: new BriskTimers() }));
  });

  afterEach(async () => {
    await world.session.close();
    await channels.stop();
    await still.close();
  });

  const placements = () =>
    still.front.calls.filter(({ method, path }) => method === 'POST' && path === PLACEMENT).length;
  const subscribed = () => still.front.frames.filter((frame) => subscriptions.are.test(frame)).length;

  describe('a placement whose answer suffers', () => {
    it.each(harms)('%s: unknown, sent once, and found by asking', async (_name, harm) => {
      still.front.harm(PLACEMENT, 'AFTER', harm);
      const wanted = world.request();
      expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
      expect(placements()).toBe(1);
      const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
      expect(found).toMatchObject({ clientOrderId: wanted.clientOrderId, status: 'NEW', lots: wanted.lots });
    });

    it.each(harms)('%s before it took effect: as unknown, and proven absent', async (_name, harm) => {
      still.front.harm(PLACEMENT, 'BEFORE', harm);
      const wanted = world.request();
      expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
      expect(placements()).toBe(1);
      expect(valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toBeNull();
      expect(valueOf(await world.session.openOrders())).toEqual([]);
    });

    it('filled while its answer was lost: found with its fills, not among the open ones', async () => {
      still.front.harm(PLACEMENT, 'AFTER', { kind: 'DROP' });
      const wanted = world.request({ type: 'MARKET', priceTicks: null });
      expect((await world.send(wanted)).outcome).toBe('UNKNOWN');
      const found = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
      expect(found).toMatchObject({ status: 'FILLED', filledLots: wanted.lots });
      expect(valueOf(await world.session.openOrders())).toEqual([]);
      const { fills } = valueOf(await world.session.fillsSince(null));
      expect(fills.map(({ clientOrderId }) => clientOrderId)).toEqual([wanted.clientOrderId]);
    });

    it('past its window: refused by the clock of the venue, and not there', async () => {
      still.venue.admin.setClock({ offsetMs: 60_000 });
      const wanted = world.request();
      const answer = await world.send(wanted);
      expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' } });
      expect(still.venue.core.engine.orders.open('rehearsal')).toEqual([]);
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
    still.front.harm(protocol.paths.CANCEL, 'AFTER', { kind: 'DROP' });
    expect((await world.session.cancel(wanted.clientOrderId, wanted.symbol)).outcome).toBe('UNKNOWN');
    const now = valueOf(await world.session.orderByClientId(wanted.clientOrderId, wanted.symbol));
    expect(now?.status).toBe('CANCELED');
  });

  it('what happened while its connection was broken is told after it, and it listens again', async () => {
    await world.eventually('it listens', async () => subscribed() === subscriptions.count);
    const wanted = world.request();
    valueOf(await world.send(wanted));
    still.front.cutStreams();
    await world.tradeThrough!('BUY', BID, wanted.lots!);
    await world.eventually('the end is told', async () =>
      world.events.some((event) => event.kind === 'ORDER' && event.order.status === 'FILLED'),
    );
    expect(world.events.map(({ kind }) => kind)).toEqual(['ORDER', 'FILL', 'ORDER']);
    await world.eventually('it listens again', async () => subscribed() === 2 * subscriptions.count);
  });

  it('a key with another secret gets nothing done', async () => {
    const credential = { ...protocol.credential, secret: 'another-secret' };
    const other = await openConformanceWorld(targetAt(protocol, still, { channels, credential }));
    expect(await other.send(other.request())).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'CREDENTIAL_INVALID' },
    });
    expect((await other.session.balances()).outcome).toBe('REFUSED');
    expect(still.venue.core.engine.orders.open('rehearsal')).toEqual([]);
    await other.session.close();
  });

  return () => ({ still, world });
}
