import type { Market } from '../engine/market.js';
import type { GeneratedSymbol } from './generated-market.js';

/** How a symbol's market behaves, in money and quantities instead of ticks and lots. */
export interface SymbolTraits {
  price: number;
  volatilityBps: number;
  trendBps: number;
  gapsPerHour: number;
  gapBps: number;
  spread: number;
  levels: number;
  levelGap: number;
  meanLevelQuantity: number;
  tradesPerMinute: number;
  meanTradeQuantity: number;
}

const KNOWN: Readonly<Record<string, Partial<SymbolTraits>>> = {
  BTCUSDT: { price: 64_000, spread: 0.01, levelGap: 4, meanLevelQuantity: 0.8, meanTradeQuantity: 0.02 },
  ETHUSDT: { price: 3_200, spread: 0.01, levelGap: 0.4, meanLevelQuantity: 15, meanTradeQuantity: 0.4 },
  BNBUSDT: { price: 580, spread: 0.1, levelGap: 0.2, meanLevelQuantity: 30, meanTradeQuantity: 1 },
  ETHBTC: { price: 0.05, spread: 0.00001, levelGap: 0.00001, meanLevelQuantity: 20, meanTradeQuantity: 0.5 },
};

const ORDINARY: SymbolTraits = {
  price: 100,
  volatilityBps: 6,
  trendBps: 5,
  gapsPerHour: 2,
  gapBps: 30,
  spread: 0,
  levels: 50,
  levelGap: 0,
  meanLevelQuantity: 100,
  tradesPerMinute: 90,
  meanTradeQuantity: 2,
};

/** The traits of a symbol: what the operator says, else what is usual for it, else something ordinary. */
export function traitsOf(symbol: string, given: Partial<SymbolTraits> = {}): SymbolTraits {
  return { ...ORDINARY, ...KNOWN[symbol], ...given };
}

/** The traits on a market's grid. */
export function onGrid(market: Market, traits: SymbolTraits): GeneratedSymbol {
  const ticks = (price: number) => Math.round((price * 1e8) / Number(market.tickUnits));
  const lots = (quantity: number) => Math.max(1, Math.round((quantity * 1e8) / Number(market.stepUnits)));
  const startTicks = Math.max(ticks(traits.price), traits.levels * 4);
  return {
    symbol: market.symbol,
    startTicks,
    volatilityBps: traits.volatilityBps,
    trendBps: traits.trendBps,
    gapsPerHour: traits.gapsPerHour,
    gapBps: traits.gapBps,
    spreadTicks: Math.max(1, ticks(traits.spread)),
    levels: traits.levels,
    levelGapTicks: Math.max(1, ticks(traits.levelGap)),
    meanLevelLots: lots(traits.meanLevelQuantity),
    tradesPerMinute: traits.tradesPerMinute,
    meanTradeLots: lots(traits.meanTradeQuantity),
  };
}
