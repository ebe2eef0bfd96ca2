import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import { unrealizedPnl } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { sumKnown } from '../valuation/valuation.js';
import type { Valuation } from '../valuation/valuation.js';
import { textOrNull } from './position-view.js';

/** Results in one settlement asset, in units; null is not known. */
export interface PnlSums {
  asset: string;
  realized: bigint;
  unrealized: bigint | null;
  fees: bigint | null;
  funding: bigint;
}

/** P&L of one group in one settlement asset; amounts of different assets never meet in a sum. */
export interface PnlRow {
  /** Symbol, strategy (null: orders without one), UTC day `2026-01-31`, venue or account id; null in a total. */
  key: string | null;
  /** True on what is no group's own, so that the groups add up to the total: see `remainderOf`. */
  remainder: boolean;
  asset: string;
  realizedPnl: string;
  /** Of what is open now; null without a fresh mark, and for a past time. */
  unrealizedPnl: string | null;
  fees: string | null;
  funding: string;
  /** "netPnl = realizedPnl − fees + funding"; null while a fee has no value. */
  netPnl: string | null;
  /** netPnl + unrealizedPnl. */
  totalPnl: string | null;
}

export interface PnlGroup extends PnlSums {
  key: string | null;
}

/** Adds groups of the same key and asset up, in order of first mention. */
export class PnlTable {
  private readonly groups = new Map<string, PnlGroup>();

  add(key: string | null, sums: PnlSums): void {
    const id = JSON.stringify([key, sums.asset]);
    const group = this.groups.get(id);
    this.groups.set(id, { key, ...(group === undefined ? sums : plus(group, sums)) });
  }

  all(): PnlGroup[] {
    return [...this.groups.values()];
  }
}

export function noPnl(asset: string): PnlSums {
  return { asset, realized: 0n, unrealized: 0n, fees: 0n, funding: 0n };
}

/** What a position has brought, and would bring at its mark. */
export function pnlOfPosition(position: Position, valuation: Valuation): PnlSums {
  const { settle, quote } = MarketSymbol.parse(position.symbol);
  const open = position.signedUnits !== 0n;
  const mark = open ? valuation.mark(position.symbol) : null;
  return {
    asset: settle ?? quote,
    realized: position.realizedUnits,
    unrealized: open ? mark && unrealizedPnl(position, mark.priceUnits) : 0n,
    fees: position.unvaluedFeeCount > 0 ? null : position.feeUnits,
    funding: position.fundingUnits,
  };
}

function plus(a: PnlSums, b: PnlSums): PnlSums {
  return {
    asset: a.asset,
    realized: a.realized + b.realized,
    unrealized: sumKnown([a.unrealized, b.unrealized]),
    fees: sumKnown([a.fees, b.fees]),
    funding: a.funding + b.funding,
  };
}

/**
 * What the groups leave of the whole: where strategies hold opposite sides the account nets them and realizes earlier (the
 * two columns shift, their sum stays), and a fee in an asset that another strategy holds is paid out of that one's position.
 * With it every column adds up to the last digit. Null where nothing is left, as far as anybody knows.
 */
export function remainderOf(whole: PnlSums, groups: readonly PnlSums[]): PnlSums | null {
  const sum = groups.reduce(plus, noPnl(whole.asset));
  const rest = plus(whole, {
    asset: whole.asset,
    realized: -sum.realized,
    unrealized: negative(sum.unrealized),
    fees: negative(sum.fees),
    funding: -sum.funding,
  });
  const isNothing = rest.realized === 0n && rest.funding === 0n && !rest.unrealized && !rest.fees;
  return isNothing ? null : rest;
}

function negative(units: bigint | null): bigint | null {
  return units === null ? null : -units;
}

export function pnlRow(group: PnlGroup, remainder = false): PnlRow {
  const { key, asset, realized, unrealized, fees, funding } = group;
  const net = fees === null ? null : realized - fees + funding;
  return {
    key,
    remainder,
    asset,
    realizedPnl: formatScaled(realized),
    unrealizedPnl: textOrNull(unrealized),
    fees: textOrNull(fees),
    funding: formatScaled(funding),
    netPnl: textOrNull(net),
    totalPnl: textOrNull(sumKnown([net, unrealized])),
  };
}
