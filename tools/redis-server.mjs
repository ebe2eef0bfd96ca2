import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where tests find a real Redis: REDIS_URL, else the path of a redis-server on the PATH, else null. */
export function redisServer(env = process.env) {
  if (env.REDIS_URL) return env.REDIS_URL;
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, 'redis-server');
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not in this folder
    }
  }
  return null;
}
