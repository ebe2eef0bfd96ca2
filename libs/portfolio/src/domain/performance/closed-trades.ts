import { mulDivHalfEven, Symbol as MarketSymbol } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { parseLedgerAccount } from '../ledger/ledger-account.js';
import type { Posting } from '../ledger/posting.js';

/** Amounts in the settlement asset, 10^-18. */
export interface TradeResult {
  /** Gross, at average cost. */
  realizedUnits: bigint;
  feeUnits: bigint;
  fundingUnits: bigint;
  /** Fills whose fee has no known value: while > 0 the net result is unknown. */
  unvaluedFeeCount: number;
}

/** "A trade: flat to flat per symbol and side; a flip splits it." */
export interface ClosedTrade extends TradeResult {
  symbol: string;
  side: 'LONG' | 'SHORT';
  /** Settlement asset. */
  asset: string;
  openedAt: EpochMs;
  closedAt: EpochMs;
  /** Base that was opened over its life, and what it cost; fees excluded. */
  openedUnits: bigint;
  entryUnits: bigint;
  closedUnits: bigint;
  exitUnits: bigint;
}

/** One ledger transaction. `stepUnits`: one step of the fill's market in base, 10^-18; 0 where it is not known. */
export interface TradeEntry {
  occurredAt: EpochMs;
  postings: readonly Posting[];
  fill: { symbol: string; stepUnits: bigint } | null;
}

type Open = { -readonly [K in keyof Omit<ClosedTrade, 'closedAt'>]: ClosedTrade[K] };

/** What one transaction did to one market. */
interface Change extends TradeResult {
  baseUnits: bigint;
  costUnits: bigint;
}

interface Market {
  settle: string;
  base: string;
  heldUnits: bigint;
  costUnits: bigint;
  stepUnits: bigint;
  open: Open | null;
  /** Results outside of any trade: funding or a fee that came after the close, a dust's disposal. */
  loose: TradeResult;
}

const NOTHING: TradeResult = { realizedUnits: 0n, feeUnits: 0n, fundingUnits: 0n, unvaluedFeeCount: 0 };

/**
 * Reads trades off a ledger, transaction by transaction. Flat is what holds less than one step of its market: a fee in
 * base leaves dust that nobody could sell, and a trade that waits for it would never close. Closed trades, the open ones and
 * what is outside of any add up to the positions' results, exactly.
 */
export class TradeFold {
  private readonly markets = new Map<string, Market>();

  /** The trades that this transaction closed. */
  add(entry: TradeEntry): ClosedTrade[] {
    const { fill } = entry;
    if (fill !== null && fill.stepUnits > 0n) this.market(fill.symbol).stepUnits = fill.stepUnits;
    const closed: ClosedTrade[] = [];
    for (const [symbol, change] of this.changes(entry.postings)) {
      const trade = applyChange(symbol, this.market(symbol), change, entry.occurredAt);
      if (trade !== null) closed.push(trade);
    }
    return closed;
  }

  /** By symbol: what is in no closed trade. */
  remainders(): Map<string, TradeResult> {
    return new Map(
      [...this.markets].map(([symbol, { open, loose }]) => [symbol, sum(open ?? NOTHING, loose)]),
    );
  }

  private changes(postings: readonly Posting[]): Map<string, Change> {
    const changes = new Map<string, Change>();
    const unvalued = new Set<string>();
    for (const { account, asset, amount } of postings) {
      const { purpose, symbol } = parseLedgerAccount(account);
      if (symbol === null || purpose === 'inventory') continue;
      const { settle, base } = this.market(symbol);
      const change = changes.get(symbol) ?? { ...NOTHING, baseUnits: 0n, costUnits: 0n };
      changes.set(symbol, change);
      if (purpose === 'fee' && asset !== settle) unvalued.add(symbol);
      if (purpose === 'fee-value') unvalued.delete(symbol);
      if (purpose === 'position' && asset === base) change.baseUnits -= amount;
      else if (asset !== settle) continue;
      else if (purpose === 'position') change.costUnits += amount;
      else if (purpose === 'realized') change.realizedUnits -= amount;
      else if (purpose === 'fee' || purpose === 'fee-value') change.feeUnits += amount;
      else if (purpose === 'funding') change.fundingUnits -= amount;
    }
    for (const symbol of unvalued) changes.get(symbol)!.unvaluedFeeCount = 1;
    return changes;
  }

