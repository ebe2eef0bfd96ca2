import type { VenueFill, VenueOrder } from '@sextant/exchange';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import type { ExecutionTools } from '../account/owned-account.js';

/**
 * True while a tick and a lot of the order are what the venue counts in now. A venue may change its steps under an order
 * that waits here for weeks: the same numbers would then be another price and ten times the quantity.
 */
export function isOnItsGrid(
  { symbol, tickUnits, stepUnits }: Pick<OrderSnapshot, 'symbol' | 'tickUnits' | 'stepUnits'>,
  { markets }: Pick<ExecutionTools, 'markets'>,
): boolean {
  try {
    const now = markets.instrument(symbol);
    return now.tickUnits === tickUnits && now.stepUnits === stepUnits;
  } catch {
    // No such market any more: the venue says so.
    return true;
  }
}

type Grid = Pick<OrderSnapshot, 'symbol' | 'tickUnits' | 'stepUnits'>;
type Tools = Pick<ExecutionTools, 'markets'>;

/**
 * A fill in the ticks and lots of its order: the venue counts in the steps that hold now, an order in those that it was
 * placed with. Null where they do not come out whole.
 */
export function fillOnGridOf(order: Grid, fill: VenueFill, tools: Tools): VenueFill | null {
  if (isOnItsGrid(order, tools)) return fill;
  const { tickUnits, stepUnits } = tools.markets.instrument(order.symbol);
  const priceTicks = rescaled(fill.priceTicks, tickUnits, order.tickUnits);
  const lots = rescaled(fill.lots, stepUnits, order.stepUnits);
  return priceTicks === null || lots === null ? null : { ...fill, priceTicks, lots };
}

/** The same of what the venue says of the order. */
export function reportOnGridOf(order: Grid, report: VenueOrder, tools: Tools): VenueOrder | null {
  if (isOnItsGrid(order, tools)) return report;
  const { tickUnits, stepUnits } = tools.markets.instrument(order.symbol);
  const lots = report.lots === null ? null : rescaled(report.lots, stepUnits, order.stepUnits);
  const filledLots = rescaled(report.filledLots, stepUnits, order.stepUnits);
  const ticks = report.priceTicks === null ? null : rescaled(report.priceTicks, tickUnits, order.tickUnits);
  const isWhole = (report.lots === null || lots !== null) && (report.priceTicks === null || ticks !== null);
  return filledLots === null || !isWhole ? null : { ...report, lots, filledLots, priceTicks: ticks };
}

function rescaled(count: number, from: bigint, to: bigint): number | null {
  const units = BigInt(count) * from;
  return units % to === 0n ? Number(units / to) : null;
}
