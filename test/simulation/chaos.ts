import { mix, Random } from './random.js';

/** What may go wrong with a request to the venue. */
export const requestFaults = [
  'REQUEST_LOST',
  'REQUEST_DELAYED',
  'REQUEST_LATE',
  'ANSWER_LOST',
  'ERROR_BEFORE',
  'ERROR_AFTER',
  'ANSWER_GARBLED',
  'NOT_SENT',
  'NEVER_SETTLED',
  'VENUE_REFUSES',
  'RATE_LIMITED',
] as const;

/** What may go wrong with a message of the venue. */
export const streamFaults = ['MESSAGE_LOST', 'MESSAGE_TWICE', 'MESSAGE_LATE', 'MESSAGES_REORDERED'] as const;

/** What may go wrong with the database. */
export const databaseFaults = [
  'COMMIT_REFUSED',
  'COMMIT_SLOW',
  'COMMIT_ANSWER_LOST',
  'COMMIT_CUT',
  'COMMIT_ARRIVES_STALE',
  'READ_FAILS',
] as const;

/** What the venue's own matching may do. */
export const matchingFaults = ['FILL_AFTER_CANCEL'] as const;

/** What may happen to a process at a step of the order path. */
export const stepFaults = ['KILLED_AT', 'PAUSED_AT'] as const;

export type RequestFault = (typeof requestFaults)[number];
export type StreamFault = (typeof streamFaults)[number];
export type DatabaseFault = (typeof databaseFaults)[number];
export type MatchingFault = (typeof matchingFaults)[number];
export type StepFault = (typeof stepFaults)[number];
export type FaultKind = RequestFault | StreamFault | DatabaseFault | MatchingFault | StepFault;

export const faultKinds: readonly FaultKind[] = [
  ...requestFaults,
  ...streamFaults,
  ...databaseFaults,
  ...matchingFaults,
  ...stepFaults,
];

/** How likely each fault is, each time it could happen; what is not named never does. */
export type FaultMix = Partial<Record<FaultKind, number>>;

/**
 * The dice of one schedule. Every command throws them anew from a seed of its own, so that leaving one out of a
 * failing schedule does not turn the others into different ones.
 */
export class Chaos {
  readonly hits = new Map<string, number>();
  random: Random;
  private calm = true;

  constructor(
    private readonly seed: number,
    private mixOf: FaultMix,
  ) {
    this.random = new Random(seed);
  }

  begin(salt: number): void {
    this.random = new Random(mix(this.seed, salt));
  }

  /** Other faults from here on. */
  change(faults: FaultMix): void {
    this.mixOf = faults;
  }

  /** The first process has started: from here on things go wrong. */
  start(): void {
    this.calm = false;
  }

  /** No more faults: what is under way still ends as it was going to. */
  end(): void {
    this.calm = true;
  }

  /** At most one of the kinds. */
  draw<K extends FaultKind>(kinds: readonly K[]): K | null {
    const point = this.random.next();
    if (this.calm) return null;
    let reached = 0;
    for (const kind of kinds) {
      reached += this.mixOf[kind] ?? 0;
      if (point >= reached) continue;
      this.hit(kind);
      return kind;
    }
    return null;
  }

  /** Counts what happened, for the table of what a run covered. */
  hit(kind: string): void {
    this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1);
  }
}
