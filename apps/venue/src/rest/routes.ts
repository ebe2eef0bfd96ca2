import type { Account, ApiKey } from '../accounts/account.js';
import type { Params } from './params.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * What a caller must bring: nothing; a known key; or a key, a timestamp and a signature, and the permission to read,
 * to trade spot or to trade futures.
 */
export type Security = 'NONE' | 'KEY' | 'USER_DATA' | 'TRADE' | 'FUTURES_TRADE';

/** One call that passed security and limits. `key` and `account` are set for every security but NONE. */
export interface Call {
  readonly params: Params;
  readonly key: ApiKey | null;
  readonly account: Account | null;
  readonly ip: string;
  /** Venue time, epoch ms. */
  readonly at: number;
}

/** A call of a signed endpoint. */
export interface SignedCall extends Call {
  readonly key: ApiKey;
  readonly account: Account;
}

export interface Route {
  readonly method: Method;
  /** Whole path, e.g. `/api/v3/depth`. Counted with the limits of its first part: api, sapi, fapi. */
  readonly path: string;
  readonly security: Security;
  /** Request weight; a function where parameters decide. */
  readonly weight: number | ((params: Params) => number);
  /** How many orders a call counts for in the order limits. */
  readonly orders?: number;
  /** Synchronous: returns the JSON body of a 200, or throws a `VenueError`. */
  readonly handle: (call: Call) => unknown;
}

/** A route whose handler always has an account. */
export function signed(
  route: Omit<Route, 'handle'> & { readonly handle: (call: SignedCall) => unknown },
): Route {
  return { ...route, handle: (call) => route.handle(call as SignedCall) };
}

export class RouteTable {
  readonly #routes = new Map<string, Route>();
  readonly #paths = new Set<string>();

  add(...routes: readonly Route[]): void {
    for (const route of routes) {
      const key = `${route.method} ${route.path}`;
      if (this.#routes.has(key)) throw new RangeError(`${key} is registered twice`);
      this.#routes.set(key, route);
      this.#paths.add(route.path);
    }
  }

  find(method: string, path: string): Route | null {
    return this.#routes.get(`${method} ${path}`) ?? null;
  }

  /** True when the path exists with another method: 405, not 404. */
  knows(path: string): boolean {
    return this.#paths.has(path);
  }

  all(): Route[] {
    return [...this.#routes.values()];
  }
}
