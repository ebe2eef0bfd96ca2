import { mulDivHalfEven, Symbol as MarketSymbol } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { parseLedgerAccount } from '../ledger/ledger-account.js';
import type { LedgerAccount } from '../ledger/ledger-account.js';
import type { Posting } from '../ledger/posting.js';
import { positionKey } from '../positions/position.js';

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

/** What one transaction did to one position: a market's, in hedge mode one of its two sides. */
interface Change extends TradeResult {
  baseUnits: bigint;
  costUnits: bigint;
}

interface Holding {
  symbol: string;
  heldUnits: bigint;
  costUnits: bigint;
  open: Open | null;
  /** Results outside of any trade: funding or a fee that came after the close, a dust's disposal. */
  loose: TradeResult;
}

interface Market {
  base: string;
  settle: string;
  stepUnits: bigint;
}

const NOTHING: TradeResult = { realizedUnits: 0n, feeUnits: 0n, fundingUnits: 0n, unvaluedFeeCount: 0 };

/**
 * Reads trades off a ledger, transaction by transaction. Flat is what holds less than one step of its market: a fee in
 * base leaves dust that nobody could sell, and a trade that waits for it would never close. Closed trades, the open ones and
 * what is outside of any add up to the positions' results, exactly.
 */
export class TradeFold {
  private readonly markets = new Map<string, Market>();
  private readonly holdings = new Map<string, Holding>();
  private readonly chart = new Map<string, LedgerAccount>();

  /** The trades that this transaction closed. */
  add({ occurredAt, postings, fill }: TradeEntry): ClosedTrade[] {
    if (fill !== null && fill.stepUnits > 0n) this.market(fill.symbol).stepUnits = fill.stepUnits;
    const closed: ClosedTrade[] = [];
    for (const [key, change] of this.changes(postings)) {
      const holding = this.holdings.get(key)!;
      const trade = applyChange(holding, this.market(holding.symbol), change, occurredAt);
      if (trade !== null) closed.push(trade);
    }
    return closed;
  }

  /** By symbol, in hedge mode with `#LONG` or `#SHORT`: what is in no closed trade. */
  remainders(): Map<string, TradeResult> {
    return new Map([...this.holdings].map(([key, { open, loose }]) => [key, sum(open ?? NOTHING, loose)]));
  }

  private changes(postings: readonly Posting[]): Map<string, Change> {
    const changes = new Map<string, Change>();
    const unvalued = new Set<Change>();
    for (const { account, asset, amount } of postings) {
      const { purpose, symbol, positionSide } = this.account(account);
      if (symbol === null || purpose === 'inventory' || purpose === 'contract') continue;
      const key = positionKey(symbol, positionSide);
      this.hold(key, symbol);
      const change = changes.get(key) ?? { ...NOTHING, baseUnits: 0n, costUnits: 0n };
      changes.set(key, change);
      const { base, settle } = this.market(symbol);
      if (purpose === 'fee' && asset !== settle) unvalued.add(change);
      if (purpose === 'fee-value') unvalued.delete(change);
      if (purpose === 'position' && asset === base) change.baseUnits -= amount;
      else if (asset === settle) addTo(change, purpose, amount);
    }
    for (const change of unvalued) change.unvaluedFeeCount = 1;
    return changes;
  }

  private hold(key: string, symbol: string): void {
    if (this.holdings.has(key)) return;
    this.holdings.set(key, { symbol, heldUnits: 0n, costUnits: 0n, open: null, loose: NOTHING });
  }

  private account(name: string): LedgerAccount {
    let account = this.chart.get(name);
    if (account === undefined) {
      account = parseLedgerAccount(name);
      this.chart.set(name, account);
    }
    return account;
  }

  private market(symbol: string): Market {
    let market = this.markets.get(symbol);
    if (market === undefined) {
      const { base, quote, settle } = MarketSymbol.parse(symbol);
      market = { base, settle: settle ?? quote, stepUnits: 0n };
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

function addTo(change: Change, purpose: LedgerAccount['purpose'], amount: bigint): void {
  if (purpose === 'position') change.costUnits += amount;
  else if (purpose === 'realized') change.realizedUnits -= amount;
  else if (purpose === 'fee' || purpose === 'fee-value') change.feeUnits += amount;
  else if (purpose === 'funding') change.fundingUnits -= amount;
}

function applyChange(holding: Holding, market: Market, change: Change, at: EpochMs): ClosedTrade | null {
  const [held, cost] = [holding.heldUnits, holding.costUnits];
  holding.heldUnits = held + change.baseUnits;
  holding.costUnits = cost + change.costUnits;
  const turned = holding.open !== null && held > 0n !== holding.heldUnits > 0n;
  if (!turned || isDust(holding, market)) return inOneTrade(holding, market, change, at);
  const fee = mulDivHalfEven(change.feeUnits, magnitude(held), magnitude(change.baseUnits));
  const closed = finish(holding.open!, { ...change, baseUnits: -held, costUnits: -cost, feeUnits: fee }, at);
  const opening = { ...NOTHING, baseUnits: holding.heldUnits, costUnits: holding.costUnits };
  holding.open = opened(holding, market, at);
  grow(holding.open, { ...opening, feeUnits: change.feeUnits - fee });
  return closed;
}

function inOneTrade(holding: Holding, market: Market, change: Change, at: EpochMs): ClosedTrade | null {
  const flat = isDust(holding, market);
  if (holding.open === null && flat) {
    holding.loose = sum(holding.loose, change);
    return null;
  }
  holding.open ??= opened(holding, market, at);
  if (!flat) {
    grow(holding.open, change);
    return null;
  }
  const closed = finish(holding.open, change, at);
  holding.open = null;
  return closed;
}

function isDust({ heldUnits }: Holding, { stepUnits }: Market): boolean {
  return heldUnits === 0n || magnitude(heldUnits) < stepUnits;
}

function opened({ symbol, heldUnits }: Holding, { settle }: Market, openedAt: EpochMs): Open {
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
