import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { isTerminal } from '../../domain/order-status.js';
import { sliceOrderId } from '../../domain/executions/slice-order-id.js';
import { ExecutionWorld, MARK_TICKS, tenantId, turns } from '../execution-world.contract.js';
import type { PlaceScript } from '../execution-world.contract.js';
import type { KillStep } from '../account/kill-point.js';
import type { ExecutionChange, ExecutionResult } from './execution-commands.js';
import type { ExecutionRequest } from './execution-request.js';
import { executionView } from './execution-view.js';
import type { ExecutionPreview } from './executions.js';

const caller = { tenantId, actor: 'usr_1', traceId: null };

const TWAP: ExecutionRequest = {
  symbol: 'BTC/USDT',
  side: 'BUY',
  algorithm: 'TWAP',
  quantity: '0.01',
  limitPrice: null,
  startAt: null,
  endAt: null,
  durationSeconds: 10,
  slices: 5,
  urgency: 'PASSIVE',
  maxSlippageBps: null,
  maxSliceFactor: null,
  participationRate: null,
  displayQuantity: null,
  sizeJitter: null,
  timeJitter: null,
  seed: 1,
  volumeProfile: null,
  strategy: null,
  tags: [],
};
const ICEBERG: Partial<ExecutionRequest> = {
  algorithm: 'ICEBERG',
  limitPrice: '59000',
  displayQuantity: '0.004',
  urgency: null,
  durationSeconds: null,
  slices: null,
};

async function world(...args: ConstructorParameters<typeof ExecutionWorld>): Promise<ExecutionWorld> {
  const made = new ExecutionWorld(...args);
  await made.start();
  return made;
}

async function begin(here: ExecutionWorld, changes: Partial<ExecutionRequest> = {}): Promise<string> {
  const once = { bodyHash: 'x', route: 'POST /api/executions', key: null };
  const payload = { request: { ...TWAP, ...changes }, hourlyVolume: [], once, caller };
  const { execution } = await here.command<ExecutionResult>('StartExecution', payload);
  await turns();
  return execution.id;
}

async function change(
  here: ExecutionWorld,
  executionId: string,
  wanted: ExecutionChange,
  cancelsResting = false,
): Promise<ExecutionResult['execution']> {
  const once = { bodyHash: 'x', route: `POST ${wanted}`, key: null };
  const payload = { executionId, change: wanted, cancelsResting, once, caller };
  const { execution } = await here.command<ExecutionResult>('ChangeExecution', payload);
  await turns();
  return execution;
}

/** What the database says. */
function seen(here: ExecutionWorld) {
  const [stored] = here.store.executions();
  if (stored === undefined) throw new Error('no execution');
  return executionView(stored.execution, stored.slices);
}

/** Everything that rests at the venue finds somebody. */
async function fillAll(here: ExecutionWorld): Promise<void> {
  for (const order of here.venue.orders) here.venue.trade(order, 1_000_000);
  await turns();
}

function filledAtVenue(here: ExecutionWorld): number {
  return here.venue.fills.reduce((sum, { lots }) => sum + lots, 0);
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: DomainError) => error,
  );

