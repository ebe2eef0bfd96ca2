import { formatScaled } from '@sextant/kernel';
import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { isTerminal } from '../../domain/order-status.js';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { Delivery, PlaceScript } from '../execution-world.contract.js';

async function world(...args: ConstructorParameters<typeof ExecutionWorld>): Promise<ExecutionWorld> {
  const made = new ExecutionWorld(...args);
  await made.start();
  return made;
}

const codeOf = (error: unknown) => (error as DomainError).code;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: DomainError) => error,
  );

describe('TradingAccount', () => {
  it('fills a market order and stores order, fills, ledger and events', async () => {
    const { place, store } = bind(await world());
    const { order } = await place({ type: 'MARKET' });
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '0.001', averagePrice: '60000' });
    expect(order.fees).toEqual([{ asset: 'BTC', amount: '0.000001' }]);
    expect(store.fills()).toHaveLength(2);
    expect(store.ledger.filter((entry) => entry.kind === 'FILL')).toHaveLength(2);
    const types = store.events.map((event) => event.type).filter((type) => type.startsWith('Order'));
    expect(types).toEqual(['OrderPlaced', 'OrderPartiallyFilled', 'OrderFilled']);
    expect(store.history.filter((row) => row.order_id === order.id)).toHaveLength(2);
  });

  it('rests a limit order, holds its reservation, and gives it back with the cancellation', async () => {
    const here = await world();
    const { order } = await here.place();
    expect(order).toMatchObject({ status: 'NEW', pending: null });
    expect(here.owned.risk.lockedUnits('USDT')).toBe(60n * 10n ** 18n);
    const canceled = await here.cancel(order.id);
    expect(canceled.order).toMatchObject({ status: 'CANCELED', reason: { code: 'CANCELED_ON_REQUEST' } });
    expect(here.owned.risk.lockedUnits('USDT')).toBe(0n);
    expect((await here.cancel(order.id)).outcome).toBe('ALREADY');
  });

  it('records a denial with its verdicts and sends nothing', async () => {
    const here = await world();
    const error = await refusal(here.place({ quantity: '2' }, 'key-1'));
    expect(error?.code).toBe('INSUFFICIENT_BALANCE');
    expect(error?.context).toMatchObject({
      riskType: 'INSUFFICIENT_BALANCE',
      currentValue: '120000',
      limit: '100000',
    });
    expect(here.store.orders()).toMatchObject([
      { status: 'RISK_DENIED', order_id: error?.context['orderId'] },
    ]);
    expect(here.venue.accepted).toEqual([]);
    const replay = await here.place({ quantity: '2' }, 'key-1');
    expect(replay).toMatchObject({ replayed: true, order: { status: 'RISK_DENIED' } });
  });

  it('says what the venue refused, and keeps the order', async () => {
    const here = await world();
    here.venue.nextPlacement = 'REFUSE';
    const error = await refusal(here.place());
    expect(error).toMatchObject({ code: 'ORDER_REJECTED', context: { reason: { code: 'NO_FUNDS' } } });
    expect(here.store.orders()).toMatchObject([{ status: 'REJECTED', reserved: 0n }]);
  });

  it('previews what is bought, charged and left over, also for an amount of quote', async () => {
    const here = await world();
    const preview = await here.preview({ type: 'MARKET', quantity: null, quoteQuantity: '100' });
    expect(preview).toMatchObject({
      approved: true,
      notional: '100',
      // 100 / 60000 buys 166 whole steps of 0.00001; 0.1 % of them is charged.
      fee: { asset: 'BTC', amount: '0.00000166', rate: '0.001' },
      dust: '0.00000834',
      reservation: { asset: 'USDT', amount: '100' },
    });
    const sale = await here.preview({ side: 'SELL', price: '60000' });
    expect(sale).toMatchObject({ fee: { asset: 'USDT', amount: '0.06' }, dust: '0' });
    expect(here.store.orders()).toEqual([]);
  });

  it('forecasts no value where there is no price, but what a limit says', async () => {
    const here = await world();
    here.hasMarket = false;
    const sale = await here.preview({ side: 'SELL', type: 'MARKET', price: null });
    expect(sale).toMatchObject({
      approved: false,
      notional: null,
      fee: { amount: null },
      dust: '0',
      asOf: null,
    });
    const quote = await here.preview({ type: 'MARKET', price: null, quantity: null, quoteQuantity: '100' });
    expect(quote).toMatchObject({ notional: '100', fee: { asset: 'BTC', amount: null }, dust: null });
    expect(await here.preview({ price: '60000' })).toMatchObject({ notional: '60' });
  });

  it('decides nothing more on memory that may be ahead of what is stored', async () => {
    const here = await world();
    const { order } = await here.place();
    const before = here.store.history.length;
    here.store.failNextRead = new Error('cannot be read as an order');
    here.venue.orders.push({ ...here.venue.orders[0]!, clientOrderId: 'stranger', venueOrderId: 'v99' });
    here.venue.trade(here.venue.orders.at(-1)!, 10);
    await turns();
    expect(here.broken).toMatchObject([{ message: 'cannot be read as an order' }]);
    expect(here.owned.closed).toBe(true);
    here.venue.trade(here.venue.orders[0]!, 10);
    await turns();
    expect(here.store.history).toHaveLength(before);
    expect(codeOf(await refusal(here.cancel(order.id)))).toBe('ACCOUNT_SESSION_CLOSED');
    here.crash();
    await here.start();
    expect(here.store.fills()).toHaveLength(2);
  });

  it('takes no order for an account whose balances differ at the start', async () => {
    const here = new ExecutionWorld();
    here.venue.balance.set('USDT', 1n);
    await here.start();
    expect(codeOf(await refusal(here.place()))).toBe('ACCOUNT_NOT_RECONCILED');
    here.venue.balance.set('USDT', 100_000n * 10n ** 18n);
    await here.advance(1_000);
    expect((await here.place()).order.status).toBe('NEW');
  });

  it('ends an IOC order without a fill as expired, not as an error', async () => {
    const here = await world();
    const { order } = await here.place({ timeInForce: 'IOC', quantity: '0.0001', price: '60000' });
    expect(order.status).toBe('EXPIRED');
  });

  it('writes nothing for a request that does not fit the venue', async () => {
    const here = await world();
    const before = here.store.events.length;
    for (const [request, code] of [
      [{ quantity: '0.000001' }, 'QUANTITY_TOO_SMALL'],
      [{ quantity: '0.0000151' }, 'QUANTITY_NOT_ON_STEP'],
      [{ price: '60000.001' }, 'PRICE_NOT_ON_TICK'],
      [{ quantity: '0.00001', price: '1' }, 'NOTIONAL_TOO_SMALL'],
      [{ price: null }, 'ORDER_TERMS_INVALID'],
      [{ type: 'MARKET' as const, price: '1' }, 'ORDER_TERMS_INVALID'],
      [{ quoteQuantity: '10' }, 'ORDER_TERMS_INVALID'],
      [{ clientOrderId: 'ü' }, 'CLIENT_ORDER_ID_INVALID'],
    ] as const) {
      expect(codeOf(await refusal(here.place(request, 'key-1')))).toBe(code);
    }
    expect(here.store.events).toHaveLength(before);
    expect((await here.place({}, 'key-1')).replayed).toBe(false);
  });

  it('answers the same key with the same order, another body with a refusal', async () => {
    const here = await world();
    const first = await here.place({}, 'key-1');
    expect(await here.place({}, 'key-1')).toMatchObject({ replayed: true, order: { id: first.order.id } });
    expect(codeOf(await refusal(here.place({ quantity: '0.002' }, 'key-1')))).toBe('IDEMPOTENCY_KEY_REUSED');
    here.crash();
    await here.start();
    expect(await here.place({}, 'key-1')).toMatchObject({ replayed: true, order: { id: first.order.id } });
    expect(codeOf(await refusal(here.place({ quantity: '0.002' }, 'key-1')))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(here.venue.accepted).toHaveLength(1);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(60n * 10n ** 18n);
  });

  it('knows a client order id for ever', async () => {
    const here = await world();
    const first = await here.place({ clientOrderId: 'mine-1', type: 'MARKET' });
    here.crash();
    await here.start();
    expect(await here.place({ clientOrderId: 'mine-1', type: 'MARKET' })).toMatchObject({
      replayed: true,
      order: { id: first.order.id, status: 'FILLED' },
    });
    const other = here.place({ clientOrderId: 'mine-1', type: 'MARKET', quantity: '0.002' });
    expect(codeOf(await refusal(other))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(here.venue.accepted).toEqual(['mine-1']);
  });

  it('answers a repeated request also when it could not be taken any more', async () => {
    const here = await world();
    const first = await here.place({ clientOrderId: 'mine-1' }, 'key-1');
    here.crash();
    await here.start();
    here.owned.reconciled = false;
    const again = { replayed: true, order: { id: first.order.id } };
    expect(await here.place({ clientOrderId: 'mine-1' }, 'key-1')).toMatchObject(again);
    expect(await here.place({ clientOrderId: 'mine-1' })).toMatchObject(again);
    const other = here.place({ clientOrderId: 'mine-1', quantity: '0.002' });
    expect(codeOf(await refusal(other))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(codeOf(await refusal(here.place({}, 'key-2')))).toBe('ACCOUNT_NOT_RECONCILED');
  });

  it('makes one order of a hundred parallel requests with one key', async () => {
    const here = await world();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => here.place({}, 'key-1').then((result) => result.order.id, codeOf)),
    );
    expect(new Set(answers).size).toBe(2);
    expect(answers.filter((answer) => answer === 'IDEMPOTENCY_KEY_IN_FLIGHT')).toHaveLength(99);
    expect(here.venue.accepted).toHaveLength(1);
  });

  it('answers while the database does not, and goes on when it does', async () => {
    const here = await world();
    const release = here.holdCommits();
    const asked = refusal(here.place({}, 'key-1'));
    await here.advance(4_000);
    expect(await asked).toMatchObject({ code: 'COMMIT_PENDING', context: { outcome: 'UNKNOWN' } });
    release();
    await here.advance(500);
    expect(await here.place({}, 'key-1')).toMatchObject({ replayed: true, order: { status: 'NEW' } });
    expect(here.venue.accepted).toHaveLength(1);
  });

  it('approves exactly ten of a hundred parallel orders against a limit for ten', async () => {
    const here = await world({}, { maxPositionNotional: '600' });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => here.place().then(() => 'PLACED', codeOf)),
    );
    expect(answers.filter((answer) => answer === 'PLACED')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'MAX_POSITION_NOTIONAL')).toHaveLength(90);
    expect(here.venue.accepted).toHaveLength(10);
  });

  it('answers with an open question when no verdict comes, and finds the order later', async () => {
    const here = await world();
    here.venue.nextPlacement = 'NEVER_ANSWERED';
    here.venue.delivery = 'DROPPED';
    const placing = here.place({ type: 'MARKET' }, null, 50);
    await here.advance(50);
    expect((await placing).order).toMatchObject({ status: 'PENDING_SUBMIT', pending: { kind: 'SUBMIT' } });
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 100 }]);
    expect(here.venue.accepted).toHaveLength(1);
  });

  it('takes "not found" for proof only past the fence, and then sends a resting order again', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LATE';
    void here.place();
    await here.advance(800);
    expect(here.store.orders()).toMatchObject([{ status: 'OUTCOME_UNKNOWN' }]);
    here.venue.settle();
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', attempts: 1 }]);

    here.venue.nextPlacement = 'LOST_BEFORE';
    void here.place();
    await turns();
    await here.calm();
    expect(here.store.orders()[1]).toMatchObject({ status: 'NEW', attempts: 2 });
    expect(here.venue.accepted).toHaveLength(2);
  });

  it('never sends a market order again: proven absent it is rejected', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LOST_BEFORE';
    void refusal(here.place({ type: 'MARKET' }));
    await turns();
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'REJECTED', reason: { code: 'NOT_ACCEPTED' } }]);
    expect(here.venue.accepted).toEqual([]);
  });

  it('does not wait for ever for a gateway that never answers', async () => {
    const here = await world();
    here.venue.nextPlacement = 'SWALLOWED';
    void refusal(here.place({ type: 'MARKET' }));
    await turns();
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'REJECTED', reason: { code: 'NOT_ACCEPTED' } }]);
  });

  it('asks a person where the venue can prove nothing', async () => {
    const here = await world({ absenceProof: 'NEVER' });
    here.venue.nextPlacement = 'LOST_BEFORE';
    void here.place();
    await turns();
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'OUTCOME_UNKNOWN', needs_attention: true }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(60n * 10n ** 18n);
  });

  it('cancels an order whose submission was in doubt as soon as it is found', async () => {
    const here = await world();
    here.venue.nextPlacement = 'LOST_AFTER';
    here.venue.delivery = 'DROPPED';
    void here.place();
    await turns(20);
    const [row] = here.store.orders();
    void here.cancel(row!.order_id, 0);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('books a fill that was never announced, and one of an order that was made at the venue', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.delivery = 'DROPPED';
    here.venue.trade(here.venue.orders[0]!, 40);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'PARTIALLY_FILLED', filled_lots: 40 }]);
    here.venue.accept({
      clientOrderId: 'by-hand',
      symbol: 'BTC/USDT',
      side: 'BUY',
      type: 'LIMIT',
      lots: 50,
      priceTicks: 5_000_000,
      timeInForce: 'GTC',
    } as never);
    here.venue.trade(here.venue.orders[1]!, 20);
    await here.calm();
    const external = here.store.orders().find((row) => row.order_id !== order.id);
    expect(external).toMatchObject({ origin: 'EXTERNAL', filled_lots: 20, status: 'PARTIALLY_FILLED' });
    expect(here.owned.reconciled).toBe(true);
  });

  it('stops taking orders when balances differ twice without a reason', async () => {
    const here = await world();
    here.venue.balance.set('USDT', 1n);
    await here.reconcile();
    expect(here.owned.reconciled).toBe(true);
    await here.reconcile();
    expect(codeOf(await refusal(here.place()))).toBe('ACCOUNT_NOT_RECONCILED');
    const told = () =>
      here.store.events.map(({ type }) => type).filter((type) => /^(Balances|Account)/.test(type));
    expect(told()).toEqual([
      'AccountCompared',
      'BalancesDiffer',
      'AccountCompared',
      'BalancesDiffer',
      'AccountHalted',
    ]);
    here.venue.balance.set('USDT', 100_000n * 10n ** 18n);
    await here.reconcile();
    await turns();
    expect(told().at(-1)).toBe('AccountReconciled');
    expect((await here.place()).order.status).toBe('NEW');
    const kept = [...(here.store.rows.get('reconciliation')?.values() ?? [])];
    expect(kept.map((row) => [row['outcome'], row['halted']])).toEqual([
      ['DIFFERENT', false],
      ['DIFFERENT', true],
      ['EQUAL', false],
    ]);
  });
});