  private market(symbol: string): Market {
    let market = this.markets.get(symbol);
    if (market === undefined) {
      const { base, quote, settle } = MarketSymbol.parse(symbol);
      const held = { heldUnits: 0n, costUnits: 0n, stepUnits: 0n, open: null, loose: NOTHING };
      market = { base, settle: settle ?? quote, ...held };
      this.markets.set(symbol, market);
    }
    return market;
  }
}

/** `netPnl = realizedPnl − fees + funding`; "a trade's `pnl` is net". Null while a fee has no known value. */
export function tradeNet(result: TradeResult): bigint | null {
  if (result.unvaluedFeeCount > 0) return null;
  return result.realizedUnits - result.feeUnits + result.fundingUnits;
}

function applyChange(symbol: string, market: Market, change: Change, at: EpochMs): ClosedTrade | null {
  const [held, cost] = [market.heldUnits, market.costUnits];
  market.heldUnits = held + change.baseUnits;
  market.costUnits = cost + change.costUnits;
  const turned = market.open !== null && held > 0n !== market.heldUnits > 0n && market.heldUnits !== 0n;
  if (!turned || isDust(market)) return inOneTrade(symbol, market, change, at);
  const size = magnitude(change.baseUnits);
  const fee = mulDivHalfEven(change.feeUnits, magnitude(held), size);
  const closing = { ...change, baseUnits: -held, costUnits: -cost, feeUnits: fee };
  const closed = finish(market.open!, closing, at);
  market.open = opened(symbol, market, at);
  const opening = { ...NOTHING, baseUnits: market.heldUnits, costUnits: market.costUnits };
  grow(market.open, { ...opening, feeUnits: change.feeUnits - fee });
  return closed;
}

function inOneTrade(symbol: string, market: Market, change: Change, at: EpochMs): ClosedTrade | null {
  if (market.open === null && isDust(market)) {
    market.loose = sum(market.loose, change);
    return null;
  }
  market.open ??= opened(symbol, market, at);
  if (isDust(market)) {
    const closed = finish(market.open, change, at);
    market.open = null;
    return closed;
  }
  grow(market.open, change);
  return null;
}

function isDust({ heldUnits, stepUnits }: Market): boolean {
  return heldUnits === 0n || magnitude(heldUnits) < stepUnits;
}

function opened(symbol: string, { heldUnits, settle }: Market, openedAt: EpochMs): Open {
  const nothing = { openedUnits: 0n, entryUnits: 0n, closedUnits: 0n, exitUnits: 0n };
  return { ...NOTHING, ...nothing, symbol, side: heldUnits > 0n ? 'LONG' : 'SHORT', asset: settle, openedAt };
}

/** Whatever was rounded, Δcost − Δrealized is the signed notional, exactly. */
function grow(trade: Open, change: Change): void {
  const { baseUnits, costUnits, realizedUnits } = change;
  const notional = magnitude(costUnits - realizedUnits);
  if (baseUnits > 0n === (trade.side === 'LONG')) {
    trade.openedUnits += magnitude(baseUnits);
    trade.entryUnits += notional;
  } else {
    trade.closedUnits += magnitude(baseUnits);
    trade.exitUnits += notional;
  }
  Object.assign(trade, sum(trade, change));
}

function finish(trade: Open, change: Change, closedAt: EpochMs): ClosedTrade {
  grow(trade, change);
  return { ...trade, closedAt };
}

function sum(a: TradeResult, b: TradeResult): TradeResult {
  return {
    realizedUnits: a.realizedUnits + b.realizedUnits,
    feeUnits: a.feeUnits + b.feeUnits,
    fundingUnits: a.fundingUnits + b.fundingUnits,
    unvaluedFeeCount: a.unvaluedFeeCount + b.unvaluedFeeCount,
  };
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
