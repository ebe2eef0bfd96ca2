import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';

type Listener = (accountId: AccountId, venue: string) => Promise<void>;

/** Carries what sessions hear of their keys to whoever looks into it. */
@Injectable()
export class KeyComplaints {
  private listener: Listener | null = null;

  /** The one who looks into it. */
  listen(listener: Listener): void {
    this.listener = listener;
  }

  async tell(accountId: AccountId, venue: string): Promise<void> {
    await this.listener?.(accountId, venue);
  }
}
