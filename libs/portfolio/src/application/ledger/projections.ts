import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { RowWrite } from '@sextant/platform';
import type { PortfolioSnapshot } from '../../domain/portfolio-aggregate.js';
import { flatPosition, positionKey } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { balances, positions, strategyPositions } from '../accounts/account-tables.js';
import { readPositions, readStrategyPositions } from '../reading/portfolio-reads.js';
import type { SqlReader } from '../reading/reservations.js';
import { positionRow } from '../state/portfolio-state.js';

/** A row of the live tables, or what the ledger gives for one. */
export type Projection =
  | { kind: 'balance'; asset: string; totalUnits: bigint }
  | { kind: 'position'; position: Position }
  | { kind: 'strategyPosition'; strategy: string | null; position: Position };

export function ledgerProjections(snapshot: PortfolioSnapshot): Projection[] {
  return [
    ...snapshot.balances.map((row): Projection => ({ kind: 'balance', ...row })),
    ...snapshot.positions.map((position): Projection => ({ kind: 'position', position })),
    ...snapshot.strategies.flatMap(({ strategy, positions: held }) =>
      held.map((position): Projection => ({ kind: 'strategyPosition', strategy, position })),
    ),
  ];
}

export async function liveProjections(reader: SqlReader, accountId: AccountId): Promise<Projection[]> {
  const totals = await reader.query<{ asset: string; total: string }>(
    'SELECT asset, total FROM balance WHERE account_id = $1 ORDER BY asset',
    [accountId],
  );
  const held = await readPositions(reader, [accountId]);
  const virtual = await readStrategyPositions(reader, [accountId]);
  return [
    ...totals.map(({ asset, total }): Projection => ({ kind: 'balance', asset, totalUnits: BigInt(total) })),
    ...held.map(({ position }): Projection => ({ kind: 'position', position })),
    ...virtual.map(({ strategy, position }): Projection => ({
      kind: 'strategyPosition',
      strategy,
      position,
    })),
  ];
}

/** What a row is called, unique within the account. */
export function projectionName(row: Projection): string {
  if (row.kind === 'balance') return `balance ${row.asset}`;
  const { symbol, positionSide } = row.position;
  const name = `position ${positionKey(symbol, positionSide)}`;
  return row.kind === 'position' ? name : `${name} of strategy ${JSON.stringify(row.strategy)}`;
}

/** Its values as text, by the end of their names: '' is the total of a balance. */
export function projectionValues(row: Projection): Map<string, string> {
  if (row.kind === 'balance') return new Map([['', formatScaled(row.totalUnits)]]);
  const { symbol: _symbol, positionSide: _side, ...values } = row.position;
  return new Map(
    Object.entries(values).map(([field, value]) => [
      ` ${field}`,
      typeof value === 'bigint' ? formatScaled(value) : String(value),
    ]),
  );
}

/** The same row with nothing in it, which is as good as no row: rows are never deleted. */
export function emptied(row: Projection): Projection {
  if (row.kind === 'balance') return { ...row, totalUnits: 0n };
  const { symbol, positionSide, updatedAt } = row.position;
  return { ...row, position: { ...flatPosition(symbol, positionSide), updatedAt } };
}

export function projectionWrite(accountId: AccountId, row: Projection, at: EpochMs): RowWrite {
  if (row.kind === 'balance') {
    return write(balances, {
      account_id: accountId,
      asset: row.asset,
      total: row.totalUnits,
      updated_at: at,
    });
  }
  const stored = positionRow(accountId, row.position);
  if (row.kind === 'position') return write(positions, stored);
  return write(strategyPositions, { ...stored, strategy: row.strategy ?? '' });
}
