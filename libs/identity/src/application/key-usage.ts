import { Injectable } from '@nestjs/common';
import type { ApiKeyId, EpochMs } from '@sextant/kernel';

/** When each key was used last, until it is written down. */
@Injectable()
export class KeyUsage {
  private used = new Map<ApiKeyId, EpochMs>();

  note(keyId: ApiKeyId, at: EpochMs): void {
    this.used.set(keyId, at);
  }

  /** What was noted since the last call. */
  take(): { keyId: ApiKeyId; at: EpochMs }[] {
    const used = this.used;
    this.used = new Map();
    return [...used].map(([keyId, at]) => ({ keyId, at }));
  }
}
