import { fc } from '../../../../../test/support/property.js';
import { committedLots, filledLots } from './child-order.js';
import type { ChildOrder } from './child-order.js';
import { timedSlices } from './execution-schedule.js';
import { executionStatuses, executionTransitions } from './execution-status.js';
import type { ExecutionSnapshot } from './execution-terms.js';
import { nextAction } from './next-action.js';
import type { ExecutionState, NextAction } from './next-action.js';

const START = 1_700_000_000_000;
const END = START + 10_000;
const MARKET = { bidTicks: 10_000, askTicks: 10_002, stale: false };
const RULES = { maxLots: 100_000, minLotsAt: () => 10 };

function execution(changes: Partial<ExecutionSnapshot> = {}): ExecutionSnapshot {
  const terms = { lots: 1_000, startAt: START, endAt: END, sizeJitterBps: 0, timeJitterBps: 0, seed: 1 };
  const schedule = timedSlices(terms, new Array<number>(10).fill(1), { minLots: 10, maxLots: 1_000 });
  return {
    ...terms,
    executionId: 'exe_1',
    accountId: 'acc_1' as ExecutionSnapshot['accountId'],
    venue: 'FAKE',
    symbol: 'BTC/USDT',
    side: 'BUY',
    algorithm: 'TWAP',
    tickUnits: 1n,
    stepUnits: 1n,
    limitTicks: null,
    urgency: 'AGGRESSIVE',
    maxSlippageBps: 50,
    maxSliceFactor: 2,
    participationBps: null,
    displayLots: null,
    profileSource: null,
    strategy: null,
    tags: [],
    schedule,
    status: 'RUNNING',
    reason: null,
    waiting: null,
    cancelsResting: false,
    arrivalUnits: 10_001n,
    createdAt: START,
    startedAt: START,
    updatedAt: START,
    closedAt: null,
    version: 1,
    ...changes,
  };
}

function child(changes: Partial<ChildOrder>): ChildOrder {
  return { slice: 0, lots: 100, filledLots: 0, state: 'ENDED', refused: false, closedAt: START, ...changes };
}

function act(
  changes: Partial<ExecutionSnapshot>,
  children: ChildOrder[],
  now: number,
  market: typeof MARKET | null = MARKET,
  allowedLots = 0,
): NextAction {
  const state: ExecutionState = {
    execution: execution(changes),
    children,
    rules: RULES,
    allowedLots,
    hidesAtVenue: false,
  };
  return nextAction(state, market, now);
}

