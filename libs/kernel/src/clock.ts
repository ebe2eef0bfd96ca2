/** Epoch milliseconds, UTC. */
export type EpochMs = number;

/** Time as the domain sees it: handed in, never read from the machine. */
export abstract class Clock {
  /** Wall clock, epoch milliseconds. May jump; never used to measure a duration. */
  abstract now(): EpochMs;

  /** Milliseconds since an arbitrary start; never goes back. For deadlines, leases and durations. */
  abstract monotonicMs(): number;
}
