import type { Accounts } from '../accounts/accounts.js';
import type { Account, ApiKey } from '../accounts/account.js';
import type { VenueClock } from '../engine/clock.js';
import type { FaultBook, RequestFacts } from '../faults/fault-book.js';
import type { FaultPoint, RequestRule } from '../faults/fault-rule.js';
import { garbage } from '../faults/garbage.js';
import type { QuirkBook } from '../faults/quirks.js';
import type { Journal } from '../journal/journal.js';
import type { Authenticator, Validity } from './authenticator.js';
import type { Limits } from './limits.js';
import { Params } from './params.js';
import type { Answer, Reply } from './reply.js';
import { rewrite } from './rewrite.js';
import type { Call, Route, RouteTable } from './routes.js';
import { invalidSignature, missing, unknownError, VenueError } from './venue-error.js';

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

interface Parts {
  readonly clock: VenueClock;
  readonly routes: RouteTable;
  readonly accounts: Accounts;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  readonly faults: FaultBook;
  readonly quirks: QuirkBook;
  readonly journal: Journal;
  /** A fault that acts on orders rather than on the wire; called before the request's effect or after it. */
  readonly actOnOrders: (rule: RequestRule, call: Call, params: Params, answer: string | null) => void;
}

/** A request on its way, with what is known of it by now. */
interface Passage {
  readonly received: Received;
  readonly reply: Reply;
  /** Sequence number of its journal entry. */
  readonly entry: number;
  readonly faults: string[];
  params: Params | null;
  key: ApiKey | null;
  account: Account | null;
  validity: Validity | null;
  isDuplicated: boolean;
}

const SIGNATURE = /(^|&)signature=[^&]*/;
const JSON_HEADERS = { 'content-type': 'application/json;charset=UTF-8' };
const ALWAYS_UP = new Set([
  '/api/v3/ping',
  '/api/v3/time',
  '/fapi/v1/ping',
  '/fapi/v1/time',
  '/sapi/v1/system/status',
]);

/**
 * The way of every request: journal, transit, bans, limits, key, signature, time, faults, time once more, handler,
 * faults of the answer, journal, wire. Handlers are synchronous; only faults take time.
 */
export class Pipeline {
  constructor(private readonly parts: Parts) {}

  receive(received: Received, reply: Reply): void {
    const { method, path, query, body, headers, ip, channel } = received;
    const at = this.parts.clock.now();
    const fields = { channel, ip, method, path, query, body, headers };
    const entry = this.parts.journal.record('request', at, fields);
    const passage: Passage = {
      received,
      reply,
      entry,
      faults: [],
      params: received.params ?? null,
      key: null,
      account: null,
      validity: null,
      isDuplicated: false,
    };
    this.#suffer('IN_TRANSIT', passage, () => this.#arrive(passage));
  }

