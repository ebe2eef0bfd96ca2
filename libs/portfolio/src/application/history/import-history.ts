import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import { Clock, DomainError, formatScaled } from '@sextant/kernel';
import { AccountOwner, Database, JobFailure, JobHandler, JobRegistry, TryLater } from '@sextant/platform';
import type { JobRun } from '@sextant/platform';
import type { AccountId } from '@sextant/kernel';
import { IS_HISTORY } from '../ledger/ledger-rows.js';
import { SYNC_PORTFOLIO } from '../sync/sync-portfolio.js';
import type { SyncPortfolioResult } from '../sync/sync-portfolio.js';
import { IMPORT_HISTORY } from './import-steps.js';
import type { ImportAnswer, ImportHistoryPayload, ImportStep } from './import-steps.js';
import { WaitingFills } from './waiting-fills.js';
import type { HistoryPlace } from './waiting-fills.js';

export const PORTFOLIO_IMPORT = 'PORTFOLIO_IMPORT';

/** Where an import stands. A step that was done and not noted is done again, to the same end. */
type Checkpoint = {
  phase: 'BEGIN' | 'READ' | 'SETTLE' | 'BOOK' | 'RESTATE';
  /** The lists that are still to be read, the present one first; null: the one list of all markets. */
  markets: string[] | null;
  lists: number;
  cursor: string | null;
  after: HistoryPlace | null;
  pages: number;
  fills: number;
  skipped: number;
  booked: number;
  known: number;
  left: number;
  total: number;
};

const BEGINNING: Checkpoint = {
  ...{ phase: 'BEGIN', markets: null, lists: 1, cursor: null, after: null, pages: 0, fills: 0 },
  ...{ skipped: 0, booked: 0, known: 0, left: 0, total: 0 },
};
/** What a step may take: a page of a venue across a network, with its rate limit. */
const STEP_MS = 25_000;
const AWAY_MS = 10_000;
/** Shares of the work, for whoever watches. */
const READ_SHARE = 0.6;
const BOOK_SHARE = 0.35;

/** Codes of a command that did not reach the account's owner, or found it changing. */
const OWNER_AWAY = ['ACCOUNT_OWNER_UNREACHABLE', 'ACCOUNT_SESSION_CLOSED', 'COMMIT_PENDING'];

/**
 * Imports what an account traded before it was first seen, page by page: reads the venue's list to its end, then books
 * it in the order of execution, and compares with the venue.
 */
@Injectable()
export class ImportHistory extends JobHandler {
  readonly kind = PORTFOLIO_IMPORT;
  override readonly concurrency = 2;

  constructor(
    registry: JobRegistry,
    private readonly owner: AccountOwner,
    private readonly database: Database,
    private readonly waiting: WaitingFills,
    private readonly clock: Clock,
  ) {
    super();
    registry.register(this);
  }

  async run(run: JobRun): Promise<JsonObject> {
    const accountId = run.accountId;
    if (accountId === null) throw new JobFailure('ACCOUNT_REQUIRED', 'An import is of one account.');
    let at = (run.checkpoint as Checkpoint | null) ?? BEGINNING;
    if (run.checkpoint === null) await this.waiting.forget(accountId);
    for (;;) {
      run.throwIfStopped();
      const next = await this.step(run, accountId, at);
      if (next === null) break;
      at = next;
      await run.save(at as unknown as JsonObject, this.progressOf(run, at));
    }
    const { report } = await this.ask<SyncPortfolioResult>(accountId, SYNC_PORTFOLIO, {
      ...{ actor: run.actor, once: null, takeTransfers: false },
    });
    await this.waiting.forget(accountId);
    const { pages, fills, skipped, booked, known, left } = at;
    const heldBefore = await this.heldBefore(accountId);
    return { pages, fills, skipped, booked, known, left, verdict: report.verdict, heldBefore };
  }

