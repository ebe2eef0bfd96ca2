import { mulDivHalfEven } from '@sextant/kernel';
import { finite } from './return-statistics.js';

/** What is asked of a closed trade; `netUnits` is null while the value of a fee is unknown. */
export interface TradeOutcome {
  netUnits: bigint | null;
  openedAt: number;
  closedAt: number;
}

/** Amounts in the trades' settlement asset, 10^-18. */
export interface TradeStatistics {
  count: number;
  wins: number;
  losses: number;
  /** Trades that are in `count` and in nothing else: a fee of theirs has no known value. */
  unvalued: number;
  /** Of the valued trades; null where there are trades, and none of them is valued. */
  netUnits: bigint | null;
  /** wins / valued trades. */
  hitRate: number | null;
  /** Σ gains / |Σ losses|; null without a loss. */
  profitFactor: number | null;
  /** p_win·avgWin − p_loss·avgLoss, which is the mean net result. */
  expectancyUnits: bigint | null;
  averageWinUnits: bigint | null;
  /** A positive number. */
  averageLossUnits: bigint | null;
  bestUnits: bigint | null;
  worstUnits: bigint | null;
  /** p − (1 − p)/b, b = avgWin/avgLoss: the share of capital that Kelly would stake. */
  kelly: number | null;
  averageHoldingMs: number | null;
}

/** Adds trades up one by one; holds no more than the sums. */
export class TradeTally {
  private count = 0;
  private wins = 0;
  private losses = 0;
  private valued = 0;
  private gainUnits = 0n;
  private lossUnits = 0n;
  private best: bigint | null = null;
  private worst: bigint | null = null;
  private heldMs = 0;

  /** "A win has net > 0": fees and funding decide with the price. */
  add({ netUnits, openedAt, closedAt }: TradeOutcome): void {
    this.count += 1;
    this.heldMs += closedAt - openedAt;
    if (netUnits === null) return;
    this.valued += 1;
    if (netUnits > 0n) {
      this.wins += 1;
      this.gainUnits += netUnits;
    } else {
      this.losses += Number(netUnits < 0n);
      this.lossUnits -= netUnits;
    }
    if (this.best === null || netUnits > this.best) this.best = netUnits;
    if (this.worst === null || netUnits < this.worst) this.worst = netUnits;
  }

  statistics(): TradeStatistics {
    const { count, wins, losses, valued, gainUnits, lossUnits } = this;
    const netUnits = gainUnits - lossUnits;
    const hitRate = valued === 0 ? null : wins / valued;
    const averageWinUnits = average(gainUnits, wins);
    const averageLossUnits = average(lossUnits, losses);
    return {
      count,
      wins,
      losses,
      unvalued: count - valued,
      netUnits: valued === 0 && count > 0 ? null : netUnits,
      hitRate,
      profitFactor: lossUnits === 0n ? null : finite(Number(gainUnits) / Number(lossUnits)),
      expectancyUnits: average(netUnits, valued),
      averageWinUnits,
      averageLossUnits,
      bestUnits: this.best,
      worstUnits: this.worst,
      kelly: kelly(hitRate, averageWinUnits, averageLossUnits),
      averageHoldingMs: count === 0 ? null : Math.round(this.heldMs / count),
    };
  }
}

function average(units: bigint, count: number): bigint | null {
  return count === 0 ? null : mulDivHalfEven(units, 1n, BigInt(count));
}

function kelly(hitRate: number | null, win: bigint | null, loss: bigint | null): number | null {
  if (hitRate === null || win === null || loss === null || loss === 0n) return null;
  return finite(hitRate - (1 - hitRate) / (Number(win) / Number(loss)));
}
