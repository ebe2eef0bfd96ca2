import { exitCodeOf } from './exit-code.js';

/** A component did not start: the process cannot run. */
export class ComponentStartFailed extends Error {
  constructor(
    readonly component: string,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Component ${component} did not start: ${why}`, { cause });
    this.name = 'ComponentStartFailed';
  }

  /** What the process should end with: what the cause asks for, else 1. */
  get exitCode(): number {
    return exitCodeOf(this.cause);
  }
}
