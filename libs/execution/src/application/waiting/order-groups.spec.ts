import type { VenueTraits } from '@sextant/exchange';
import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { LeaseLost } from '@sextant/platform';
import type { AccountLease } from '@sextant/platform';
import type { OrderConditions } from '../../domain/order-snapshot.js';
import { isTerminal } from '../../domain/order-status.js';
import type { OrderRow } from '../account/account-tables.js';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { ConditionsRequest, GroupRequest, OrderRequest } from '../requests/order-request.js';

const CONDITIONS: ConditionsRequest = {
  stopPrice: null,
  trailingDelta: null,
  trailingPercent: null,
  triggerBy: null,
  expireTime: null,
  displayQuantity: null,
  reduceOnly: false,
};
const LEG: OrderRequest = {
  symbol: 'BTC/USDT',
  side: 'SELL',
  type: 'LIMIT',
  quantity: '0.01',
  quoteQuantity: null,
  price: null,
  timeInForce: null,
  postOnly: false,
  clientOrderId: null,
  strategy: null,
  tags: [],
};
const limit = (price: string, side: 'BUY' | 'SELL' = 'SELL'): OrderRequest => ({ ...LEG, side, price });
const stop = (stopPrice: string, side: 'BUY' | 'SELL' = 'SELL'): OrderRequest => ({
  ...LEG,
  side,
  type: 'STOP_MARKET',
  conditions: { ...CONDITIONS, stopPrice },
});
const grouped = (type: GroupRequest['type'], ...others: OrderRequest[]): GroupRequest => ({
  type,
  others: others.map((request, index) => ({ request, pointer: `/legs/${index + 1}` })),
});
const bracket = grouped('BRACKET', stop('58000'), limit('62000'));
const NATIVE: Partial<VenueTraits> = { orderTypes: ['MARKET', 'LIMIT', 'STOP_MARKET'] };

async function started(traits: Partial<VenueTraits> = {}): Promise<ExecutionWorld> {
  const world = new ExecutionWorld(traits);
  await world.start();
  return world;
}

const place = (world: ExecutionWorld, first: OrderRequest, group: GroupRequest, key: string | null = null) =>
  world.place(first, key, 100, group);
const legOf = (row: OrderRow) => (row.conditions as unknown as OrderConditions).group?.leg ?? '';
const legs = (world: ExecutionWorld, leg: string) =>
  world.store.orders().filter((row) => row.conditions !== null && legOf(row) === leg);
const last = (world: ExecutionWorld, leg: string) => legs(world, leg).at(-1)!;
const atVenue = (world: ExecutionWorld, leg: string) =>
  world.venue.orders.find(({ clientOrderId }) => clientOrderId === last(world, leg).client_order_id)!;
const lockedBtc = (world: ExecutionWorld) => Number(world.owned.risk.lockedUnits('BTC') / 10n ** 13n);
const reservedLots = (world: ExecutionWorld) =>
  world.store.orders().reduce((sum, row) => sum + Number(row.reserved / 10n ** 13n), 0);

it('a leg that is due does not go in circles while a lost lease is not noticed yet', async () => {
  const world = await started();
  await place(world, { ...LEG, side: 'BUY', price: '60000' }, bracket);
  const lease = world.owned.lease as { -readonly [K in keyof AccountLease]: AccountLease[K] };
  const store = lease.commit.bind(lease);
  let refusals = 0;
  // The fill is stored, and nothing after it.
  lease.commit = async (plan) => {
    lease.isHeld = () => false;
    lease.commit = async () => {
      refusals += 1;
      if (refusals > 50) return new Promise(() => undefined);
      throw new LeaseLost('acc_world');
    };
    return store(plan);
  };
  world.venue.trade(world.venue.orders[0]!, 1_000);
  await turns(2_000);
  expect(refusals).toBeGreaterThan(0);
  expect(refusals).toBeLessThan(5);
});

