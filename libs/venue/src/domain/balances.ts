/** What an account has at the exchange, 10^-18 of each asset. Neither part is ever negative. */
export class Balances {
  private readonly byAsset = new Map<string, { free: bigint; locked: bigint }>();

  free(asset: string): bigint {
    return this.byAsset.get(asset)?.free ?? 0n;
  }

  locked(asset: string): bigint {
    return this.byAsset.get(asset)?.locked ?? 0n;
  }

  credit(asset: string, units: bigint): void {
    this.change(asset, units, 0n);
  }

  debit(asset: string, units: bigint): void {
    this.change(asset, -units, 0n);
  }

  lock(asset: string, units: bigint): void {
    this.change(asset, -units, units);
  }

  unlock(asset: string, units: bigint): void {
    this.change(asset, units, -units);
  }

  /** Spends what was locked. */
  spend(asset: string, units: bigint): void {
    this.change(asset, 0n, -units);
  }

  /** Sorted by asset. */
  all(): { asset: string; freeUnits: bigint; lockedUnits: bigint }[] {
    return [...this.byAsset]
      .map(([asset, { free, locked }]) => ({ asset, freeUnits: free, lockedUnits: locked }))
      .sort((a, b) => (a.asset < b.asset ? -1 : 1));
  }

  private change(asset: string, free: bigint, locked: bigint): void {
    let entry = this.byAsset.get(asset);
    if (entry === undefined) {
      entry = { free: 0n, locked: 0n };
      this.byAsset.set(asset, entry);
    }
    if (entry.free + free < 0n || entry.locked + locked < 0n) {
      throw new Error(`balance of ${asset} would be negative`);
    }
    entry.free += free;
    entry.locked += locked;
  }
}
