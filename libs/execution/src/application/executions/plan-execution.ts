import type { VenueTraits } from '@sextant/exchange';
import { DomainError, parseScaled, Price, Quantity } from '@sextant/kernel';
import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import { icebergSlices, timedSlices, timesOnly } from '../../domain/executions/execution-schedule.js';
import type { SliceBounds } from '../../domain/executions/execution-schedule.js';
import type { ExecutionTerms, PlannedSlice, ProfileSource } from '../../domain/executions/execution-terms.js';
import { slicePriceTicks } from '../../domain/executions/slice-price.js';
import type { Touch } from '../../domain/executions/slice-price.js';
import { assertExecutionForm, invalidExecution } from './assert-execution-form.js';
import type { ExecutionRequest } from './execution-request.js';

/** What the request meets. */
export interface PlanningMoment {
  executionId: string;
  accountId: AccountId;
  venue: string;
  symbol: string;
  instrument: Instrument;
  /** Null: no book; then the limit has to do. */
  touch: Touch | null;
  now: EpochMs;
  traits: Pick<VenueTraits, 'iceberg'>;
  /** Weights that the venue's history gives for an interval; null where it gives none. */
  history: (startAt: EpochMs, endAt: EpochMs, count: number) => number[] | null;
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
const DEFAULT_INTERVAL_MS = 60_000;
/** An interval is not shorter, so that a slice can be filled or taken back in it. */
const LEAST_INTERVAL_MS = 100;
const MOST_SLICES = 1_000;
const MOST_HIDDEN_PARTS = 10;
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
  const { schedule, profileSource } = scheduleOf(request, terms, bounds, moment);
  assertSlices(schedule, bounds, moment.instrument);
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

interface PricedBounds extends SliceBounds {
  priceTicks: number;
}

/** By the price that a slice would have now; without a book by the limit. */
function boundsOf(terms: ExecutionTerms, { instrument, touch }: PlanningMoment): PricedBounds {
  const priced = touch === null ? null : slicePriceTicks(terms, touch);
  const priceTicks = priced ?? terms.limitTicks;
  if (priceTicks === null) throw new DomainError('MARKET_STALE', 'There is no price to plan by.');
  return { priceTicks, minLots: smallestLots(instrument, priceTicks), maxLots: instrument.maxLots };
}

/** The smallest order at a price, by quantity and by value, in lots. */
export function smallestLots(instrument: Instrument, priceTicks: number): number {
  const perLot = instrument.notionalUnits(priceTicks, 1);
  const byValue = Number((instrument.minNotionalUnits + perLot - 1n) / perLot);
  return Math.max(instrument.minLots, byValue);
}

/** True for an iceberg that is one order: the venue hides the rest of it. Binance allows ten parts (ICEBERG_PARTS). */
export function hidesAtVenue(
  { algorithm, lots, displayLots }: Pick<ExecutionTerms, 'algorithm' | 'lots' | 'displayLots'>,
  { iceberg }: Pick<VenueTraits, 'iceberg'>,
): boolean {
  return algorithm === 'ICEBERG' && iceberg === true && lots <= MOST_HIDDEN_PARTS * (displayLots ?? lots);
}

function scheduleOf(
  request: ExecutionRequest,
  terms: ExecutionTerms,
  bounds: PricedBounds,
  moment: PlanningMoment,
): { schedule: PlannedSlice[]; profileSource: ProfileSource | null } {
  const { endAt, displayLots } = terms;
  if (terms.algorithm === 'ICEBERG' || endAt === null) {
    const iceberg = { ...terms, displayLots: displayLots ?? terms.lots };
    assertDisplay(iceberg, bounds, moment.instrument);
    if (hidesAtVenue(terms, moment.traits)) {
      return { schedule: [{ slice: 0, at: null, lots: terms.lots }], profileSource: null };
    }
    return { schedule: icebergSlices(iceberg, bounds), profileSource: null };
  }
  const timed = { ...terms, endAt };
  const count = sliceCount(request, timed, bounds, moment.instrument);
  if (terms.algorithm === 'POV') return { schedule: timesOnly(timed, count), profileSource: null };
  if (terms.algorithm === 'TWAP') {
    const even = new Array<number>(count).fill(1);
    return { schedule: timedSlices(timed, even, bounds), profileSource: null };
  }
  const { weights, source } = weightsOf(request, timed, count, moment);
  return { schedule: timedSlices(timed, weights, bounds), profileSource: source };
}

/** Unless said: one a minute, fewer where they would be too small. */
function sliceCount(
  { slices, volumeProfile, algorithm }: ExecutionRequest,
  { lots, startAt, endAt }: { lots: number; startAt: EpochMs; endAt: EpochMs },
  { minLots }: PricedBounds,
  instrument: Instrument,
): number {
  const most = Math.max(1, Math.min(MOST_SLICES, Math.floor((endAt - startAt) / LEAST_INTERVAL_MS)));
  const affordable = algorithm === 'POV' ? most : Math.max(1, Math.floor(lots / minLots));
  const wanted = slices ?? volumeProfile?.length ?? null;
  if (wanted === null) {
    const usual = Math.ceil((endAt - startAt) / DEFAULT_INTERVAL_MS);
    return Math.max(1, Math.min(Math.max(usual, 10), most, affordable));
  }
  const nearest = Math.min(most, algorithm === 'TWAP' ? affordable : most);
  if (wanted <= nearest) return wanted;
  const smallest = instrument.lotsToQuantity(minLots).toString();
  throw new DomainError(
    'EXECUTION_SLICES_INVALID',
    `So many slices are shorter than ${LEAST_INTERVAL_MS} ms or smaller than ${smallest}; ${nearest} are possible.`,
    { pointer: '/slices', nearestValid: nearest, smallestSlice: smallest },
  );
}

function weightsOf(
  { volumeProfile }: ExecutionRequest,
  { startAt, endAt }: { startAt: EpochMs; endAt: EpochMs },
  count: number,
  { history }: PlanningMoment,
): { weights: number[]; source: ProfileSource } {
  if (volumeProfile !== null) {
    const weights = volumeProfile.map((text) => Number(parseScaled(text)) / 1e18);
    const largest = Math.max(...weights);
    return { weights: weights.map((weight) => weight / largest), source: 'REQUEST' };
  }
  const weights = history(startAt, endAt, count);
  if (weights === null) {
    const detail =
      'The venue has no history of this market to draw a volume profile from: send volumeProfile.';
    throw new DomainError('VOLUME_PROFILE_REQUIRED', detail, { pointer: '/volumeProfile' });
  }
  const largest = Math.max(...weights);
  return { weights: weights.map((weight) => weight / largest), source: 'HISTORY' };
}

function assertDisplay(
  { displayLots, lots, sizeJitterBps }: { displayLots: number; lots: number; sizeJitterBps: number },
  { minLots }: SliceBounds,
  instrument: Instrument,
): void {
  if (displayLots > lots)
    throw invalidExecution('/displayQuantity', 'displayQuantity is at most the quantity.');
  if (displayLots === lots) return;
  const nearestValid = instrument.lotsToQuantity(2 * minLots).toString();
  if (displayLots < 2 * minLots) {
    const detail = `A visible part is at least ${nearestValid}, twice the smallest order.`;
    throw new DomainError('EXECUTION_SLICES_INVALID', detail, { pointer: '/displayQuantity', nearestValid });
  }
  const smallestPart = displayLots - Math.ceil((displayLots * sizeJitterBps) / 10_000);
  if (lots / Math.max(minLots, smallestPart) <= MOST_SLICES) return;
  const detail = `An iceberg has at most ${MOST_SLICES} parts: show more of it.`;
  throw new DomainError('EXECUTION_SLICES_INVALID', detail, { pointer: '/displayQuantity' });
}

function assertSlices(
  schedule: readonly PlannedSlice[],
  { maxLots }: SliceBounds,
  instrument: Instrument,
): void {
  if (schedule.every(({ lots }) => (lots ?? 0) <= maxLots)) return;
  const largest = instrument.lotsToQuantity(maxLots).toString();
  throw new DomainError('EXECUTION_SLICES_INVALID', `A slice is above the largest order, ${largest}.`, {
    pointer: '/slices',
    largestSlice: largest,
  });
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
