import type { Accounts } from '../accounts/accounts.js';
import type { VenueClock } from '../engine/clock.js';
import type { QuirkBook } from '../faults/quirks.js';
import type { RequestFaults } from '../faults/request-faults.js';
import type { Journal } from '../journal/journal.js';
import type { Answering } from './answering.js';
import type { Authenticator } from './authenticator.js';
import type { Limits } from './limits.js';
import { Params } from './params.js';
import type { Passage, Received } from './passage.js';
import { callOf, familyOf, signedOf } from './passage.js';
import type { Answer, Reply } from './reply.js';
import type { Call, Route, RouteTable } from './routes.js';
import { missing, VenueError } from './venue-error.js';

interface Parts {
  readonly clock: VenueClock;
  readonly routes: RouteTable;
  readonly accounts: Accounts;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  readonly quirks: QuirkBook;
  readonly journal: Journal;
  readonly answering: Answering;
  readonly requestFaults: RequestFaults;
}

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
    const fields = { channel, ip, method, path, query, body, headers };
    const passage: Passage = {
      received,
      reply,
      entry: this.parts.journal.record('request', this.parts.clock.now(), fields),
      faults: [],
      params: received.params ?? null,
      key: null,
      account: null,
      validity: null,
      isDuplicated: false,
    };
    this.parts.requestFaults.suffer('IN_TRANSIT', passage, () => this.#arrive(passage));
  }

  #arrive(passage: Passage): void {
    const { answering, requestFaults } = this.parts;
    let route: Route;
    try {
      route = this.#admit(passage);
    } catch (error) {
      answering.send(passage, answering.refusal(passage, error));
      return;
    }
    requestFaults.suffer('BEFORE_ACCEPT', passage, () => this.#execute(passage, route));
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

  #checkTime({ validity, key }: Passage, now: number): void {
    if (validity === null || key === null) return;
    if (this.parts.quirks.of(key.accountId).hasValidityWindow) this.parts.authenticator.check(validity, now);
  }

  #execute(passage: Passage, route: Route): void {
    const { answering, requestFaults } = this.parts;
    let answer = this.#run(passage, route);
    if (passage.isDuplicated) answer = this.#run(passage, route);
    requestFaults.suffer('AFTER_ACCEPT', passage, () => answering.send(passage, answer), answer);
  }

  /** Just before the engine time is checked again: whatever delayed the request may have cost it its validity. */
  #run(passage: Passage, route: Route): Answer {
    const { answering, clock } = this.parts;
    try {
      const at = clock.now();
      this.#checkTime(passage, at);
      const result = this.#counted(route, callOf(passage, passage.params as Params, at));
      return answering.result(passage, result, route.orders !== undefined);
    } catch (error) {
      return answering.refusal(passage, error);
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
}

function notRouted(isKnown: boolean): VenueError {
  return isKnown
    ? new VenueError(-1000, 'Request method is not supported.', 405)
    : new VenueError(-1000, 'Path not found.', 404);
}

function inMaintenance(): VenueError {
  return new VenueError(-1001, 'Internal error; unable to process your request. Please try again.', 503);
}
