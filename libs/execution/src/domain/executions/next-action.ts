import type { EpochMs } from '@sextant/kernel';
import type { Reason } from '../order-snapshot.js';
import { committedLots, filledLots, isLive } from './child-order.js';
import type { ChildOrder } from './child-order.js';
import { visibleLots } from './execution-schedule.js';
import { hasEnded } from './execution-status.js';
import type { ExecutionSnapshot, PlannedSlice } from './execution-terms.js';
import { slicePriceTicks } from './slice-price.js';
import type { Touch } from './slice-price.js';

/** What the decision sees of the market. */
export interface ExecutionMarket extends Touch {
  stale: boolean;
}

/** What the instrument allows an order to be. */
export interface SliceRules {
  maxLots: number;
  /** The smallest order at a price, by quantity and by value. */
  minLotsAt(priceTicks: number): number;
}

export interface ExecutionState {
  execution: ExecutionSnapshot;
  children: readonly ChildOrder[];
  rules: SliceRules;
  /** POV: what the volume that was observed while it could trade allows to be sent now, in lots. */
  allowedLots: number;
  /** ICEBERG: the venue hides the rest, so all of it is one order. */
  hidesAtVenue: boolean;
}

export type NextAction =
  /** Until a time (null: until something happens); `waitingFor`: what keeps it from sending. */
  | { do: 'WAIT'; until: EpochMs | null; waitingFor: string | null }
  | { do: 'START' }
  | { do: 'SEND'; slice: number; lots: number; priceTicks: number }
  | { do: 'CANCEL'; slice: number }
  | { do: 'COMPLETE'; reason: Reason | null }
  | { do: 'FAIL'; reason: Reason }
  /** It had ended before, and so has its last child now. */
  | { do: 'CLOSE' };

/** So many refusals in a row say that the next would be refused too. */
const REFUSALS_IN_A_ROW = 5;
/** An iceberg whose slice was refused tries again after that. */
const AGAIN_AFTER_MS = 1_000;
/** In the last interval what is left over is tried so many times more. */
const MAKE_UP_SLICES = 3;

const untilTold = (waitingFor: string | null = null): NextAction => ({ do: 'WAIT', until: null, waitingFor });

/** What an execution does now. Pure: the same state, market and time give the same answer. */
export function nextAction(state: ExecutionState, market: ExecutionMarket | null, now: EpochMs): NextAction {
  const { execution, children } = state;
  const { status, endAt, lots, startAt } = execution;
  const working = children.find((child) => child.state === 'WORKING');
  const live = children.some(isLive);
  if (hasEnded(status)) {
    if (working !== undefined) return { do: 'CANCEL', slice: working.slice };
    return live ? untilTold() : { do: 'CLOSE' };
  }
  if (filledLots(children) >= lots) return { do: 'COMPLETE', reason: null };
  if (endAt !== null && now >= endAt) {
    if (working !== undefined) return { do: 'CANCEL', slice: working.slice };
    return live ? untilTold() : { do: 'COMPLETE', reason: TIME_OVER };
  }
  if (status === 'PAUSED') {
    if (working !== undefined && execution.cancelsResting) return { do: 'CANCEL', slice: working.slice };
    return { do: 'WAIT', until: endAt, waitingFor: null };
  }
  if (status === 'SCHEDULED') {
    if (now < startAt) return { do: 'WAIT', until: startAt, waitingFor: null };
    return market === null || market.stale ? untilTold('MARKET_STALE') : { do: 'START' };
  }
  if (isRefusedAgainAndAgain(children)) return { do: 'FAIL', reason: REFUSED };
  return execution.algorithm === 'ICEBERG' ? nextPart(state, market, now) : nextTimed(state, market, now);
}

const TIME_OVER: Reason = { code: 'TIME_OVER', detail: 'Its time was over before everything was filled.' };
const TOO_SMALL: Reason = {
  code: 'REMAINDER_TOO_SMALL',
  detail: 'What is left is less than the venue takes as an order.',
};
const REFUSED: Reason = {
  code: 'SLICES_REFUSED',
  detail: `The last ${REFUSALS_IN_A_ROW} slices were refused; the orders say why.`,
};

