import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import { AccountCommit } from './account-commit.js';
import type { SeenStream } from './account-commit.js';
import { asRefusal } from './commit-failure.js';
import { CommitBatch } from './commit-batch.js';
import { CommitLane } from './commit-lane.js';
import { assertPlan, CommitRefused, LeaseLost } from './commit-plan.js';
import type { CommitPlan, Committed } from './commit-plan.js';
import { CommitStatements } from './commit-statement.js';
import { GENESIS_HASH } from './hash-chain.js';
import { errorCode, violatedConstraint } from '../database/database-failure.js';
import { Database } from '../database/index.js';

/** Who waits for these plans is told by the caller. */
const SETTLED = { resolve: () => undefined, reject: () => undefined };

const STREAM_KEY = 'account_stream_pkey';
const FIRST_EPOCH = 1;
const IN_DOUBT = 'DATABASE_OUTCOME_UNKNOWN';
const DOUBT_PAUSE_MS = 250;

/** Creates accounts with the statement that GroupCommit writes with. The new account has no owner yet. */
@Injectable()
export class GroupAccountCommit extends AccountCommit {
  private readonly statements = new CommitStatements();

  constructor(private readonly database: Database) {
    super();
  }

  override async openStream(accountId: AccountId, plan: CommitPlan): Promise<Committed> {
    assertPlan(plan);
    const batch = firstBatch(accountId, plan);
    const [entry] = batch.lanes;
    const [{ events } = { events: [] }] = entry?.plans ?? [];
    try {
      await this.untilKnown(() =>
        this.database.transaction((client) => this.write(client, accountId, batch)),
      );
    } catch (error) {
      if (violatedConstraint(error) !== STREAM_KEY) throw asRefusal(error);
      await this.assertSame(accountId, entry?.after.seq ?? 0, entry?.after.eventHash ?? '');
    }
    return { lastSequence: events.length, events };
  }

  override async repairStream(seen: SeenStream, plan: CommitPlan): Promise<Committed> {
    assertPlan(plan);
    const lane = new CommitLane(seen.accountId, seen.owner, seen.epoch, seen.position);
    const batch = new CommitBatch([{ lane, plan, ...SETTLED }]);
    const [{ events } = { events: [] }] = batch.lanes[0]?.plans ?? [];
    const written = await this.database
      .transaction((client) => this.send(client, batch))
      .catch((error: unknown) => {
        throw asRefusal(error);
      });
    if (!written.has(seen.accountId)) throw new LeaseLost(seen.accountId);
    return { lastSequence: events.at(-1)!.sequence, events };
  }

  /** A second attempt waits for the row of a first one in doubt, and finds it or not: then the outcome is known. */
  private async untilKnown(attempt: () => Promise<void>): Promise<void> {
    for (let doubted = false; ; doubted = true) {
      try {
        return await attempt();
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (code !== IN_DOUBT && !(doubted && code === 'DATABASE_UNAVAILABLE')) throw error;
        await delay(DOUBT_PAUSE_MS);
      }
    }
  }

  private async write(client: PoolClient, accountId: AccountId, batch: CommitBatch): Promise<void> {
    await client.query(
      `INSERT INTO account_stream (account_id, epoch, seq, event_hash, ledger_seq, ledger_hash)
       VALUES ($1, $2, 0, $3, 0, $3)`,
      [accountId, FIRST_EPOCH, GENESIS_HASH],
    );
    await this.send(client, batch);
  }

  private async send(client: PoolClient, batch: CommitBatch): Promise<Set<string>> {
    const statement = batch.statement(this.statements);
    const { rows } = await client.query<{ account_id: string }>(statement.text, batch.values(statement));
    return new Set(rows.map(({ account_id }) => account_id));
  }

  /** The stream was there already: by an earlier call whose answer was lost, or by somebody else. */
  private async assertSame(accountId: AccountId, sequence: number, hash: string): Promise<void> {
    const found = await this.database.query<{ hash: string }>(
      'SELECT hash FROM event_log WHERE stream_id = $1 AND stream_seq = $2',
      [accountId, sequence],
    );
    if (found[0]?.hash !== hash) throw new CommitRefused(STREAM_KEY, '23505', `${accountId} exists already`);
  }
}

function firstBatch(accountId: AccountId, plan: CommitPlan): CommitBatch {
  const genesis = { seq: 0, eventHash: GENESIS_HASH, ledgerSeq: 0, ledgerHash: GENESIS_HASH };
  const lane = new CommitLane(accountId, null, FIRST_EPOCH, genesis);
  return new CommitBatch([{ lane, plan, ...SETTLED }]);
}
