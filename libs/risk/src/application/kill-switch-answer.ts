import type { AccountId } from '@sextant/kernel';
import type { KillSwitch } from '../domain/kill-switch.js';

/** What came of a change of a switch. */
export type KillSwitchOutcome = {
  killSwitch: KillSwitch;
  /** False: it was on already, as asked for. */
  changed: boolean;
  /** Where it is kept: FILE while the database is away; it is written there when it is back. */
  keptIn: 'DATABASE' | 'FILE';
  /** Processes in which it is in force. */
  confirmed: string[];
  /** Those that did not say so; they read it with their next heartbeat. */
  unconfirmed: Unconfirmed[];
};

export type Unconfirmed = { process: string; accountIds: AccountId[] };
