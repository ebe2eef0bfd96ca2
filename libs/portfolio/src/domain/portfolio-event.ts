import type { Direction, PositionSide } from './positions/position.js';

/** What the portfolio's behaviours decide; units are counts of 10^-18. */
export type PortfolioEvent =
  | { type: 'BalanceUpdated'; asset: string; totalUnits: bigint; changeUnits: bigint }
  | { type: 'BalanceOverdrawn'; asset: string; totalUnits: bigint }
  | {
      type: 'PositionOpened';
      symbol: string;
      side: Direction;
      positionSide: PositionSide;
      quantityUnits: bigint;
      priceUnits: bigint;
      strategy: string | null;
    }
  | {
      type: 'PositionClosed';
      symbol: string;
      positionSide: PositionSide;
      realizedUnits: bigint;
      strategy: string | null;
    }
  | { type: 'EquityChanged'; asset: string; equityUnits: bigint | null; complete: boolean };
