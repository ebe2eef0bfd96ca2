import type { VenueFill } from '@sextant/exchange';
import { ExecutionWorld, turns } from '../execution-world.contract.js';

const DAY_MS = 86_400_000;

async function world(): Promise<ExecutionWorld> {
  const here = new ExecutionWorld();
  await here.start();
  return here;
}

/** Moves the machine's clock; the venue's stays where it is. */
function setClock(here: ExecutionWorld, ms: number): void {
  here.clock.jumpTo(here.clock.now() + ms);
  here.venue.clockOffsetMs -= ms;
}

describe('what proves nothing', () => {
  it('a clock that was set forward does not end the window of a request', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LATE';
    void here.place();
    await here.advance(100);
    setClock(here, DAY_MS);
    await here.advance(1_900);
    expect(here.store.orders()).toMatchObject([{ status: 'OUTCOME_UNKNOWN', attempts: 1 }]);
  });

  it('a clock that was set back does not make it longer', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LOST_BEFORE';
    void here.place();
    await here.advance(100);
    setClock(here, -DAY_MS);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', attempts: 2 }]);
  });

  it('nor does it keep us waiting for a gateway that never answers', async () => {
    const here = await world();
    here.venue.nextPlacement = 'SWALLOWED';
    void here.place().catch(() => undefined);
    await turns();
    setClock(here, -DAY_MS);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', attempts: 2 }]);
  });

  it('an acknowledged order that a query misses within the lag is not lost', async () => {
    const here = await world();
    await here.place();
    const hidden = here.venue.orders.splice(0);
    await here.reconcile();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', needs_attention: false }]);
    here.venue.orders.push(...hidden);
    await here.reconcile();
    here.venue.orders.splice(0);
    await here.reconcile();
    await here.advance(300);
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', needs_attention: false }]);
    await here.reconcile();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', needs_attention: true }]);
  });
});

it('the end of an earlier attempt does not make the answer to a replacement late', async () => {
  const here = await world();
  const { order } = await here.place({ price: '50000', quantity: '0.01' });
  await here.advance(7_000);
  here.venue.nextPlacement = 'SWALLOWED';
  void here.amend(order.id, { price: '51000' }).catch(() => undefined);
  await here.advance(200);
  await here.reconcile();
  expect(here.store.orders()).toMatchObject([{ status: 'PENDING_SUBMIT', attempts: 2 }]);
});

it('a list of fills that comes back to where it was is not read for ever', async () => {
  const here = await world();
  await here.place({ type: 'MARKET' });
  const { session } = here.venue;
  const list = session!.fillsSince.bind(session);
  let asked = 0;
  session!.fillsSince = async () => {
    asked += 1;
    if (asked > 100) return new Promise(() => undefined);
    const answer = await list('0');
    if (answer.outcome === 'CONFIRMED') answer.value.cursor = '2';
    return answer;
  };
  await here.reconcile();
  expect(asked).toBeLessThan(100);
  expect(here.store.fills()).toHaveLength(2);
});

describe('fills of an order that was not made here', () => {
  const fill: VenueFill = {
    venueTradeId: 't1',
    venueOrderId: 'stranger',
    clientOrderId: '',
    symbol: 'BTC/USDT',
    side: 'BUY',
    priceTicks: 6_000_000,
    lots: 10,
    feeAsset: 'BTC',
    feeUnits: 0n,
    role: 'MAKER',
    executedAt: 0,
  };

  it('are booked once, however often the venue lists them and whoever reads the list', async () => {
    const here = await world();
    here.venue.fills.push(fill, { ...fill, venueTradeId: 't2' });
    await here.reconcile();
    expect(here.store.fills()).toHaveLength(2);
    here.venue.session?.emit({ kind: 'FILL', fill });
    await here.advance(100);
    here.crash();
    here.store.rows.get('venue_cursor')?.clear();
    await here.start();
    await here.advance(100);
    expect(here.broken).toEqual([]);
    expect(here.store.fills()).toHaveLength(2);
  });
});
