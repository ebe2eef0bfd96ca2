import { randomUUID } from 'node:crypto';
import type { Clock } from '@sextant/kernel';
import type { LeaseStore } from './lease-store.js';
import type { OwnershipOptions } from './ownership-options.js';

/** Whether this process may believe in its leases, and under which address. */
export class ProcessPresence {
  private current = '';
  private holdsUntilMs = -Infinity;

  constructor(
    private readonly store: LeaseStore,
    private readonly clock: Clock,
    private readonly options: OwnershipOptions,
  ) {}

  /** `host:port/run`: unique for ever, so that a row naming it names this run of this process. */
  get address(): string {
    return this.current;
  }

  /**
   * False from the moment at which another process may have buried this one. Measured from before the heartbeat was
   * sent, on a clock that neither jumps nor stops while the process is paused.
   */
  holds(): boolean {
    return this.clock.monotonicMs() < this.holdsUntilMs;
  }

  async register(hostAndPort: string): Promise<void> {
    this.holdsUntilMs = -Infinity;
    this.current = `${hostAndPort}/${randomUUID().replaceAll('-', '')}`;
    const sentMs = this.clock.monotonicMs();
    await this.store.register(this.current, this.options.takesAccounts);
    this.believeFrom(sentMs);
  }

  /** @returns false when the process was buried: all its leases are void, and it needs a new address. */
  async beat(): Promise<boolean> {
    const sentMs = this.clock.monotonicMs();
    const lives = await this.store.beat(this.current);
    if (lives) this.believeFrom(sentMs);
    else this.holdsUntilMs = -Infinity;
    return lives;
  }

  async unregister(): Promise<void> {
    this.holdsUntilMs = -Infinity;
    await this.store.unregister(this.current);
  }

  private believeFrom(sentMs: number): void {
    this.holdsUntilMs = sentMs + this.options.leaseMs - this.options.guardMs;
  }
}
