import type { EpochMs } from '@sextant/kernel';
import type { By } from './connection-event.js';

export type RotationKind = 'MASTER_KEY' | 'DATA_KEYS';

/** One master key, as the vault's rows and this process know it. */
export interface VaultKeyStatus {
  kekId: string;
  /** CURRENT seals; FORMER still opens rows; RETIRED is needed by none; UNKNOWN: here, and the vault never used it. */
  status: 'CURRENT' | 'FORMER' | 'RETIRED' | 'UNKNOWN';
  /** This process has it. */
  here: boolean;
  /** Credentials that need it. */
  rows: number;
}

export interface VaultStatus {
  keys: VaultKeyStatus[];
  credentials: number;
  /** When the oldest ciphertext was made; null for an empty vault. */
  oldestSealedAt: EpochMs | null;
  /** Rotations that were begun and not brought to an end. */
  unfinished: { kind: RotationKind; startedAt: EpochMs }[];
}

/** What one run of a rotation did. */
export interface RotationReport {
  kind: RotationKind;
  /** It went on with one that had been interrupted. */
  resumed: boolean;
  changed: number;
  /** Credentials that could not be opened; the rotation stays unfinished, and the keys stay where they are. */
  unreadable: string[];
  /** The master key that seals now. */
  kekId: string;
  /** Master keys that nothing needs any more; taken out of the file where there is one. */
  retired: string[];
}

/** Keeps the vault: which master keys it needs, and both rotations. */
export abstract class VaultKeeper {
  /**
   * At every start: registers the first key of a new vault.
   * @throws Error with the exit code of a wrong configuration when a key is missing that rows need
   */
  abstract prepare(by: By): Promise<void>;

  abstract status(): Promise<VaultStatus>;

  /**
   * Makes the newest key the sealing one (where the keys lie in a file, a new one is made first) and wraps every data key
   * anew, a row a transaction. Goes on where an earlier run was interrupted. @throws DomainError VAULT_KEY_MISSING
   */
  abstract rotateMasterKey(by: By): Promise<RotationReport>;

  /** Encrypts every credential anew under a new data key, a row a transaction. Goes on where it was interrupted. */
  abstract rotateDataKeys(by: By): Promise<RotationReport>;
}
