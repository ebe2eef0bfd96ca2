import type { OwnershipOptions } from '@sextant/platform';

/** What a child process of the storm is told to do, in the environment variable STORM. */
export interface StormOrders {
  name: string;
  /** Address of the database, usually through the cutting proxy. */
  url: string;
  seed: number;
  accounts: string[];
  /** Concurrent clients; 0 for a process that only serves the others. */
  writers: number;
  /** Concurrent transactions that append to streams of no account, among other things they do. */
  noters: number;
  /** Whether it runs the consumer `tally`. */
  consumes: boolean;
  ownership: OwnershipOptions;
}

/** What it tells its parent: operations that were answered, and those of which it was said that nothing was written. */
export type StormReport =
  | { kind: 'READY' }
  | { kind: 'PROGRESS'; acknowledged: string[]; refused: string[]; failures: Record<string, number> }
  | { kind: 'STOPPED' };

/** What the parent tells it. */
export type StormCommand = { kind: 'STOP' } | { kind: 'QUIET' };
