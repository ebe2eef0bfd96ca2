import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, LedgerTransactionId, TenantId } from '@sextant/kernel';
import { Database, GENESIS_HASH, ledgerHash } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { unbalancedAsset } from '../../domain/ledger/posting.js';
import { wholeLedger } from './ledger-rows.js';
import type { LedgerRow } from './ledger-rows.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';

/** The ledger checked from its first entry: every hash made again, every transaction added up. */
export interface LedgerProofView {
  accountId: AccountId;
  entryCount: number;
  /** Hash of the last entry as it was made again here. */
  chainHead: string;
  verified: boolean;
  /** The first entry that is not what was booked, when there is one. */
  failure: { sequence: number; transactionId: string | null; reason: string } | null;
  asOf: EpochMs;
}

export class GetLedgerProof extends Query<LedgerProofView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(GetLedgerProof)
export class GetLedgerProofHandler implements IQueryHandler<GetLedgerProof> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId }: GetLedgerProof): Promise<LedgerProofView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      await resolveAccount(reader, accountId);
      return { accountId, ...(await proveLedger(reader, accountId)), asOf };
    });
  }
}

/** Makes every link of the account's ledger again, up to the first that is not what was booked. */
export async function proveLedger(
  reader: SqlReader,
  accountId: AccountId,
): Promise<Omit<LedgerProofView, 'accountId' | 'asOf'>> {
  let chainHead = GENESIS_HASH;
  let entryCount = 0;
  const failed = (sequence: number, transactionId: string | null, reason: string) => {
    return { entryCount, chainHead, verified: false, failure: { sequence, transactionId, reason } };
  };
  for await (const row of wholeLedger(reader, accountId)) {
    if (row.chainSequence !== entryCount + 1) return failed(entryCount + 1, null, 'It is missing.');
    const { hash, reason } = checkLink(accountId, row, chainHead);
    if (reason !== null) return failed(row.chainSequence, row.transactionId, reason);
    chainHead = hash;
    entryCount += 1;
  }
  const [stream] = await reader.query<{ ledger_seq: string; ledger_hash: string }>(
    'SELECT ledger_seq, ledger_hash FROM account_stream WHERE account_id = $1',
    [accountId],
  );
  if (Number(stream?.ledger_seq) !== entryCount || stream?.ledger_hash !== chainHead) {
    return failed(entryCount + 1, null, 'The ledger ends elsewhere than its stream says.');
  }
  return { entryCount, chainHead, verified: true, failure: null };
}

function checkLink(accountId: AccountId, row: LedgerRow, head: string) {
  const hash = ledgerHash(head, accountId, row.chainSequence, {
    ...row,
    transactionId: row.transactionId as LedgerTransactionId,
  });
  if (row.previousHash !== head) return { hash, reason: 'It does not continue the entry before it.' };
  if (row.hash !== hash) return { hash, reason: 'Its contents are not those that were hashed.' };
  const off = unbalancedAsset(row.postings);
  return { hash, reason: off === null ? null : `Its postings of ${off} do not sum to zero.` };
}
