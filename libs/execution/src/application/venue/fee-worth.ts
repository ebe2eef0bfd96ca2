import type { EpochMs } from '@sextant/kernel';
import type { BookedFill } from '@sextant/portfolio';
import type { OwnedAccount } from '../account/owned-account.js';

/** Fills that are told later than this are too old for the price of now. Tax lots take prices as old as that, too. */
export const PRICE_HOLDS_MS = 900_000;

/**
 * "Fees: asset as charged, value at fill time beside it": what a fee in a third asset (BNB at Binance) is worth in the
 * quote, at the marks of the account's venue. Nothing where the fill itself tells its worth, or nobody knows it.
 */
export function feeWorth(
  { feeAsset, feeUnits, base, quote, symbol, executedAt }: BookedFill,
  account: Pick<OwnedAccount, 'worth'>,
  now: EpochMs,
): Pick<BookedFill, 'feeValueUnits'> {
  const isBasePaid = feeAsset === base && !symbol.includes(':');
  if (feeUnits === 0n || feeAsset === quote || isBasePaid) return {};
  if (now - executedAt > PRICE_HOLDS_MS) return {};
  return { feeValueUnits: account.worth(feeAsset, feeUnits, quote) };
}
