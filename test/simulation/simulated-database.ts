import { createHash } from 'node:crypto';
import { CommitRefused } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';

export type Row = Record<string, unknown>;

export interface StoredEvent {
  seq: number;
  type: string;
  /** The payload's text, as it is stored. */
  text: string;
  hash: string;
}

export interface StoredLedger {
  reference: string;
  kind: string;
  postings: readonly { account: string; asset: string; amount: bigint }[];
}

/** A version of an order as some commit left it. */
export interface OrderVersion {
  atMs: number;
  row: Row;
}

/** A commit as the database took it. */
export interface AcceptedCommit {
  atMs: number;
  epoch: number;
  owner: string;
}

export const GENESIS = '0'.repeat(64);

export function linkOf(before: string, seq: number, type: string, text: string): string {
  return createHash('sha1').update(`${before}\n${seq} ${type}\n${text}`).digest('hex');
}

/**
 * The database: rows with their unique keys, an event log and a ledger that only grow, and the lease of the account.
 * A plan is written whole or not at all.
 */
export class SimulatedDatabase {
  readonly tables = new Map<string, Map<string, Row>>();
  readonly events: StoredEvent[] = [];
  readonly ledger: StoredLedger[] = [];
  readonly versions: OrderVersion[] = [];
  readonly commits: AcceptedCommit[] = [];
  /** Who owned the account from when on. */
  readonly owners: { atMs: number; epoch: number; owner: string | null }[] = [];
  /** Every sign of life of a process. */
  readonly heartbeats: { atMs: number; address: string }[] = [];
  owner: string | null = null;
  epoch = 1;
  /** Nothing answers. */
  away = false;
  private readonly references = new Set<string>();
  private readonly clientIds = new Map<string, string>();
  private readonly beats = new Map<string, number>();
  private readonly insertedAt = new Map<string, number>();

  constructor(private readonly nowMs: () => number) {}

  rows(table: string): Row[] {
    return [...this.table(table).values()];
  }

  /** When the row was inserted. */
  storedAt(table: string, key: string): number | undefined {
    return this.insertedAt.get(`${table} ${key}`);
  }

  /** @throws CommitRefused, with nothing written */
  write(plan: CommitPlan): void {
    const undo: (() => void)[] = [];
    try {
      for (const { table, row } of plan.rows) this.put(table, row as Row, undo);
      for (const { reference } of plan.ledger) {
        if (this.references.has(reference)) {
          throw new CommitRefused('ledger_transaction_reference', '23505', reference);
        }
        this.references.add(reference);
        undo.push(() => this.references.delete(reference));
      }
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
    for (const { type, payload } of plan.events) this.append(type, JSON.stringify(payload));
    for (const { reference, kind, postings } of plan.ledger) this.ledger.push({ reference, kind, postings });
    this.commits.push({ atMs: this.nowMs(), epoch: this.epoch, owner: this.owner ?? '' });
  }

  beat(address: string): boolean {
    if (!this.beats.has(address)) return false;
    this.register(address);
    return true;
  }

  register(address: string): void {
    this.beats.set(address, this.nowMs());
    this.heartbeats.push({ atMs: this.nowMs(), address });
  }

  /** A process that was silent for longer than the lease is buried, and its account is free. */
  take(address: string, leaseMs: number): number | null {
    for (const [other, beatMs] of this.beats) {
      if (this.nowMs() - beatMs > leaseMs) this.beats.delete(other);
    }
    if (this.owner !== null && this.beats.has(this.owner)) return null;
    return this.change(address);
  }

  release(address: string, epoch: number): void {
    if (this.owner === address && this.epoch === epoch) this.change(null);
  }

  /** Makes every statement of the epoch before stale; null when the lease is not of this owner and epoch. */
  raiseEpoch(address: string, epoch: number): number | null {
    if (this.owner !== address || this.epoch !== epoch) return null;
    return this.change(address);
  }

  private change(owner: string | null): number {
    this.owner = owner;
    this.epoch += 1;
    this.owners.push({ atMs: this.nowMs(), epoch: this.epoch, owner });
    return this.epoch;
  }

  private append(type: string, text: string): void {
    const seq = this.events.length + 1;
    this.events.push({ seq, type, text, hash: linkOf(this.events.at(-1)?.hash ?? GENESIS, seq, type, text) });
  }

  private put(table: CommitPlan['rows'][number]['table'], row: Row, undo: (() => void)[]): void {
    const rows = this.table(table.name);
    const key = table.key.map((column) => String(row[column])).join(' ');
    const before = rows.get(key);
    if (table.mode === 'INSERT' && before !== undefined)
      throw new CommitRefused(`${table.name}_pkey`, '23505', key);
    if (table.mode === 'UPDATE' && before === undefined)
      throw new CommitRefused(`${table.name}_exists`, '23503', key);
    if (table.name === 'orders' && table.mode === 'INSERT') this.claimClientId(row, undo);
    const after = table.mode === 'UPDATE' ? { ...before, ...row } : { ...row };
    rows.set(key, after);
    if (table.mode === 'INSERT') this.insertedAt.set(`${table.name} ${key}`, this.nowMs());
    undo.push(() => void (before === undefined ? rows.delete(key) : rows.set(key, before)));
    if (table.name !== 'orders') return;
    this.versions.push({ atMs: this.nowMs(), row: after });
    undo.push(() => void this.versions.pop());
  }

  private claimClientId(row: Row, undo: (() => void)[]): void {
    const clientId = row['client_order_id'] as string;
    if (this.clientIds.has(clientId)) throw new CommitRefused('orders_client_order_id', '23505', clientId);
    this.clientIds.set(clientId, row['order_id'] as string);
    undo.push(() => void this.clientIds.delete(clientId));
  }

  private table(name: string): Map<string, Row> {
    const known = this.tables.get(name) ?? new Map<string, Row>();
    this.tables.set(name, known);
    return known;
  }
}