describe('an OCO', () => {
  it('is one commit, with one leg at the venue and what it needs set aside once', async () => {
    const world = await started();
    const { order } = await place(world, limit('62000'), grouped('OCO', stop('58000')));
    expect(order).toMatchObject({ status: 'NEW', conditions: { leg: 'TAKE_PROFIT' } });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CREATED', reserved: 0n });
    expect(world.venue.accepted).toHaveLength(1);
    expect(lockedBtc(world)).toBe(1_000);
    expect(world.store.events.filter(({ type }) => type === 'OrderGroupPlaced')).toHaveLength(1);
  });

  it('shrinks the other leg by each fill, in the same commit, and ends it when nothing is left', async () => {
    const world = await started();
    await place(world, limit('62000'), grouped('OCO', stop('58000')));
    world.venue.trade(world.venue.orders[0]!, 400);
    await turns();
    expect(last(world, 'STOP_LOSS').lots).toBe(600);
    expect(lockedBtc(world)).toBe(600);
    world.venue.trade(world.venue.orders[0]!, 600);
    await turns();
    expect(last(world, 'TAKE_PROFIT').status).toBe('FILLED');
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CANCELED', reason: { code: 'GROUP_FILLED' } });
    expect(lockedBtc(world)).toBe(0);
  });

  it('cancels what rests when the other leg is touched, and sends that for what is left', async () => {
    const world = await started();
    await place(world, limit('62000'), grouped('OCO', stop('58000')));
    world.venue.trade(world.venue.orders[0]!, 300);
    await world.move(5_800_000);
    await turns();
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({
      status: 'CANCELED',
      filled_lots: 300,
      reason: { code: 'CANCELED_BY_GROUP' },
    });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', lots: 700, filled_lots: 700 });
    expect(reservedLots(world)).toBe(0);
  });

  it('waits for the venue to know its leg when the other one is touched before that', async () => {
    const world = await started();
    world.venue.nextPlacement = 'NEVER_ANSWERED';
    world.venue.delivery = 'DROPPED';
    const placed = place(world, limit('62000'), grouped('OCO', stop('58000')));
    await turns();
    await world.move(5_800_000);
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({ status: 'PENDING_SUBMIT', cancel_requested: true });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CREATED' });
    world.venue.delivery = 'ONCE';
    world.venue.trade(world.venue.orders[0]!, 300);
    await world.advance(1_000);
    await placed;
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({ status: 'CANCELED', filled_lots: 300 });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', lots: 700 });
  });

  it('sends nothing when the last fill beats the cancellation', async () => {
    const world = await started();
    await place(world, limit('62000'), grouped('OCO', stop('58000')));
    world.venue.delivery = 'LATER';
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await world.move(5_800_000);
    await turns();
    expect(last(world, 'STOP_LOSS').progress).toMatchObject({ trigger: { state: 'TOUCHED' } });
    await world.calm();
    expect(last(world, 'TAKE_PROFIT').status).toBe('FILLED');
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CANCELED', reason: { code: 'GROUP_FILLED' } });
    expect(world.venue.accepted).toHaveLength(1);
  });

  it('of purchases sets aside what the dearer leg needs, for both', async () => {
    const world = await started();
    await place(world, limit('58000', 'BUY'), grouped('OCO', stop('62000', 'BUY')));
    const need = 632n * 10n ** 18n + 4n * 10n ** 17n; // 0.01 · 62,000 + 2 %
    expect(world.owned.risk.lockedUnits('USDT')).toBe(need);
    world.venue.trade(world.venue.orders[0]!, 500);
    await turns();
    expect(world.owned.risk.lockedUnits('USDT')).toBe(need / 2n);
    await world.move(6_200_000);
    await turns();
    expect(last(world, 'LEG_2')).toMatchObject({ status: 'FILLED', filled_lots: 500 });
    expect(world.owned.risk.lockedUnits('USDT')).toBe(0n);
  });

  it('is all legs or none', async () => {
    const world = await started();
    const much = (request: OrderRequest) => ({ ...request, quantity: '1.6' });
    const denied = await place(
      world,
      much(limit('58000', 'BUY')),
      grouped('OCO', much(stop('62000', 'BUY'))),
    ).catch((error: DomainError) => error);
    expect(denied).toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
    const rows = world.store.orders().slice(-2);
    expect(rows.map(({ status }) => status)).toEqual(['RISK_DENIED', 'RISK_DENIED']);
    expect(world.venue.accepted).toHaveLength(0);
  });

  it('is the same group when the same request comes again', async () => {
    const world = await started();
    const first = await place(world, limit('62000'), grouped('OCO', stop('58000')), 'key-1');
    const again = await place(world, limit('62000'), grouped('OCO', stop('58000')), 'key-1');
    expect(again).toMatchObject({ replayed: true, order: { id: first.order.id } });
    expect(world.store.orders()).toHaveLength(2);
  });

  it('stays with nobody when the venue refuses its first leg', async () => {
    const world = await started();
    world.venue.nextPlacement = 'REFUSE';
    const refused = await place(world, limit('62000'), grouped('OCO', stop('58000'))).catch(
      (error: DomainError) => error,
    );
    expect(refused).toMatchObject({ code: 'ORDER_REJECTED' });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CANCELED', reason: { code: 'GROUP_REFUSED' } });
    expect(reservedLots(world)).toBe(0);
  });

  it('keeps its stop at a venue that can hold it, and arms another one when it makes way', async () => {
    const world = await started(NATIVE);
    await place(world, limit('62000'), grouped('OCO', stop('58000')));
    expect(atVenue(world, 'STOP_LOSS')).toMatchObject({ type: 'STOP_MARKET', status: 'NEW' });
    expect(last(world, 'TAKE_PROFIT').status).toBe('CREATED');
    await world.move(6_200_000);
    await turns();
    expect(last(world, 'TAKE_PROFIT').status).toBe('NEW');
    expect(legs(world, 'STOP_LOSS')).toMatchObject([
      { status: 'CANCELED' },
      { status: 'CREATED', conditions: { heldBy: 'SEXTANT' }, lots: 1_000 },
    ]);
    expect(lockedBtc(world)).toBe(1_000);
    await world.move(5_800_000);
    await turns();
    expect(last(world, 'TAKE_PROFIT').status).toBe('CANCELED');
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 1_000 });
  });

  it.each([400, 1_000])(
    'takes back what rests when %i lots of a leg that had ended fill late',
    async (lots) => {
      const world = await started(NATIVE);
      await place(world, limit('62000'), grouped('OCO', stop('58000')));
      await world.move(6_200_000);
      await turns();
      expect(last(world, 'TAKE_PROFIT').status).toBe('NEW');
      world.venue.tradeLate(world.venue.orders[0]!, lots);
      await turns();
      expect(legs(world, 'STOP_LOSS')[0]).toMatchObject({ status: 'CANCELED', filled_lots: lots });
      expect(last(world, 'TAKE_PROFIT').status).toBe('CANCELED');
      await world.move(5_800_000);
      await turns();
      const sold = world.venue.orders.reduce((sum, order) => sum + order.filledLots, 0);
      expect(sold).toBe(1_000);
      expect(lockedBtc(world)).toBe(0);
    },
  );
});

