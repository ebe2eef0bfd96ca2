import type { EpochMs, FillId, LiquidityRole, OrderId, Side } from '@sextant/kernel';

/** A fill as it is booked. Units are counts of 10^-18 of their asset. */
export interface BookedTrade {
  fillId: FillId;
  orderId: OrderId;
  symbol: string;
  venueOrderId: string;
  venueTradeId: string;
  side: Side;
  lots: number;
  priceTicks: number;
  baseUnits: bigint;
  quoteUnits: bigint;
  /** What was charged for it by now, by asset: the fee that came with it and what was changed since. */
  charged: ReadonlyMap<string, bigint>;
  /** How often its fee was changed. */
  feeRevision: number;
  role: LiquidityRole;
  strategy: string | null;
  executedAt: EpochMs;
  /** Hedge mode: which of the two positions it was booked in. */
  positionSide?: 'LONG' | 'SHORT';
}

/** A trade as the venue lists it, on the grid that its market has now. */
export interface ListedTrade {
  symbol: string;
  venueOrderId: string;
  venueTradeId: string;
  priceTicks: number;
  lots: number;
  feeAsset: string;
  feeUnits: bigint;
  executedAt: EpochMs;
}

/** Steps of a market, in 10^-18. */
export interface Grid {
  tickUnits: bigint;
  stepUnits: bigint;
}

/**
 * MISSING: the venue lists a trade that is not booked. FOREIGN: the same, in a market that cannot be counted here. FEE: it
 * charges something else than is booked; `changes` are what is to be added, by asset. ALTERED: price or quantity are not
 * what was booked. UNLISTED: booked, and the venue does not list it.
 */
export type TradeFinding<Listed extends ListedTrade> =
  | { kind: 'MISSING'; listed: Listed }
  | { kind: 'FOREIGN'; listed: Listed }
  | { kind: 'FEE'; listed: Listed; booked: BookedTrade; changes: { asset: string; units: bigint }[] }
  | { kind: 'ALTERED'; listed: Listed; booked: BookedTrade }
  | { kind: 'UNLISTED'; booked: BookedTrade };

export interface TradesToCompare<Listed extends ListedTrade> {
  /** Everything that the venue lists of [from, until), and perhaps more. */
  listed: readonly Listed[];
  booked: readonly BookedTrade[];
  /** By the time of execution: nothing from before is judged. */
  from: EpochMs;
  /** What was executed then or later may be on its way still: it is neither missing nor unlisted. */
  until: EpochMs;
  /** Null for a market that is not known here. */
  grid: (symbol: string) => Grid | null;
}

/** Trade by trade, the venue's list against what is booked. What agrees is not told. */
export function compareTrades<Listed extends ListedTrade>({
  listed,
  booked,
  from,
  until,
  grid,
}: TradesToCompare<Listed>): TradeFinding<Listed>[] {
  const isSettled = ({ executedAt }: { executedAt: EpochMs }) => executedAt >= from && executedAt < until;
  const known = new Map(booked.map((trade) => [keyOf(trade), trade]));
  const seen = new Set<string>();
  const findings: TradeFinding<Listed>[] = [];
  for (const fills of byTrade(listed)) {
    const fill = fills[0]!;
    seen.add(keyOf(fill));
    const trade = known.get(keyOf(fill));
    if (fill.executedAt < from || (trade === undefined && !isSettled(fill))) continue;
    const steps = grid(fill.symbol);
    const finding = trade === undefined ? unbooked(fill, steps) : differing(fills, trade, steps);
    if (finding !== null) findings.push(finding);
  }
  for (const trade of booked) {
    if (isSettled(trade) && !seen.has(keyOf(trade))) findings.push({ kind: 'UNLISTED', booked: trade });
  }
  return findings;
}

function unbooked<Listed extends ListedTrade>(listed: Listed, steps: Grid | null): TradeFinding<Listed> {
  return { kind: steps === null ? 'FOREIGN' : 'MISSING', listed };
}

/** Some venues give one id to several fills of an order: together they are what was booked, or it is altered. */
function differing<Listed extends ListedTrade>(
  fills: readonly Listed[],
  booked: BookedTrade,
  steps: Grid | null,
): TradeFinding<Listed> | null {
  const listed = fills[0]!;
  if (steps !== null) {
    const base = fills.reduce((sum, { lots }) => sum + BigInt(lots) * steps.stepUnits, 0n);
    const quote = fills.reduce((sum, fill) => sum + quoteOf(fill, steps), 0n);
    if (base !== booked.baseUnits || quote !== booked.quoteUnits) return { kind: 'ALTERED', listed, booked };
  }
  const changes = feeChanges(fills, booked);
  return changes.length === 0 ? null : { kind: 'FEE', listed, booked, changes };
}

/** listed − booked, by asset. */
function feeChanges(
  fills: readonly ListedTrade[],
  { charged }: BookedTrade,
): { asset: string; units: bigint }[] {
  const open = new Map([...charged].map(([asset, units]) => [asset, -units]));
  for (const { feeAsset, feeUnits } of fills) open.set(feeAsset, (open.get(feeAsset) ?? 0n) + feeUnits);
  return [...open]
    .map(([asset, units]) => ({ asset, units }))
    .filter(({ units }) => units !== 0n)
    .sort((a, b) => (a.asset < b.asset ? -1 : 1));
}

function quoteOf({ priceTicks, lots }: ListedTrade, { tickUnits, stepUnits }: Grid): bigint {
  return (BigInt(priceTicks) * tickUnits * BigInt(lots) * stepUnits) / 10n ** 18n;
}

function* byTrade<Listed extends ListedTrade>(listed: readonly Listed[]): Iterable<Listed[]> {
  const groups = new Map<string, Listed[]>();
  for (const fill of listed) {
    const group = groups.get(keyOf(fill));
    if (group === undefined) groups.set(keyOf(fill), [fill]);
    else group.push(fill);
  }
  yield* groups.values();
}

/** Ids count within a market, at some venues within an order. */
function keyOf(trade: { symbol: string; venueOrderId: string; venueTradeId: string }): string {
  return `${trade.symbol} ${trade.venueOrderId} ${trade.venueTradeId}`;
}