  #arrive(passage: Passage): void {
    let route: Route;
    try {
      route = this.#admit(passage);
    } catch (error) {
      this.#answer(passage, this.#refusal(passage, error));
      return;
    }
    this.#suffer('BEFORE_ACCEPT', passage, () => this.#execute(passage, route));
  }

  /** All that is checked when a request arrives. */
  #admit(passage: Passage): Route {
    const { received } = passage;
    const { routes, limits, clock, quirks } = this.parts;
    const now = clock.now();
    limits.checkBan(now, received.ip, received.apiKey ?? null);
    const route = routes.find(received.method, received.path);
    if (route === null) throw notRouted(routes.knows(received.path));
    if (quirks.venue.isInMaintenance && !ALWAYS_UP.has(route.path)) throw inMaintenance();
    passage.params ??= Params.parse(received.query, received.body);
    const weight = typeof route.weight === 'number' ? route.weight : route.weight(passage.params);
    limits.spend(familyOf(route.path), received.ip, weight, now);
    if (route.security !== 'NONE') this.#authenticate(passage, route, passage.params, now);
    return route;
  }

  #authenticate(passage: Passage, route: Route, params: Params, now: number): void {
    const { authenticator, accounts } = this.parts;
    const { received } = passage;
    const key = received.session ?? authenticator.keyOf(received.apiKey, received.ip);
    passage.key = key;
    passage.account = accounts.find(key.accountId);
    if (route.security === 'KEY') return;
    if (received.session === undefined) {
      passage.validity = authenticator.validityOf(params);
      const { payload, signature } = received.signed ?? signedOf(received, params);
      if (signature === null || signature === '') throw missing('signature');
      authenticator.verify(key, payload, signature);
      this.#checkTime(passage, now);
    }
    authenticator.permit(key, route.security);
  }

  #checkTime({ validity }: Passage, now: number): void {
    if (validity === null || !this.parts.quirks.venue.hasValidityWindow) return;
    this.parts.authenticator.check(validity, now);
  }

  /** Just before the engine: whatever delayed the request may have cost it its validity. */
  #execute(passage: Passage, route: Route): void {
    let answer = this.#run(passage, route);
    if (passage.isDuplicated) answer = this.#run(passage, route);
    this.#suffer('AFTER_ACCEPT', passage, () => this.#answer(passage, answer), answer);
  }

  #run(passage: Passage, route: Route): Answer {
    try {
      const at = this.parts.clock.now();
      this.#checkTime(passage, at);
      const call = callOf(passage, passage.params as Params, at);
      const result = this.#counted(route, call);
      const isOrder = route.orders !== undefined;
      return { status: 200, body: JSON.stringify(result), headers: this.#headers(passage, isOrder) };
    } catch (error) {
      return this.#refusal(passage, error);
    }
  }

  /** Orders count before they are handled, so that those which fill at once count down again; refused ones do not. */
  #counted(route: Route, call: Call): unknown {
    const { orders = 0 } = route;
    if (orders === 0 || call.account === null) return route.handle(call);
    const { limits } = this.parts;
    const { accountId } = call.account;
    limits.checkOrders(accountId, orders, call.at);
    limits.countOrders(accountId, orders, call.at);
    try {
      return route.handle(call);
    } catch (error) {
      limits.countOrders(accountId, -orders, call.at);
      throw error;
    }
  }

  #refusal(passage: Passage, error: unknown): Answer {
    const known = error instanceof VenueError ? error : unknownError();
    if (known !== error) passage.faults.push(`bug: ${error instanceof Error ? error.stack : String(error)}`);
    const headers = { ...this.#headers(passage, false), ...known.headers };
    return { status: known.status, body: JSON.stringify(known.body()), headers };
  }

  #headers({ received, account }: Passage, isOrder: boolean): Record<string, string> {
    const { limits, clock } = this.parts;
    const now = clock.now();
    const family = familyOf(received.path);
    const used = String(limits.weightUsed(family, received.ip, now));
    const headers: Record<string, string> = { ...JSON_HEADERS };
    if (family === 'sapi') headers['x-sapi-used-ip-weight-1m'] = used;
    else {
      headers['x-mbx-used-weight'] = used;
      headers['x-mbx-used-weight-1m'] = used;
    }
    if (!isOrder || account === null) return headers;
    const counts = limits.orderCounts(account.accountId, now);
    headers['x-mbx-order-count-10s'] = String(counts.per10Seconds);
    headers['x-mbx-order-count-1d'] = String(counts.perDay);
    return headers;
  }

  /** Lets the faults of one point strike, and goes on with `next` unless one of them ends the passage. */
  #suffer(point: FaultPoint, passage: Passage, next: () => void, answer?: Answer): void {
    const rule = this.parts.faults.strike(point, factsOf(passage), passage.faults);
    if (rule === null) {
      next();
      return;
    }
    passage.faults.push(rule.id);
    const goOn = (): void => this.#suffer(point, passage, next, answer);
    const { action } = rule;
    const body = answer ?? this.#refusal(passage, overloaded());
    switch (action.kind) {
      case 'DELAY':
        this.parts.clock.after(action.ms, goOn);
        return;
      case 'DROP':
      case 'RESET':
      case 'HANG':
        this.#abandon(passage, action.kind);
        return;
      case 'STATUS':
        this.#answer(passage, this.#stated(passage, action));
        return;
      case 'SLOW':
        this.#answer(passage, body, { bytesPerSecond: action.bytesPerSecond });
        return;
      case 'TRUNCATE':
        this.#answer(passage, body, { share: action.share, ending: action.ending ?? 'CLOSE' });
        return;
      case 'GARBAGE':
        this.#answer(passage, { ...body, status: answer?.status ?? 200, body: garbage(action.what) });
        return;
      case 'REWRITE':
        this.#answer(passage, { ...body, body: rewrite(String(body.body), action.fields) });
        return;
      case 'DUPLICATE':
        if (action.what === 'ANSWER') this.#answer(passage, body, { twice: true });
        else {
          passage.isDuplicated = true;
          goOn();
        }
        return;
      case 'FILL_NEW':
      case 'FILL_BEFORE_CANCEL':
      case 'FILL_AFTER_CANCEL':
        this.#actOnOrders(rule, passage, answer);
        goOn();
    }
  }

  #actOnOrders(rule: RequestRule, passage: Passage, answer: Answer | undefined): void {
    if (passage.params === null) return;
    const call = callOf(passage, passage.params, this.parts.clock.now());
    this.parts.actOnOrders(rule, call, passage.params, answer === undefined ? null : String(answer.body));
  }

  #stated(passage: Passage, action: Extract<RequestRule['action'], { kind: 'STATUS' }>): Answer {
    const { code = -1000, message = 'An unknown error occurred while processing the request.' } = action;
    const body = action.body ?? JSON.stringify({ code, msg: message });
    const isJson = action.body === undefined || /^[[{]/.test(action.body);
    const type: Record<string, string> = isJson ? {} : { 'content-type': 'text/html' };
    const headers = { ...this.#headers(passage, false), ...type, ...action.headers };
    return { status: action.status, body, headers };
  }

  #answer(passage: Passage, answer: Answer, damage?: Parameters<Reply['send']>[1]): void {
    const { journal, clock } = this.parts;
    const { entry, faults, reply } = passage;
    const body = typeof answer.body === 'string' ? answer.body : answer.body.toString('latin1');
    const shown = body.length > 4_096 ? `${body.slice(0, 4_096)}…` : body;
    journal.record('answer', clock.now(), {
      request: entry,
      status: answer.status,
      body: shown,
      ...(faults.length > 0 ? { faults } : {}),
      ...(damage === undefined ? {} : { damage }),
    });
    journal.whenWritten(() => reply.send(answer, damage));
  }

  #abandon(passage: Passage, how: 'DROP' | 'RESET' | 'HANG'): void {
    const { journal, clock } = this.parts;
    const { entry, faults, reply } = passage;
    journal.record('answer', clock.now(), {
      request: entry,
      status: null,
      body: null,
      faults,
      abandoned: how,
    });
    journal.whenWritten(() => reply.abandon(how));
  }
}