describe('a bracket', () => {
  it('waits for its entry, follows what that has filled less the fee, and rests a leg once it has ended', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), bracket);
    expect([last(world, 'STOP_LOSS'), last(world, 'TAKE_PROFIT')]).toMatchObject([
      { status: 'CREATED', progress: { trigger: { state: 'WAITING' } } },
      { status: 'CREATED', progress: { trigger: { state: 'WAITING' } } },
    ]);
    expect(lockedBtc(world)).toBe(0);
    world.venue.trade(world.venue.orders[0]!, 400);
    await turns();
    expect(last(world, 'STOP_LOSS')).toMatchObject({ lots: 399, progress: { trigger: { state: 'ARMED' } } });
    expect(lockedBtc(world)).toBe(399);
    expect(world.venue.accepted).toHaveLength(1);
    world.venue.trade(world.venue.orders[0]!, 600);
    await turns();
    expect(atVenue(world, 'TAKE_PROFIT')).toMatchObject({ status: 'NEW', lots: 999, type: 'LIMIT' });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CREATED', lots: 999 });
    expect(lockedBtc(world)).toBe(999);
  });

  it('takes the stop to a venue that can hold it', async () => {
    const world = await started(NATIVE);
    await place(world, { ...limit('60000', 'BUY'), type: 'MARKET', price: null }, bracket);
    await turns();
    expect(last(world, 'ENTRY').status).toBe('FILLED');
    expect(atVenue(world, 'STOP_LOSS')).toMatchObject({ type: 'STOP_MARKET', status: 'NEW', lots: 999 });
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({ status: 'CREATED', lots: 999 });
    world.venue.trade(atVenue(world, 'STOP_LOSS'), 999);
    await turns();
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({
      status: 'CANCELED',
      reason: { code: 'GROUP_FILLED' },
    });
  });

  it('arms the stop here when the venue refuses it', async () => {
    const world = await started(NATIVE);
    await place(world, limit('60000', 'BUY'), bracket);
    world.venue.nextPlacement = 'REFUSE';
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    expect(legs(world, 'STOP_LOSS')).toMatchObject([
      { status: 'REJECTED' },
      { status: 'CREATED', lots: 999 },
    ]);
    await world.move(5_800_000);
    await turns();
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 999 });
  });

  it('sends its stop again for what found no buyer, after a while, longer each time', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), bracket);
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    world.venue.depthLots = 300;
    await world.move(5_800_000);
    await turns();
    expect(legs(world, 'STOP_LOSS')).toMatchObject([
      { status: 'EXPIRED', filled_lots: 300 },
      { status: 'CREATED', lots: 699, progress: { trigger: { state: 'TOUCHED' } } },
    ]);
    expect(lockedBtc(world)).toBe(699);
    world.venue.depthLots = 0;
    await world.advance(1_500);
    expect(legs(world, 'STOP_LOSS')).toMatchObject([
      {},
      { status: 'EXPIRED', lots: 699 },
      { status: 'CREATED' },
    ]);
    await world.advance(1_000);
    expect(legs(world, 'STOP_LOSS')).toHaveLength(3);
    world.venue.depthLots = 1_000;
    await world.move(6_100_000);
    await world.advance(2_000);
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 699 });
    expect(lockedBtc(world)).toBe(0);
  });

  it('does not wait out a clock that was set back by a day', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), bracket);
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    world.venue.depthLots = 300;
    await world.move(5_800_000);
    await turns();
    world.venue.depthLots = 1_000;
    world.clock.jumpTo(world.clock.now() - 86_400_000);
    await world.advance(2_000);
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 699 });
  });

  it.each([true, false])('%s: sends no other stop for one that was cancelled on its way', async (lost) => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), grouped('OTO', stop('58000')));
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    if (lost) world.venue.nextPlacement = 'LOST_BEFORE';
    const release = world.holdCommits();
    await world.move(5_800_000);
    void world.cancel(last(world, 'STOP_LOSS').order_id, 0).catch(() => undefined);
    release();
    await world.advance(20_000);
    expect(legs(world, 'STOP_LOSS')).toMatchObject([{ status: 'CANCELED', cancel_requested: true }]);
    expect(world.venue.accepted).toHaveLength(1);
  });

  it('asks a target that is on its way to end once, and waits for the answer about it', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), bracket);
    world.venue.nextPlacement = 'SWALLOWED';
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    const { order } = world.owned.orders.get(last(world, 'TAKE_PROFIT').order_id)!;
    const requestCancel = order.requestCancel.bind(order);
    let asked = 0;
    order.requestCancel = (...args) => {
      asked += 1;
      requestCancel(...args);
    };
    await world.move(5_800_000);
    await turns();
    expect(asked).toBe(1);
    expect(last(world, 'TAKE_PROFIT')).toMatchObject({ status: 'PENDING_SUBMIT', cancel_requested: true });
    expect(last(world, 'STOP_LOSS').progress).toMatchObject({ trigger: { state: 'TOUCHED' } });
    await world.calm();
    expect(last(world, 'TAKE_PROFIT').status).toBe('CANCELED');
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 999 });
  });

  it('sends its stop again when the venue refused it', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), grouped('OTO', stop('58000')));
    world.venue.trade(world.venue.orders[0]!, 1_000);
    await turns();
    world.venue.nextPlacement = 'REFUSE';
    await world.move(5_800_000);
    await world.advance(3_000);
    expect(legs(world, 'STOP_LOSS')).toMatchObject([
      { status: 'REJECTED' },
      { status: 'FILLED', filled_lots: 999 },
    ]);
  });

  it('ends with an entry that ends unfilled', async () => {
    const world = await started();
    const { order } = await place(world, limit('60000', 'BUY'), bracket);
    await world.cancel(order.id);
    for (const leg of ['STOP_LOSS', 'TAKE_PROFIT']) {
      expect(last(world, leg)).toMatchObject({
        status: 'CANCELED',
        reason: { code: 'ENTRY_ENDED_UNFILLED' },
      });
    }
  });

  it('ends when what the entry bought is less than the venue takes', async () => {
    const world = await started();
    const { order } = await place(world, limit('60000', 'BUY'), bracket);
    world.venue.trade(world.venue.orders[0]!, 5);
    await turns();
    await world.cancel(order.id);
    expect(last(world, 'STOP_LOSS')).toMatchObject({
      status: 'CANCELED',
      reason: { code: 'GROUP_BELOW_MINIMUM' },
    });
  });

  it('cancels the rest of its entry when the stop is touched, and sells what was bought', async () => {
    const world = await started();
    await place(world, limit('60000', 'BUY'), bracket);
    world.venue.trade(world.venue.orders[0]!, 400);
    await turns();
    await world.move(5_800_000);
    await turns();
    expect(last(world, 'ENTRY')).toMatchObject({ status: 'CANCELED', filled_lots: 400 });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'FILLED', filled_lots: 399 });
    expect(last(world, 'TAKE_PROFIT').status).toBe('CANCELED');
  });

  it('is named when its end leaves a position without protection, and kept where that is asked for', async () => {
    const world = await started();
    const { order } = await place(world, { ...limit('60000', 'BUY'), type: 'MARKET', price: null }, bracket);
    const kept = await world.cancelAll({ keepProtective: true });
    expect(kept).toMatchObject({ unprotected: [], orders: [{ conditions: { leg: 'TAKE_PROFIT' } }] });
    expect(last(world, 'STOP_LOSS')).toMatchObject({ status: 'CREATED', reserved: 999n * 10n ** 13n });
    const alone = await world.cancel(last(world, 'STOP_LOSS').order_id);
    expect(alone.unprotected).toEqual([{ symbol: 'BTC/USDT', quantity: '0.00999' }]);
    expect(order.status).toBe('FILLED');
    expect(reservedLots(world)).toBe(0);
  });

  it.each([
    [limit('60000', 'BUY'), stop('60500'), 'TRIGGER_ALREADY_TOUCHED', '/legs/1/stopPrice'],
    [limit('60000', 'BUY'), limit('59000'), 'TRIGGER_ALREADY_TOUCHED', '/legs/1/price'],
    [limit('60000', 'BUY'), stop('58000', 'BUY'), 'ORDER_TERMS_INVALID', '/legs/1/side'],
    [limit('60000'), stop('62000', 'BUY'), 'ORDER_TERMS_INVALID', '/legs/1/side'],
    [
      limit('60000', 'BUY'),
      { ...stop('58000'), quantity: '0.02' },
      'ORDER_TERMS_INVALID',
      '/legs/1/quantity',
    ],
  ])('refuses legs that do not belong together: %#', async (first, child, code, pointer) => {
    const world = await started();
    const error = await place(world, first, grouped('BRACKET', child)).catch((thrown: DomainError) => thrown);
    expect(error).toMatchObject({ code, context: { pointer } });
    expect(world.store.orders()).toEqual([]);
  });
});

