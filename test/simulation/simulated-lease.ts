import type { AccountId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { CommitRefused, LeaseLost } from '@sextant/platform';
import type { AccountLease, CommitPlan, Committed } from '@sextant/platform';
import { databaseFaults } from './chaos.js';
import type { Chaos, DatabaseFault } from './chaos.js';
import type { Host, Scheduler } from './scheduler.js';
import type { SimulatedDatabase } from './simulated-database.js';

export const LEASE_MS = 700;
const GUARD_MS = 150;
const BEAT_MS = 200;
const COMMIT_FAULTS = databaseFaults.filter((kind) => kind !== 'READ_FAILS');

interface Pending {
  plan: CommitPlan;
  resolve: (committed: Committed) => void;
  reject: (error: unknown) => void;
}

/** What became of each plan of a batch; null when nothing of it was written. */
type Outcomes = (CommitRefused | null)[] | null;

export interface LeaseWorld {
  scheduler: Scheduler;
  chaos: Chaos;
  database: SimulatedDatabase;
  note: (line: string) => void;
}

/**
 * A process's hold on the account, with the promises of the real one: plans are written in order, one statement at a
 * time; a refused plan takes nothing else with it; after a lost connection the epoch is raised before anything is
 * answered; and belief in the lease ends, by the process's own clock, before another can have it.
 */
export class SimulatedLease implements AccountLease {
  epoch = 0;
  private queue: Pending[] = [];
  private inFlight = false;
  private lost = false;
  private believesUntilMs = -1;
  /** Called once, when it turns out that somebody else has the account. */
  onLost: () => void = () => undefined;

  constructor(
    readonly accountId: AccountId,
    private readonly world: LeaseWorld,
    private readonly host: Host,
    private readonly address: string,
  ) {}

  /** Tries to take the account; the answer comes over the network like any other. */
  async take(): Promise<boolean> {
    const { database, scheduler } = this.world;
    const sentMs = scheduler.nowMs;
    database.register(this.address);
    const epoch = await this.roundTrip(() => database.take(this.address, LEASE_MS));
    if (epoch === null) return false;
    this.epoch = epoch;
    this.believesUntilMs = sentMs + LEASE_MS - GUARD_MS;
    this.world.note(`${this.host.name} owns the account, epoch ${epoch}`);
    this.beat();
    return true;
  }

  isHeld(): boolean {
    return this.host.alive && !this.lost && this.world.scheduler.nowMs < this.believesUntilMs;
  }

  async release(): Promise<void> {
    await this.roundTrip(() => this.world.database.release(this.address, this.epoch));
    this.end();
  }

  /** Whether it was given up or taken away. */
  get isLost(): boolean {
    return this.lost;
  }

  commit(plan: CommitPlan): Promise<Committed> {
    return new Promise((resolve, reject) => {
      if (this.lost) {
        reject(new LeaseLost(this.accountId));
        return;
      }
      this.queue.push({ plan, resolve, reject });
      this.flush();
    });
  }

  private end(): void {
    if (this.lost) return;
    this.lost = true;
    for (const { reject } of this.queue.splice(0)) reject(new LeaseLost(this.accountId));
    this.onLost();
  }

  private beat(): void {
    const { database, scheduler } = this.world;
    scheduler.at(
      BEAT_MS,
      async () => {
        if (this.lost) return;
        const sentMs = scheduler.nowMs;
        const lives = await this.roundTrip(() => database.beat(this.address));
        if (!lives) {
          this.end();
          return;
        }
        this.believesUntilMs = sentMs + LEASE_MS - GUARD_MS;
        this.beat();
      },
      this.host,
    );
  }

  private flush(): void {
    if (this.inFlight || this.queue.length === 0) return;
    this.inFlight = true;
    void this.write(this.queue.splice(0)).then(() => {
      this.inFlight = false;
      this.flush();
    });
  }

  /** Writes the plans, and settles every one of them. */
  private async write(batch: readonly Pending[]): Promise<void> {
    const { chaos, database } = this.world;
    const fault = database.away ? 'COMMIT_REFUSED' : chaos.draw(COMMIT_FAULTS);
    const { epoch } = this;
    if (fault === 'COMMIT_REFUSED') {
      await this.roundTrip(() => undefined);
      for (const { reject } of batch) reject(unavailable());
      return;
    }
    const slowMs = fault === 'COMMIT_SLOW' ? chaos.random.int(300, 5_000) : 0;
    if (fault === 'COMMIT_CUT' || fault === 'COMMIT_ARRIVES_STALE') {
      const late: { outcomes: Outcomes } = { outcomes: null };
      if (fault === 'COMMIT_ARRIVES_STALE') {
        const arrive = () => void (late.outcomes = this.apply(batch, epoch, fault));
        this.world.scheduler.at(chaos.random.int(5, 3_000), arrive);
      }
      return this.establish(batch, late);
    }
    const outcomes = await this.roundTrip(() => this.apply(batch, epoch, fault), slowMs);
    if (fault === 'COMMIT_ANSWER_LOST') return this.establish(batch, { outcomes });
    this.answer(batch, outcomes);
  }

  /** One statement at the database: null when it is of a stale owner. */
  private apply(batch: readonly Pending[], epoch: number, fault: DatabaseFault | null): Outcomes {
    const { database, note } = this.world;
    const stale = database.owner !== this.address || database.epoch !== epoch;
    note(`${this.host.name} commits ${batch.length} at ${epoch}${stale ? ', stale' : ''} ${fault ?? ''}`);
    if (stale) return null;
    return batch.map(({ plan }) => {
      try {
        database.write(plan);
        return null;
      } catch (error) {
        if (error instanceof CommitRefused) return error;
        throw error;
      }
    });
  }

  /** The connection went away under the statement: what became of it is found out before anybody is answered. */
  private async establish(batch: readonly Pending[], found: { outcomes: Outcomes }): Promise<void> {
    const { database } = this.world;
    const raised = await this.roundTrip(() => database.raiseEpoch(this.address, this.epoch), 30);
    if (raised === null) {
      this.answer(batch, found.outcomes);
      this.end();
      return;
    }
    this.epoch = raised;
    if (found.outcomes === null) return this.write(batch);
    this.answer(batch, found.outcomes);
  }

  private answer(batch: readonly Pending[], outcomes: Outcomes): void {
    const lastSequence = this.world.database.events.length;
    batch.forEach(({ resolve, reject }, index) => {
      if (outcomes === null) reject(new LeaseLost(this.accountId));
      else if (outcomes[index] !== null) reject(outcomes[index]);
      else resolve({ lastSequence, events: [] });
    });
    if (outcomes === null) this.end();
  }

  /** Over the network to the database and back; nothing comes back to a dead process. */
  private roundTrip<T>(act: () => T, slowMs = 0): Promise<T> {
    const { scheduler, chaos } = this.world;
    return new Promise((resolve) => {
      const leave = () =>
        scheduler.at(chaos.random.int(1, 4) + slowMs, () => {
          const result = act();
          scheduler.at(chaos.random.int(1, 4), () => resolve(result), this.host);
        });
      if (!this.host.alive) return;
      if (this.host.paused) this.host.waiting.push(leave);
      else leave();
    });
  }
}

export function unavailable(): DomainError {
  return new DomainError('COMMIT_UNAVAILABLE', 'The database cannot be written.', {
    outcome: 'NOT_EXECUTED',
  });
}
