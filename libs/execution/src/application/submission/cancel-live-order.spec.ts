import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { OrderRequest } from '../requests/order-request.js';

async function world(): Promise<ExecutionWorld> {
  const made = new ExecutionWorld();
  await made.start();
  return made;
}

/** No cancellation reaches the venue until the returned function is called. */
function loseCancellations(here: ExecutionWorld): () => void {
  const session = here.venue.session!;
  const cancel = session.cancel.bind(session);
  session.cancel = (id) => {
    here.venue.nextCancel = 'LOST_BEFORE';
    return cancel(id);
  };
  return () => {
    session.cancel = cancel;
  };
}

describe('a cancellation without a verdict', () => {
  it('is asked for again at once, and not only by the next sweep', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void here.cancel(order.id);
    await here.advance(250);
    expect(here.venue.orders).toMatchObject([{ status: 'CANCELED' }]);
    expect(here.store.orders()).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('is asked for ever more rarely while the venue is silent, and no more once it has spoken', async () => {
    const here = await world();
    const { order } = await here.place();
    const speak = loseCancellations(here);
    void here.cancel(order.id);
    await here.advance(4_000);
    const silent = here.venue.cancelsAsked.length;
    expect(silent).toBeGreaterThanOrEqual(5);
    expect(silent).toBeLessThanOrEqual(8);
    speak();
    await here.advance(10_500);
    expect(here.store.orders()).toMatchObject([{ status: 'CANCELED' }]);
    const spoken = here.venue.cancelsAsked.length;
    await here.advance(20_000);
    expect(here.venue.cancelsAsked).toHaveLength(spoken);
  });

  it('stops where the venue keeps the order', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void here.cancel(order.id, 0);
    await turns();
    here.venue.nextCancel = 'REFUSE';
    await here.advance(2_000);
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', pending: null }]);
    expect(here.venue.cancelsAsked).toHaveLength(2);
  });
});

describe('an order whose end is wanted before the venue has it', () => {
  it('is cancelled, and not refused, once the venue is proven never to have had it', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LOST_BEFORE';
    void here.place();
    await turns();
    const [row] = here.store.orders();
    expect(row!.status).toBe('OUTCOME_UNKNOWN');
    void here.cancel(row!.order_id, 0);
    await here.calm();
    expect(here.store.orders()).toMatchObject([
      { status: 'CANCELED', reason: { code: 'CANCELED_ON_REQUEST' }, reserved: 0n },
    ]);
    expect(here.venue.accepted).toEqual([]);
    const told = here.store.events.map(({ type, payload }) => [
      type,
      (payload as { resolution?: string }).resolution,
    ]);
    expect(told).toContainEqual(['OrderResolved', 'NOT_ACCEPTED']);
  });

  it('has expired when its time was over before it left', async () => {
    const here = await world();
    const none = { stopPrice: null, trailingDelta: null, trailingPercent: null, triggerBy: null };
    const expireTime = here.clock.now() + 2_000;
    const conditions = { ...none, expireTime, displayQuantity: null, reduceOnly: false };
    const release = here.holdCommits();
    const placed = here.place({ timeInForce: 'GTD', conditions }, null, 1_000);
    await turns();
    here.clock.jumpTo(expireTime);
    release();
    await here.advance(2_000);
    expect((await placed).order).toMatchObject({ status: 'EXPIRED', reason: { code: 'EXPIRED_BY_TIME' } });
    expect(here.venue.accepted).toEqual([]);
  });
});

describe('an order that is to make way', () => {
  const conditions = {
    ...{ stopPrice: null, trailingDelta: null, trailingPercent: null, triggerBy: null },
    ...{ expireTime: null, displayQuantity: null, reduceOnly: true },
  };
  const closing: Partial<OrderRequest> = {
    ...{ type: 'MARKET', side: 'SELL', quantity: null, price: null },
    conditions,
    sizing: { by: 'POSITION', share: '1', stopPrice: null },
  };

  it('for one that closes the position is not asked in circles', async () => {
    const here = await world();
    await here.place({ type: 'MARKET', quantity: '0.002' });
    await here.place({ side: 'SELL', price: '65000', quantity: '0.001' });
    const speak = loseCancellations(here);
    void here.place(closing, null, 10_000);
    await here.advance(2_000);
    expect(here.venue.cancelsAsked.length).toBeLessThanOrEqual(12);
    speak();
    await here.advance(5_000);
    expect(here.store.orders().map(({ status }) => status)).toEqual(['FILLED', 'CANCELED', 'FILLED']);
  });

  it('and that the venue keeps is asked again in a while, also when the clock is set back meanwhile', async () => {
    const here = await world();
    await here.place({ type: 'MARKET', quantity: '0.002' });
    await here.place({ side: 'SELL', price: '65000', quantity: '0.001' });
    here.venue.nextCancel = 'REFUSE';
    void here.place(closing, null, 10_000);
    await turns(200);
    expect(here.venue.cancelsAsked).toHaveLength(1);
    here.clock.jumpTo(here.clock.now() - 86_400_000);
    await here.advance(2_500);
    expect(here.store.orders().map(({ status }) => status)).toEqual(['FILLED', 'CANCELED', 'FILLED']);
  });
});