/** TWAP, VWAP, POV: one slice an interval; what an earlier one left over is part of the later ones. */
function nextTimed(state: ExecutionState, market: ExecutionMarket | null, now: EpochMs): NextAction {
  const { execution, children } = state;
  const slots = slotsOf(execution);
  const current = slots.findLast(({ at }) => at <= now);
  const next = slots.find(({ at }) => at > now)?.at ?? execution.endAt;
  const wait: NextAction = { do: 'WAIT', until: next, waitingFor: null };
  if (current === undefined || children.some(({ slice }) => slice === current.slice)) return wait;
  const resting = children.find((child) => child.state === 'WORKING');
  if (resting !== undefined) return { do: 'CANCEL', slice: resting.slice };
  // What has been under way for a whole interval holds up nothing any more; its quantity stays its own.
  const isUnderWay = children.some((child) => child.state === 'MOVING' && child.slice >= current.slice - 1);
  if (isUnderWay) return wait;
  return send(state, current.slice, (rest) => wantedLots(state, slots, current, rest), market, wait);
}

/** ICEBERG: the next part once the one before it is done. */
function nextPart(state: ExecutionState, market: ExecutionMarket | null, now: EpochMs): NextAction {
  const { execution, children, rules, hidesAtVenue } = state;
  const wait: NextAction = { do: 'WAIT', until: execution.endAt, waitingFor: null };
  if (children.some(isLive)) return wait;
  const last = children.at(-1);
  if (last?.refused === true && now < (last.closedAt ?? now) + AGAIN_AFTER_MS) {
    return { ...wait, until: (last.closedAt ?? now) + AGAIN_AFTER_MS };
  }
  const n = (last?.slice ?? -1) + 1;
  const displayLots = execution.displayLots ?? execution.lots;
  const shown = (rest: number) =>
    hidesAtVenue
      ? rest
      : visibleLots({ ...execution, displayLots }, n, rest, rules.minLotsAt(execution.limitTicks ?? 1));
  return send(state, n, shown, market, wait);
}

function send(
  { execution, children, rules }: ExecutionState,
  slice: number,
  wanted: (restLots: number) => number,
  market: ExecutionMarket | null,
  wait: NextAction,
): NextAction {
  if (market === null || market.stale) return { ...wait, waitingFor: 'MARKET_STALE' } as NextAction;
  const priceTicks = slicePriceTicks(execution, market);
  if (priceTicks === null) return { ...wait, waitingFor: 'LIMIT_PRICE' } as NextAction;
  const rest = execution.lots - committedLots(children);
  const minLots = rules.minLotsAt(priceTicks);
  if (rest < minLots) return children.some(isLive) ? wait : { do: 'COMPLETE', reason: TOO_SMALL };
  const lots = leavingEnough(Math.min(wanted(rest), rest, rules.maxLots), rest, minLots);
  return lots < minLots ? wait : { do: 'SEND', slice, lots, priceTicks };
}

/** Never so much that what is left is less than the venue takes. */
function leavingEnough(lots: number, rest: number, minLots: number): number {
  const left = rest - lots;
  return left > 0 && left < minLots ? rest - minLots : lots;
}

interface Slot extends PlannedSlice {
  at: EpochMs;
}

/**
 * What is behind is spread over the intervals that are left, by their plan; no slice is above its plan times
 * `maxSliceFactor`. A POV sends what the observed volume allows and makes nothing up.
 */
function wantedLots(
  { execution, allowedLots }: ExecutionState,
  slots: readonly Slot[],
  current: Slot,
  rest: number,
): number {
  if (execution.algorithm === 'POV') return allowedLots;
  const { maxSliceFactor } = execution;
  const ahead = slots.filter(({ slice }) => slice >= current.slice);
  const planned = ahead.reduce((sum, slot) => sum + BigInt(slot.lots ?? 0), 0n);
  const own = BigInt(current.lots ?? 0);
  if (planned === 0n)
    return Math.min(rest, maxSliceFactor * Math.max(...slots.map((slot) => slot.lots ?? 0)));
  const share = Number((BigInt(rest) * own + planned - 1n) / planned);
  return Math.min(share, maxSliceFactor * Number(own));
}

/** The planned slices, and in the last interval those that make up for what is left over. */
function slotsOf({ algorithm, schedule, endAt }: ExecutionSnapshot): Slot[] {
  const planned = schedule.filter((slice): slice is Slot => slice.at !== null);
  const last = planned.at(-1);
  if (last === undefined || endAt === null || algorithm === 'POV') return planned;
  const stepMs = (endAt - last.at) / (MAKE_UP_SLICES + 1);
  const extra = Array.from({ length: MAKE_UP_SLICES }, (_, index) => ({
    slice: last.slice + 1 + index,
    at: Math.floor(last.at + stepMs * (index + 1)),
    lots: 0,
  }));
  return [...planned, ...extra];
}

function isRefusedAgainAndAgain(children: readonly ChildOrder[]): boolean {
  const latest = children.slice(-REFUSALS_IN_A_ROW);
  return latest.length === REFUSALS_IN_A_ROW && latest.every(({ refused }) => refused);
}
