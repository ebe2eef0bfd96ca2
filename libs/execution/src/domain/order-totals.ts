import { divideScaled, formatScaled, parseScaled } from '@sextant/kernel';
import type { Amendment, FeeTotal, OrderFill, OrderSnapshot } from './order-snapshot.js';
import { amendmentOf } from './revisions.js';

/** Fees by asset, in the order they first appeared. */
export function addFee(fees: readonly FeeTotal[], asset: string, units: bigint): readonly FeeTotal[] {
  if (units === 0n && !fees.some((fee) => fee.asset === asset)) return fees;
  const known = fees.some((fee) => fee.asset === asset);
  if (!known) return [...fees, { asset, units }];
  return fees.map((fee) => (fee.asset === asset ? { asset, units: fee.units + units } : fee));
}

/**
 * What stays reserved once a fill is booked: the share of the lots still open, rounded up, so that a part-filled
 * order never holds less than its rest needs; of an amount of quote, what is not spent yet. With new terms on their way
 * it is what the dearer of both needs, `extra` of it beyond the old ones.
 */
export function reservationAfterFill(
  order: OrderSnapshot,
  fill: OrderFill,
): { units: bigint; extra: bigint } {
  if (order.lots === null) {
    const rest = order.reservedUnits - fill.notionalUnits;
    return { units: rest > 0n ? rest : 0n, extra: 0n };
  }
  const before = BigInt(order.lots - order.filledLots);
  const after = before - BigInt(fill.lots);
  const amendment = amendmentOf(order);
  const held = order.reservedUnits - parseScaled(amendment?.extra ?? '0');
  const old = (held * after + before - 1n) / before;
  const asked = amendment === null ? 0n : reservationOfAmended(amendment, order.filledLots + fill.lots);
  const extra = asked > old ? asked - old : 0n;
  return { units: old + extra, extra };
}

/** What new terms hold once they are in force: the share of the lots still open, rounded up. */
export function reservationOfAmended(amendment: Amendment, filledLots: number): bigint {
  const asked = BigInt(amendment.lots - amendment.filledBefore);
  const open = BigInt(amendment.lots - filledLots);
  if (open <= 0n) return 0n;
  return (parseScaled(amendment.reserved) * open + asked - 1n) / asked;
}

/** cumulativeQuote / filledQuantity, HALF_EVEN at 18 decimals; null while unfilled. */
export function averagePrice(
  order: Pick<OrderSnapshot, 'filledLots' | 'stepUnits' | 'cumulativeQuoteUnits'>,
): string | null {
  if (order.filledLots === 0) return null;
  return formatScaled(divideScaled(order.cumulativeQuoteUnits, BigInt(order.filledLots) * order.stepUnits));
}
