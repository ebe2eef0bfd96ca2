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
    const cause = this.cause as { exitCode?: unknown; context?: { exitCode?: unknown } } | undefined;
    const asked = cause?.exitCode ?? cause?.context?.exitCode;
    return typeof asked === 'number' ? asked : 1;
  }
}
