import type { Account, ApiKey } from '../accounts/account.js';
import type { Accounts } from '../accounts/accounts.js';
import type { RequestFacts } from '../faults/fault-book.js';
import type { Validity } from './authenticator.js';
import { Params } from './params.js';
import type { Reply } from './reply.js';
import type { Call } from './routes.js';
import { invalidSignature } from './venue-error.js';

/** One request as a front end (HTTP, WebSocket API) received it. */
export interface Received {
  readonly channel: 'HTTP' | 'WS';
  readonly method: string;
  readonly path: string;
  /** As sent; what the journal keeps. */
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip: string;
  readonly apiKey: string | undefined;
  /** Already decoded parameters, for a front end that has no query string. */
  readonly params?: Params;
  /** What the signature is over, and the signature; worked out from query and body when absent. */
  readonly signed?: { readonly payload: string; readonly signature: string | null };
  /** A connection that signed in beforehand needs no signature of each request. */
  readonly session?: ApiKey;
}

/** A request on its way, with what is known of it by now. */
export interface Passage {
  readonly received: Received;
  readonly reply: Reply;
  /** Sequence number of its journal entry. */
  readonly entry: number;
  readonly faults: string[];
  params: Params | null;
  key: ApiKey | null;
  account: Account | null;
  validity: Validity | null;
  /** The network delivered it twice. */
  isDuplicated: boolean;
}

const SIGNATURE = /(^|&)signature=[^&]*/;

/** Limits are counted apart for each first part of a path: api, sapi, fapi. */
export function familyOf(path: string): string {
  return path.slice(1, path.indexOf('/', 1));
}

/** What a handler gets. */
export function callOf({ key, account, received }: Passage, params: Params, at: number): Call {
  return { params, key, account, ip: received.ip, at };
}

/** What fault rules get. */
export function factsOf(passage: Passage, accounts: Accounts): RequestFacts {
  const { received } = passage;
  return {
    method: received.method,
    path: received.path,
    // In transit nobody has looked at the key yet; the rule's author still means its account.
    account: passage.account?.accountId ?? accounts.key(received.apiKey ?? '')?.accountId ?? null,
    apiKey: received.apiKey ?? null,
    param: (name) => {
      try {
        passage.params ??= Params.parse(received.query, received.body);
        return passage.params.text(name);
      } catch {
        return null;
      }
    },
  };
}

/** The payload is query and body put together, without the signature itself. */
export function signedOf(
  { query, body }: Received,
  params: Params,
): { payload: string; signature: string | null } {
  const payload = query.replace(SIGNATURE, '') + body.replace(SIGNATURE, '');
  if (/[^\x21-\x7e]/.test(payload)) throw invalidSignature();
  return {
    payload: payload.startsWith('&') ? payload.slice(1) : payload,
    signature: params.text('signature'),
  };
}
