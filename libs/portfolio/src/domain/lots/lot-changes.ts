import { mulDivHalfEven, Symbol as MarketSymbol } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { BookedFill } from '../positions/booked-fill.js';
import { parseLedgerAccount } from '../ledger/ledger-account.js';
import type { Posting } from '../ledger/posting.js';
import { magnitude } from './lot.js';
import type { LotChange, LotPurpose } from './lot.js';

/** One ledger transaction; `fill` is what the memo of a FILL or LIQUIDATION says. */
export interface LotEntry {
  transactionId: string;
  kind: string;
  occurredAt: EpochMs;
  postings: readonly Posting[];
  fill: BookedFill | null;
}

/** What an amount was worth in the reporting asset at that time; null when nobody knows. */
export type ValueThen = (asset: string, units: bigint, at: EpochMs) => bigint | null;

/**
 * What a transaction did to the assets of an account other than the one it is reported in, which is money and has no
 * lots. Quantities are those that the wallet moved by, so lots always sum to the balances.
 *
 * A trade is "disposal of one + acquisition of the other" at what was paid, fees capitalised: they raise the cost of what
 * is bought and lower the proceeds of what is sold. A fee in base shrinks what came in; "a fee in a third asset is a
 * disposal of it" at its value then. Deposits came at a cost that this ledger does not know; withdrawals and transfers are
 * no disposals, their network fee is.
 */
export function lotChanges(entry: LotEntry, reporting: string, valueThen: ValueThen): LotChange[] {
  const { fill } = entry;
  const ofTrade = fill !== null && MarketSymbol.parse(fill.symbol).settle === null;
  const changes = ofTrade
    ? new SpotTrade(entry, fill, reporting, valueThen).changes()
    : walletChanges(entry, reporting, valueThen);
  return changes.filter(({ asset, signedUnits }) => asset !== reporting && signedUnits !== 0n);
}

class SpotTrade {
  private readonly worth: bigint | null;

  constructor(
    private readonly entry: LotEntry,
    private readonly fill: BookedFill,
    private readonly reporting: string,
    private readonly valueThen: ValueThen,
  ) {
    this.worth = this.tradeWorth();
  }

  changes(): LotChange[] {
    const { base, quote, feeAsset, feeUnits } = this.fill;
    const buys = this.fill.side === 'BUY';
    const { baseUnits, notionalUnits } = this.fill;
    const fee = this.feeWorth();
    const baseFee = feeAsset === base ? feeUnits : 0n;
    const quoteFee = feeAsset === quote ? feeUnits : 0n;
    const third = feeAsset === base || feeAsset === quote ? 0n : feeUnits;
    // What the base is worth with its fees; a fee in base is in the quantity already.
    const charged = feeAsset === base ? 0n : fee;
    const value = plus(this.worth, buys ? charged : negative(charged));
    const inQuote = plus(this.worth, quoteFee === 0n ? 0n : buys ? fee : negative(fee));
    return [
      this.change(base, (buys ? baseUnits : -baseUnits) - baseFee, value, 'TRADE'),
      this.change(quote, (buys ? -notionalUnits : notionalUnits) - quoteFee, inQuote, 'TRADE'),
      this.change(feeAsset, -third, third === 0n ? 0n : absolute(fee), 'FEE'),
    ];
  }

  /** The reporting asset itself on one side is the worth, whatever the market. */
  private tradeWorth(): bigint | null {
    const { base, quote, baseUnits, notionalUnits, executedAt } = this.fill;
    if (quote === this.reporting) return notionalUnits;
    if (base === this.reporting) return baseUnits;
    return this.valueThen(quote, notionalUnits, executedAt) ?? this.valueThen(base, baseUnits, executedAt);
  }

  /** The fee's worth, its sign too: by its share of the trade, a third asset's by its value in quote at fill time. */
  private feeWorth(): bigint | null {
    const { base, quote, baseUnits, notionalUnits, feeAsset, feeUnits, executedAt } = this.fill;
    if (feeUnits === 0n || feeAsset === this.reporting) return feeUnits;
    const share = (part: bigint, whole: bigint) =>
      this.worth === null ? null : mulDivHalfEven(this.worth, part, whole);
    if (feeAsset === base) return share(feeUnits, baseUnits);
    if (feeAsset === quote) return share(feeUnits, notionalUnits);
    const value = this.fill.feeValueUnits ?? null;
    return value === null ? this.valueThen(feeAsset, feeUnits, executedAt) : share(value, notionalUnits);
  }

  private change(
    asset: string,
    signedUnits: bigint,
    valueUnits: bigint | null,
    purpose: LotPurpose,
  ): LotChange {
    const { occurredAt: at, transactionId: reference } = this.entry;
    return { asset, purpose, signedUnits, valueUnits, at, reference };
  }
}

const PURPOSES: Readonly<Record<string, LotPurpose>> = {
  WITHDRAWAL: 'WITHDRAWAL',
  TRANSFER: 'TRANSFER',
  CORRECTION: 'CORRECTION',
};

/** What came from or went outside: at which cost, and for what, this ledger does not know. */
const OUTSIDE: readonly string[] = ['DEPOSIT', 'OPENING', 'WITHDRAWAL', 'TRANSFER', 'CORRECTION'];

/** Everything but a spot trade, by what it did to the wallet: a fee apart, as the disposal it is. */
function walletChanges(entry: LotEntry, reporting: string, valueThen: ValueThen): LotChange[] {
  const { kind, occurredAt: at, transactionId: reference } = entry;
  const { moved, fees, feeWorth } = walletMoves(entry, reporting);
  return [...moved].flatMap(([asset, units]) => {
    const fee = fees.get(asset) ?? 0n;
    const rest = units + fee;
    const value = OUTSIDE.includes(kind) ? null : absolute(valueThen(asset, rest, at));
    // A late fee is no part of any cost: what it took is lost, at nothing, and nothing else is expensed.
    const feeValue = kind === 'FEE' ? 0n : (feeWorth ?? absolute(valueThen(asset, fee, at)));
    const purpose = PURPOSES[kind] ?? 'TRADE';
    return [
      { asset, purpose, signedUnits: rest, valueUnits: value, at, reference },
      { asset, purpose: 'FEE' as const, signedUnits: -fee, valueUnits: feeValue, at, reference },
    ];
  });
}

function walletMoves({ postings }: LotEntry, reporting: string) {
  const moved = new Map<string, bigint>();
  const fees = new Map<string, bigint>();
  let feeWorth: bigint | null = null;
  for (const { account, asset, amount } of postings) {
    const { purpose } = parseLedgerAccount(account);
    if (purpose === 'wallet') moved.set(asset, (moved.get(asset) ?? 0n) + amount);
    if (purpose === 'transfer-fee' || purpose === 'fee') fees.set(asset, (fees.get(asset) ?? 0n) + amount);
    if (purpose === 'fee-value' && asset === reporting) feeWorth = magnitude(amount);
  }
  return { moved, fees, feeWorth };
}

function plus(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a + b;
}

function negative(units: bigint | null): bigint | null {
  return units === null ? null : -units;
}

function absolute(units: bigint | null): bigint | null {
  return units === null ? null : magnitude(units);
}
