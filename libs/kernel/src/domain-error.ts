/**
 * What sort of "no" a code is, in the caller's words. The edge (HTTP, CLI) turns it into its own vocabulary;
 * the core knows no status codes.
 */
export type ErrorKind =
  | 'MALFORMED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PRECONDITION_FAILED'
  | 'REFUSED'
  | 'TOO_LARGE'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE';

/** One entry of the error catalogue; `docs/reference/errors.md` is generated from these. */
export interface ErrorEntry {
  kind: ErrorKind;
  title: string;
  /** What it means and what the caller can do about it. */
  description: string;
  /** True when the same request may succeed later unchanged. */
  retryable?: boolean;
}

/** Declares a context's error codes. Codes are `SUBJECT_CONDITION` and never change once published. */
export function defineErrors<const T extends Record<string, ErrorEntry>>(entries: T): T {
  return entries;
}

/** A caller's error, or a refusal that a rule of the domain makes. `code` stands in the error catalogue. */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    detail: string,
    /** Typed facts: `pointer` (JSON pointer of the field), `nearestValid`, limits, ids. Never a secret. */
    readonly context: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = 'DomainError';
  }
}
