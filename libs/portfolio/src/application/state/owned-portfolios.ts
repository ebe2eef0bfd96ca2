import { Injectable } from '@nestjs/common';
import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Metrics } from '@sextant/platform';
import { marketValue } from '../../domain/positions/position.js';
import type { PortfolioState } from './portfolio-state.js';
import { sumKnown, Valuation } from '../valuation/valuation.js';
import type { Marks } from '../valuation/price.js';

/** The portfolios of the accounts that this process owns, as its metrics show them. */
@Injectable()
export class OwnedPortfolios {
  private readonly owned = new Map<PortfolioState, { asset: string; venue: string }>();

  constructor(
    private readonly marketData: MarketData,
    metrics: Metrics,
  ) {
    metrics.beforeRender(() => {
      metrics.set('positions_active', {}, this.openPositions());
      metrics.set('portfolio_risk_ratio', {}, this.highestRiskRatio());
    });
  }

  /** Returns the function that leaves the portfolio out again. */
  add(portfolio: PortfolioState, reportingAsset: string, venue: string): () => void {
    this.owned.set(portfolio, { asset: reportingAsset, venue });
    return () => void this.owned.delete(portfolio);
  }

  accountIds(): AccountId[] {
    return [...this.owned.keys()].map(({ accountId }) => accountId);
  }

  openPositions(): number {
    const open = (portfolio: PortfolioState) =>
      portfolio.positions().filter(({ signedUnits }) => signedUnits !== 0n).length;
    return [...this.owned.keys()].reduce((sum, portfolio) => sum + open(portfolio), 0);
  }

  /** The highest of the accounts' ratios; accounts whose ratio is unknown are left out, without any it is 0. */
  highestRiskRatio(): number {
    const ratios = [...this.owned].map(([portfolio, { asset, venue }]) =>
      riskRatio(portfolio, asset, this.marketData.marksOf(venue)),
    );
    return Math.max(0, ...ratios.filter((ratio) => ratio !== null));
  }
}

/**
 * Share of equity at risk: Σ |signed quantity × mark| of the open positions / equity. For charts, hence a float; null
 * when a mark is missing or there is no equity.
 */
export function riskRatio(portfolio: PortfolioState, reportingAsset: string, marks: Marks): number | null {
  const valuation = new Valuation(marks, reportingAsset);
  const equity = sumKnown(
    portfolio.assets().map((asset) => valuation.value(asset, portfolio.totalUnits(asset))),
  );
  const atRisk = sumKnown(
    portfolio
      .positions()
      .filter(({ signedUnits }) => signedUnits !== 0n)
      .map((position) => {
        const mark = valuation.mark(position.symbol);
        if (mark === null) return null;
        const { settle, quote } = MarketSymbol.parse(position.symbol);
        const value = marketValue(position, mark.priceUnits);
        return valuation.value(settle ?? quote, value < 0n ? -value : value);
      }),
  );
  if (equity === null || atRisk === null || equity <= 0n) return null;
  return Number((atRisk * 1_000_000n) / equity) / 1_000_000;
}
