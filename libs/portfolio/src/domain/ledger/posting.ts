/** One line of a ledger transaction; `amount` in 10^-18 of `asset`, debit positive. */
export interface Posting {
  account: string;
  asset: string;
  amount: bigint;
}

/** Collects legs; one line per account and asset, in order of first mention, nothing that came to zero. */
export class PostingSheet {
  private readonly lines = new Map<string, Posting>();

  add(account: string, asset: string, amount: bigint): this {
    const key = `${account} ${asset}`;
    const line = this.lines.get(key);
    if (line === undefined) this.lines.set(key, { account, asset, amount });
    else line.amount += amount;
    return this;
  }

  /** @throws Error when an asset does not sum to zero: a bug, never a caller's mistake. */
  balanced(): Posting[] {
    const postings = [...this.lines.values()].filter((line) => line.amount !== 0n);
    assertBalanced(postings);
    return postings;
  }
}

/** Double entry: Σ amounts = 0 per asset. */
export function assertBalanced(postings: readonly Posting[]): void {
  for (const [asset, sum] of sumsByAsset(postings)) {
    if (sum !== 0n) throw new Error(`postings of ${asset} sum to ${sum}, not to zero`);
  }
}

/** The first asset whose postings do not sum to zero; null when all do. */
export function unbalancedAsset(postings: readonly Posting[]): string | null {
  return [...sumsByAsset(postings)].find(([, sum]) => sum !== 0n)?.[0] ?? null;
}

/** Σ amounts of each asset, in order of first mention. */
export function sumsByAsset(postings: Iterable<Pick<Posting, 'asset' | 'amount'>>): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { asset, amount } of postings) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  return sums;
}
