import type { AccountId } from '@sextant/kernel';
import { LeaseLost } from './commit-plan.js';
import type { CommitPlan, Committed } from './commit-plan.js';

/** Where an account's stream stands, as its row says. */
export interface StreamPosition {
  seq: number;
  eventHash: string;
  ledgerSeq: number;
  ledgerHash: string;
}

/** A plan that waits for its commit. */
export interface PendingPlan {
  readonly lane: CommitLane;
  readonly plan: CommitPlan;
  resolve(committed: Committed): void;
  reject(error: unknown): void;
}

/** The plans of one account in their order, and where its stream stands after the last known commit. */
export class CommitLane {
  queue: PendingPlan[] = [];
  inFlight = false;
  lost = false;
  /** Called once, when the lease turns out to be lost. */
  onLost: () => void = () => undefined;
  private waiting: (() => void)[] = [];

  constructor(
    readonly accountId: AccountId,
    /** What stands in `owner_address` while this lane is valid; null while the account is being created. */
    readonly owner: string | null,
    public epoch: number,
    public position: StreamPosition,
  ) {}

  /** Refuses what waits and what comes; what is in flight gets its own answer. */
  lose(): void {
    if (this.lost) return;
    this.lost = true;
    const queued = this.queue;
    this.queue = [];
    for (const pending of queued) pending.reject(new LeaseLost(this.accountId));
    this.onLost();
    this.settle();
  }

  /** Resolves when nothing is queued or in flight. */
  idle(): Promise<void> {
    if (!this.inFlight && this.queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** To be called when a statement is over. */
  settle(): void {
    if (this.inFlight || this.queue.length > 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
