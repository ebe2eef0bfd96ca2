import type { OrderTerms, Proof } from '../../domain/order-snapshot.js';
import { Order } from '../../domain/order.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { Arrival } from '../account/arrival.js';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import { ResolveOutcome } from './resolve-outcome.js';

const proof: Proof = { kind: 'ABSENCE', detail: {}, at: 1 };
const terms = {
  orderId: 'ord_1',
  accountId: 'acc_1',
  symbol: 'BTC/USDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  lots: 10,
  quoteUnits: null,
  priceTicks: 100,
  tickUnits: 10n ** 16n,
  stepUnits: 10n ** 13n,
  conditions: null,
  origin: 'SEXTANT',
} as unknown as OrderTerms;

/** An order whose second attempt is on its way, and what a resolution of it decides. */
function secondAttempt(status: 'OUTCOME_UNKNOWN' | 'PENDING_SUBMIT') {
  const order = Order.place(terms, { asset: 'USDT', units: 10n }, 0);
  order.loseOutcome({ code: 'TIMEOUT', detail: '' }, proof, 1);
  order.resubmit(proof, 2);
  if (status === 'OUTCOME_UNKNOWN') order.loseOutcome({ code: 'TIMEOUT', detail: '' }, proof, 3);
  const entry = { order } as LiveOrder;
  const inbox = {
    pushAndWait: async (arrival: Arrival) => {
      if (arrival.kind === 'DECISION') arrival.decide(4);
    },
  };
  const account = { closed: false, stopped: new Set(), heldBack: () => null };
  const settings = { maxAttempts: () => 2, resendTtlMs: () => 1_000 };
  const tools = { clock: { now: () => 4 }, settings };
  const parts = [account, {}, inbox, {}, tools] as never as ConstructorParameters<typeof ResolveOutcome>;
  return { order, entry, resolution: new ResolveOutcome(...parts) };
}

describe('proof that an attempt is absent', () => {
  it.each(['OUTCOME_UNKNOWN', 'PENDING_SUBMIT'] as const)(
    'says nothing of the next one: %s',
    async (status) => {
      const { order, entry, resolution } = secondAttempt(status);
      await resolution.absent(entry, 1, proof);
      expect(order.snapshot).toMatchObject({ status, attempts: 2 });
    },
  );

  it('ends the order when it was the last that may be made', async () => {
    const { order, entry, resolution } = secondAttempt('OUTCOME_UNKNOWN');
    await resolution.absent(entry, 2, proof);
    expect(order.snapshot).toMatchObject({ status: 'REJECTED', reason: { code: 'NOT_ACCEPTED' } });
  });
});

describe('an order that somebody wants cancelled', () => {
  it('while its first commit is under way is never sent', async () => {
    const world = new ExecutionWorld();
    await world.start();
    const release = world.holdCommits();
    void world.place({ clientOrderId: 'mine' }).catch(() => undefined);
    await turns();
    const entry = world.owned.orders.byClientOrderId('mine');
    void world.cancel(entry!.order.snapshot.orderId, 0).catch(() => undefined);
    await turns();
    release();
    await world.advance(1_000);
    expect(world.venue.accepted).toEqual([]);
    expect(world.store.orders()).toMatchObject([{ status: 'CANCELED', reserved: 0n }]);
  });

  it('while it is to be sent again is not', async () => {
    const world = new ExecutionWorld({}, {}, 'LIVE');
    await world.start();
    await world.advance(2_000);
    world.venue.nextPlacement = 'LOST_BEFORE';
    void world.place({ clientOrderId: 'mine' }).catch(() => undefined);
    await world.advance(200);
    const { orderId, status } = world.owned.orders.byClientOrderId('mine')!.order.snapshot;
    expect(status).toBe('OUTCOME_UNKNOWN');
    world.venue.session!.obstacle = async () => {
      void world.cancel(orderId, 0).catch(() => undefined);
      await turns();
      return null;
    };
    await world.advance(15_000);
    expect(world.venue.accepted).toEqual([]);
    expect(world.store.orders()).toMatchObject([{ status: 'CANCELED', attempts: 1 }]);
  });
});
