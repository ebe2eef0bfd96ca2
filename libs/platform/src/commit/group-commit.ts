import { setTimeout as delay } from 'node:timers/promises';
import { CommitBatch } from './commit-batch.js';
import type { LaneEntry } from './commit-batch.js';
import { commitConnection } from './commit-connection.js';
import type { CommitDatabase } from './commit-connection.js';
import { commitUnavailable } from './commit-errors.js';
import { asRefusal, meaningOf } from './commit-failure.js';
import type { CommitLane, PendingPlan } from './commit-lane.js';
import { assertPlan, LeaseLost } from './commit-plan.js';
import type { CommitPlan, Committed } from './commit-plan.js';
import { CommitStatements } from './commit-statement.js';
import { establishOutcome } from './establish-outcome.js';
import type { Outcome } from './establish-outcome.js';
import { freeAccounts } from './free-accounts.js';

export interface GroupCommitLimits {
  /** Plans in one statement. */
  maxBatch: number;
  /** Statements in flight. */
  connections: number;
  /** Plans that may wait; beyond it a commit is refused at once. */
  maxQueued: number;
}

export const GROUP_COMMIT_LIMITS: GroupCommitLimits = { maxBatch: 512, connections: 2, maxQueued: 20_000 };

const MAX_RETRIES = 5;
const RETRY_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

/**
 * The only writer of account tables. Plans of many accounts share a statement; an account has one statement in
 * flight. What has gathered is sent when a statement returns, or when the event loop has handed over what it read:
 * never by a timer.
 */
export class GroupCommit {
  private readonly statements = new CommitStatements();
  /** Lanes with waiting plans and nothing in flight, in order of arrival. */
  private readonly ready = new Set<CommitLane>();
  private running = 0;
  private waiting = 0;
  private scheduled = false;

  constructor(
    private readonly database: CommitDatabase,
    private readonly limits: GroupCommitLimits = GROUP_COMMIT_LIMITS,
  ) {}

  /** Plans of a lane are written in the order of the calls. Errors as `AccountLease.commit` states them. */
  commit(lane: CommitLane, plan: CommitPlan): Promise<Committed> {
    return new Promise((resolve, reject) => {
      assertPlan(plan);
      if (lane.lost) throw new LeaseLost(lane.accountId);
      if (this.waiting >= this.limits.maxQueued) throw commitUnavailable('Too many commits are waiting.');
      lane.queue.push({ lane, plan, resolve, reject });
      this.waiting += 1;
      if (!lane.inFlight) this.ready.add(lane);
      this.schedule();
    });
  }

  /** Ends a lane: what waits and what comes is refused as LeaseLost. */
  lose(lane: CommitLane): void {
    this.waiting -= lane.queue.length;
    this.ready.delete(lane);
    lane.lose();
  }

