import type { EventEnvelope } from '@sextant/contracts';
import type { AnyAccountTable, RowWrite } from './account-table.js';
import { arrayLiteral, columnForm, integerLiteral, textLiteral } from './column-array.js';
import type { CommitLane, PendingPlan, StreamPosition } from './commit-lane.js';
import type { CommitPlan, LedgerTransactionPlan } from './commit-plan.js';
import type { CommitStatement, CommitStatements } from './commit-statement.js';
import { eventHash, ledgerHash } from './hash-chain.js';

/** What one account contributes to a batch: its plans, chained one behind the other. */
export interface LaneEntry {
  readonly lane: CommitLane;
  readonly plans: { pending: PendingPlan; events: EventEnvelope[] }[];
  readonly after: StreamPosition;
}

/** PostgreSQL's NOTIFY takes less than 8,000 bytes; a longer list of streams is sent as "anything may have changed". */
const MAX_NOTIFY_LENGTH = 7_900;

/** Plans of many accounts, as one statement with its parameters. Sequences and hashes are computed here. */
export class CommitBatch {
  readonly lanes: LaneEntry[] = [];
  private readonly byLane = new Map<CommitLane, LaneEntry>();
  private readonly events = columns(8);
  private readonly ledger = columns(10);
  private readonly postings = columns(6);
  private readonly rows = new Map<AnyAccountTable, Map<string, RowWrite> | RowWrite[]>();

  constructor(readonly items: readonly PendingPlan[]) {
    for (const pending of items) this.add(pending);
  }

  statement(statements: CommitStatements): CommitStatement {
    return statements.for(this.rows.keys(), (this.ledger[0] as unknown[]).length > 0);
  }

  values(statement: CommitStatement): unknown[] {
    const values = [...this.streamValues(), ...eventValues(this.events)];
    if (statement.withLedger) values.push(...ledgerValues(this.ledger), ...postingValues(this.postings));
    for (const table of statement.tables) values.push(...this.tableValues(table));
    const streams = this.lanes.map(({ lane }) => lane.accountId).join(',');
    values.push(streams.length > MAX_NOTIFY_LENGTH ? '' : streams);
    return values;
  }

  private add(pending: PendingPlan): void {
    const { lane, plan } = pending;
    let entry = this.byLane.get(lane);
    if (entry === undefined) {
      entry = { lane, plans: [], after: { ...lane.position } };
      this.byLane.set(lane, entry);
      this.lanes.push(entry);
    }
    entry.plans.push({ pending, events: this.addEvents(lane.accountId, plan, entry.after) });
    for (const transaction of plan.ledger) this.addLedger(lane.accountId, transaction, entry.after);
    for (const row of plan.rows) this.addRow(lane.accountId, row);
  }

  private addEvents(streamId: string, plan: CommitPlan, after: StreamPosition): EventEnvelope[] {
    return plan.events.map(({ type, payload, occurredAt, actor = null, traceId = null }) => {
      const text = JSON.stringify(payload);
      after.seq += 1;
      const facts = { streamId, sequence: after.seq, type, occurredAt, actor, traceId };
      after.eventHash = eventHash(after.eventHash, facts, text);
      push(this.events, streamId, after.seq, type, text, occurredAt, actor, traceId, after.eventHash);
      return { ...facts, payload, hash: after.eventHash };
    });
  }

  private addLedger(accountId: string, transaction: LedgerTransactionPlan, after: StreamPosition): void {
    const { transactionId, kind, reference, occurredAt, memo, postings } = transaction;
    const previous = after.ledgerHash;
    const sequence = (after.ledgerSeq += 1);
    after.ledgerHash = ledgerHash(previous, accountId, sequence, transaction);
    const facts = [kind, reference, occurredAt, JSON.stringify(memo), postings.length] as const;
    push(this.ledger, accountId, transactionId, sequence, ...facts, previous, after.ledgerHash);
    postings.forEach(({ account, asset, amount }, index) =>
      push(this.postings, accountId, transactionId, index + 1, account, asset, amount),
    );
  }

  /** Of several rows with one key only the last is written: a statement cannot update a row twice. */
  private addRow(accountId: string, write: RowWrite): void {
    const { table, row } = write;
    const values = row as Record<string, unknown>;
    if (values['account_id'] !== accountId) {
      throw new Error(`A plan of ${accountId} has a row of ${String(values['account_id'])} in ${table.name}`);
    }
    let rows = this.rows.get(table);
    if (rows === undefined) this.rows.set(table, (rows = table.mode === 'UPSERT' ? new Map() : []));
    if (Array.isArray(rows)) rows.push(write);
    else rows.set(table.key.map((column) => String(values[column])).join('\u0000'), write);
  }

  private streamValues(): unknown[] {
    const stream = columns(8);
    for (const { lane, after } of this.lanes) {
      const { accountId, owner, epoch, position } = lane;
      const { seq, eventHash, ledgerSeq, ledgerHash } = after;
      push(stream, accountId, owner, epoch, position.seq, seq, eventHash, ledgerSeq, ledgerHash);
    }
    return stream.map((column, index) => arrayLiteral(column, STREAM_LITERALS[index] as Literal));
  }

  private tableValues(table: AnyAccountTable): unknown[] {
    const rows = [...(this.rows.get(table)?.values() ?? [])];
    return Object.entries(table.columns).map(([column, type]) =>
      arrayLiteral(
        rows.map(({ row }) => (row as Record<string, unknown>)[column]),
        columnForm(type).literal,
      ),
    );
  }
}

type Literal = (value: unknown) => string;

const [T, I] = [textLiteral, integerLiteral];
const STREAM_LITERALS: Literal[] = [T, T, I, I, I, T, I, T];
const EVENT_LITERALS: Literal[] = [T, I, T, T, I, T, T, T];
const LEDGER_LITERALS: Literal[] = [T, T, I, T, T, I, T, I, T, T];
const POSTING_LITERALS: Literal[] = [T, T, I, T, T, I];

function eventValues(events: unknown[][]): string[] {
  return events.map((column, index) => arrayLiteral(column, EVENT_LITERALS[index] as Literal));
}

function ledgerValues(ledger: unknown[][]): string[] {
  return ledger.map((column, index) => arrayLiteral(column, LEDGER_LITERALS[index] as Literal));
}

function postingValues(postings: unknown[][]): string[] {
  return postings.map((column, index) => arrayLiteral(column, POSTING_LITERALS[index] as Literal));
}

function columns(count: number): unknown[][] {
  return Array.from({ length: count }, () => []);
}

function push(target: unknown[][], ...values: unknown[]): void {
  for (let index = 0; index < values.length; index += 1) (target[index] as unknown[]).push(values[index]);
}
