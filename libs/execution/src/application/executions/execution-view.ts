import { divideScaled, formatScaled } from '@sextant/kernel';
import type { EpochMs, OrderId } from '@sextant/kernel';
import type { ExecutionSnapshot } from '../../domain/executions/execution-terms.js';
import { shortfall } from '../../domain/executions/shortfall.js';
import type { FeeTotal } from '../../domain/order-snapshot.js';
import { addFee, averagePrice } from '../../domain/order-totals.js';
import type { OrderStatus } from '../../domain/order-status.js';
import type { SentSlice } from './execution-archive.js';

/** One slice: what was planned, sent and filled. A slice beyond the plan made up for what was left over. */
export type SliceView = {
  slice: number;
  plannedAt: EpochMs | null;
  plannedQuantity: string | null;
  sentAt: EpochMs | null;
  orderId: OrderId | null;
  orderStatus: OrderStatus | null;
  price: string | null;
  sentQuantity: string | null;
  filledQuantity: string;
};

/** What an execution has come to: the sum over its orders. */
export type ExecutionTotals = {
  filledQuantity: string;
  averagePrice: string | null;
  cumulativeQuote: string;
  fees: { asset: string; amount: string }[];
  /** Implementation shortfall of what is filled, in quote and in basis points; positive is adverse. */
  shortfallQuote: string | null;
  shortfallBps: string | null;
  /** Base that the venue's public trades showed from its start to its last slice, while this process watched. */
  observedQuantity: string;
  /** filledQuantity / observedQuantity, a fraction; null while nothing was observed. */
  participation: string | null;
};

/** What the orders of an execution add up to. */
export interface ExecutionSums {
  filledLots: number;
  /** 10^-18 */
  quoteUnits: bigint;
  observedLots: number;
  fees: readonly FeeTotal[];
}

/** An execution as others see it: decimals as text, times as epoch ms. Plain JSON: it crosses processes. */
export type ExecutionView = ExecutionSummaryView & { slices: SliceView[] };

/** The same without its slices. */
export type ExecutionSummaryView = ExecutionTotals & {
  id: string;
  accountId: string;
  venue: string;
  symbol: string;
  side: string;
  algorithm: string;
  status: string;
  reason: { code: string; detail: string } | null;
  waitingFor: { code: string; since: EpochMs } | null;
  quantity: string;
  limitPrice: string | null;
  startAt: EpochMs;
  endAt: EpochMs | null;
  urgency: string;
  maxSlippageBps: number;
  maxSliceFactor: number;
  participationRate: string | null;
  displayQuantity: string | null;
  sizeJitter: string;
  timeJitter: string;
  seed: number;
  profileSource: string | null;
  strategy: string | null;
  tags: string[];
  arrivalPrice: string | null;
  createdAt: EpochMs;
  startedAt: EpochMs | null;
  updatedAt: EpochMs;
  closedAt: EpochMs | null;
  version: number;
};

const UNITS_OF_BPS = 10n ** 14n;

export function executionView(execution: ExecutionSnapshot, sent: readonly SentSlice[]): ExecutionView {
  return { ...executionSummary(execution, sumsOf(sent)), slices: sliceViews(execution, sent) };
}

export function executionSummary(execution: ExecutionSnapshot, sums: ExecutionSums): ExecutionSummaryView {
  const { executionId, limitTicks, displayLots, participationBps, reason, waiting } = execution;
  return {
    ...pick(execution),
    id: executionId,
    reason: reason && { ...reason },
    waitingFor: waiting && { ...waiting },
    quantity: decimalLots(execution.lots, execution),
    limitPrice: limitTicks === null ? null : decimalTicks(limitTicks, execution),
    participationRate: participationBps === null ? null : fractionOf(participationBps),
    displayQuantity: displayLots === null ? null : decimalLots(displayLots, execution),
    sizeJitter: fractionOf(execution.sizeJitterBps),
    timeJitter: fractionOf(execution.timeJitterBps),
    tags: [...execution.tags],
    arrivalPrice: execution.arrivalUnits === null ? null : formatScaled(execution.arrivalUnits),
    ...totalsOf(execution, sums),
  };
}

