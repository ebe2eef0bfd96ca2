import { unknown } from '@sextant/exchange';
import type { VenueFill } from '@sextant/exchange';
import { DomainError, ONE } from '@sextant/kernel';
import { ExecutionWorld, MARK_TICKS, turns } from '../execution-world.contract.js';

const REST = { price: '50000', quantity: '0.01' } as const;

async function live(prepare: (world: ExecutionWorld) => void = () => undefined): Promise<ExecutionWorld> {
  const world = new ExecutionWorld({}, {}, 'LIVE');
  prepare(world);
  await world.start();
  await world.advance(2_000);
  return world;
}

/** What somebody did at the venue by hand. */
function byHand(world: ExecutionWorld, lots: number, filled: number): ReturnType<typeof orderAt> {
  const order = orderAt(world, lots);
  if (filled > 0) world.venue.trade(order, filled);
  return order;
}

function orderAt({ venue, clock }: ExecutionWorld, lots: number) {
  const number = venue.orders.length + 1;
  const order = {
    clientOrderId: `hand-${number}`,
    venueOrderId: `v${number}`,
    symbol: 'BTC/USDT',
    side: 'BUY' as const,
    status: 'NEW' as const,
    lots,
    filledLots: 0,
    cumulativeQuoteUnits: 0n,
    priceTicks: MARK_TICKS,
    updatedAt: clock.now(),
    type: 'LIMIT',
    timeInForce: 'GTC',
  };
  venue.orders.push(order);
  return order;
}

function totals({ owned, venue }: ExecutionWorld): boolean {
  return [...venue.balance].every(([asset, units]) => owned.portfolio.totalUnits(asset) === units);
}

const kinds = ({ store }: ExecutionWorld) =>
  store.ledger.map(({ reference }) => reference.replace(/:.*/, ''));

describe('a live account that is first seen', () => {
  it('opens its ledger with what it holds, and books nothing of before', async () => {
    const world = await live((at) => void byHand(at, 1_000, 1_000));
    expect(world.owned.reconciled).toBe(true);
    expect(totals(world)).toBe(true);
    expect(kinds(world)).toEqual(['opening', 'opening']);
    expect(world.store.fills()).toEqual([]);
  });

  it('adopts an open order with what it had traded, and books only what it trades from then on', async () => {
    const world = await live((at) => void byHand(at, 1_000, 400));
    const [adopted] = world.store.orders();
    expect(adopted).toMatchObject({
      origin: 'EXTERNAL',
      status: 'PARTIALLY_FILLED',
      filled_lots: 400,
      lots: 1_000,
    });
    expect(adopted!.reserved).toBe(360n * ONE);
    world.venue.trade(world.venue.orders[0]!, 600);
    await world.calm();
    expect(world.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 1_000 }]);
    expect(world.store.fills().map(({ lots }) => lots)).toEqual([600]);
    expect(world.owned.reconciled && totals(world)).toBe(true);
  });

  it('is the same after a crash: what was seen once is not seen again', async () => {
    const world = await live((at) => void byHand(at, 1_000, 400));
    world.crash();
    byHand(world, 100, 100);
    await world.start();
    await world.advance(2_000);
    expect(world.store.fills().map(({ lots }) => lots)).toEqual([100]);
    expect(kinds(world).filter((kind) => kind === 'opening')).toHaveLength(2);
    expect(world.owned.reconciled && totals(world)).toBe(true);
  });
});

/** Every look at the balances is followed by a trade, as of somebody who trades all the time. */
function tradesAllTheTime(world: ExecutionWorld): () => void {
  let isBusy = true;
  const open = world.venue.open.bind(world.venue);
  world.venue.open = () => {
    const session = open();
    const balances = session.balances.bind(session);
    session.balances = async () => {
      const answer = await balances();
      if (isBusy) byHand(world, 10, 10);
      return answer;
    };
    return session;
  };
  return () => (isBusy = false);
}

