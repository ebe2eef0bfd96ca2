import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { EpochMs, TenantId } from '@sextant/kernel';
import { Component, Config, Logger, Timers } from '@sextant/platform';
import type { Cancel, CommitPlan } from '@sextant/platform';
import { EQUITY_INTERVALS } from './equity-intervals.js';
import type { EquityJournal } from './equity-journal.js';
import type { SnapshotKind } from './snapshot-table.js';

/** An owned account whose equity is written down. */
export interface RecordedAccount {
  journal: EquityJournal;
  /** Stores what `plan` gives, in the order of the account's commits. Rejects when it is given up. */
  commit(plan: (now: EpochMs) => CommitPlan): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How long before a point its prices are looked up: a market that is only followed from then on has one by then. */
const WARM_MS = 10_000;
/** Up to this late a point still stands for the moment it is due at; later it is one of its own moment. */
const LATE_MS = 15_000;
/** Between the take-over of an account and its first point: its markets get a book meanwhile. */
const START_MS = 5_000;
/** The clock is read this often at least: it may be set, or stand still with the machine. */
const LONGEST_SLEEP_MS = 30_000;
/** Accounts that are valued before others get their turn; their commits share a statement. */
const BATCH = 100;

/**
 * Writes down what the owned accounts are worth: at the steps of an interval from 00:00 UTC on, all of them in one sweep, and
 * soon after an account was taken over or a price that was missing is there. Steps that went by while the process was down or stood still have no point.
 */
@Injectable()
export class EquityRecorder extends Component {
  readonly name = 'equity-recorder';
  override readonly dependsOn = ['database'];
  private readonly accounts = new Set<RecordedAccount>();
  private readonly beginning = new Set<RecordedAccount>();
  /** How many accounts of each tenant report in each asset. */
  private readonly reporting = new Map<TenantId, Map<string, number>>();
  private cancelNext: Cancel = () => undefined;
  private cancelStart: Cancel | null = null;
  private isRunning = false;
  private warmedFor = 0;
  private takenFor = 0;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** @returns the function that leaves the account out again */
  follow(account: RecordedAccount): () => void {
    this.accounts.add(account);
    this.beginning.add(account);
    this.count(account.journal, 1);
    if (this.isRunning) this.startSoon();
    return () => {
      if (!this.accounts.delete(account)) return;
      this.beginning.delete(account);
      this.count(account.journal, -1);
    };
  }

  /** What equity is told in, besides the reporting asset of each account: what is configured, and its tenant's others. */
  assetsOf(tenantId: TenantId): Set<string> {
    return new Set([
      ...this.config.get('portfolio.equityAssets'),
      ...(this.reporting.get(tenantId)?.keys() ?? []),
    ]);
  }

  async start(): Promise<void> {
    this.isRunning = true;
    this.takenFor = this.stepBefore(this.clock.now());
    this.startSoon();
    this.sleep();
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    this.cancelNext();
    this.cancelStart?.();
  }

  private get intervalMs(): number {
    return EQUITY_INTERVALS[this.config.get('portfolio.equityInterval')];
  }

  private stepBefore(now: EpochMs): EpochMs {
    return Math.floor(now / this.intervalMs) * this.intervalMs;
  }

  private sleep(): void {
    if (!this.isRunning) return;
    const now = this.clock.now();
    const next = this.stepBefore(now) + this.intervalMs;
    const wake = next - WARM_MS > now ? next - WARM_MS : next;
    this.cancelNext = this.timers.setTimer(Math.min(wake - now, LONGEST_SLEEP_MS), async () => {
      await this.wake();
      this.sleep();
    });
  }

  private async wake(): Promise<void> {
    const now = this.clock.now();
    const step = this.stepBefore(now);
    const next = step + this.intervalMs;
    if (step > this.takenFor) {
      const onTime = now - step <= LATE_MS;
      this.takenFor = step;
      await this.take([...this.accounts], onTime ? kindAt(step) : 'INTERVAL', onTime ? step : null);
    } else if (next - now <= WARM_MS && next > this.warmedFor) {
      this.warmedFor = next;
      this.warm([...this.accounts]);
    } else if (next - now > WARM_MS) {
      const known = [...this.accounts].filter(({ journal }) => journal.canComplete());
      await this.take(known, 'START', null);
    }
    if (step < this.takenFor - this.intervalMs) {
      // The clock was set back.
      this.takenFor = step;
    }
  }

  private startSoon(): void {
    if (this.cancelStart !== null) return;
    this.warm([...this.beginning]);
    this.cancelStart = this.timers.setTimer(START_MS, async () => {
      this.cancelStart = null;
      const oldest = this.clock.now() - this.intervalMs;
      const due = [...this.beginning].filter(({ journal }) => (journal.lastAt ?? 0) <= oldest);
      this.beginning.clear();
      await this.take(due, 'START', null);
    });
  }

  /** Not all in one go: others want the thread in between. */
  private warm(accounts: RecordedAccount[]): void {
    for (const account of accounts.splice(0, BATCH)) if (this.accounts.has(account)) account.journal.warm();
    if (accounts.length > 0) this.timers.setTimer(1, () => this.warm(accounts));
  }

  /**
   * `due` null: each at the moment it is stored. What fails has its next turn: no reason to end a process that trades.
   */
  private async take(accounts: RecordedAccount[], kind: SnapshotKind, due: EpochMs | null): Promise<void> {
    for (let from = 0; from < accounts.length; from += BATCH) {
      const batch = accounts.slice(from, from + BATCH).filter((account) => this.accounts.has(account));
      const results = await Promise.allSettled(
        batch.map(({ journal, commit }) =>
          commit((now) => {
            if (due === null) return journal.point(kind, now);
            return now - due <= LATE_MS ? journal.point(kind, due) : journal.point('INTERVAL', now);
          }),
        ),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) this.logger.warn('Equity of an account was not written down', { error: failed.reason });
    }
  }

  private count({ tenantId, asset }: EquityJournal, change: 1 | -1): void {
    const assets = this.reporting.get(tenantId) ?? new Map<string, number>();
    this.reporting.set(tenantId, assets);
    const accounts = (assets.get(asset) ?? 0) + change;
    if (accounts > 0) assets.set(asset, accounts);
    else assets.delete(asset);
    if (assets.size === 0) this.reporting.delete(tenantId);
  }
}

/** Which of the steps of the interval it is: those of a day and an hour are kept longer. */
function kindAt(step: EpochMs): SnapshotKind {
  if (step % DAY_MS === 0) return 'DAY';
  return step % HOUR_MS === 0 ? 'HOUR' : 'INTERVAL';
}
