import { sumsByAsset } from './posting.js';
import type { Posting } from './posting.js';

/** What every ledger account holds of each asset, added up posting by posting. */
export class TrialBalance {
  private readonly accounts = new Map<string, Map<string, bigint>>();

  add(postings: readonly Posting[]): void {
    for (const { account, asset, amount } of postings) {
      const held = this.accounts.get(account) ?? new Map<string, bigint>();
      held.set(asset, (held.get(asset) ?? 0n) + amount);
      this.accounts.set(account, held);
    }
  }

  /** By account, then asset; `amount` is the balance. */
  lines(): Posting[] {
    return [...this.accounts]
      .flatMap(([account, held]) => [...held].map(([asset, amount]) => ({ account, asset, amount })))
      .sort((a, b) => compareText(a.account, b.account) || compareText(a.asset, b.asset));
  }

  /** Σ over all accounts, by asset: zero in a sound ledger. */
  totals(): { asset: string; amount: bigint }[] {
    return [...sumsByAsset(this.lines())]
      .map(([asset, amount]) => ({ asset, amount }))
      .sort((a, b) => compareText(a.asset, b.asset));
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