it('a comparison that is asked for does not open the ledger before the account could be seen', async () => {
  let stop = () => undefined as unknown;
  const world = await live((at) => (stop = tradesAllTheTime(at)));
  const asked = world.sync(false).catch((error: DomainError) => error.code);
  await world.advance(3_000);
  expect(await asked).toBe('VENUE_BALANCES_UNKNOWN');
  stop();
  await world.advance(20_000);
  expect(world.owned.reconciled && totals(world)).toBe(true);
});

it('two that look at an account for the first time lose no trade between them', async () => {
  const world = new ExecutionWorld({}, {}, 'LIVE');
  await world.start();
  void world.sync(false).catch(() => undefined);
  for (let step = 0; step < 10; step += 1) {
    await world.advance(50);
    if (step % 3 === 1) byHand(world, 10, 10);
  }
  await world.advance(20_000);
  expect(world.owned.reconciled && totals(world)).toBe(true);
});

describe('a live account', () => {
  it('trades like any other', async () => {
    const world = await live();
    const bought = await world.place({ type: 'MARKET', quantity: '0.001' }, 'k1');
    expect(bought.order).toMatchObject({ status: 'FILLED' });
    const { order } = await world.place(REST, 'k2');
    expect(await world.cancel(order.id)).toMatchObject({ order: { status: 'CANCELED' } });
    await world.calm();
    expect(world.owned.reconciled && totals(world)).toBe(true);
  });

  it('wants a key or an id with every order', async () => {
    const world = await live();
    await expect(world.place(REST)).rejects.toMatchObject({ code: 'ORDER_KEY_REQUIRED' });
    await expect(world.place({ ...REST, clientOrderId: 'mine-1' })).resolves.toMatchObject({
      order: { status: 'NEW' },
    });
  });

  it('places nothing where live trading is off, and cancels all the same', async () => {
    const world = await live();
    const { order } = await world.place(REST, 'k1');
    world.liveTrading = false;
    await expect(world.place(REST, 'k2')).rejects.toMatchObject({ code: 'LIVE_TRADING_DISABLED' });
    await expect(world.place(REST, 'k1')).resolves.toMatchObject({ replayed: true });
    expect(await world.cancel(order.id)).toMatchObject({ order: { status: 'CANCELED' } });
  });

  it.each([
    ['PERMISSION_DENIED', 'CONNECTION_NOT_ACTIVE', {}],
    ['CREDENTIAL_INVALID', 'CONNECTION_NOT_ACTIVE', {}],
    ['VENUE_HALTED', 'VENUE_UNAVAILABLE', { retryAfterMs: 9_000 }],
    ['BREAKER_OPEN', 'VENUE_UNAVAILABLE', { retryAfterMs: 9_000 }],
  ])('refuses an order that %s would keep back as %s, and writes nothing', async (code, refusal, context) => {
    const world = await live();
    world.venue.obstacle = { code, detail: 'so it is', retryAfterMs: 9_000 };
    await expect(world.place(REST, 'k1')).rejects.toMatchObject({
      code: refusal,
      context: { reason: code, ...context },
    });
    expect(world.store.orders()).toEqual([]);
    world.venue.obstacle = null;
    await expect(world.place(REST, 'k1')).resolves.toMatchObject({ order: { status: 'NEW' } });
  });

  it('is there before its venue is, and opens when its connection is mended', async () => {
    const locked = new DomainError('CREDENTIAL_INVALID', 'The connection is not to be used.');
    const world = await live((at) => (at.venue.locked = locked));
    await expect(world.place(REST, 'k1')).rejects.toMatchObject({ code: 'CONNECTION_NOT_ACTIVE' });
    world.venue.locked = null;
    await world.advance(10_000);
    expect(world.owned.reconciled && totals(world)).toBe(true);
    await expect(world.place(REST, 'k1')).resolves.toMatchObject({ order: { status: 'NEW' } });
  });

  it('stops for money that nobody explains, and goes on when somebody says where it came from', async () => {
    const world = await live();
    world.venue.balance.set('USDT', 150_000n * ONE);
    await world.advance(12_000);
    await expect(world.place(REST, 'k1')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_RECONCILED' });
    expect((await world.sync(false)).report.verdict).toBe('UNEXPLAINED');
    const { report } = await world.sync(true);
    expect(report.balances).toContainEqual(
      expect.objectContaining({ asset: 'USDT', classification: 'TRANSFER', difference: '50000' }),
    );
    await world.advance(1_000);
    expect(kinds(world)).toContain('deposit');
    expect(world.owned.reconciled && totals(world)).toBe(true);
  });

  it('is told where money came from while an order rests, and takes no fill for a transfer', async () => {
    const world = await live();
    await world.place(REST, 'k1');
    world.venue.delivery = 'DROPPED';
    world.venue.trade(world.venue.orders[0]!, 100);
    world.venue.balance.set('USDT', world.venue.balance.get('USDT')! + 50_000n * ONE);
    const { report } = await world.sync(true);
    expect(report.balances.filter(({ classification }) => classification !== 'EQUAL')).toEqual([
      expect.objectContaining({ asset: 'USDT', classification: 'TRANSFER', difference: '50000' }),
    ]);
    expect(world.store.orders()[0]).toMatchObject({ status: 'PARTIALLY_FILLED', filled_lots: 100 });
    expect(totals(world)).toBe(true);
  });

  it('takes over what is too little to be money', async () => {
    const world = await live();
    world.venue.balance.set('USDT', 100_000n * ONE + 5n);
    await world.advance(12_000);
    expect(world.owned.reconciled && totals(world)).toBe(true);
    expect(kinds(world)).toContain('correction');
  });

  it('goes on when the venue is gone just as something too little to be money was found', async () => {
    const world = await live();
    world.venue.balance.set('USDT', 100_000n * ONE + 5n);
    const { session } = world.venue;
    const balances = session!.balances.bind(session);
    const evidence = { kind: 'TRANSPORT' as const, detail: {}, at: 0 };
    let asked = 0;
    session!.balances = async () => {
      asked += 1;
      return asked === 2 ? unknown({ code: 'TIMEOUT', detail: '' }, evidence) : balances();
    };
    await expect(world.reconcile()).resolves.toBeUndefined();
    await world.advance(12_000);
    expect(world.owned.reconciled && totals(world)).toBe(true);
  });

  it('leaves what happens in a market that is not known, says so once, and goes on', async () => {
    const world = await live();
    const foreign = { ...world.venue.fills[0], venueTradeId: 't9', venueOrderId: 'v9', clientOrderId: 'x' };
    world.venue.fills.push({ ...foreign, symbol: 'ODD/USDT', lots: 1, priceTicks: 1 } as VenueFill);
    await world.reconcile();
    await world.reconcile();
    const told = world.store.events.filter(({ type }) => type === 'ForeignMarketSeen');
    expect(told).toMatchObject([{ payload: { symbol: 'ODD/USDT', venueOrderId: 'v9', venueTradeId: 't9' } }]);
    expect(world.broken).toEqual([]);
    await expect(world.place(REST, 'k1')).resolves.toMatchObject({ order: { status: 'NEW' } });
  });
});

describe("a venue's clock", () => {
  it.each([null, 260])('that is known to ± %s ms keeps every order here', async (uncertaintyMs) => {
    const world = await live();
    world.venue.clockUncertaintyMs = uncertaintyMs;
    await expect(world.place(REST, 'k1')).rejects.toMatchObject({ code: 'CLOCK_UNSAFE' });
    expect(world.venue.accepted).toEqual([]);
  });

  it('decides when "not found" is proof: not ours, and not before it is known again', async () => {
    const world = await live((at) => (at.venue.clockOffsetMs = -30_000));
    world.venue.nextPlacement = 'LATE';
    const placing = world.place({ ...REST, timeInForce: 'IOC' }, 'k1').catch((error: unknown) => error);
    await world.advance(1_000);
    world.venue.clockUncertaintyMs = null;
    await world.advance(20_000);
    expect(world.store.orders()).toMatchObject([{ status: 'OUTCOME_UNKNOWN' }]);
    world.venue.clockUncertaintyMs = 0;
    await world.advance(6_000);
    expect(world.store.orders()).toMatchObject([{ status: 'REJECTED' }]);
    await placing;
    await turns();
  });
});