describe('what an execution does next', () => {
  it('sends each slice at its time, at most so far past the touch', () => {
    expect(act({}, [], START)).toEqual({ do: 'SEND', slice: 0, lots: 100, priceTicks: 10_052 });
    const filled = child({ filledLots: 100 });
    expect(act({}, [filled], START + 999)).toEqual({ do: 'WAIT', until: START + 1_000, waitingFor: null });
    expect(act({}, [filled], START + 1_000)).toMatchObject({ do: 'SEND', slice: 1, lots: 100 });
  });

  it('starts when its time has come and there is a market', () => {
    const waiting = { status: 'SCHEDULED', startedAt: null } as const;
    expect(act(waiting, [], START - 1)).toEqual({ do: 'WAIT', until: START, waitingFor: null });
    expect(act(waiting, [], START, null)).toMatchObject({ do: 'WAIT', waitingFor: 'MARKET_STALE' });
    expect(act(waiting, [], START)).toEqual({ do: 'START' });
  });

  it('spreads what is behind over the time that is left, and never above the factor', () => {
    expect(act({}, [], START + 5_000)).toMatchObject({ do: 'SEND', slice: 5, lots: 200 });
    expect(act({}, [], START + 9_000)).toMatchObject({ do: 'SEND', slice: 9, lots: 200 });
    expect(act({}, [child({ filledLots: 10 })], START + 1_000)).toMatchObject({ slice: 1, lots: 110 });
  });

  it('makes up in the last interval for what is left over', () => {
    const done = Array.from({ length: 10 }, (_, slice) => child({ slice, filledLots: 90 }));
    expect(act({}, done, START + 9_250)).toMatchObject({ do: 'SEND', slice: 10, lots: 100 });
    expect(act({}, [...done, child({ slice: 10 })], START + 9_500)).toMatchObject({ slice: 11 });
  });

  it('takes a resting slice back before it sends the next, and waits while that is under way', () => {
    const resting = child({ state: 'WORKING', filledLots: 40 });
    expect(act({ urgency: 'PASSIVE' }, [resting], START + 1_000)).toEqual({ do: 'CANCEL', slice: 0 });
    expect(act({}, [child({ state: 'MOVING' })], START + 1_000)).toMatchObject({ do: 'WAIT' });
    expect(act({}, [child({ state: 'MOVING' })], START + 2_000)).toMatchObject({ do: 'SEND', lots: 113 });
    expect(act({ urgency: 'PASSIVE' }, [child({ filledLots: 40 })], START + 1_000)).toEqual({
      do: 'SEND',
      slice: 1,
      lots: 107,
      priceTicks: 10_000,
    });
  });

  it('goes on beside a slice of unknown outcome, whose quantity stays its own', () => {
    const unknown = child({ state: 'UNKNOWN', lots: 950 });
    expect(act({}, [unknown], START + 1_000)).toMatchObject({ do: 'WAIT' });
    expect(act({}, [{ ...unknown, lots: 100 }], START + 9_000)).toMatchObject({ slice: 9, lots: 200 });
    const last = Array.from({ length: 9 }, (_, slice) => child({ slice, filledLots: 100 }));
    const open = { ...unknown, slice: 9, lots: 100 };
    expect(act({}, [...last, open], START + 9_800)).toMatchObject({ do: 'WAIT' });
    expect(act({}, [...last, open], END)).toMatchObject({ do: 'WAIT', until: null });
  });

  it('never chases: it waits while the market is beyond the limit, and prices nothing past it', () => {
    expect(act({ limitTicks: 10_001 }, [], START)).toMatchObject({ do: 'WAIT', waitingFor: 'LIMIT_PRICE' });
    expect(act({ limitTicks: 10_010 }, [], START)).toMatchObject({ do: 'SEND', priceTicks: 10_010 });
    expect(act({ limitTicks: 9_990, urgency: 'PASSIVE' }, [], START)).toMatchObject({ priceTicks: 9_990 });
    const sells = { side: 'SELL', limitTicks: 10_000 } as const;
    expect(act(sells, [], START)).toMatchObject({ do: 'SEND', priceTicks: 10_000 });
    expect(act({ ...sells, limitTicks: 10_001 }, [], START)).toMatchObject({ waitingFor: 'LIMIT_PRICE' });
  });

  it('follows the observed volume and nothing else as a POV', () => {
    const pov = { algorithm: 'POV', participationBps: 1_000 } as const;
    expect(act(pov, [], START + 1_000, MARKET, 9)).toMatchObject({ do: 'WAIT' });
    expect(act(pov, [], START + 1_000, MARKET, 37)).toMatchObject({ do: 'SEND', slice: 1, lots: 37 });
  });

  it('shows one part of an iceberg at a time', () => {
    const iceberg = { algorithm: 'ICEBERG', displayLots: 300, limitTicks: 9_999, schedule: [] } as const;
    expect(act(iceberg, [], START)).toEqual({ do: 'SEND', slice: 0, lots: 300, priceTicks: 9_999 });
    expect(act(iceberg, [child({ lots: 300, state: 'UNKNOWN' })], START)).toMatchObject({ do: 'WAIT' });
    const two = [child({ filledLots: 300 }), child({ slice: 1, filledLots: 300 })];
    expect(act(iceberg, two, START)).toMatchObject({ slice: 2, lots: 300 });
    const three = [...two, child({ slice: 2, filledLots: 300 })];
    expect(act(iceberg, three, START)).toMatchObject({ slice: 3, lots: 100 });
    const refused = child({ refused: true, closedAt: START });
    expect(act(iceberg, [refused], START)).toMatchObject({ do: 'WAIT', until: START + 1_000 });
  });

  it('ends when everything is filled, when nothing more can be sent, and when its time is over', () => {
    expect(act({}, [child({ filledLots: 1_000 })], START)).toEqual({ do: 'COMPLETE', reason: null });
    expect(act({}, [child({ filledLots: 995 })], START + 5_000)).toMatchObject({
      do: 'COMPLETE',
      reason: { code: 'REMAINDER_TOO_SMALL' },
    });
    expect(act({}, [child({ state: 'WORKING' })], END)).toEqual({ do: 'CANCEL', slice: 0 });
    expect(act({ status: 'PAUSED' }, [child({})], END)).toMatchObject({ reason: { code: 'TIME_OVER' } });
  });

  it('gives up after five refusals in a row', () => {
    const refused = [0, 1, 2, 3, 4].map((slice) => child({ slice, refused: true }));
    expect(act({}, refused.slice(1), START + 5_000)).toMatchObject({ do: 'SEND' });
    expect(act({}, refused, START + 5_000)).toMatchObject({ do: 'FAIL', reason: { code: 'SLICES_REFUSED' } });
  });

  it('takes back what rests when it is cancelled, and when it is paused if asked to', () => {
    const resting = [child({ state: 'WORKING' })];
    expect(act({ status: 'CANCELED' }, resting, START)).toEqual({ do: 'CANCEL', slice: 0 });
    expect(act({ status: 'CANCELED' }, [child({ state: 'MOVING' })], START)).toMatchObject({ do: 'WAIT' });
    expect(act({ status: 'CANCELED' }, [child({})], START)).toEqual({ do: 'CLOSE' });
    expect(act({ status: 'PAUSED' }, resting, START)).toMatchObject({ do: 'WAIT', until: END });
    expect(act({ status: 'PAUSED', cancelsResting: true }, resting, START)).toEqual({
      do: 'CANCEL',
      slice: 0,
    });
  });

  it('never promises more than the quantity, whatever becomes of its slices', () => {
    const fate = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      state: fc.constantFrom<ChildOrder['state']>('ENDED', 'ENDED', 'ENDED', 'UNKNOWN', 'WORKING'),
      stepMs: fc.integer({ min: 1, max: 900 }),
    });
    const kind = fc.record({
      algorithm: fc.constantFrom<'TWAP' | 'VWAP' | 'POV' | 'ICEBERG'>('TWAP', 'VWAP', 'POV', 'ICEBERG'),
      lots: fc.integer({ min: 20, max: 5_000 }),
      maxSliceFactor: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(kind, fc.array(fate, { minLength: 1, maxLength: 60 }), (chosen, fates) => {
        const of = { ...chosen, displayLots: 50, limitTicks: 10_010 };
        const schedule = timedSlices({ ...execution(of), endAt: END }, new Array<number>(10).fill(1), {
          minLots: 10,
          maxLots: 1e6,
        });
        const children: ChildOrder[] = [];
        let now = START;
        for (const { share, state, stepMs } of fates) {
          const next = act({ ...of, schedule }, children, now, MARKET, 60);
          if (next.do === 'SEND') {
            expect(children.some(({ slice }) => slice === next.slice)).toBe(false);
            expect(next.lots).toBeGreaterThanOrEqual(10);
            expect(next.priceTicks).toBeLessThanOrEqual(10_010);
            const filled = Math.floor(next.lots * share);
            children.push(child({ slice: next.slice, lots: next.lots, filledLots: filled, state }));
          }
          if (next.do === 'CANCEL') {
            const at = children.findIndex(({ slice }) => slice === next.slice);
            children[at] = { ...children[at]!, state: 'ENDED' };
          }
          expect(committedLots(children)).toBeLessThanOrEqual(of.lots);
          expect(filledLots(children)).toBeLessThanOrEqual(of.lots);
          now += stepMs;
        }
      }),
    );
  });
});

it('knows every status, and ends in three of them', () => {
  expect(Object.keys(executionTransitions)).toEqual([...executionStatuses]);
  const ends = executionStatuses.filter((status) => Object.keys(executionTransitions[status]).length === 0);
  expect(ends).toEqual(['COMPLETED', 'CANCELED', 'FAILED']);
});
