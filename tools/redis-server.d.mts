/** Where tests find a real Redis: REDIS_URL, else the path of a redis-server on the PATH, else null. */
export function redisServer(env?: Readonly<Record<string, string | undefined>>): string | null;
