import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DomainError, formatScaled } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database, EventLog } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { proveLedger } from './get-ledger-proof.js';
import type { SqlReader } from '../reading/reservations.js';
import { checkSnapshots } from '../valuation/check-snapshots.js';
import { readTenant } from '../reading/tenant-reads.js';
import { checkProjections } from './verify-projections.js';

/** Something that is not as it was written. */
export interface BookFinding {
  part: 'ACCOUNT' | 'EVENTS' | 'LEDGER' | 'SUMS' | 'PROJECTIONS' | 'EQUITY';
  /** Of the first event or ledger entry that is wrong; null where it is not one of them. */
  sequence: number | null;
  detail: string;
}

/** The verdict on one account, or on one stream that belongs to none. */
export interface BookVerdict {
  streamId: string;
  isAccount: boolean;
  eventCount: number;
  entryCount: number;
  /** Last hash of the ledger; null for a stream without one. */
  chainHead: string | null;
  findings: BookFinding[];
}

/**
 * Checks everything that can be made again: of each account the hash chain of its events, hash chain and sums of its
 * ledger, and that balances, positions and P&L are the fold of it; of every other stream its hash chain. Over all
 * tenants: for whoever runs the installation. One account alone when it is named.
 */
export class VerifyBooks extends Query<AsyncGenerator<BookVerdict>> {
  constructor(readonly accountId: AccountId | null) {
    super();
  }
}

interface Book {
  accountId: AccountId;
  /** Null when the stream of an account has lost its account. */
  tenantId: TenantId | null;
}

const BOOKS = `
SELECT coalesce(a.account_id, s.account_id) AS "accountId", a.tenant_id AS "tenantId"
FROM account a FULL JOIN account_stream s USING (account_id)
WHERE $1::text IS NULL OR coalesce(a.account_id, s.account_id) = $1 ORDER BY 1`;

@QueryHandler(VerifyBooks)
export class VerifyBooksHandler implements IQueryHandler<VerifyBooks> {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, before the first verdict */
  async execute({ accountId }: VerifyBooks): Promise<AsyncGenerator<BookVerdict>> {
    const books = await this.database.query<Book>(BOOKS, [accountId]);
    if (accountId !== null && books.length === 0) {
      throw new DomainError('ACCOUNT_NOT_FOUND', `There is no account ${accountId}.`);
    }
    return this.verdicts(books, accountId === null);
  }

  private async *verdicts(books: Book[], others: boolean): AsyncGenerator<BookVerdict> {
    for (const book of books) yield await this.verifyAccount(book);
    if (!others) return;
    const known = new Set<string>(books.map(({ accountId }) => accountId));
    // An account that was opened meanwhile comes with its stream; its ledger is for the next run.
    for (const streamId of await this.log.streams()) {
      if (known.has(streamId)) continue;
      const { checked, findings } = await this.verifyEvents(streamId);
      yield { streamId, isAccount: false, eventCount: checked, entryCount: 0, chainHead: null, findings };
    }
  }

  private async verifyAccount({ accountId, tenantId }: Book): Promise<BookVerdict> {
    const { checked, findings } = await this.verifyEvents(accountId);
    const verdict = { streamId: accountId, isAccount: true, eventCount: checked };
    if (tenantId === null) {
      findings.push({ part: 'ACCOUNT', sequence: null, detail: 'It has a stream, but the account is gone.' });
      return { ...verdict, entryCount: 0, chainHead: null, findings };
    }
    const ledger = await readTenant(this.database, tenantId, (reader) => verifyLedger(reader, accountId));
    return { ...verdict, ...ledger, findings: [...findings, ...ledger.findings] };
  }

  private async verifyEvents(streamId: string): Promise<{ checked: number; findings: BookFinding[] }> {
    const { checked, firstBad } = await this.log.verify(streamId);
    const detail = `Event ${firstBad} is missing, out of place or not what was written.`;
    return { checked, findings: firstBad === null ? [] : [{ part: 'EVENTS', sequence: firstBad, detail }] };
  }
}

/** Everything in the reader's one snapshot: what is written meanwhile makes no difference. */
async function verifyLedger(
  reader: SqlReader,
  accountId: AccountId,
): Promise<Pick<BookVerdict, 'entryCount' | 'chainHead' | 'findings'>> {
  const { venue } = await resolveAccount(reader, accountId);
  const { entryCount, chainHead, failure } = await proveLedger(reader, accountId);
  const findings: BookFinding[] = [];
  if (failure !== null) {
    const { sequence, transactionId, reason } = failure;
    const which = transactionId === null ? `Entry ${sequence}` : `Entry ${sequence} (${transactionId})`;
    findings.push({ part: 'LEDGER', sequence, detail: `${which}: ${reason}` });
  }
  findings.push(...(await verifySums(reader, accountId)));
  // The fold of a ledger that is not what was booked says nothing about the projections.
  if (failure === null) {
    const { differences } = await checkProjections(reader, accountId, venue);
    for (const { what, live, ledger } of differences) {
      const detail = `The ${what} is ${live}, by the ledger ${ledger}.`;
      findings.push({ part: 'PROJECTIONS', sequence: null, detail });
    }
    findings.push(...(await verifyEquity(reader, accountId, venue)));
  }
  return { entryCount, chainHead, findings };
}

/** Each point of the equity history against the ledger up to the entry that it names. */
async function verifyEquity(reader: SqlReader, accountId: AccountId, venue: string): Promise<BookFinding[]> {
  const { differences } = await checkSnapshots(reader, accountId, venue);
  return differences.map(({ takenAt, ledgerSequence, asset, snapshot, ledger }) => ({
    part: 'EQUITY',
    sequence: ledgerSequence,
    detail: `The equity point of ${takenAt} (epoch ms) holds ${snapshot} ${asset}, the ledger by then ${ledger}.`,
  }));
}

/** Over the postings alone, also those that no entry mentions. */
async function verifySums(reader: SqlReader, accountId: AccountId): Promise<BookFinding[]> {
  const rows = await reader.query<{ asset: string; units: string }>(
    `SELECT asset, sum(amount)::text AS units FROM ledger_posting
     WHERE account_id = $1 GROUP BY asset HAVING sum(amount) <> 0 ORDER BY asset`,
    [accountId],
  );
  return rows.map(({ asset, units }) => ({
    part: 'SUMS',
    sequence: null,
    detail: `All postings of ${asset} sum to ${formatScaled(BigInt(units))}, not to zero.`,
  }));
}