  private schedule(): void {
    if (this.scheduled || this.ready.size === 0 || this.running >= this.limits.connections) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.running < this.limits.connections && this.ready.size > 0) this.flush();
    });
  }

  private flush(): void {
    const items = this.take();
    const lanes = new Set(items.map(({ lane }) => lane));
    this.running += 1;
    void this.write(items)
      .catch((error: unknown) => rejectAll(items, error))
      .then(() => {
        this.running -= 1;
        for (const lane of lanes) this.landed(lane);
        this.schedule();
      });
  }

  private take(): PendingPlan[] {
    const items: PendingPlan[] = [];
    for (const lane of this.ready) {
      const room = this.limits.maxBatch - items.length;
      if (room === 0) break;
      this.ready.delete(lane);
      lane.inFlight = true;
      for (const pending of lane.queue.splice(0, room)) items.push(pending);
    }
    this.waiting -= items.length;
    return items;
  }

  private landed(lane: CommitLane): void {
    lane.inFlight = false;
    if (lane.queue.length > 0) this.ready.add(lane);
    lane.settle();
  }

  /** Writes the plans, and settles every one of them. */
  private async write(items: readonly PendingPlan[], attempt = 0): Promise<void> {
    const live = items.filter(({ lane }) => !lane.lost);
    if (live.length < items.length) rejectLost(items.filter(({ lane }) => lane.lost));
    if (live.length === 0) return;
    let batch: CommitBatch;
    let query: object;
    try {
      batch = new CommitBatch(live);
      query = this.queryOf(batch);
    } catch (error) {
      return this.divide(live, error);
    }
    const client = await commitConnection(this.database).catch((error: unknown) => {
      rejectAll(live, commitUnavailable('The database cannot be reached.', error));
    });
    if (client === undefined) return;
    try {
      const { rows } = await client.query<{ account_id: string }>(query as never);
      client.release();
      return this.accept(batch, new Set(rows.map(({ account_id }) => account_id)));
    } catch (error) {
      const meaning = meaningOf(error);
      client.release(meaning === 'DOUBT');
      if (meaning === 'DOUBT') return this.establish(batch);
      if (meaning === 'RETRY' && attempt < MAX_RETRIES) {
        await delay(RETRY_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
        return this.write(live, attempt + 1);
      }
      if (meaning === 'BLOCKED') return this.withoutBlocked(batch, error);
      if (meaning === 'GUILTY') return this.divide(live, error);
      rejectAll(live, commitUnavailable('The database does not accept writes.', error));
    }
  }

  private queryOf(batch: CommitBatch): object {
    const statement = batch.statement(this.statements);
    return { name: statement.name, text: statement.text, values: batch.values(statement) };
  }

  private accept(batch: CommitBatch, written: ReadonlySet<string>): void {
    for (const entry of batch.lanes) {
      if (written.has(entry.lane.accountId)) {
        resolveEntry(entry);
      } else {
        rejectLost(entry.plans.map(({ pending }) => pending));
        this.lose(entry.lane);
      }
    }
  }

  /** One half at a time, until the plan at fault stands alone; order within an account is kept. */
  private async divide(items: readonly PendingPlan[], error: unknown): Promise<void> {
    if (items.length === 1) return rejectAll(items, asRefusal(error));
    const middle = items.length >> 1;
    await this.write(items.slice(0, middle));
    await this.write(items.slice(middle));
  }

  /** Another transaction holds the rows of some accounts: they are told so, the others go on. */
  private async withoutBlocked(batch: CommitBatch, error: unknown): Promise<void> {
    const entries = batch.lanes;
    const free =
      entries.length === 1
        ? new Set<string>()
        : await freeAccounts(
            this.database.commitPool,
            entries.map(({ lane }) => lane.accountId),
          );
    const blocked = batch.items.filter(({ lane }) => !free.has(lane.accountId));
    const suspects = blocked.length === 0 ? batch.items : blocked;
    rejectAll(suspects, commitUnavailable('Another transaction blocks the account.', error));
    await this.write(batch.items.filter((item) => !suspects.includes(item)));
  }

  /** The connection went away under the statement: nothing is answered before it is known what became of it. */
  private async establish(batch: CommitBatch): Promise<void> {
    const outcomes = await this.untilKnown(batch.lanes);
    const again: PendingPlan[] = [];
    batch.lanes.forEach((entry, index) => {
      const { committed, epoch } = outcomes[index] as Outcome;
      if (committed) resolveEntry(entry);
      else if (epoch !== null) again.push(...entry.plans.map(({ pending }) => pending));
      else rejectLost(entry.plans.map(({ pending }) => pending));
      if (epoch === null) this.lose(entry.lane);
      else entry.lane.epoch = epoch;
    });
    await this.write(again);
  }

  private async untilKnown(entries: readonly LaneEntry[]): Promise<Outcome[]> {
    for (let pauseMs = RETRY_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await establishOutcome(this.database.commitPool, entries);
      } catch {
        await delay(pauseMs, undefined, { ref: false });
      }
    }
  }
}

function resolveEntry({ lane, plans, after }: LaneEntry): void {
  lane.position = after;
  for (const { pending, events } of plans) {
    pending.resolve({ lastSequence: (events.at(-1) as { sequence: number }).sequence, events });
  }
}

function rejectAll(items: readonly PendingPlan[], error: unknown): void {
  for (const { reject } of items) reject(error);
}

function rejectLost(items: readonly PendingPlan[]): void {
  for (const { lane, reject } of items) reject(new LeaseLost(lane.accountId));
}
