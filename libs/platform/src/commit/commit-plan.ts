import type { EventEnvelope, JsonObject } from '@sextant/contracts';
import type { EpochMs, LedgerTransactionId } from '@sextant/kernel';
import type { RowWrite } from './account-table.js';

export interface NewEvent {
  type: string;
  payload: JsonObject;
  occurredAt: EpochMs;
  actor?: string | null;
  traceId?: string | null;
}

/** A balanced set of postings: Σ amount = 0 for each asset. */
export interface LedgerTransactionPlan {
  transactionId: LedgerTransactionId;
  kind: string;
  /** Unique per account: booking the same reference twice is refused. */
  reference: string;
  occurredAt: EpochMs;
  memo: JsonObject;
  /** Amounts are integers at scale 18. */
  postings: LedgerPostingPlan[];
}

export interface LedgerPostingPlan {
  account: string;
  asset: string;
  amount: bigint;
}

/** What one decision writes, all of it or nothing. At least one event: the log is the audit and the proof. */
export interface CommitPlan {
  events: NewEvent[];
  rows: RowWrite[];
  ledger: LedgerTransactionPlan[];
}

export interface Committed {
  /** Sequence of the plan's last event in the account's stream. */
  lastSequence: number;
  events: EventEnvelope[];
}

/** The lease's epoch or sequence is stale: another process owns the account. Nothing of the plan was written. */
export class LeaseLost extends Error {
  constructor(readonly accountId: string) {
    super(`The lease of ${accountId} is lost.`);
    this.name = 'LeaseLost';
  }
}

/** This plan alone breaks a rule of the database. Nothing of it was written; other plans were not touched. */
export class CommitRefused extends Error {
  constructor(
    /** Name of the constraint, or the SQLSTATE where there is none. */
    readonly constraint: string,
    readonly sqlState: string,
    detail: string,
  ) {
    super(`Commit refused by ${constraint}: ${detail}`);
    this.name = 'CommitRefused';
  }
}

/** @throws Error when the plan has no event, or a ledger transaction of it does not balance. */
export function assertPlan(plan: CommitPlan): void {
  if (plan.events.length === 0) throw new Error('A commit plan needs at least one event');
  for (const transaction of plan.ledger) assertBalanced(transaction);
}

function assertBalanced(transaction: LedgerTransactionPlan): void {
  const sums = new Map<string, bigint>();
  for (const { asset, amount } of transaction.postings) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  if (sums.size === 0) throw new Error(`Ledger transaction ${transaction.reference} has no postings`);
  for (const [asset, sum] of sums) {
    if (sum !== 0n) throw new Error(`Ledger transaction ${transaction.reference} is off by ${sum} ${asset}`);
  }
}
