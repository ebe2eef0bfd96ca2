import { Symbol as MarketSymbol } from '@sextant/kernel';
import { crossMarginOf } from '../../domain/perpetuals/cross-margin.js';
import type { MarginedPosition } from '../../domain/perpetuals/cross-margin.js';
import {
  initialMargin,
  linearBreakEvenPrice,
  linearLiquidationPrice,
  linearNotional,
  linearPnl,
} from '../../domain/perpetuals/linear-contract.js';
import { maintenanceMargin } from '../../domain/perpetuals/margin-tiers.js';
import { netPnl, positionKey } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { AccountMargin } from '../margin/account-margin.js';
import type { MarginSnapshot, MarketMargin } from '../margin/account-margin.js';
import type { MarginMode } from '../margin/margin-tables.js';
import { textOrNull } from './decimal-view.js';

/** What a position in a perpetual says beyond a spot one; all null on spot, and what is not known is null. */
export interface ContractView {
  leverage: number | null;
  marginMode: MarginMode | null;
  /** |quantity| × entry / leverage, in the settlement asset. */
  initialMargin: string | null;
  /** By the venue's tiers at the mark. */
  maintenanceMargin: string | null;
  /** Mark at which the margin no longer covers maintenance, other positions frozen; null where none does. */
  liquidationPrice: string | null;
  /** Price at which all results, fees and funding of this market come to zero. */
  breakEvenPrice: string | null;
}

export const SPOT: ContractView = {
  leverage: null,
  marginMode: null,
  initialMargin: null,
  maintenanceMargin: null,
  liquidationPrice: null,
  breakEvenPrice: null,
};

interface Held extends MarginedPosition {
  position: Position;
  held: MarketMargin;
  /** False without a mark or tiers: then nothing that depends on them is known. */
  isKnown: boolean;
}

/** The views of one account's open perpetuals by `positionKey`. `walletUnits` is what the account holds of an asset. */
export function contractViews(
  positions: readonly Position[],
  settings: MarginSnapshot,
  walletUnits: (asset: string) => bigint,
  markUnits: (symbol: string) => bigint | null,
): Map<string, ContractView> {
  const margin = AccountMargin.load(settings);
  const open = positions
    .filter(({ signedUnits, symbol }) => signedUnits !== 0n && settleOf(symbol) !== null)
    .map((position) => heldPosition(position, margin.of(position.symbol), markUnits(position.symbol)));
  return new Map(
    open.map((one) => {
      const { symbol, positionSide } = one.position;
      const settle = settleOf(symbol);
      const sharing = open.filter(({ position }) => settleOf(position.symbol) === settle);
      const wallet = walletUnits(settle ?? '');
      return [positionKey(symbol, positionSide), contractView(one, sharing, wallet, margin.isStored(symbol))];
    }),
  );
}

function heldPosition(position: Position, held: MarketMargin, mark: bigint | null): Held {
  const isKnown = mark !== null && held.tiers.length > 0;
  const isolated = held.marginMode === 'ISOLATED';
  return {
    position,
    held,
    isKnown,
    unrealizedUnits: mark === null ? 0n : linearPnl(position, mark),
    maintenanceUnits: isKnown ? maintenanceMargin(held.tiers, linearNotional(position, mark)) : 0n,
    isolatedMarginUnits: isolated ? initialMargin(position.costUnits, held.leverage) : null,
  };
}

function contractView(one: Held, sharing: readonly Held[], wallet: bigint, isTold: boolean): ContractView {
  const { position, held, isKnown, maintenanceUnits, isolatedMarginUnits } = one;
  const isolated = isolatedMarginUnits !== null;
  const net = netPnl(position);
  const isComputable = isolated ? held.tiers.length > 0 : sharing.every((other) => other.isKnown);
  const margin = isolatedMarginUnits ?? crossMarginOf(one, wallet, sharing);
  return {
    leverage: isTold ? held.leverage : null,
    marginMode: isTold ? held.marginMode : null,
    initialMargin: isTold ? textOrNull(initialMargin(position.costUnits, held.leverage)) : null,
    maintenanceMargin: isKnown ? textOrNull(maintenanceUnits) : null,
    liquidationPrice: isComputable ? textOrNull(linearLiquidationPrice(position, margin, held.tiers)) : null,
    breakEvenPrice: net === null ? null : textOrNull(linearBreakEvenPrice(position, net)),
  };
}

function settleOf(symbol: string): string | null {
  return MarketSymbol.parse(symbol).settle;
}
