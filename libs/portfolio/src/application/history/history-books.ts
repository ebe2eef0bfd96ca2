import { Injectable } from '@nestjs/common';
import { Clock, formatScaled, Ids } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { Position } from '../../domain/positions/position.js';
import { PositionsByTime, restatements } from '../../domain/ledger/history.js';
import type { Restatement } from '../../domain/ledger/history.js';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import type { HistoricFill } from '../../domain/positions/booked-fill.js';
import { ledgerByTime } from '../ledger/ledger-by-time.js';
import { historyReference } from '../state/portfolio-state.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { placeOf, WaitingFills } from './waiting-fills.js';
import type { HistoryPlace } from './waiting-fills.js';

/** An account in the hands of its owner, as an import needs it. */
export interface HistoryTarget {
  state: PortfolioState;
  /** Runs `decide` when nothing else changes the state and stores what it returns; resolves when that is durable. */
  store(decide: () => CommitPlan): Promise<void>;
  /** Those of the fills that were booked as they came, since the account was first seen. */
  bookedSince(fills: readonly HistoricFill[]): Promise<ReadonlySet<HistoricFill>>;
}

/** `left`: executed since the account was first seen, so none of its history. */
export type BookedPart = { place: HistoryPlace | null; booked: number; known: number; left: number };

/** Fills of one commit. */
const PART = 100;
/** By how much the venue's time of a trade and ours of the first sight may be apart. */
const CLOCKS_APART_MS = 60_000;
const ATTEMPTS = 20;
const NOTHING: CommitPlan = { rows: [], ledger: [], events: [] };

/**
 * Books what an account traded before it was first seen, part by part in the order of execution. A part is one commit
 * that moves no balance, and a fill that is booked already is passed over: it may end, and be repeated, anywhere.
 */
@Injectable()
export class HistoryBooks {
  constructor(
    private readonly database: Database,
    private readonly waiting: WaitingFills,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  add(accountId: AccountId, jobId: string, fills: readonly HistoricFill[]): Promise<void> {
    return this.waiting.add(accountId, jobId, fills);
  }

  /** `place` null: there was nothing left. */
  async book(target: HistoryTarget, jobId: string, after: HistoryPlace | null): Promise<BookedPart> {
    const { accountId } = target.state;
    const fills = await this.waiting.next(accountId, jobId, after, PART);
    const last = fills.at(-1);
    if (last === undefined) return { place: null, booked: 0, known: 0, left: 0 };
    const known = await this.known(accountId, fills);
    const since = await target.bookedSince(fills);
    const seenAt = await this.firstSeenAt(accountId);
    const isLate = (fill: HistoricFill) => fill.executedAt > seenAt + CLOCKS_APART_MS;
    const fresh = fills.filter((fill) => !known.has(historyReference(fill)) && !since.has(fill));
    const history = fresh.filter((fill) => !isLate(fill));
    if (history.length > 0) {
      await target.store(() => this.part(target.state, history, jobId));
    }
    const [booked, left] = [history.length, fresh.length - history.length];
    return { place: placeOf(last), booked, known: fills.length - fresh.length, left };
  }

  /**
   * Positions depend on the order of their fills: what was traded since the account was first seen came before its
   * history here. Corrects them to what the order of execution makes of them; answers how many symbols were off, or null
   * when it was traded all the time.
   */
  async restate(target: HistoryTarget, jobId: string, actor: string): Promise<number | null> {
    const { state } = target;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { revision } = state;
      // Behind it, everything of that revision is stored.
      await target.store(() => NOTHING);
      const byTime = await this.positionsByTime(state.accountId);
      const done: number[] = [];
      await target.store(() => {
        if (state.revision !== revision) return NOTHING;
        const changes = restatements(state.positions(), byTime);
        done.push(changes.length);
        return merged(changes.map((change) => this.correction(state, change, jobId, actor)));
      });
      if (done[0] !== undefined) return done[0];
    }
    return null;
  }

  private part(state: PortfolioState, history: readonly HistoricFill[], jobId: string): CommitPlan {
    const plan = merged(history.map((fill) => state.applyHistory(fill, { importedBy: jobId })));
    const times = history.map(({ executedAt }) => executedAt);
    const facts = { fills: history.length, from: Math.min(...times), to: Math.max(...times) };
    const payload = { accountId: state.accountId, importedBy: jobId, ...facts };
    plan.events.push({ type: 'HistoryBooked', payload, occurredAt: this.clock.now() });
    return plan;
  }

  private correction(state: PortfolioState, change: Restatement, jobId: string, actor: string): CommitPlan {
    const transactionId = this.ids.next('ltx');
    const occurredAt = this.clock.now();
    const reason = 'Booked in another order than executed: its history was imported afterwards';
    const plan = state.applyRestatement(change, {
      transactionId,
      reference: `restatement:${transactionId}`,
      occurredAt,
      memo: { symbol: change.symbol, reason, author: actor, importedBy: jobId },
    });
    const payload = {
      ...{ accountId: state.accountId, symbol: change.symbol, importedBy: jobId },
      cost: formatScaled(change.costUnits),
      realizedPnl: formatScaled(change.realizedUnits),
    };
    plan.events.push({ type: 'PositionRestated', payload, occurredAt, actor });
    return plan;
  }

  /** The whole ledger goes through, and only the positions stay in memory. */
  private async positionsByTime(accountId: AccountId): Promise<ReadonlyMap<string, Position>> {
    const tenantId = await this.tenantOf(accountId);
    const byTime = new PositionsByTime();
    for await (const { kind, memo, occurredAt } of ledgerByTime(this.database, tenantId, accountId)) {
      if (kind === 'FILL' || kind === 'FEE') byTime.add({ kind, fill: fillOfMemo(memo, occurredAt) });
    }
    return byTime.positions;
  }

  private async tenantOf(accountId: AccountId): Promise<TenantId> {
    const [row] = await this.database.query<{ tenant_id: TenantId }>(
      'SELECT tenant_id FROM account WHERE account_id = $1',
      [accountId],
    );
    if (row === undefined) throw new Error(`There is no account ${accountId}`);
    return row.tenant_id;
  }

  private async known(accountId: AccountId, fills: readonly HistoricFill[]): Promise<Set<string>> {
    const rows = await this.database.query<{ reference: string }>(
      'SELECT reference FROM ledger_transaction WHERE account_id = $1 AND reference = ANY ($2)',
      [accountId, fills.map(historyReference)],
    );
    return new Set(rows.map(({ reference }) => reference));
  }

  /** When its balances opened the ledger; an account without any is first seen after it was made. */
  private async firstSeenAt(accountId: AccountId): Promise<number> {
    const [row] = await this.database.query<{ at: number }>(
      `SELECT (extract(epoch FROM coalesce(
          (SELECT max(occurred_at) FROM ledger_transaction WHERE account_id = $1 AND kind = 'OPENING'),
          created_at)) * 1000)::float8 AS at FROM account WHERE account_id = $1`,
      [accountId],
    );
    return row?.at ?? 0;
  }
}

/** One plan of many; of a row that several change, the last word. */
function merged(plans: readonly CommitPlan[]): CommitPlan {
  const rows = new Map<string, CommitPlan['rows'][number]>();
  for (const entry of plans.flatMap((plan) => plan.rows)) {
    const values = entry.row as Record<string, unknown>;
    const key = entry.table.key.map((column) => String(values[column])).join(' ');
    rows.set(`${entry.table.name} ${key}`, entry);
  }
  return {
    rows: [...rows.values()],
    ledger: plans.flatMap(({ ledger }) => ledger),
    events: plans.flatMap(({ events }) => events),
  };
}
