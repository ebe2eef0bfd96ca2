export interface OwnershipOptions {
  /** Interval of the heartbeat, and of the look for accounts without an owner. */
  beatMs: number;
  /** A process that was silent this long, by the database's clock, has lost its accounts. */
  leaseMs: number;
  /** How much earlier a process stops believing in its leases: allows for clocks that run at different speeds. */
  guardMs: number;
  /** False for a process that only forwards commands. */
  takesAccounts: boolean;
  /** Whether this process looks for its fair share of the accounts, besides those it is asked for. */
  spreads: boolean;
  /** How long running commands may take to finish before an account is handed over. */
  drainMs: number;
  /** How long a forwarded command may take. */
  forwardTimeoutMs: number;
  /** How often a command is handed over again while nothing of it was executed. */
  forwardRetries: number;
  /** Where other processes reach this one; port 0 takes a free one. */
  listenHost: string;
  listenPort: number;
  /** What others should dial, when it is not `listenHost`. */
  advertisedHost?: string;
  /** Components that must run before an account is opened, besides the database. */
  after?: readonly string[];
}

export const OWNERSHIP_DEFAULTS: OwnershipOptions = {
  beatMs: 1_000,
  leaseMs: 4_000,
  guardMs: 400,
  takesAccounts: true,
  spreads: true,
  drainMs: 10_000,
  forwardTimeoutMs: 30_000,
  forwardRetries: 3,
  listenHost: '127.0.0.1',
  listenPort: 0,
};
