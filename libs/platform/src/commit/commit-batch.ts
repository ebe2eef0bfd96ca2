import type { EventEnvelope } from '@sextant/contracts';
import type { AnyAccountTable, RowWrite } from './account-table.js';
import { BatchRows } from './batch-rows.js';
import type { RowValues } from './batch-rows.js';
import { columnForm } from './column-array.js';
import { EVENT, LEDGER_POSTING, LEDGER_TRANSACTION, STREAM } from './commit-columns.js';
import type { Columns } from './commit-columns.js';
import type { CommitLane, PendingPlan, StreamPosition } from './commit-lane.js';
import type { CommitPlan, LedgerTransactionPlan } from './commit-plan.js';
import type { CommitStatement, CommitStatements } from './commit-statement.js';
import { eventHash, ledgerHash } from './hash-chain.js';

/** What one account contributes to a batch: its plans, chained one behind the other. */
export interface LaneEntry {
  readonly lane: CommitLane;
  readonly plans: { pending: PendingPlan; events: EventEnvelope[] }[];
  readonly after: StreamPosition;
  /** Its place in the batch, from 1: what its rows name their account by. */
  readonly index: number;
  readonly rows: Map<AnyAccountTable, BatchRows>;
}

/** PostgreSQL's NOTIFY takes less than 8,000 bytes; a longer list of streams is sent as "anything may have changed". */
const MAX_NOTIFY_LENGTH = 7_900;

/** Plans of many accounts, as one statement with its parameters. Sequences and hashes are computed here. */
export class CommitBatch {
  readonly lanes: LaneEntry[] = [];
  private readonly byLane = new Map<CommitLane, LaneEntry>();
  private readonly tables = new Set<AnyAccountTable>();
  private readonly events = emptyColumns(EVENT);
  private readonly ledger = emptyColumns(LEDGER_TRANSACTION);
  private readonly postings = emptyColumns(LEDGER_POSTING);

  constructor(readonly items: readonly PendingPlan[]) {
    for (const pending of items) this.add(pending);
  }

  statement(statements: CommitStatements): CommitStatement {
    return statements.for(this.tables, (this.ledger[0] as unknown[]).length > 0);
  }

  values(statement: CommitStatement): (string | null)[] {
    const values = encoded(STREAM, this.streams());
    values.push(...encoded(EVENT, this.events));
    if (statement.withLedger) {
      values.push(...encoded(LEDGER_TRANSACTION, this.ledger), ...encoded(LEDGER_POSTING, this.postings));
    }
    for (const { table, columns } of statement.tables) {
      values.push(...encoded(columns, this.columnsOf(table, columns)));
    }
    const streams = this.lanes.map(({ lane }) => lane.accountId).join(',');
    values.push(streams.length > MAX_NOTIFY_LENGTH ? '' : streams);
    return values;
  }

  private add(pending: PendingPlan): void {
    const { lane, plan } = pending;
    let entry = this.byLane.get(lane);
    if (entry === undefined) {
      entry = { lane, plans: [], after: { ...lane.position }, index: this.lanes.length + 1, rows: new Map() };
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
      push(this.events, index, after.seq, type, text, occurredAt, actor, traceId, after.eventHash);
      return { ...facts, payload, hash: after.eventHash };
    });
  }

  private addLedger({ lane, after, index }: LaneEntry, transaction: LedgerTransactionPlan): void {
    const { transactionId, kind, reference, occurredAt, memo, postings } = transaction;
    const previous = after.ledgerHash;
    const sequence = (after.ledgerSeq += 1);
    after.ledgerHash = ledgerHash(previous, lane.accountId, sequence, transaction);
    const facts = [kind, reference, occurredAt, memo, postings.length] as const;
    push(this.ledger, index, transactionId, sequence, ...facts, previous, after.ledgerHash);
    postings.forEach(({ account, asset, amount }, line) =>
      push(this.postings, index, transactionId, line + 1, account, asset, amount),
    );
  }

  private addRow({ lane: { accountId }, rows }: LaneEntry, { table, row }: RowWrite): void {
    const values = row as RowValues;
    if (values['account_id'] !== accountId) {
      throw new Error(`A plan of ${accountId} has a row of ${String(values['account_id'])} in ${table.name}`);
    }
    if (table.mode === 'UPDATE' && changedInBatch(rows, table, values)) return;
    let own = rows.get(table);
    if (own === undefined) {
      rows.set(table, (own = new BatchRows(table)));
      this.tables.add(table);
    }
    own.add(values);
  }

  private streams(): unknown[][] {
    const streams = emptyColumns(STREAM);
    for (const { lane, after, index } of this.lanes) {
      const { accountId, owner, epoch, position } = lane;
      const { seq, eventHash, ledgerSeq, ledgerHash } = after;
      push(streams, index, accountId, owner, epoch, position.seq, seq, eventHash, ledgerSeq, ledgerHash);
    }
    return streams;
  }

  /** The rows of all accounts, turned into columns; the first is the lane. */
  private columnsOf(table: AnyAccountTable, columns: Columns): unknown[][] {
    const filled = emptyColumns(columns);
    for (const { index, rows } of this.lanes) {
      for (const row of rows.get(table)?.list ?? []) {
        (filled[0] as unknown[]).push(index);
        for (let column = 1; column < columns.length; column += 1) {
          (filled[column] as unknown[]).push(row[(columns[column] as Columns[number])[0]]);
        }
      }
    }
    return filled;
  }
}

/** A statement does not see the rows that it inserts itself, so a later change of one goes into the row. */
function changedInBatch(rows: LaneEntry['rows'], table: AnyAccountTable, values: RowValues): boolean {
  for (const [other, inserted] of rows) {
    if (other.name === table.name && other !== table && inserted.replace(values)) return true;
  }
  return false;
}

function encoded(columns: Columns, filled: readonly unknown[][]): (string | null)[] {
  return columns.map(([, type], index) => columnForm(type).encode(filled[index] as unknown[]));
}

function emptyColumns(columns: Columns): unknown[][] {
  return columns.map(() => []);
}

function push(target: unknown[][], ...values: unknown[]): void {
  for (let index = 0; index < values.length; index += 1) (target[index] as unknown[]).push(values[index]);
}
