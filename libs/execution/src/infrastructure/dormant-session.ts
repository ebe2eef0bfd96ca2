import { DomainError } from '@sextant/kernel';
import type { AccountSession } from '@sextant/platform';

/** An account that this process owns and does not drive: nothing of it reaches its venue. */
export class DormantSession implements AccountSession {
  /** @throws DomainError LIVE_TRADING_DISABLED */
  async execute(): Promise<never> {
    throw new DomainError(
      'LIVE_TRADING_DISABLED',
      'This release reads live accounts and places no orders on them.',
    );
  }

  async close(): Promise<void> {}
}
