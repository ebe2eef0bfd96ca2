import { Symbol as MarketSymbol } from '@sextant/kernel';
import { parseLedgerAccount } from '../ledger/ledger-account.js';
import type { LotMatch } from './lot.js';
import type { LotEntry, ValueThen } from './lot-changes.js';

interface Result {
  settle: string;
  units: bigint;
  unvalued: boolean;
}

/**
 * What perpetuals paid or took in a transaction: realized at average cost − fees + funding, in the reporting asset. No lot
 * stands behind it, so every method says the same.
 */
export function derivativeResults(entry: LotEntry, reporting: string, valueThen: ValueThen): LotMatch[] {
  return [...resultsBySymbol(entry)]
    .filter(([, { units, unvalued }]) => units !== 0n || unvalued)
    .map(([symbol, { settle, units, unvalued }]) => ({
      asset: symbol,
      purpose: 'DERIVATIVE' as const,
      units: 0n,
      acquiredAt: entry.occurredAt,
      acquiredBy: entry.transactionId,
      disposedAt: entry.occurredAt,
      disposedBy: entry.transactionId,
      costUnits: 0n,
      proceedsUnits: unvalued
        ? null
        : settle === reporting
          ? units
          : valueThen(settle, units, entry.occurredAt),
    }));
}

function resultsBySymbol({ postings }: LotEntry): Map<string, Result> {
  const results = new Map<string, Result>();
  for (const { account, asset, amount } of postings) {
    const { purpose, symbol } = parseLedgerAccount(account);
    const settle = symbol === null ? null : MarketSymbol.parse(symbol).settle;
    if (symbol === null || settle === null) continue;
    const result = results.get(symbol) ?? { settle, units: 0n, unvalued: false };
    results.set(symbol, result);
    if (purpose === 'fee' && asset !== settle) result.unvalued = true;
    if (purpose === 'fee-value') result.unvalued = false;
    if (asset === settle && RESULTS.includes(purpose)) result.units -= amount;
  }
  return results;
}

/** Income is negative in the ledger, an expense positive. */
const RESULTS: readonly string[] = ['realized', 'fee', 'fee-value', 'funding'];
