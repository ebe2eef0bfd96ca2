/** A failure in one line; an answer that repeats the arguments of a refused AUTH loses them, and the password. */
export function describeRedisError(error: unknown, password: string | undefined): string {
  const { message, code, name } = error as { message?: string; code?: string; name?: string };
  const told = message?.split(', with args')[0]?.trim();
  const text = told || code || name || 'it failed';
  return password === undefined ? text : text.replaceAll(password, '***');
}
