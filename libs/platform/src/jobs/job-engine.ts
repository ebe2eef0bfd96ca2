import type { PoolClient } from 'pg';

/** One message: "work on this job". */
export interface Delivery {
  jobId: string;
  /** Id of the message. A job obeys the latest one alone. */
  ticket: string;
  /** The engine wants the work to end: it took too long, or the engine stops. */
  signal: AbortSignal;
}

/**
 * Brings jobs to processes: each message at least once, again when the process that has it no longer beats. What a
 * job is and where it stands is none of the engine's business: that is in the table `job`.
 */
export abstract class JobEngine {
  /** Ready to send; idempotent. */
  abstract open(kinds: readonly string[]): Promise<void>;

  /** Sends in the caller's transaction; the message comes after its commit. Answers the ticket. */
  abstract send(client: PoolClient, kind: string, jobId: string, delayMs: number): Promise<string>;

  /**
   * Hands over messages of one kind, at most `concurrency` at a time. Beats while `deliver` runs; what it rejects comes
   * again soon.
   */
  abstract work(
    kind: string,
    concurrency: number,
    deliver: (delivery: Delivery) => Promise<void>,
  ): Promise<void>;

  /** Gives messages of processes that no longer beat to others, and looks for what is due. */
  abstract recover(): Promise<void>;

  /** Takes no new messages. */
  abstract pause(): Promise<void>;

  /** What is still being worked on is given to others. */
  abstract close(): Promise<void>;
}
