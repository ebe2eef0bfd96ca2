/** What the process should end with after `error`: what it asks for, by itself or in its context, else 1. */
export function exitCodeOf(error: unknown): number {
  const asking = error as { exitCode?: unknown; context?: { exitCode?: unknown } } | null | undefined;
  const asked = asking?.exitCode ?? asking?.context?.exitCode;
  return typeof asked === 'number' ? asked : 1;
}
