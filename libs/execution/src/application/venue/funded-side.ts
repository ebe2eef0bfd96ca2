import type { VenueIncome } from '@sextant/exchange';
import type { PortfolioState, PositionSide } from '@sextant/portfolio';

/**
 * Which position an entry of income is of: venues name the market, not the side. In hedge mode one stamp has an entry for
 * each side that is held; the larger position has the larger amount.
 */
export function fundedSide(
  one: Pick<VenueIncome, 'symbol' | 'kind' | 'units' | 'at'>,
  all: readonly Pick<VenueIncome, 'symbol' | 'kind' | 'units' | 'at'>[],
  portfolio: Pick<PortfolioState, 'position' | 'margin'>,
): PositionSide {
  const symbol = one.symbol ?? '';
  const sizeOf = (side: PositionSide) => magnitude(portfolio.position(symbol, side).signedUnits);
  if (!portfolio.margin.hedged && sizeOf('LONG') === 0n && sizeOf('SHORT') === 0n) return 'NET';
  const [long, short] = [sizeOf('LONG'), sizeOf('SHORT')];
  if (long === 0n && short === 0n) return sizeOf('NET') > 0n ? 'NET' : 'LONG';
  if (long === 0n || short === 0n) return long === 0n ? 'SHORT' : 'LONG';
  const stamp = all.filter(
    (other) => other.symbol === symbol && other.kind === one.kind && other.at === one.at,
  );
  const isLarger = stamp.every((other) => magnitude(one.units) >= magnitude(other.units));
  const isFirst = stamp.find((other) => magnitude(other.units) === magnitude(one.units)) === one;
  return (isLarger && isFirst) === long >= short ? 'LONG' : 'SHORT';
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
