import { Symbol as MarketSymbol } from '@sextant/kernel';
import { unrealizedPnl } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import type { AssetPrice } from './price.js';
import type { Valuation } from './valuation.js';

/** What is held of one asset, and its worth; null without a usable price. */
export interface ValuedHolding {
  asset: string;
  units: bigint;
  price: AssetPrice | null;
  valueUnits: bigint | null;
}

/** What an open perpetual would bring in its settlement asset, and what that is worth. */
export interface ValuedContract {
  symbol: string;
  positionSide: Position['positionSide'];
  signedUnits: bigint;
  markUnits: bigint | null;
  unrealizedUnits: bigint | null;
  valueUnits: bigint | null;
}

export interface AccountValue {
  /** Null when one part is not known. */
  equityUnits: bigint | null;
  holdings: ValuedHolding[];
  contracts: ValuedContract[];
  /** Assets and markets without a usable price. */
  unvalued: string[];
}

/** "Equity: spot total × mark + perpetual wallet + unrealised; locked included." */
export function valueAccount(
  portfolio: Pick<PortfolioState, 'assets' | 'totalUnits' | 'positions'>,
  valuation: Valuation,
): AccountValue {
  const holdings = portfolio
    .assets()
    .map((asset) => ({ asset, units: portfolio.totalUnits(asset) }))
    .filter(({ units }) => units !== 0n)
    .map(({ asset, units }) => {
      const valueUnits = valuation.value(asset, units);
      return { asset, units, price: valuation.price(asset), valueUnits };
    });
  const contracts = portfolio.positions().flatMap((position) => valuedContract(position, valuation));
  const unvalued = [
    ...holdings.filter(({ valueUnits }) => valueUnits === null).map(({ asset }) => asset),
    ...contracts.filter(({ valueUnits }) => valueUnits === null).map(({ symbol }) => symbol),
  ];
  const parts = [...holdings, ...contracts].map(({ valueUnits }) => valueUnits ?? 0n);
  const equityUnits = unvalued.length > 0 ? null : parts.reduce((sum, part) => sum + part, 0n);
  return { equityUnits, holdings, contracts, unvalued };
}

function valuedContract(position: Position, valuation: Valuation): ValuedContract[] {
  const { symbol, positionSide, signedUnits } = position;
  const { settle } = MarketSymbol.parse(symbol);
  if (settle === null || signedUnits === 0n) return [];
  const markUnits = valuation.mark(symbol)?.priceUnits ?? null;
  const unrealizedUnits = markUnits === null ? null : unrealizedPnl(position, markUnits);
  const valueUnits = unrealizedUnits === null ? null : valuation.value(settle, unrealizedUnits);
  return [{ symbol, positionSide, signedUnits, markUnits, unrealizedUnits, valueUnits }];
}