describe('over any sequence of prices, fills, cancellations and crashes', () => {
  const action = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('move' as const),
        ticks: fc.integer({ min: 5_700_000, max: 6_300_000 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('trade' as const), lots: fc.integer({ min: 1, max: 700 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), turns: fc.nat(25) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), turns: fc.nat(30) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('deliver' as const),
        how: fc.constantFrom('ONCE' as const, 'TWICE' as const, 'LATER' as const, 'DROPPED' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('place' as const),
        how: fc.constantFrom(
          'LOST_AFTER' as const,
          'LOST_BEFORE' as const,
          'REFUSE' as const,
          'ANSWER' as const,
        ),
      }),
    },
  );
  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  async function run(world: ExecutionWorld, steps: readonly Action[], check: () => void): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'move') world.prices.move(step.ticks, world.clock.now());
      if (step.kind === 'trade') tradeAnything(world, step.lots);
      if (step.kind === 'deliver') world.venue.delivery = step.how;
      if (step.kind === 'place') world.venue.nextPlacement = step.how;
      if (step.kind === 'cancel') {
        const row = world.store.orders()[step.pick];
        if (row !== undefined && row.closed_at === null)
          void world.cancel(row.order_id).catch(() => undefined);
      }
      await turns('turns' in step ? step.turns : 5);
      check();
      if (step.kind !== 'crash') continue;
      world.crash();
      await turns();
      await world.start();
      check();
    }
  }

  function tradeAnything(world: ExecutionWorld, lots: number): void {
    const open = world.venue.orders.find(
      ({ status, type }) => type !== 'MARKET' && (status === 'NEW' || status === 'PARTIALLY_FILLED'),
    );
    if (open !== undefined) world.venue.trade(open, lots);
  }

  it.each([
    ['OCO', {}],
    ['OCO', NATIVE],
    ['BRACKET', {}],
    ['BRACKET', NATIVE],
  ] as const)(
    'a %s has one order at the venue at a time and fills no more than it may: %j',
    async (type, traits) => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14 }), async (steps) => {
          const world = await started(traits);
          const ended = new Map<string, string>();
          if (type === 'OCO') await place(world, limit('62000'), grouped('OCO', stop('58000')));
          else await place(world, limit('60000', 'BUY'), bracket);
          const check = () => assertSound(world, type, ended);
          await run(world, steps, check);
          world.venue.delivery = 'ONCE';
          await world.calm();
          await world.calm();
          check();
          assertAgreed(world);
        }),
        { numRuns: 12 },
      );
    },
  );

  /** Open orders at the venue: one, or none. Sold: never more than there was to sell. What ended stays ended. */
  function assertSound(world: ExecutionWorld, type: string, ended: Map<string, string>): void {
    const open = world.venue.orders.filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
    expect(open.length).toBeLessThanOrEqual(1);
    const sum = (side: string) =>
      world.venue.orders
        .filter((order) => order.side === side)
        .reduce((all, order) => all + order.filledLots, 0);
    expect(sum('SELL')).toBeLessThanOrEqual(type === 'OCO' ? 1_000 : sum('BUY'));
    expect(new Set(world.venue.accepted).size).toBe(world.venue.accepted.length);
    for (const row of world.store.orders()) {
      const before = ended.get(row.order_id);
      if (before !== undefined) expect(row.status).toBe(before);
      if (isTerminal(row.status)) ended.set(row.order_id, row.status);
    }
    const btc = world.store.orders().filter((row) => row.closed_at === null && row.reserved_asset === 'BTC');
    const reserved = btc.reduce((all, row) => all + Number(row.reserved / 10n ** 13n), 0);
    expect(reserved).toBeLessThanOrEqual(1_000 - Math.min(1_000, type === 'OCO' ? bookedSales(world) : 0));
  }

  const bookedSales = (world: ExecutionWorld) =>
    world.store.orders().reduce((all, row) => all + (row.side === 'SELL' ? row.filled_lots : 0), 0);

  /** After calm, what is stored is what the venue has, and what lives is reserved exactly once. */
  function assertAgreed(world: ExecutionWorld): void {
    for (const order of world.venue.orders) {
      const row = world.store.orders().find((one) => one.client_order_id === order.clientOrderId)!;
      expect(row.filled_lots).toBe(order.filledLots);
      expect(isTerminal(row.status)).toBe(order.status !== 'NEW' && order.status !== 'PARTIALLY_FILLED');
    }
    const live = world.store.orders().filter((row) => row.closed_at === null && row.side === 'SELL');
    const waiting = live.filter(
      (row) => (row.progress as never as { trigger: { state: string } })?.trigger?.state === 'WAITING',
    );
    const open = live.map((row) => (row.lots ?? 0) - row.filled_lots);
    const rest = waiting.length === live.length ? 0 : Math.max(0, ...open);
    expect(lockedBtc(world)).toBe(rest);
    expect(world.broken).toEqual([]);
  }
});
