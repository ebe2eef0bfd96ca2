import type { KillSwitch } from '../domain/kill-switch.js';

/** That a process has a word of the file in force. */
export interface SwitchReceipt {
  switchId: string;
  process: string;
  at: number;
}

/**
 * Words about kill switches on the disk of this machine: they outlive a crash while the database is away, and the operator's
 * terminal writes them. Shared by all processes of a data directory; nothing in it is ever changed.
 */
export abstract class SwitchFile {
  /** What came since the last call, whoever wrote it; the first call answers everything. */
  abstract readNew(): Promise<{ words: KillSwitch[]; receipts: SwitchReceipt[] }>;

  /** On disk when it resolves. @throws Error when it is not */
  abstract append(word: KillSwitch): Promise<void>;

  abstract confirm(receipt: SwitchReceipt): Promise<void>;
}