  /** The next place; null at the end. */
  private async step(run: JobRun, accountId: AccountId, at: Checkpoint): Promise<Checkpoint | null> {
    switch (at.phase) {
      case 'BEGIN': {
        const begun = await this.ordered(run, accountId, { step: 'BEGIN', from: fromOf(run) });
        if (begun.outcome !== 'BEGUN') throw unexpected(begun);
        const { markets } = begun;
        return { ...at, phase: 'READ', markets, lists: markets?.length ?? 1 };
      }
      case 'READ': {
        const market = at.markets?.[0] ?? null;
        const page = await this.ordered(run, accountId, {
          ...{ step: 'READ', market, cursor: at.cursor, from: fromOf(run) },
        });
        if (page.outcome !== 'READ') throw unexpected(page);
        const read = {
          ...{ ...at, cursor: page.cursor, pages: at.pages + 1 },
          ...{ fills: at.fills + page.fills, skipped: at.skipped + page.skipped },
          newest: page.newest,
        };
        if (!page.isLast) return read;
        const rest = at.markets?.slice(1) ?? [];
        if (rest.length > 0) return { ...read, markets: rest, cursor: null };
        return { ...read, phase: 'SETTLE', total: await this.waiting.count(accountId, run.jobId) };
      }
      case 'SETTLE':
        await this.ordered(run, accountId, { step: 'SETTLE' });
        return { ...at, phase: 'BOOK' };
      case 'BOOK': {
        const part = await this.ordered(run, accountId, { step: 'BOOK', after: at.after });
        if (part.outcome !== 'BOOKED') throw unexpected(part);
        if (part.place === null) return { ...at, phase: 'RESTATE' };
        return {
          ...{ ...at, after: part.place, booked: at.booked + part.booked },
          ...{ known: at.known + part.known, left: at.left + part.left },
        };
      }
      case 'RESTATE':
        await this.ordered(run, accountId, { step: 'RESTATE' });
        return null;
    }
  }

  private async ordered(run: JobRun, accountId: AccountId, step: ImportStep): Promise<ImportAnswer> {
    const payload: ImportHistoryPayload = { ...step, jobId: run.jobId, actor: run.actor, waitMs: STEP_MS };
    const answer = await this.ask<ImportAnswer>(accountId, IMPORT_HISTORY, payload);
    if (answer.outcome === 'AWAY') throw new TryLater(answer.code, answer.detail, AWAY_MS);
    return answer;
  }

  private async ask<R extends JsonObject>(
    accountId: AccountId,
    type: string,
    payload: JsonObject,
  ): Promise<R> {
    try {
      return await this.owner.execute<R>(accountId, type, payload);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isAway = OWNER_AWAY.includes(error.code) || error.code === 'VENUE_BALANCES_UNKNOWN';
      throw isAway ? new TryLater(error.code, error.message, AWAY_MS) : error;
    }
  }

  /** By the time that was read; then by the fills that were booked. */
  private progressOf(run: JobRun, at: Checkpoint & { newest?: number | null }): number {
    if (at.phase === 'BEGIN') return 0;
    if (at.phase === 'READ' && at.markets !== null) return READ_SHARE * (1 - at.markets.length / at.lists);
    if (at.phase === 'READ') {
      const from = fromOf(run);
      const now = this.clock.now();
      if (from !== null && at.newest != null && now > from) {
        return READ_SHARE * Math.min(1, Math.max(0, (at.newest - from) / (now - from)));
      }
      // Nobody knows where the list ends: each page is worth less than the one before it.
      return READ_SHARE * (1 - 0.9 ** at.pages);
    }
    const done = at.booked + at.known + at.left;
    return READ_SHARE + BOOK_SHARE * (at.total === 0 ? 0 : Math.min(1, done / at.total));
  }

  /** The OPENING less what the history moved: what the account held before, or was given and took out meanwhile. */
  private async heldBefore(accountId: AccountId): Promise<JsonObject[]> {
    const rows = await this.database.query<{ asset: string; units: string }>(
      `SELECT p.asset, (-sum(p.amount))::text AS units FROM ledger_posting p
       JOIN ledger_transaction t USING (account_id, transaction_id)
       WHERE t.account_id = $1 AND p.account LIKE 'external:%' AND (t.kind = 'OPENING' OR ${IS_HISTORY})
       GROUP BY p.asset HAVING sum(p.amount) <> 0 ORDER BY p.asset`,
      [accountId],
    );
    return rows.map(({ asset, units }) => ({ asset, amount: formatScaled(BigInt(units)) }));
  }
}

function fromOf({ input }: JobRun): number | null {
  return typeof input['from'] === 'number' ? input['from'] : null;
}

function unexpected(answer: ImportAnswer): Error {
  return new Error(`The account's owner answered another step: ${answer.outcome}`);
}
