import { formatScaled, parseScaled } from '@sextant/kernel';
import type { Instrument, InstrumentSpec } from '@sextant/kernel';

/** More ticks or lots than this leave no room for sums. */
const MOST = 10n ** 15n;

/**
 * The rules of a market in the ticks and lots in which it was first told. Orders, fills and sessions count in them and
 * carry no grid of their own: in others a fill would be booked, and a waiting order sent, for another price and quantity.
 * Everything else is as the venue says now; what its new grid does not take, it refuses.
 */
export function inKeptGrid(spec: InstrumentSpec, before: Instrument | null | undefined): InstrumentSpec {
  if (before === null || before === undefined) return spec;
  const { tickUnits, stepUnits } = before;
  const { tickSize, stepSize } = before.spec;
  const maxPrice = atMost(spec.maxPrice, tickUnits);
  return { ...spec, tickSize, stepSize, maxPrice, maxQuantity: atMost(spec.maxQuantity, stepUnits) };
}

function atMost(max: string, stepUnits: bigint): string {
  return parseScaled(max) > MOST * stepUnits ? formatScaled(MOST * stepUnits) : max;
}
