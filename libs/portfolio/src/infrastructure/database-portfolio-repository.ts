import { Injectable } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { EquityTrace } from '../application/valuation/equity-journal.js';
import { readEquityTrace } from '../application/valuation/equity-trace.js';
import { AccountMargin } from '../application/margin/account-margin.js';
import { readMargin } from '../application/margin/margin-reads.js';
import type { AccountRow } from '../application/accounts/account-tables.js';
import { PortfolioRepository } from '../application/state/portfolio-repository.js';
import { PortfolioState } from '../application/state/portfolio-state.js';
import {
  ACCOUNT_COLUMNS,
  readAccount,
  readPosition,
  POSITION_COLUMNS,
} from '../application/reading/stored-rows.js';
import type { StoredAccount, StoredPosition } from '../application/reading/stored-rows.js';
import type { Position } from '../domain/positions/position.js';

/** Reads the live projections as the owner of the account. */
@Injectable()
export class DatabasePortfolioRepository extends PortfolioRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async account(accountId: AccountId): Promise<AccountRow> {
    const rows = await this.database.query<StoredAccount>(
      `SELECT ${ACCOUNT_COLUMNS} FROM account WHERE account_id = $1`,
      [accountId],
    );
    if (rows[0] === undefined)
      throw new DomainError('ACCOUNT_NOT_FOUND', `There is no account ${accountId}.`);
    return readAccount(rows[0]);
  }

  equityTrace(accountId: AccountId): Promise<EquityTrace> {
    return readEquityTrace(this.database, accountId);
  }

  async load(accountId: AccountId): Promise<PortfolioState> {
    const { venue } = await this.account(accountId);
    const [totals, positions, virtual, margin] = await Promise.all([
      this.database.query<{ asset: string; total: string }>(
        'SELECT asset, total FROM balance WHERE account_id = $1',
        [accountId],
      ),
      this.database.query<StoredPosition>(`SELECT ${POSITION_COLUMNS} FROM position WHERE account_id = $1`, [
        accountId,
      ]),
      this.database.query<StoredPosition & { strategy: string }>(
        `SELECT ${POSITION_COLUMNS}, strategy FROM strategy_position WHERE account_id = $1`,
        [accountId],
      ),
      readMargin(this.database, accountId),
    ]);
    const snapshot = {
      accountId,
      venue,
      balances: totals.map(({ asset, total }) => ({ asset, totalUnits: BigInt(total) })),
      positions: positions.map(readPosition),
      strategies: byStrategy(virtual),
    };
    return PortfolioState.load(snapshot, AccountMargin.load(margin));
  }
}

function byStrategy(
  rows: readonly (StoredPosition & { strategy: string })[],
): { strategy: string | null; positions: Position[] }[] {
  const books = new Map<string, Position[]>();
  for (const row of rows) {
    const book = books.get(row.strategy) ?? [];
    book.push(readPosition(row));
    books.set(row.strategy, book);
  }
  return [...books].map(([strategy, positions]) => ({
    strategy: strategy === '' ? null : strategy,
    positions,
  }));
}
