import type { ApiKeyId, EpochMs } from '@sextant/kernel';

/** Signatures that were used, in all processes, for as long as they could be replayed. */
export abstract class SignatureLog {
  /** True the first time. */
  abstract admit(keyId: ApiKeyId, signature: string, until: EpochMs): Promise<boolean>;
}
