/** One Redis server, as a URL names it. */
export interface RedisServer {
  host: string;
  port: number;
  database: number;
  username: string | undefined;
  password: string | undefined;
  tls: boolean;
}

const DEFAULT_PORT = 6379;
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;
const DATABASE = /^\/?$|^\/(\d{1,5})$/;

/** What a Redis URL may look like; everything else would be a topology that nothing here speaks. */
export const REDIS_URL_FORM =
  'must name one server, redis://[user:password@]host[:port][/database] or rediss://… for TLS, without a query; ' +
  'sentinels and clusters are not supported';

/** The server that `text` names, or null when it is not of the form. */
export function readRedisUrl(text: string): RedisServer | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const database = DATABASE.exec(url.pathname);
  const isServer = url.protocol === 'redis:' || url.protocol === 'rediss:';
  if (!isServer || !HOST.test(url.hostname) || database === null || url.search !== '' || url.hash !== '')
    return null;
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === null || password === null) return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: Number(database[1] ?? 0),
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : password,
    tls: url.protocol === 'rediss:',
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
