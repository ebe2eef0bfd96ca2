import { timeout, TimeoutStrategy } from 'cockatiel';
import type { TimeoutPolicy } from 'cockatiel';

const MOST_POLICIES = 50;

/**
 * cockatiel's timeouts by their length; the signal is raised when the time is up, and the call then ends by
 * itself.
 */
export class Deadlines {
  private readonly policies = new Map<number, TimeoutPolicy>();

  async run<T>(timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.of(timeoutMs).execute(({ signal }) => call(signal));
  }

  private of(timeoutMs: number): TimeoutPolicy {
    const known = this.policies.get(timeoutMs);
    if (known !== undefined) return known;
    if (this.policies.size >= MOST_POLICIES) this.policies.clear();
    const options = { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false };
    const made = timeout(timeoutMs, options).dangerouslyUnref();
    this.policies.set(timeoutMs, made);
    return made;
  }
}
