import type { Operator } from './operator.js';

/** Narrows an incident to one account, symbol or stream, and sets its one number. */
export interface IncidentOptions {
  readonly account?: string;
  readonly symbol?: string;
  /** Milliseconds, where the incident lasts or delays. */
  readonly ms?: number;
  readonly times?: number;
  /** Which orders it strikes: spot's unless it says futures. */
  readonly product?: 'spot' | 'futures';
}

/** Something that happened to others, as one call. */
export interface Incident {
  readonly name: string;
  readonly title: string;
  /** Threads and advisories in which it is told. */
  readonly sources: readonly string[];
  /** Sets it up and says what it did. */
  readonly start: (operator: Operator, options: IncidentOptions) => string[];
}
