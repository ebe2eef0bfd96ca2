import type { VenueTraits } from '@sextant/exchange';
import { DomainError, parseScaled } from '@sextant/kernel';
import type { EpochMs, Instrument } from '@sextant/kernel';
import { icebergSlices, timedSlices, timesOnly } from '../../domain/executions/execution-schedule.js';
import type { SliceBounds } from '../../domain/executions/execution-schedule.js';
import type { ExecutionTerms, PlannedSlice, ProfileSource } from '../../domain/executions/execution-terms.js';
import { invalidExecution } from './assert-execution-form.js';
import type { ExecutionRequest } from './execution-request.js';

/** What slices are drawn by. */
export interface SlicingMoment {
  instrument: Instrument;
  traits: Pick<VenueTraits, 'iceberg'>;
  /** Weights that the venue's history gives for an interval; null where it gives none. */
  history: (startAt: EpochMs, endAt: EpochMs, count: number) => number[] | null;
}

export interface PricedBounds extends SliceBounds {
  priceTicks: number;
}

const DEFAULT_INTERVAL_MS = 60_000;
/** An interval is not shorter, so that a slice can be filled or taken back in it. */
const LEAST_INTERVAL_MS = 100;
const MOST_SLICES = 1_000;
const MOST_HIDDEN_PARTS = 10;

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

/** The schedule that a request asks for. @throws DomainError EXECUTION_SLICES_INVALID, VOLUME_PROFILE_REQUIRED */
export function planSlices(
  request: ExecutionRequest,
  terms: ExecutionTerms,
  bounds: PricedBounds,
  moment: SlicingMoment,
): { schedule: PlannedSlice[]; profileSource: ProfileSource | null } {
  const plan = scheduleOf(request, terms, bounds, moment);
  assertSlices(plan.schedule, bounds, moment.instrument);
  return plan;
}

function scheduleOf(
  request: ExecutionRequest,
  terms: ExecutionTerms,
  bounds: PricedBounds,
  moment: SlicingMoment,
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
  { history }: SlicingMoment,
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
