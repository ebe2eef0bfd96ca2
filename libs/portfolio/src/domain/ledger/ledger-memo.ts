import type { JsonObject } from '@sextant/contracts';
import { formatScaled, parseScaled } from '@sextant/kernel';
import { feeValue } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';

/** What a FILL transaction says besides its postings: enough to book it again from the ledger alone. */
export function fillMemo(fill: BookedFill): JsonObject {
  const value = feeValue(fill);
  return {
    fillId: fill.fillId,
    orderId: fill.orderId,
    symbol: fill.symbol,
    base: fill.base,
    quote: fill.quote,
    side: fill.side,
    lots: fill.lots,
    priceTicks: fill.priceTicks,
    quantity: formatScaled(fill.baseUnits),
    notional: formatScaled(fill.notionalUnits),
    feeAsset: fill.feeAsset,
    fee: formatScaled(fill.feeUnits),
    feeValue: value === null ? null : formatScaled(value),
    role: fill.role,
    strategy: fill.strategy,
    venue: fill.venue,
    venueTradeId: fill.venueTradeId,
    ...(fill.positionSide !== undefined && { positionSide: fill.positionSide }),
  };
}

/** The inverse of `fillMemo`; what a virtual position is not booked by is not in it. @throws Error when the memo is not of a fill. */
export function fillOfMemo(memo: JsonObject, executedAt: number): BookedFill {
  const side = text(memo, 'side');
  const role = text(memo, 'role');
  if (side !== 'BUY' && side !== 'SELL') throw new Error(`${side} is not a side`);
  if (role !== 'MAKER' && role !== 'TAKER') throw new Error(`${role} is not a role`);
  const positionSide = memo['positionSide'];
  const value = memo['feeValue'] ?? null;
  return {
    fillId: text(memo, 'fillId') as BookedFill['fillId'],
    orderId: text(memo, 'orderId') as BookedFill['orderId'],
    symbol: text(memo, 'symbol'),
    base: text(memo, 'base'),
    quote: text(memo, 'quote'),
    side,
    lots: count(memo, 'lots'),
    priceTicks: count(memo, 'priceTicks'),
    baseUnits: parseScaled(text(memo, 'quantity')),
    notionalUnits: parseScaled(text(memo, 'notional')),
    feeAsset: text(memo, 'feeAsset'),
    feeUnits: parseScaled(text(memo, 'fee')),
    feeValueUnits: typeof value === 'string' ? parseScaled(value) : null,
    role,
    executedAt,
    strategy: memo['strategy'] === null ? null : text(memo, 'strategy'),
    venue: text(memo, 'venue'),
    venueTradeId: text(memo, 'venueTradeId'),
    ...((positionSide === 'LONG' || positionSide === 'SHORT') && { positionSide }),
  };
}

function text(memo: JsonObject, field: string): string {
  const value = memo[field];
  if (typeof value !== 'string') throw new Error(`memo field ${field} is not a text`);
  return value;
}

function count(memo: JsonObject, field: string): number {
  const value = memo[field];
  if (typeof value !== 'number') throw new Error(`memo field ${field} is not a number`);
  return value;
}
