import type { EventEnvelope } from '@sextant/contracts';
import type { AnyAccountTable, RowWrite } from './account-table.js';
import { arrayLiteral, columnForm, integerLiteral, textLiteral } from './column-array.js';
import type { CommitLane, PendingPlan, StreamPosition } from './commit-lane.js';
import type { CommitPlan, LedgerTransactionPlan } from './commit-plan.js';
import { sentColumns } from './commit-statement.js';
import type { CommitStatement, CommitStatements } from './commit-statement.js';
import { eventHash, ledgerHash } from './hash-chain.js';

/** What one account contributes to a batch: its plans, chained one behind the other. */
export interface LaneEntry {
  readonly lane: CommitLane;
  readonly plans: { pending: PendingPlan; events: EventEnvelope[] }[];
  readonly after: StreamPosition;
  /** Its place in the batch, from 1: what its rows name their account by. */
  readonly index: number;
}

interface TableRow {
  lane: number;
  values: Readonly<Record<string, unknown>>;
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
  private readonly rows = new Map<AnyAccountTable, Map<string, TableRow>>();

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
      entry = { lane, plans: [], after: { ...lane.position }, index: this.lanes.length + 1 };
      this.byLane.set(lane, entry);
      this.lanes.push(entry);
    }
    entry.plans.push({ pending, events: this.addEvents(entry, plan) });
    for (const transaction of plan.ledger) this.addLedger(entry, transaction);
    for (const row of plan.rows) this.addRow(entry, row);
  }

  private addEvents({ lane, after, index }: LaneEntry, plan: CommitPlan): EventEnvelope[] {
    const streamId = lane.accountId;
    return plan.events.map(({ type, payload, occurredAt, actor = null, traceId = null }) => {
      const text = JSON.stringify(payload);
      after.seq += 1;
      const facts = { streamId, sequence: after.seq, type, occurredAt, actor, traceId };
      after.eventHash = eventHash(after.eventHash, facts, text);
      push(this.events, index, after.seq, type, occurredAt, actor, traceId, after.eventHash, text);
      return { ...facts, payload, hash: after.eventHash };
    });
  }

  private addLedger({ lane, after, index }: LaneEntry, transaction: LedgerTransactionPlan): void {
    const { transactionId, kind, reference, occurredAt, memo, postings } = transaction;
    const previous = after.ledgerHash;
    const sequence = (after.ledgerSeq += 1);
    after.ledgerHash = ledgerHash(previous, lane.accountId, sequence, transaction);
    const facts = [kind, reference, occurredAt, JSON.stringify(memo), postings.length] as const;
    push(this.ledger, index, transactionId, sequence, ...facts, previous, after.ledgerHash);
    postings.forEach(({ account, asset, amount }, line) =>
      push(this.postings, index, transactionId, line + 1, account, asset, amount),
    );
  }

  private addRow({ lane: { accountId }, index }: LaneEntry, { table, row }: RowWrite): void {
    const values = row as Record<string, unknown>;
    if (values['account_id'] !== accountId) {
      throw new Error(`A plan of ${accountId} has a row of ${String(values['account_id'])} in ${table.name}`);
    }
    const key = table.key.map((column) => String(values[column])).join('\u0000');
    if (table.mode === 'UPDATE' && this.changedInBatch(table, key, values)) return;
    let rows = this.rows.get(table);
    if (rows === undefined) this.rows.set(table, (rows = new Map()));
    // Of several rows with one key only the last is written, because a statement cannot change a row twice;
    // of rows to insert each is, so that the database refuses them.
    rows.set(table.mode === 'INSERT' && rows.has(key) ? `${key}\u0000${rows.size}` : key, {
      lane: index,
      values,
    });
  }

  /** A statement does not see the rows that it inserts itself, so a later change of one goes into the row. */
  private changedInBatch(table: AnyAccountTable, key: string, values: Record<string, unknown>): boolean {
    for (const [other, rows] of this.rows) {
      const before = other.name === table.name && other !== table ? rows.get(key) : undefined;
      if (before === undefined) continue;
      rows.set(key, { lane: before.lane, values: { ...before.values, ...values } });
      return true;
    }
    return false;
  }

  private streamValues(): unknown[] {
    const stream = columns(9);
    for (const { lane, after, index } of this.lanes) {
      const { accountId, owner, epoch, position } = lane;
      const { seq, eventHash, ledgerSeq, ledgerHash } = after;
      push(stream, index, accountId, owner, epoch, position.seq, seq, eventHash, ledgerSeq, ledgerHash);
    }
    return stream.map((column, index) => arrayLiteral(column, STREAM_LITERALS[index] as Literal));
  }

  private tableValues(table: AnyAccountTable): unknown[] {
    const rows = [...(this.rows.get(table)?.values() ?? [])];
    const lanes = arrayLiteral(
      rows.map(({ lane }) => lane),
      integerLiteral,
    );
    const values = sentColumns(table).map(([column, type]) =>
      arrayLiteral(
        rows.map((row) => row.values[column]),
        columnForm(type).literal,
      ),
    );
    return [lanes, ...values];
  }
}

type Literal = (value: unknown) => string;

const [T, I] = [textLiteral, integerLiteral];
const STREAM_LITERALS: Literal[] = [I, T, T, I, I, I, T, I, T];
const EVENT_LITERALS: Literal[] = [I, I, T, I, T, T, T];
const LEDGER_LITERALS: Literal[] = [I, T, I, T, T, I, T, I, T, T];
const POSTING_LITERALS: Literal[] = [I, T, I, T, T, I];

/** The payloads travel as one JSON array: there is nothing in them to escape then. */
function eventValues(events: unknown[][]): string[] {
  const payloads = `[${(events[EVENT_LITERALS.length] as string[]).join(',')}]`;
  return [
    ...EVENT_LITERALS.map((literal, index) => arrayLiteral(events[index] as unknown[], literal)),
    payloads,
  ];
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
