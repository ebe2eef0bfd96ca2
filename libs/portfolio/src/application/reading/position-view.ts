import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import {
  averageEntryPrice,
  marketValue,
  netPnl,
  positionQuantity,
  directionOf,
  unrealizedPnl,
} from '../../domain/positions/position.js';
import type { Direction, Position, PositionSide } from '../../domain/positions/position.js';
import { SPOT } from './contract-view.js';
import type { ContractView } from './contract-view.js';
import { textOrNull } from './decimal-view.js';
import type { Valuation } from '../valuation/valuation.js';

/** A position as it is shown; decimals as text, unknown is null. */
export interface PositionView extends ContractView {
  accountId: AccountId;
  symbol: string;
  /** Of a virtual position: whose it is, null for none. Of the account's own: the only strategy that holds it. */
  strategy: string | null;
  side: Direction;
  /** NET: netted. LONG, SHORT: hedge mode keeps the two apart. */
  positionSide: PositionSide;
  quantity: string;
  signedQuantity: string;
  averageEntryPrice: string | null;
  cost: string;
  markPrice: string | null;
  markAsOf: EpochMs | null;
  marketValue: string | null;
  unrealizedPnl: string | null;
  realizedPnl: string;
  /** In quote; null while the value of a fee charged in another asset is unknown. */
  fees: string | null;
  funding: string;
  netPnl: string | null;
  openedAt: EpochMs | null;
  updatedAt: EpochMs;
}

export function positionView(
  accountId: AccountId,
  position: Position,
  strategy: string | null,
  valuation: Valuation,
  contract: ContractView = SPOT,
): PositionView {
  const open = position.signedUnits !== 0n;
  const mark = open ? valuation.mark(position.symbol) : null;
  const valued = mark !== null || !open;
  return {
    accountId,
    symbol: position.symbol,
    strategy,
    side: directionOf(position),
    positionSide: position.positionSide,
    quantity: formatScaled(positionQuantity(position)),
    signedQuantity: formatScaled(position.signedUnits),
    averageEntryPrice: textOrNull(averageEntryPrice(position)),
    cost: formatScaled(position.costUnits),
    markPrice: textOrNull(mark?.priceUnits ?? null),
    markAsOf: mark?.asOf ?? null,
    marketValue: valued ? formatScaled(marketValue(position, mark?.priceUnits ?? 0n)) : null,
    unrealizedPnl: valued ? formatScaled(unrealizedPnl(position, mark?.priceUnits ?? 0n)) : null,
    realizedPnl: formatScaled(position.realizedUnits),
    fees: position.unvaluedFeeCount > 0 ? null : formatScaled(position.feeUnits),
    funding: formatScaled(position.fundingUnits),
    netPnl: textOrNull(netPnl(position)),
    ...contract,
    openedAt: position.openedAt,
    updatedAt: position.updatedAt,
  };
}

export { textOrNull } from './decimal-view.js';
