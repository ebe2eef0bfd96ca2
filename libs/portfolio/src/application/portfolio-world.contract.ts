import { parseScaled } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import type { Mark } from '@sextant/market-data';
import {
  combineModels,
  CommitLane,
  GroupAccountCommit,
  GroupCommit,
  Idempotency,
  ManualClock,
  platformModel,
  UuidV7Ids,
} from '@sextant/platform';
import type { CommitPlan, Committed } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { DatabasePortfolioRepository } from '../infrastructure/database-portfolio-repository.js';
import { portfolioModel } from '../infrastructure/portfolio-model.js';
import { AccountDirectory } from './accounts/account-directory.js';
import { OpenPaperAccount, OpenPaperAccountHandler } from './accounts/open-paper-account.js';
import type { RequestKey } from './accounts/open-paper-account.js';
import { Reservations } from './reading/reservations.js';

export const TENANT = 'ten_00000000000000000000000000000001' as TenantId;
export const STRANGER = 'ten_00000000000000000000000000000002' as TenantId;

/** Marks by symbol, all as fresh as they say. */
export class FakeMarks {
  readonly marks = new Map<string, Mark>();

  set(symbol: string, price: string, stale = false): void {
    this.marks.set(symbol, { priceUnits: parseScaled(price), asOf: 1_700_000_000_000, stale });
  }

  marksOf(): FakeMarks {
    return this;
  }

  mark(symbol: string): Mark | null {
    return this.marks.get(symbol) ?? null;
  }

  resolveSymbol(text: string): string {
    return text === 'BTCUSDT' ? 'BTC/USDT' : text;
  }
}

export class FakeReservations extends Reservations {
  readonly locks: { accountId: AccountId; asset: string; lockedUnits: bigint }[] = [];

  locked(): Promise<typeof this.locks> {
    return Promise.resolve(this.locks);
  }
}

/** The portfolio on a real database, written through the real commit. */
export class PortfolioWorld {
  readonly clock = new ManualClock();
  readonly ids = new UuidV7Ids(this.clock);
  readonly marks = new FakeMarks();
  readonly reservations = new FakeReservations();
  readonly directory: AccountDirectory;
  readonly repository: DatabasePortfolioRepository;
  private readonly groupCommit: GroupCommit;

  private constructor(private readonly db: TestDatabase) {
    this.repository = new DatabasePortfolioRepository(db.database);
    this.directory = new AccountDirectory(db.database, this.clock);
    this.groupCommit = new GroupCommit(db.database);
  }

  static async create(): Promise<PortfolioWorld> {
    return new PortfolioWorld(await createTestDatabase(combineModels(platformModel, portfolioModel)));
  }

  get database() {
    return this.db.database;
  }

  get url(): string {
    return this.db.url;
  }

  close(): Promise<void> {
    return this.db.close();
  }

  handler(): OpenPaperAccountHandler {
    const { database, clock, ids } = this;
    return new OpenPaperAccountHandler(
      new GroupAccountCommit(database),
      new Idempotency(database, clock),
      this.directory,
      clock,
      ids,
    );
  }

  async openAccount(
    deposits: Record<string, string>,
    options: { tenantId?: TenantId; key?: RequestKey } = {},
  ) {
    const { tenantId = TENANT, key = null } = options;
    const units = Object.entries(deposits).map(([asset, amount]) => ({ asset, units: parseScaled(amount) }));
    return this.handler().execute(
      new OpenPaperAccount(tenantId, 'Main', 'PAPER', 'USDT', units, key, 'usr_1'),
    );
  }

  /** The account's writer, as its owner has it. */
  async lane(accountId: AccountId): Promise<(plan: CommitPlan) => Promise<Committed>> {
    const [row] = await this.database.query<{
      epoch: string;
      seq: string;
      event_hash: string;
      ledger_seq: string;
      ledger_hash: string;
    }>('SELECT epoch, seq, event_hash, ledger_seq, ledger_hash FROM account_stream WHERE account_id = $1', [
      accountId,
    ]);
    const lane = new CommitLane(accountId, null, Number(row!.epoch), {
      seq: Number(row!.seq),
      eventHash: row!.event_hash,
      ledgerSeq: Number(row!.ledger_seq),
      ledgerHash: row!.ledger_hash,
    });
    return (plan) => this.groupCommit.commit(lane, plan);
  }
}
