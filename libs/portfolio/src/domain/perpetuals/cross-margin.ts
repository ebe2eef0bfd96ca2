/** One position of an account as cross margin sees it; amounts at 10^-18 of the settlement asset. */
export interface MarginedPosition {
  /** Unrealised P&L at the mark. */
  unrealizedUnits: bigint;
  maintenanceUnits: bigint;
  /** What was put aside for it alone; null: it shares the wallet. */
  isolatedMarginUnits: bigint | null;
}

/** The wallet without what isolated positions have put aside. */
export function crossWallet(walletUnits: bigint, positions: readonly MarginedPosition[]): bigint {
  return positions.reduce((rest, one) => rest - (one.isolatedMarginUnits ?? 0n), walletUnits);
}

/** "Liquidation when equity = wallet + Σ uPnL ≤ Σ maintenance", over the positions that share the wallet. */
export function isCrossLost(walletUnits: bigint, positions: readonly MarginedPosition[]): boolean {
  const shared = positions.filter((one) => one.isolatedMarginUnits === null);
  if (shared.length === 0) return false;
  const equity = shared.reduce((sum, one) => sum + one.unrealizedUnits, crossWallet(walletUnits, positions));
  return equity <= shared.reduce((sum, one) => sum + one.maintenanceUnits, 0n);
}

/**
 * The margin behind one position of a cross account, "with other positions frozen": wallet + the others' unrealised P&L −
 * the others' maintenance. What its liquidation price is computed from.
 */
export function crossMarginOf<T extends MarginedPosition>(
  one: T,
  walletUnits: bigint,
  positions: readonly T[],
): bigint {
  const others = positions.filter((other) => other !== one && other.isolatedMarginUnits === null);
  return others.reduce(
    (margin, other) => margin + other.unrealizedUnits - other.maintenanceUnits,
    crossWallet(walletUnits, positions),
  );
}
