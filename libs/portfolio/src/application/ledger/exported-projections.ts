import type { AccountId } from '@sextant/kernel';
import type { Position } from '../../domain/positions/position.js';
import { readPositions, readStrategyPositions } from '../reading/portfolio-reads.js';
import type { SqlReader } from '../reading/reservations.js';

/** What the live tables say of an account, as an exported ledger states it: amounts as integers of 10^-18. */
export async function projectionLines(reader: SqlReader, accountId: AccountId): Promise<object[]> {
  const balances = await reader.query<{ asset: string; total: string }>(
    'SELECT asset, total FROM balance WHERE account_id = $1 ORDER BY asset',
    [accountId],
  );
  const held = await readPositions(reader, [accountId]);
  const virtual = await readStrategyPositions(reader, [accountId]);
  return [
    ...balances.map(({ asset, total }) => ({ balance: { asset, total } })),
    ...held.map(({ position }) => ({ position: stated(position) })),
    ...virtual.map(({ strategy, position }) => ({ strategyPosition: { strategy, ...stated(position) } })),
  ];
}

function stated(position: Position): object {
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    signedQuantity: position.signedUnits.toString(),
    cost: position.costUnits.toString(),
    realizedPnl: position.realizedUnits.toString(),
    fees: position.feeUnits.toString(),
    unvaluedFeeCount: position.unvaluedFeeCount,
    funding: position.fundingUnits.toString(),
    openedAt: position.openedAt,
    updatedAt: position.updatedAt,
  };
}
