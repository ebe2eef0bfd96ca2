import { mulDivHalfEven, ONE, parseScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { FillId, OrderId } from '@sextant/kernel';
import type { BookedFill } from './booked-fill.js';

/** Decimal text as units. */
export const units = parseScaled;

let count = 0;

/** A fill for specs: BUY 1 BTC/USDT at 100 without a fee, but for what is said. */
export function aFill(
  options: Partial<BookedFill> & {
    quantity?: string;
    price?: string;
    fee?: string;
    feeValue?: string | null;
  } = {},
): BookedFill {
  count += 1;
  const { quantity = '1', price = '100', fee = '0', feeValue = null, symbol = 'BTC/USDT', ...rest } = options;
  const { base, quote } = MarketSymbol.parse(symbol);
  const hex = count.toString(16).padStart(32, '0');
  return {
    fillId: `fil_${hex}` as FillId,
    orderId: `ord_${hex}` as OrderId,
    symbol,
    base,
    quote,
    side: 'BUY',
    lots: 1,
    priceTicks: 1,
    baseUnits: units(quantity),
    notionalUnits: mulDivHalfEven(units(quantity), units(price), ONE),
    feeAsset: quote,
    feeUnits: units(fee),
    feeValueUnits: feeValue === null ? null : units(feeValue),
    role: 'TAKER',
    executedAt: 1_700_000_000_000 + count,
    strategy: null,
    venue: 'PAPER',
    venueTradeId: `t${count}`,
    ...rest,
  };
}
