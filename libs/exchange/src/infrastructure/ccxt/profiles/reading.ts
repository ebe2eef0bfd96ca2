import type { EpochMs } from '@sextant/kernel';
import type { ServerTimeSource } from '../../../domain/channel/channel-profile.js';
import { parseExactJson } from '../exact-json.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import type { CcxtEndpoints } from '../venue-profile.js';

/** A right as the venue tells it; null when it does not. */
export function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** The value at the end of `path` (names joined by dots, indices too), undefined where there is none. */
export function at(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Reads the venue's time from the value at `path`, in units of `unitMs` milliseconds. */
export function serverTimeAt(url: string, path: string, unitMs = 1): ServerTimeSource {
  return {
    request: { method: 'GET', url, headers: {}, body: null },
    weight: 1,
    read(body): EpochMs | null {
      try {
        const told = at(parseExactJson(body), path);
        const count =
          typeof told === 'number' || (typeof told === 'string' && /^\d{9,19}$/.test(told)) ? +told : NaN;
        const ms = Math.round(count * unitMs);
        return Number.isSafeInteger(ms) && ms > 0 ? ms : null;
      } catch {
        return null;
      }
    },
  };
}

/** Points every URL of ccxt at other hosts; paths stay. */
export function redirectAll(exchange: CcxtExchange, { rest, ws }: CcxtEndpoints): void {
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string') return move(exchange.implodeHostname(value), rest, ws);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, moved(entry)]));
  };
  for (const name of Object.keys(exchange.urls.api)) exchange.urls.api[name] = moved(exchange.urls.api[name]);
}

function move(url: string, rest: string, ws: string | null): string {
  const match = /^(https?|wss?):\/\/[^/]+(.*)$/.exec(url);
  if (match === null) return url;
  const [, scheme, path] = match;
  return scheme!.startsWith('http') ? rest + path! : (ws ?? 'ws://127.0.0.1:9') + path!;
}

const MAX_PAGES = 200;

/** Follows a venue's cursor to the end. @throws Error past a number of pages that no account has */
export async function allPages(
  page: (cursor: string | null) => Promise<{ rows: readonly unknown[]; next: string | null }>,
): Promise<unknown[]> {
  const all: unknown[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { rows, next }: { rows: readonly unknown[]; next: string | null } = await page(cursor);
    all.push(...rows);
    if (next === null || next === cursor || rows.length === 0) return all;
    cursor = next;
  }
  throw new Error(`more than ${MAX_PAGES} pages`);
}

/** The hosts that an exchange of ccxt calls by HTTP, each a base of its own. */
export function hostsOf(exchange: CcxtExchange): Record<string, string[]> {
  const hosts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const host = /^https:\/\/[^/]+/.exec(exchange.implodeHostname(value))?.[0];
      if (host !== undefined) hosts.add(host);
    } else if (typeof value === 'object' && value !== null) {
      for (const entry of Object.values(value)) visit(entry);
    }
  };
  visit(exchange.urls.api);
  return Object.fromEntries([...hosts].map((host) => [new URL(host).hostname, [host]]));
}

/** Venues that say "too fast" in the body mean the key; a 429 is for the address, as everywhere. */
export function slowDown(status: number, body: string, pattern: RegExp): 'ADDRESS' | 'CREDENTIAL' | null {
  if (status === 429) return 'ADDRESS';
  return pattern.test(body.slice(0, 2_000)) ? 'CREDENTIAL' : null;
}
