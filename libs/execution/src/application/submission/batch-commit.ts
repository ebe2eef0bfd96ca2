import { CommitRefused } from '@sextant/platform';
import type { AccountLease, CommitPlan } from '@sextant/platform';
import type { OrderId } from '@sextant/kernel';
import type { BatchOutcome } from '../account/commands-of-account.js';
import { inFlight } from '../account/used-keys.js';

interface Waiting {
  plan: CommitPlan;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * One commit for the intents of many orders. It waits until each of them has either come with its plan or been refused;
 * what accompanies them is decided then. A plan that the database refuses is found out by sending each by itself.
 */
export class BatchCommit {
  private readonly waiting: Waiting[] = [];
  private readonly outcomes: (BatchOutcome | null)[];
  private missing: number;
  private isKeyUsed = false;

  constructor(
    private readonly lease: Pick<AccountLease, 'commit'>,
    count: number,
    /** Event of the batch and row of its key. */
    private readonly head: (outcomes: readonly BatchOutcome[]) => CommitPlan,
  ) {
    this.missing = count;
    this.outcomes = Array.from({ length: count }, () => null);
  }

  /** The request was taken before, where this process does not know of it: nothing was stored now. */
  get wasTakenBefore(): boolean {
    return this.isKeyUsed;
  }

  /** The plan of one order; resolves when it is stored. @throws CommitRefused, and what a commit throws */
  commit(index: number, orderId: OrderId, plan: CommitPlan): Promise<void> {
    const stored = new Promise<void>((resolve, reject) => this.waiting.push({ plan, resolve, reject }));
    this.arrive(index, { orderId });
    return stored;
  }

  /** One order will bring no plan: it was refused, or made before. */
  leave(index: number, outcome: BatchOutcome): void {
    if (this.outcomes[index] === null) this.arrive(index, outcome);
  }

  private arrive(index: number, outcome: BatchOutcome): void {
    this.outcomes[index] = outcome;
    this.missing -= 1;
    if (this.missing === 0 && this.waiting.length > 0) void this.flush();
  }

  private async flush(): Promise<void> {
    const head = this.head(this.outcomes as BatchOutcome[]);
    const plans = [head, ...this.waiting.map(({ plan }) => plan)];
    try {
      await this.lease.commit(merged(plans));
      for (const { resolve } of this.waiting) resolve();
    } catch (error) {
      if (error instanceof CommitRefused) return this.eachAlone(head);
      for (const { reject } of this.waiting) reject(error);
    }
  }

  /**
   * Memory does not know every id that was ever used: the one that was is refused, the others are not. The request's key
   * comes first: when that is what was used, all of it was placed before.
   */
  private async eachAlone(head: CommitPlan): Promise<void> {
    const alone = (plan: CommitPlan) => this.lease.commit(plan);
    try {
      await alone(head);
    } catch (error) {
      this.isKeyUsed = error instanceof CommitRefused;
      for (const { reject } of this.waiting) reject(this.isKeyUsed ? inFlight() : error);
      return;
    }
    await Promise.all(this.waiting.map(({ plan, resolve, reject }) => alone(plan).then(resolve, reject)));
  }
}

function merged(plans: readonly CommitPlan[]): CommitPlan {
  return {
    rows: plans.flatMap(({ rows }) => rows),
    events: plans.flatMap(({ events }) => events),
    ledger: plans.flatMap(({ ledger }) => ledger),
  };
}