/** Limits are counted apart for each first part of a path: api, sapi, fapi. */
export function familyOf(path: string): string {
  return path.slice(1, path.indexOf('/', 1));
}

function callOf({ key, account, received }: Passage, params: Params, at: number): Call {
  return { params, key, account, ip: received.ip, at };
}

function factsOf(passage: Passage): RequestFacts {
  const { received } = passage;
  return {
    method: received.method,
    path: received.path,
    account: passage.account?.accountId ?? null,
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
function signedOf({ query, body }: Received, params: Params): { payload: string; signature: string | null } {
  const payload = query.replace(SIGNATURE, '') + body.replace(SIGNATURE, '');
  if (/[^\x21-\x7e]/.test(payload)) throw invalidSignature();
  return {
    payload: payload.startsWith('&') ? payload.slice(1) : payload,
    signature: params.text('signature'),
  };
}

function notRouted(isKnown: boolean): VenueError {
  return isKnown
    ? new VenueError(-1000, 'Request method is not supported.', 405)
    : new VenueError(-1000, 'Path not found.', 404);
}

function inMaintenance(): VenueError {
  return new VenueError(-1001, 'Internal error; unable to process your request. Please try again.', 503);
}

function overloaded(): VenueError {
  return new VenueError(
    -1008,
    'Server is currently overloaded with other requests. Please try again in a few minutes.',
    503,
  );
}
