import { DomainError, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import type { ExecutionTerms, PlannedSlice } from '../../domain/executions/execution-terms.js';
import { slicePriceTicks } from '../../domain/executions/slice-price.js';
import type { Touch } from '../../domain/executions/slice-price.js';
import { assertExecutionForm, invalidExecution } from './assert-execution-form.js';
import type { ExecutionRequest } from './execution-request.js';
import { planSlices, smallestLots } from './plan-slices.js';
import type { PricedBounds, SlicingMoment } from './plan-slices.js';

/** What the request meets. */
export interface PlanningMoment extends SlicingMoment {
  executionId: string;
  accountId: AccountId;
  venue: string;
  symbol: string;
  /** Null: no book; then the limit has to do. */
  touch: Touch | null;
  now: EpochMs;
}

export interface ExecutionPlan {
  terms: ExecutionTerms;
  schedule: PlannedSlice[];
  /** The smallest order at the price of the plan. */
  smallestLots: number;
}

const UNITS_OF_BPS = 10n ** 14n;
const DEFAULT_SLIPPAGE_BPS = 50;
const DEFAULT_SLICE_FACTOR = 2;
const MOST_DURATION_MS = 7 * 24 * 3_600_000;
/** A start so long ago is meant as now; clocks differ. */
const PAST_START_MS = 60_000;

/**
 * Puts a request on the venue's grid and draws its schedule. Nothing is rounded in silence: what gives slices that the
 * venue would not take is refused with what would do.
 * @throws DomainError EXECUTION_TERMS_INVALID, EXECUTION_SLICES_INVALID, VOLUME_PROFILE_REQUIRED, MARKET_STALE, and the
 * instrument's filter codes
 */
export function planExecution(request: ExecutionRequest, moment: PlanningMoment): ExecutionPlan {
  assertExecutionForm(request);
  const terms = termsOf(request, moment);
  const bounds = boundsOf(terms, moment);
  if (terms.lots < bounds.minLots) moment.instrument.assertNotional(bounds.priceTicks, terms.lots);
  const { schedule, profileSource } = planSlices(request, terms, bounds, moment);
  return { terms: { ...terms, profileSource }, schedule, smallestLots: bounds.minLots };
}

function termsOf(request: ExecutionRequest, moment: PlanningMoment): ExecutionTerms {
  const { executionId, accountId, venue, symbol, instrument, now } = moment;
  const { side, algorithm, strategy, tags, limitPrice, displayQuantity } = request;
  const startAt = Math.max(now, request.startAt ?? now);
  if ((request.startAt ?? now) < now - PAST_START_MS) throw invalidExecution('/startAt', 'startAt is over.');
  const limitTicks =
    limitPrice === null ? null : at('/limitPrice', () => instrument.priceToTicks(Price.parse(limitPrice)));
  return {
    executionId,
    accountId,
    venue,
    symbol,
    side,
    algorithm,
    lots: wholeLots(request.quantity, instrument),
    tickUnits: instrument.tickUnits,
    stepUnits: instrument.stepUnits,
    limitTicks,
    startAt,
    endAt: endOf(request, startAt),
    urgency: request.urgency ?? 'AGGRESSIVE',
    maxSlippageBps: request.maxSlippageBps ?? DEFAULT_SLIPPAGE_BPS,
    maxSliceFactor: request.maxSliceFactor ?? DEFAULT_SLICE_FACTOR,
    participationBps: fractionBps(request.participationRate, '/participationRate', 1, 5_000),
    displayLots:
      displayQuantity === null
        ? null
        : at('/displayQuantity', () => instrument.quantityToLots(Quantity.parse(displayQuantity))),
    sizeJitterBps: fractionBps(request.sizeJitter, '/sizeJitter', 0, 5_000) ?? 0,
    timeJitterBps: fractionBps(request.timeJitter, '/timeJitter', 0, 9_000) ?? 0,
    seed: request.seed ?? seedOf(executionId),
    profileSource: null,
    strategy,
    tags,
  };
}

function endOf({ endAt, durationSeconds }: ExecutionRequest, startAt: EpochMs): EpochMs | null {
  const end = endAt ?? (durationSeconds === null ? null : startAt + durationSeconds * 1_000);
  if (end === null) return null;
  const pointer = endAt === null ? '/durationSeconds' : '/endAt';
  if (end < startAt + 1_000) throw invalidExecution(pointer, 'It takes at least a second.');
  if (end > startAt + MOST_DURATION_MS) throw invalidExecution(pointer, 'It takes at most seven days.');
  return end;
}

/** By the price that a slice would have now; without a book by the limit. */
function boundsOf(terms: ExecutionTerms, { instrument, touch }: PlanningMoment): PricedBounds {
  const priced = touch === null ? null : slicePriceTicks(terms, touch);
  const priceTicks = priced ?? terms.limitTicks;
  if (priceTicks === null) throw new DomainError('MARKET_STALE', 'There is no price to plan by.');
  return { priceTicks, minLots: smallestLots(instrument, priceTicks), maxLots: instrument.maxLots };
}

/** The whole may be more than one order may be. */
function wholeLots(text: string, instrument: Instrument): number {
  const { units } = Quantity.parse(text);
  const lots = units / instrument.stepUnits;
  const isWhole = lots * instrument.stepUnits === units && lots <= BigInt(Number.MAX_SAFE_INTEGER);
  return isWhole && lots > BigInt(instrument.maxLots)
    ? Number(lots)
    : instrument.quantityToLots(Quantity.parse(text));
}

function fractionBps(text: string | null, pointer: string, least: number, most: number): number | null {
  if (text === null) return null;
  const units = parseScaled(text);
  const bps = Number(units / UNITS_OF_BPS);
  if (BigInt(bps) * UNITS_OF_BPS === units && bps >= least && bps <= most) return bps;
  const range = `${least / 10_000} to ${most / 10_000}`;
  throw invalidExecution(pointer, `A fraction from ${range} with at most four decimals.`);
}

/** The last digits of the id are random. */
function seedOf(executionId: string): number {
  return Number.parseInt(executionId.slice(-8), 16) >>> 1;
}

/** Says which field a rule of the instrument is about. */
function at<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, error.message, { ...error.context, pointer });
  }
}