function totalsOf(execution: ExecutionSnapshot, sums: ExecutionSums): ExecutionTotals {
  const { side, stepUnits, arrivalUnits } = execution;
  const { filledLots, quoteUnits, observedLots, fees } = sums;
  const filledUnits = BigInt(filledLots) * stepUnits;
  const cost = arrivalUnits === null ? null : shortfall({ side, filledUnits, quoteUnits, arrivalUnits });
  const share = observedLots === 0 ? null : divideScaled(BigInt(filledLots), BigInt(observedLots));
  return {
    filledQuantity: decimalLots(filledLots, execution),
    averagePrice: averagePrice({ filledLots, stepUnits, cumulativeQuoteUnits: quoteUnits }),
    cumulativeQuote: formatScaled(quoteUnits),
    fees: fees.map(({ asset, units }) => ({ asset, amount: formatScaled(units) })),
    shortfallQuote: cost && formatScaled(cost.quoteUnits),
    shortfallBps: cost && formatScaled(cost.bpsUnits),
    observedQuantity: decimalLots(observedLots, execution),
    participation: share === null ? null : formatScaled(share),
  };
}

function sumsOf(sent: readonly SentSlice[]): ExecutionSums {
  const orders = sent.map(({ order }) => order);
  return {
    filledLots: orders.reduce((sum, order) => sum + order.filledLots, 0),
    quoteUnits: orders.reduce((sum, order) => sum + order.cumulativeQuoteUnits, 0n),
    observedLots: sent.reduce((sum, slice) => sum + slice.observedLots, 0),
    fees: feesOf(sent),
  };
}

function feesOf(sent: readonly SentSlice[]): readonly FeeTotal[] {
  let fees: readonly FeeTotal[] = [];
  for (const { order } of sent) {
    for (const { asset, units } of order.fees) fees = addFee(fees, asset, units);
  }
  return fees;
}

function sliceViews(execution: ExecutionSnapshot, sent: readonly SentSlice[]): SliceView[] {
  const bySlice = new Map(sent.map((slice) => [slice.slice, slice]));
  const planned = execution.schedule.map(({ slice, at, lots }) => {
    const plannedQuantity = lots === null ? null : decimalLots(lots, execution);
    return { slice, plannedAt: at, plannedQuantity, ...sentPart(bySlice.get(slice), execution) };
  });
  const beyond = sent
    .filter(({ slice }) => slice >= planned.length)
    .map((slice) => ({
      slice: slice.slice,
      plannedAt: null,
      plannedQuantity: null,
      ...sentPart(slice, execution),
    }));
  return [...planned, ...beyond];
}

function sentPart(sent: SentSlice | undefined, execution: ExecutionSnapshot) {
  if (sent === undefined) {
    return {
      sentAt: null,
      orderId: null,
      orderStatus: null,
      price: null,
      sentQuantity: null,
      filledQuantity: '0',
    };
  }
  const { orderId, status, priceTicks, lots, filledLots: filled } = sent.order;
  return {
    sentAt: sent.sentAt,
    orderId,
    orderStatus: status,
    price: priceTicks === null ? null : decimalTicks(priceTicks, execution),
    sentQuantity: decimalLots(lots ?? 0, execution),
    filledQuantity: decimalLots(filled, execution),
  };
}

function pick(execution: ExecutionSnapshot) {
  const { accountId, venue, symbol, side, algorithm, status, startAt, endAt, urgency, seed } = execution;
  const { maxSlippageBps, maxSliceFactor, profileSource, strategy } = execution;
  const { createdAt, startedAt, updatedAt, closedAt, version } = execution;
  return {
    ...{ accountId, venue, symbol, side, algorithm, status, startAt, endAt, urgency, seed },
    ...{ maxSlippageBps, maxSliceFactor, profileSource, strategy },
    ...{ createdAt, startedAt, updatedAt, closedAt, version },
  };
}

function fractionOf(bps: number): string {
  return formatScaled(BigInt(bps) * UNITS_OF_BPS);
}

function decimalLots(lots: number, { stepUnits }: ExecutionSnapshot): string {
  return formatScaled(BigInt(lots) * stepUnits);
}

function decimalTicks(ticks: number, { tickUnits }: ExecutionSnapshot): string {
  return formatScaled(BigInt(ticks) * tickUnits);
}
