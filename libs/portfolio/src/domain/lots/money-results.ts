import { Symbol as MarketSymbol } from '@sextant/kernel';
import { parseLedgerAccount } from '../ledger/ledger-account.js';
import { magnitude } from './lot.js';
import type { LotMatch } from './lot.js';
import type { LotEntry, ValueThen } from './lot-changes.js';

/**
 * What a transaction gained or cost in money alone, so that every method says the same: the results of perpetuals
 * (realized at average cost − fees + funding), where nothing is held, and a fee in the reporting asset that a venue charged
 * after its fill, too late for the cost of a lot.
 */
export function moneyResults(entry: LotEntry, reporting: string, valueThen: ValueThen): LotMatch[] {
  const perpetuals = [...resultsBySymbol(entry)]
    .filter(([, { units, unvalued }]) => units !== 0n || unvalued)
    .map(([symbol, { settle, units, unvalued }]) => {
      const worth = settle === reporting ? units : valueThen(settle, units, entry.occurredAt);
      return matchOf(entry, {
        asset: symbol,
        purpose: 'DERIVATIVE',
        units: 0n,
        costUnits: 0n,
        proceedsUnits: unvalued ? null : worth,
      });
    });
  return [...perpetuals, ...lateFee(entry, reporting)];
}

interface Result {
  settle: string;
  units: bigint;
  unvalued: boolean;
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

function lateFee(entry: LotEntry, reporting: string): LotMatch[] {
  if (entry.kind !== 'FEE') return [];
  return entry.postings
    .map((posting) => ({ ...posting, ...parseLedgerAccount(posting.account) }))
    .filter(({ purpose, asset, symbol }) => purpose === 'fee' && asset === reporting && !isPerpetual(symbol))
    .map(({ asset, amount }) => {
      const [costUnits, proceedsUnits] = amount > 0n ? [amount, 0n] : [0n, -amount];
      return matchOf(entry, { asset, purpose: 'FEE', units: magnitude(amount), costUnits, proceedsUnits });
    });
}

function isPerpetual(symbol: string | null): boolean {
  return symbol !== null && MarketSymbol.parse(symbol).settle !== null;
}

function matchOf(
  { occurredAt, transactionId }: LotEntry,
  facts: Pick<LotMatch, 'asset' | 'purpose' | 'units' | 'costUnits' | 'proceedsUnits'>,
): LotMatch {
  return {
    ...facts,
    acquiredAt: occurredAt,
    acquiredBy: transactionId,
    disposedAt: occurredAt,
    disposedBy: transactionId,
  };
}
