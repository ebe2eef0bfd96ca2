import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountCommit, Database, LeaseLost } from '@sextant/platform';
import type { CommitPlan, SeenStream } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';
import { toldDifferences, wrongRows } from './compare-projections.js';
import type { WrongRow } from './compare-projections.js';
import { FoldedLedger } from './folded-ledger.js';
import { liveProjections, projectionWrite } from './projections.js';
import { projectionCheck } from './verify-projections.js';
import type { ProjectionCheck } from './verify-projections.js';

/** What was found, and whether the live tables were written anew. */
export interface RebuildReport extends ProjectionCheck {
  rebuilt: boolean;
}

/**
 * Makes balances and positions again from the ledger alone, of one account or of all tenants' accounts, and writes those
 * that differ: for whoever runs the installation. With `checkOnly` nothing is written.
 */
export class RebuildProjections extends Command<AsyncGenerator<RebuildReport>> {
  constructor(
    readonly accountId: AccountId | null,
    readonly checkOnly: boolean,
    readonly actor: string,
  ) {
    super();
  }
}

interface Account {
  accountId: AccountId;
  tenantId: TenantId;
}

/** How often an account is read on that is being traded meanwhile; each time there is less of it to read. */
const ATTEMPTS = 20;

@CommandHandler(RebuildProjections)
export class RebuildProjectionsHandler implements ICommandHandler<RebuildProjections> {
  constructor(
    private readonly database: Database,
    private readonly commits: AccountCommit,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, before the first report */
  async execute(command: RebuildProjections): Promise<AsyncGenerator<RebuildReport>> {
    const { accountId } = command;
    const accounts = await this.database.query<Account>(
      `SELECT account_id AS "accountId", tenant_id AS "tenantId" FROM account
       WHERE $1::text IS NULL OR account_id = $1 ORDER BY account_id`,
      [accountId],
    );
    if (accountId !== null && accounts.length === 0) {
      throw new DomainError('ACCOUNT_NOT_FOUND', `There is no account ${accountId}.`);
    }
    return this.reports(accounts, command);
  }

  private async *reports(accounts: Account[], command: RebuildProjections): AsyncGenerator<RebuildReport> {
    for (const account of accounts) yield await this.rebuild(account, command);
  }

  /** Reads at one instant, writes in one statement if nothing was booked in between, else reads on. */
  private async rebuild(
    { accountId, tenantId }: Account,
    command: RebuildProjections,
  ): Promise<RebuildReport> {
    const { venue } = await readTenant(this.database, tenantId, (reader) =>
      resolveAccount(reader, accountId),
    );
    const folded = new FoldedLedger(accountId, venue);
    for (let attempt = 1; ; attempt += 1) {
      const { seen, wrong } = await readTenant(this.database, tenantId, async (reader) => {
        await folded.advance(reader);
        const live = await liveProjections(reader, accountId);
        return { seen: await readStream(reader, accountId), wrong: wrongRows(folded.snapshot, live) };
      });
      const check = projectionCheck(folded, wrong);
      if (check.equal || command.checkOnly) return { ...check, rebuilt: false };
      try {
        await this.commits.repairStream(seen, this.plan(check, wrong, command.actor));
        return { ...check, rebuilt: true };
      } catch (error) {
        if (!(error instanceof LeaseLost) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private plan(check: ProjectionCheck, wrong: readonly WrongRow[], actor: string): CommitPlan {
    const { accountId, entryCount } = check;
    const occurredAt = this.clock.now();
    const payload = { accountId, entryCount, differences: toldDifferences(check) };
    return {
      rows: wrong.map(({ right }) => projectionWrite(accountId, right, occurredAt)),
      ledger: [],
      events: [{ type: 'ProjectionsRebuilt', payload, occurredAt, actor }],
    };
  }
}

interface StreamRow {
  owner_address: string | null;
  epoch: string;
  seq: string;
  event_hash: string;
  ledger_seq: string;
  ledger_hash: string;
}

async function readStream(reader: SqlReader, accountId: AccountId): Promise<SeenStream> {
  const [row] = await reader.query<StreamRow>(
    `SELECT owner_address, epoch, seq, event_hash, ledger_seq, ledger_hash FROM account_stream
     WHERE account_id = $1`,
    [accountId],
  );
  if (row === undefined) throw new Error(`The account ${accountId} has no stream`);
  return {
    accountId,
    owner: row.owner_address,
    epoch: Number(row.epoch),
    position: {
      seq: Number(row.seq),
      eventHash: row.event_hash,
      ledgerSeq: Number(row.ledger_seq),
      ledgerHash: row.ledger_hash,
    },
  };
}
