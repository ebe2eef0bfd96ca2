import type { CommitPlan, Committed } from '../commit/commit-plan.js';
import { AccountRuntime } from '../ownership/account-owner.js';
import type { AccountLease, AccountSession } from '../ownership/account-owner.js';
import type { TradingMetrics } from './trading-metrics.js';

/** A runtime whose accounts' commits are counted in the trading metrics. */
export class MeteredRuntime extends AccountRuntime {
  constructor(
    private readonly runtime: AccountRuntime,
    private readonly trading: TradingMetrics,
  ) {
    super();
  }

  open(lease: AccountLease): Promise<AccountSession> {
    return this.runtime.open(new MeteredLease(lease, this.trading));
  }
}

class MeteredLease implements AccountLease {
  constructor(
    private readonly lease: AccountLease,
    private readonly trading: TradingMetrics,
  ) {}

  get accountId(): AccountLease['accountId'] {
    return this.lease.accountId;
  }

  get epoch(): number {
    return this.lease.epoch;
  }

  isHeld(): boolean {
    return this.lease.isHeld();
  }

  async commit(plan: CommitPlan): Promise<Committed> {
    const committed = await this.lease.commit(plan);
    this.trading.count(plan.events);
    return committed;
  }
}