describe('TradingAccount under faults', () => {
  const scripts: PlaceScript[] = [
    'ANSWER',
    'LOST_BEFORE',
    'LOST_AFTER',
    'LATE',
    'REFUSE',
    'NEVER_ANSWERED',
    'SWALLOWED',
  ];
  const deliveries: Delivery[] = ['ONCE', 'TWICE', 'LATER', 'DROPPED'];
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('place' as const),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        type: fc.constantFrom('LIMIT' as const, 'LIMIT' as const, 'MARKET' as const),
        timeInForce: fc.constantFrom(null, null, 'IOC' as const),
        lots: fc.integer({ min: 30, max: 400 }),
        script: fc.constantFrom(...scripts),
        delivery: fc.constantFrom(...deliveries),
        turns: fc.integer({ min: 0, max: 40 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('trade' as const), at: fc.nat(9), lots: fc.nat(300) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('cancel' as const), at: fc.nat(9), turns: fc.nat(20) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry' as const), at: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(50, 400, 2_500) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  );
  const traits = fc.constantFrom('AFTER_WINDOW' as const, 'AFTER_REOPEN' as const);

  it('executes each intent once, loses no fill, guesses nothing and leaks no reservation', async () => {
    await fc.assert(
      fc.asyncProperty(
        traits,
        fc.array(step, { minLength: 1, maxLength: 14 }),
        async (absenceProof, steps) => {
          const here = await world({ absenceProof });
          const made: Parameters<ExecutionWorld['place']>[] = [];
          for (const action of steps) {
            if (action.kind === 'place') {
              here.venue.nextPlacement = action.script;
              here.venue.delivery = action.delivery;
              const { side, type, lots } = action;
              const timeInForce = type === 'LIMIT' ? action.timeInForce : null;
              const quantity = formatScaled(BigInt(lots) * 10n ** 13n);
              made.push([{ side, type, timeInForce, quantity }, `key-${made.length}`]);
              void refusal(here.place(...made.at(-1)!));
              await turns(action.turns);
            } else if (action.kind === 'trade') {
              const order = here.venue.orders[action.at];
              if (order !== undefined) here.venue.trade(order, action.lots);
            } else if (action.kind === 'cancel') {
              const row = here.store.orders()[action.at];
              if (row !== undefined) void refusal(here.cancel(row.order_id));
              await turns(action.turns);
            } else if (action.kind === 'retry') {
              const again = made[action.at];
              if (again !== undefined) void refusal(here.place(...again));
            } else if (action.kind === 'crash') {
              here.crash();
              await here.start();
            } else if (action.kind === 'wait') await here.advance(action.ms);
            else here.venue.settle();
          }
          await here.calm();
          checkInvariants(here);
          here.crash();
          await here.start();
          await here.calm();
          checkInvariants(here);
        },
      ),
    );
  }, 120_000);
});

/** I1, I3, I6, I8, I9 and the projection, judged from the venue's own books. */
function checkInvariants(here: ExecutionWorld): void {
  const { store, venue, owned } = here;
  expect(here.broken).toEqual([]);
  expect(owned.reconciled).toBe(true);
  const rows = store.orders();
  expect(new Set(venue.accepted).size).toBe(venue.accepted.length);
  expect(venue.accepted.every((id) => rows.some((row) => row.client_order_id === id))).toBe(true);
  expect(rows.every((row) => row.origin === 'SEXTANT')).toBe(true);
  const booked = store.fills().map((fill) => fill.venue_trade_id);
  expect([...booked].sort()).toEqual(venue.fills.map((fill) => fill.venueTradeId).sort());
  for (const row of rows) {
    const there = venue.orders.find((order) => order.clientOrderId === row.client_order_id);
    expect(row.status === 'PENDING_SUBMIT' || row.status === 'OUTCOME_UNKNOWN').toBe(false);
    expect(row.filled_lots).toBe(there?.filledLots ?? 0);
    if (there !== undefined) expect(row.status).toBe(there.status);
    // Refused, or its end was wanted before it came.
    else if (row.status === 'CANCELED') expect(row.cancel_requested).toBe(true);
    else expect(['REJECTED', 'RISK_DENIED']).toContain(row.status);
    checkHistory(here, row.order_id);
  }
  for (const asset of ['USDT', 'BTC']) {
    const reserved = rows
      .filter((row) => row.reserved_asset === asset)
      .reduce((sum, row) => sum + row.reserved, 0n);
    expect(owned.risk.lockedUnits(asset)).toBe(reserved);
    expect(owned.portfolio.totalUnits(asset)).toBe(venue.balance.get(asset));
    expect(owned.portfolio.totalUnits(asset) >= reserved).toBe(true);
  }
}

function checkHistory(here: ExecutionWorld, orderId: string): void {
  const versions = here.store.history.filter((row) => row.order_id === orderId);
  for (const [index, row] of versions.entries()) {
    const before = versions[index - 1];
    if (before === undefined) continue;
    expect(row.filled_lots).toBeGreaterThanOrEqual(before.filled_lots);
    expect(row.version).toBeGreaterThan(before.version);
    if (isTerminal(before.status)) expect(row.status).toBe(before.status);
    if (isTerminal(row.status)) expect(row.reserved).toBe(0n);
  }
}

function bind(here: ExecutionWorld) {
  return { place: here.place.bind(here), store: here.store };
}
