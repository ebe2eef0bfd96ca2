import type { EpochMs } from '@sextant/kernel';

interface Failures {
  count: number;
  lastAt: EpochMs;
}

/** Failures that cost nothing: from one place for one account, and from everywhere for one account. */
const FREE_FROM_ADDRESS = 5;
const FREE_IN_ALL = 50;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 15 * 60_000;
/** Failures are forgotten after so long without a new one. */
const MEMORY_MS = 60 * 60_000;
const CAPACITY = 50_000;

/**
 * Growing delays for guesses at passwords. Counted for account and address together first, so that a guesser does
 * not lock the owner out; guesses from many addresses slow the account's sign-ins down later. Open sessions are
 * never touched.
 */
export class LoginThrottle {
  private readonly failures = new Map<string, Failures>();

  /** Milliseconds until the next attempt is heard; 0 when it is heard now. */
  delayMs(email: string, address: string, now: EpochMs): number {
    return Math.max(
      this.delayOf(`${email} ${address}`, FREE_FROM_ADDRESS, now),
      this.delayOf(email, FREE_IN_ALL, now),
    );
  }

  failed(email: string, address: string, now: EpochMs): void {
    this.count(`${email} ${address}`, now);
    this.count(email, now);
  }

  succeeded(email: string, address: string): void {
    this.failures.delete(`${email} ${address}`);
  }

  private delayOf(key: string, free: number, now: EpochMs): number {
    const known = this.failures.get(key);
    if (known === undefined || now - known.lastAt > MEMORY_MS || known.count < free) return 0;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(known.count - free, 20), LONGEST_DELAY_MS);
    return Math.max(0, known.lastAt + delay - now);
  }

  private count(key: string, now: EpochMs): void {
    const known = this.failures.get(key);
    const recent = known !== undefined && now - known.lastAt <= MEMORY_MS;
    this.failures.delete(key);
    this.failures.set(key, { count: recent ? known.count + 1 : 1, lastAt: now });
    if (this.failures.size <= CAPACITY) return;
    const [oldest] = this.failures.keys();
    if (oldest !== undefined) this.failures.delete(oldest);
  }
}
