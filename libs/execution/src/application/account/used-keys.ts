import type { OrderId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { RequestKey } from './commands-of-account.js';

interface Use<Made> {
  bodyHash: string;
  made: Made;
  committed: boolean;
}

const KEPT = 10_000;

/** Keys used lately, so that a repetition is answered from memory. The unique key of the table is what guards. */
export class UsedKeys<Made = OrderId> {
  private readonly uses = new Map<string, Use<Made>>();

  /**
   * What this key made; null when the key is new here.
   * @throws DomainError IDEMPOTENCY_KEY_IN_FLIGHT, IDEMPOTENCY_KEY_REUSED
   */
  find(once: RequestKey): Made | null {
    const use = once.key === null ? undefined : this.uses.get(nameOf(once));
    if (use === undefined) return null;
    assertSameBody(use.bodyHash, once, 'This Idempotency-Key');
    if (use.committed) return use.made;
    throw inFlight();
  }

  begin(once: RequestKey, made: Made): void {
    if (once.key === null) return;
    this.uses.set(nameOf(once), { bodyHash: once.bodyHash, made, committed: false });
    if (this.uses.size <= KEPT) return;
    for (const [name, use] of this.uses) {
      if (!use.committed) continue;
      this.uses.delete(name);
      return;
    }
  }

  commit(once: RequestKey): void {
    const use = this.uses.get(nameOf(once));
    if (use !== undefined) use.committed = true;
  }

  free(once: RequestKey): void {
    this.uses.delete(nameOf(once));
  }
}

export function inFlight(): DomainError {
  const detail = 'The first request with this key has not committed yet.';
  return new DomainError('IDEMPOTENCY_KEY_IN_FLIGHT', detail, { retryAfterMs: 1_000 });
}

/** @throws DomainError IDEMPOTENCY_KEY_REUSED */
export function assertSameBody(
  bodyHash: string | null,
  once: RequestKey,
  what: string,
  pointer?: string,
): void {
  if (bodyHash === once.bodyHash) return;
  const context = pointer === undefined ? {} : { pointer };
  throw new DomainError('IDEMPOTENCY_KEY_REUSED', `${what} came before with another body.`, context);
}

function nameOf(once: RequestKey): string {
  return `${once.route} ${once.key ?? ''}`;
}