describe('executions of an account', () => {
  it('end with a cancellation of all orders, and send nothing after it', async () => {
    const here = await world();
    const executionId = await begin(here);
    await here.advance(1_000);
    const sent = here.venue.accepted.length;
    expect(sent).toBeGreaterThan(0);
    const answer = await here.cancelAll({ keepProtective: true });
    expect(answer.executions).toEqual([executionId]);
    await here.advance(15_000);
    expect(here.venue.accepted).toHaveLength(sent);
    expect(here.venue.orders.filter(({ status }) => status === 'NEW')).toEqual([]);
    expect(seen(here)).toMatchObject({ status: 'CANCELED', reason: { code: 'CANCELED_ON_REQUEST' } });
    expect((await here.cancelAll({ keepProtective: true })).executions).toEqual([]);
  });

  it('end with a liquidation, and buy nothing back once it is released', async () => {
    const here = await world();
    await begin(here, { urgency: 'AGGRESSIVE' });
    await fillAll(here);
    await here.advance(1_000);
    here.turn('LIQUIDATE');
    await here.advance(15_000);
    here.turn(null);
    await here.advance(15_000);
    expect(seen(here)).toMatchObject({ status: 'CANCELED', reason: { code: 'KILL_SWITCH' } });
    const held = here.owned.portfolio.position('BTC/USDT').signedUnits;
    expect(held < 10n ** 13n).toBe(true);
  });

  it('wait through a HALT, and go on after it', async () => {
    const here = await world();
    await begin(here);
    here.turn('HALT', { cancelOrders: true });
    await here.advance(3_000);
    expect(seen(here).status).toBe('RUNNING');
    here.turn(null);
    await here.advance(3_000);
    expect(seen(here).status).toBe('RUNNING');
    expect(here.venue.orders.at(-1)?.status).toBe('NEW');
  });

  it('ask again for the end of a slice that the venue kept, also when the clock is set back', async () => {
    const here = await world();
    const executionId = await begin(here);
    here.venue.nextCancel = 'REFUSE';
    await change(here, executionId, 'CANCEL');
    here.clock.jumpTo(here.clock.now() - 86_400_000);
    await here.advance(5_000);
    expect(here.venue.orders).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('work off a TWAP slice by slice, and say what it cost', async () => {
    const here = await world();
    here.touch = { bidTicks: MARK_TICKS + 600, askTicks: MARK_TICKS + 700 };
    await begin(here);
    for (let passed = 0; passed < 10_000; passed += 500) {
      await fillAll(here);
      await here.advance(500);
    }
    const view = seen(here);
    expect(view).toMatchObject({
      status: 'COMPLETED',
      reason: null,
      filledQuantity: '0.01',
      averagePrice: '60006',
      arrivalPrice: '60000',
      shortfallBps: '1',
      shortfallQuote: '0.06',
    });
    expect(view.fees).toEqual([{ asset: 'BTC', amount: '0.00001' }]);
    expect(view.slices).toHaveLength(5);
    for (const slice of view.slices) {
      expect(slice).toMatchObject({
        plannedQuantity: '0.002',
        sentQuantity: '0.002',
        filledQuantity: '0.002',
      });
      expect(slice.sentAt).toBe(slice.plannedAt);
    }
    const types = here.store.events.map(({ type }) => type).filter((type) => type.startsWith('Execution'));
    expect(types).toEqual(['ExecutionCreated', 'ExecutionStarted', 'ExecutionCompleted']);
  });

  it('send what a slice left over with the later ones, and end when the time is over', async () => {
    const here = await world();
    await begin(here, { urgency: 'AGGRESSIVE' });
    await here.advance(10_500);
    const view = seen(here);
    // The venue gives a third of each IOC.
    expect(view).toMatchObject({ status: 'COMPLETED', reason: { code: 'TIME_OVER' } });
    expect(Number(view.slices[1]?.sentQuantity)).toBeGreaterThan(0.002);
    expect(view.slices.length).toBeGreaterThan(5);
    expect(Math.round(Number(view.filledQuantity) * 1e5)).toBe(filledAtVenue(here));
    const most = Math.max(...view.slices.map(({ sentQuantity }) => Number(sentQuantity ?? 0)));
    expect(most).toBeLessThanOrEqual(0.004);
  });

  it('take a resting slice back before the next, and close the book at the end', async () => {
    const here = await world();
    await begin(here);
    await here.advance(2_100);
    expect(here.venue.orders.map(({ status }) => status)).toEqual(['CANCELED', 'NEW']);
    await here.advance(9_000);
    expect(seen(here)).toMatchObject({
      status: 'COMPLETED',
      reason: { code: 'TIME_OVER' },
      filledQuantity: '0',
    });
    expect(here.venue.orders.every(({ status }) => status === 'CANCELED')).toBe(true);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(0n);
  });

  it('show one part of an iceberg at a time', async () => {
    const here = await world();
    await begin(here, ICEBERG);
    for (let round = 0; round < 3; round += 1) {
      const open = here.venue.orders.filter(({ status }) => status === 'NEW');
      expect(open).toHaveLength(1);
      await fillAll(here);
      await here.advance(100);
    }
    expect(here.venue.orders.map(({ lots }) => lots)).toEqual([400, 400, 200]);
    expect(seen(here)).toMatchObject({ status: 'COMPLETED', filledQuantity: '0.01', averagePrice: '59000' });
  });

  it('leave an iceberg to the venue where it can hide the rest', async () => {
    const here = await world({ iceberg: true });
    await begin(here, ICEBERG);
    expect(here.venue.orders).toMatchObject([{ lots: 1_000, status: 'NEW' }]);
    expect(here.store.orders()[0]?.conditions).toMatchObject({ displayLots: 400 });
  });

  it('follow the volume of others as a POV, and no more than its share', async () => {
    const here = await world();
    const pov = { algorithm: 'POV', participationRate: '0.1', slices: 10, urgency: 'PASSIVE' } as const;
    here.trades = [tradeOf(1, 50_000)];
    await begin(here, pov);
    await here.advance(1_000);
    expect(here.venue.orders).toEqual([]);
    here.trades = [tradeOf(3, 500), tradeOf(2, 400), ...here.trades];
    await here.advance(1_000);
    expect(here.venue.orders.map(({ lots }) => lots)).toEqual([90]);
    await fillAll(here);
    here.trades = [tradeOf(4, 700), ...here.trades];
    await here.advance(1_000);
    expect(here.venue.orders.map(({ lots }) => lots)).toEqual([90, 70]);
    expect(seen(here)).toMatchObject({ observedQuantity: '0.016', participation: '0.05625' });
  });

  it('wait while the market is beyond the limit, say so, and go on without a burst', async () => {
    const here = await world();
    await begin(here, { urgency: 'AGGRESSIVE', limitPrice: '59999' });
    await here.advance(4_500);
    expect(seen(here)).toMatchObject({ status: 'RUNNING', waitingFor: { code: 'LIMIT_PRICE' } });
    expect(here.venue.orders).toEqual([]);
    here.touch = { askTicks: MARK_TICKS - 200, bidTicks: MARK_TICKS - 300 };
    await here.advance(1_500);
    expect(seen(here).waitingFor).toBeNull();
    expect(here.venue.orders[0]).toMatchObject({ lots: 334, priceTicks: MARK_TICKS - 100 });
  });

  it('wait while the account is not reconciled, and for a market that is silent', async () => {
    const here = await world();
    await begin(here);
    here.owned.reconciled = false;
    here.venue.balance.set('USDT', 1n);
    await here.advance(5_000);
    expect(seen(here)).toMatchObject({ status: 'RUNNING', waitingFor: { code: 'ACCOUNT_NOT_RECONCILED' } });
    const other = await world();
    other.hasMarket = false;
    await begin(other, { limitPrice: '60000' });
    await other.advance(3_000);
    expect(seen(other)).toMatchObject({ status: 'SCHEDULED', waitingFor: { code: 'MARKET_STALE' } });
    other.hasMarket = true;
    await other.advance(1_000);
    expect(seen(other)).toMatchObject({ status: 'RUNNING', waitingFor: null });
  });

  it('pause with and without what rests, go on, and are cancelled with what rests', async () => {
    const here = await world();
    const id = await begin(here);
    expect(await change(here, id, 'PAUSE')).toMatchObject({ status: 'PAUSED' });
    await here.advance(2_500);
    expect(here.venue.orders.map(({ status }) => status)).toEqual(['NEW']);
    expect(await change(here, id, 'PAUSE')).toMatchObject({ status: 'PAUSED' });
    expect(await change(here, id, 'RESUME')).toMatchObject({ status: 'RUNNING' });
    await here.advance(100);
    expect(here.venue.orders.map(({ status }) => status)).toEqual(['CANCELED', 'NEW']);
    await change(here, id, 'PAUSE', true);
    await here.advance(50);
    expect(here.venue.orders.map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED']);
    await change(here, id, 'RESUME');
    await here.advance(2_000);
    expect(await change(here, id, 'CANCEL')).toMatchObject({ status: 'CANCELED' });
    await here.advance(100);
    expect(here.venue.orders.every(({ status }) => status === 'CANCELED')).toBe(true);
    expect(seen(here)).toMatchObject({ status: 'CANCELED', reason: { code: 'CANCELED_ON_REQUEST' } });
    expect(seen(here).closedAt).not.toBeNull();
    expect((await refusal(change(here, id, 'RESUME')))?.code).toBe('EXECUTION_ALREADY_ENDED');
  });

  it('keep what has no verdict for themselves', async () => {
    const here = await world({ absenceProof: 'NEVER' });
    here.venue.nextPlacement = 'LOST_BEFORE';
    await begin(here);
    for (let passed = 0; passed < 9_900; passed += 500) {
      await fillAll(here);
      await here.advance(500);
    }
    expect(seen(here)).toMatchObject({ status: 'RUNNING', filledQuantity: '0.008' });
    expect(seen(here).slices[0]).toMatchObject({ orderStatus: 'OUTCOME_UNKNOWN', sentQuantity: '0.002' });
    await here.advance(1_000);
    expect(seen(here).status).toBe('RUNNING');
  });

  it('still know what was filled when the account has forgotten the orders', async () => {
    const here = await world();
    await begin(here);
    for (let passed = 0; passed < 10_000; passed += 500) {
      await fillAll(here);
      for (const { order_id: id, closed_at: closed } of here.store.orders()) {
        const entry = here.owned.orders.get(id);
        if (closed !== null && entry !== undefined) here.owned.orders.remove(entry);
      }
      await here.advance(500);
    }
    expect(seen(here)).toMatchObject({ status: 'COMPLETED', reason: null, filledQuantity: '0.01' });
    expect(filledAtVenue(here)).toBe(1_000);
  });

  it('go by the hours of the past as a VWAP that brings no weights', async () => {
    const here = await world();
    const hour = 3_600_000;
    const hourlyVolume = Array.from({ length: 24 }, (_, at) => ({ openTime: at * hour, volume: at + 1 }));
    const startAt = Math.ceil(here.clock.now() / (24 * hour)) * 24 * hour;
    const request = { ...TWAP, algorithm: 'VWAP', startAt, durationSeconds: 4 * 3_600, slices: 4 };
    const answer = await here.command<ExecutionPreview>('PreviewExecution', { request, hourlyVolume });
    expect(answer.execution.profileSource).toBe('HISTORY');
    expect(answer.execution.slices.map(({ plannedQuantity }) => plannedQuantity)).toEqual([
      '0.001',
      '0.002',
      '0.003',
      '0.004',
    ]);
  });

  it('are a hundred at a time and no more', async () => {
    const here = await world();
    const later = { startAt: here.clock.now() + 60_000 };
    for (let count = 0; count < 100; count += 1) await begin(here, later);
    expect((await refusal(begin(here, later)))?.code).toBe('EXECUTION_LIMIT_REACHED');
  });

  it('give up when slice after slice is refused', async () => {
    const here = await world();
    here.venue.nextPlacement = 'REFUSE';
    await begin(here, { slices: 10 });
    for (let round = 0; round < 8; round += 1) {
      here.venue.nextPlacement = 'REFUSE';
      await here.advance(1_000);
    }
    expect(seen(here)).toMatchObject({ status: 'FAILED', reason: { code: 'SLICES_REFUSED' } });
    expect(here.store.orders()).toHaveLength(5);
  });

  it('refuse what cannot be worked off, and write nothing', async () => {
    const here = await world();
    const before = here.store.events.length;
    for (const [changes, code, pointer] of [
      [{ slices: 500 }, 'EXECUTION_SLICES_INVALID', '/slices'],
      [{ durationSeconds: null }, 'EXECUTION_TERMS_INVALID', '/durationSeconds'],
      [{ algorithm: 'POV' as const }, 'EXECUTION_TERMS_INVALID', '/participationRate'],
      [{ algorithm: 'VWAP' as const }, 'VOLUME_PROFILE_REQUIRED', '/volumeProfile'],
      [{ ...ICEBERG, displayQuantity: '0.0001' }, 'EXECUTION_SLICES_INVALID', '/displayQuantity'],
      [{ quantity: '0.000001' }, 'QUANTITY_TOO_SMALL', '/quantity'],
      [{ quantity: '0.00001', slices: null }, 'NOTIONAL_TOO_SMALL', '/quantity'],
      [{ sizeJitter: '0.7' }, 'EXECUTION_TERMS_INVALID', '/sizeJitter'],
      [{ quantity: '3' }, 'INSUFFICIENT_BALANCE', undefined],
    ] as const) {
      const error = await refusal(begin(here, changes as Partial<ExecutionRequest>));
      expect([error?.code, error?.context['pointer']]).toEqual([code, pointer]);
    }
    expect(here.store.events).toHaveLength(before);
  });

  it('preview the schedule without any effect', async () => {
    const here = await world();
    const before = here.store.events.length;
    const request = { ...TWAP, algorithm: 'VWAP', volumeProfile: ['1', '3'], slices: null };
    const answer = await here.command<ExecutionPreview>('PreviewExecution', { request, hourlyVolume: [] });
    expect(answer).toMatchObject({ approved: true, execution: { profileSource: 'REQUEST' } });
    expect(answer.execution.slices.map(({ plannedQuantity }) => plannedQuantity)).toEqual([
      '0.0025',
      '0.0075',
    ]);
    expect(here.store.events).toHaveLength(before);
  });
});

describe('executions through crashes', () => {
  it('find the order of a slice again whose commit was stored and not confirmed', async () => {
    const here = await world();
    let lost = 0;
    here.losesConfirmation = ({ rows }) =>
      rows.some(({ table }) => table.name === 'execution_slice') && (lost += 1) === 1;
    const id = await begin(here);
    for (let passed = 0; passed < 10_000; passed += 500) {
      await fillAll(here);
      await here.advance(500);
    }
    await here.calm();
    expect(lost).toBeGreaterThan(1);
    assertWhole(here, 1_000, MARK_TICKS);
    const view = seen(here);
    expect(view.slices[0]).toMatchObject({ orderStatus: 'CANCELED', filledQuantity: '0' });
    expect(here.store.orders()[0]?.client_order_id).toBe(sliceOrderId(id, 0));
  });

  it.each<KillStep>(['K2', 'K3', 'K6', 'K8', 'K9', 'K10', 'K11', 'K12'])(
    'send no slice twice when the process ends at %s',
    async (at) => {
      for (const nth of [1, 2, 3]) {
        const here = await world();
        let reached = 0;
        here.onStep = (step) => {
          reached += step === at ? 1 : 0;
          if (step === at && reached === nth) here.crash();
        };
        await begin(here, { limitPrice: '60000' });
        for (let passed = 0; passed < 10_000; passed += 500) {
          await fillAll(here);
          if (here.venue.session === null) await here.start();
          await here.advance(500);
        }
        if (here.venue.session === null) await here.start();
        await here.calm();
        assertWhole(here, 1_000, MARK_TICKS);
        expect(seen(here).status).toBe('COMPLETED');
      }
    },
  );

  it('keep to quantity and limit, and agree with the venue, whatever happens', async () => {
    const deed = fc.oneof(
      fc.record({ do: fc.constant('ADVANCE' as const), ms: fc.integer({ min: 50, max: 2_500 }) }),
      fc.record({
        do: fc.constant('SCRIPT' as const),
        script: fc.constantFrom<PlaceScript>('LOST_BEFORE', 'LOST_AFTER', 'LATE', 'REFUSE', 'NEVER_ANSWERED'),
      }),
      fc.record({ do: fc.constant('TRADE' as const), lots: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ do: fc.constantFrom('CRASH' as const, 'PAUSE' as const, 'RESUME' as const) }),
    );
    const kind = fc.constantFrom<Partial<ExecutionRequest>>(
      { urgency: 'AGGRESSIVE', limitPrice: '60000' },
      { urgency: 'PASSIVE', limitPrice: '60000', sizeJitter: '0.3', timeJitter: '0.5' },
      { ...ICEBERG, sizeJitter: '0.4', durationSeconds: 12 },
    );
    await fc.assert(
      fc.asyncProperty(kind, fc.array(deed, { maxLength: 14 }), async (request, deeds) => {
        const here = await world();
        const id = await begin(here, request);
        for (const step of deeds) await act(here, id, step);
        await here.calm();
        assertWhole(here, 1_000, 6_000_000);
        expect(seen(here).closedAt).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});

type Deed =
  | { do: 'ADVANCE'; ms: number }
  | { do: 'SCRIPT'; script: PlaceScript }
  | { do: 'TRADE'; lots: number }
  | { do: 'CRASH' | 'PAUSE' | 'RESUME' };

async function act(here: ExecutionWorld, id: string, step: Deed): Promise<void> {
  switch (step.do) {
    case 'ADVANCE':
      return here.advance(step.ms);
    case 'SCRIPT':
      here.venue.nextPlacement = step.script;
      return;
    case 'TRADE':
      for (const order of here.venue.orders) here.venue.trade(order, step.lots);
      return turns();
    case 'CRASH':
      here.crash();
      return here.start();
    default:
      await refusal(change(here, id, step.do));
  }
}

/** No slice twice, Σ fills of the orders = what the venue filled, never beyond quantity or limit. */
function assertWhole(here: ExecutionWorld, lots: number, limitTicks: number): void {
  const orders = here.store.orders();
  const ids = orders.map((order) => order.client_order_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(here.venue.accepted).size).toBe(here.venue.accepted.length);
  const filled = orders.reduce((sum, order) => sum + order.filled_lots, 0);
  expect(filled).toBe(filledAtVenue(here));
  expect(Math.round(Number(seen(here).filledQuantity) * 1e5)).toBe(filled);
  expect(filled).toBeLessThanOrEqual(lots);
  expect(here.venue.orders.every(({ priceTicks }) => (priceTicks ?? 0) <= limitTicks)).toBe(true);
  expect(orders.every(({ status }) => isTerminal(status))).toBe(true);
  expect(here.owned.risk.lockedUnits('USDT')).toBe(0n);
  expect(here.broken).toEqual([]);
}

function tradeOf(tradeId: number, lots: number) {
  return {
    symbol: 'BTC/USDT',
    tradeId,
    priceTicks: MARK_TICKS,
    lots,
    aggressor: 'BUY' as const,
    executedAt: 1,
  };
}
