import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatScaled } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { LedgerFold } from '../../domain/ledger/ledger-fold.js';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import type { PortfolioSnapshot } from '../../domain/portfolio-aggregate.js';
import { positionKey } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { resolveAccount } from '../accounts/account-directory.js';
import { wholeLedger } from './ledger-rows.js';
import { readPositions, readStrategyPositions } from '../reading/portfolio-reads.js';
import type { HeldPosition } from '../reading/portfolio-reads.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';

/** A live value that the ledger does not give: `what` names row and field. */
export interface ProjectionDifference {
  what: string;
  live: string;
  ledger: string;
}

export interface ProjectionCheck {
  accountId: AccountId;
  entryCount: number;
  equal: boolean;
  differences: ProjectionDifference[];
}

/** Rebuilds balances, positions and P&L from the ledger alone and compares them with the live tables, digit by digit. */
export class VerifyProjections extends Query<ProjectionCheck> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(VerifyProjections)
export class VerifyProjectionsHandler implements IQueryHandler<VerifyProjections> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId }: VerifyProjections): Promise<ProjectionCheck> {
    return readTenant(this.database, tenantId, async (reader) => {
      const { venue } = await resolveAccount(reader, accountId);
      return checkProjections(reader, accountId, venue);
    });
  }
}

/** The same on a reader that already sees the account. */
export async function checkProjections(
  reader: SqlReader,
  accountId: AccountId,
  venue: string,
): Promise<ProjectionCheck> {
  const { snapshot, entryCount } = await rebuild(reader, accountId, venue);
  const differences = compare(ledgerValues(snapshot), await liveValues(reader, accountId));
  return { accountId, entryCount, equal: differences.length === 0, differences };
}

/** The account as its ledger alone gives it. */
export async function rebuild(
  reader: SqlReader,
  accountId: AccountId,
  venue: string,
): Promise<{ snapshot: PortfolioSnapshot; entryCount: number }> {
  const fold = new LedgerFold();
  let entryCount = 0;
  for await (const { kind, memo, occurredAt, postings } of wholeLedger(reader, accountId)) {
    const fill = kind === 'FILL' || kind === 'LIQUIDATION' ? fillOfMemo(memo, occurredAt) : null;
    const fee = kind === 'FEE' ? fillOfMemo(memo, occurredAt) : null;
    fold.add({ occurredAt, postings, fill, fee });
    entryCount += 1;
  }
  return { snapshot: fold.snapshot(accountId, venue), entryCount };
}

async function liveValues(reader: SqlReader, accountId: AccountId): Promise<Map<string, string>> {
  const balances = await reader.query<{ asset: string; total: string }>(
    'SELECT asset, total FROM balance WHERE account_id = $1',
    [accountId],
  );
  const held = [...(await readPositions(reader, [accountId]))];
  const virtual = await readStrategyPositions(reader, [accountId]);
  const values = new Map(
    balances.map(({ asset, total }) => [`balance ${asset}`, formatScaled(BigInt(total))]),
  );
  for (const { position } of held)
    addPosition(values, `position ${positionKey(position.symbol, position.positionSide)}`, position);
  for (const row of virtual) addPosition(values, virtualName(row), row.position);
  return values;
}

function ledgerValues(snapshot: PortfolioSnapshot): Map<string, string> {
  const values = new Map(
    snapshot.balances.map(({ asset, totalUnits }) => [`balance ${asset}`, formatScaled(totalUnits)]),
  );
  for (const position of snapshot.positions) {
    addPosition(values, `position ${positionKey(position.symbol, position.positionSide)}`, position);
  }
  for (const { strategy, positions } of snapshot.strategies) {
    for (const position of positions) addPosition(values, virtualName({ position, strategy }), position);
  }
  return values;
}

function virtualName({ position, strategy }: Pick<HeldPosition, 'position' | 'strategy'>): string {
  return `position ${positionKey(position.symbol, position.positionSide)} of strategy ${JSON.stringify(strategy)}`;
}

function addPosition(values: Map<string, string>, name: string, position: Position): void {
  for (const [field, value] of Object.entries(position)) {
    if (field === 'symbol' || field === 'positionSide') continue;
    values.set(`${name} ${field}`, typeof value === 'bigint' ? formatScaled(value) : String(value));
  }
}

function compare(ledger: Map<string, string>, live: Map<string, string>): ProjectionDifference[] {
  const names = [...new Set([...ledger.keys(), ...live.keys()])].sort();
  return names
    .map((what) => ({ what, live: live.get(what) ?? 'absent', ledger: ledger.get(what) ?? 'absent' }))
    .filter((difference) => difference.live !== difference.ledger);
}
