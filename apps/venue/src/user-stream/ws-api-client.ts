import type { Accounts } from '../accounts/accounts.js';
import type { ApiKey } from '../accounts/account.js';
import type { VenueClock } from '../engine/clock.js';
import type { Pipeline } from '../rest/pipeline.js';
import type { Method } from '../rest/routes.js';
import { keyFormat, VenueError } from '../rest/venue-error.js';
import type { VenueSocket } from '../streams/venue-socket.js';
import type { UserStream, UserSubscriber } from './user-stream.js';
import { WsApiReply } from './ws-api-reply.js';
import { parseWsApiRequest, type RequestId, type WsApiRequest } from './ws-api-request.js';

interface Parts {
  ip: string;
  methods: Readonly<Record<string, readonly [Method, string]>>;
  pipeline: Pipeline;
  clock: VenueClock;
  accounts: Accounts;
  /** Null where the API carries no user events. */
  userStream: UserStream | null;
  limitOf: (header: string) => number;
}

interface Subscription {
  key: ApiKey;
  end: () => void;
}

/** One connection to the WebSocket API: requests and answers, a session, user events of those who subscribed. */
export class WsApiClient {
  private session: { key: ApiKey; since: number } | null = null;
  private readonly subscriptions = new Map<number, Subscription>();
  private lastSubscriptionId = -1;
  private readonly connectedSince: number;

  constructor(
    private readonly socket: VenueSocket,
    private readonly parts: Parts,
  ) {
    this.connectedSince = parts.clock.now();
    socket.onMessage((text) => this.receive(text));
    socket.onClose(() => this.endAll());
  }

  private receive(text: string): void {
    let id: RequestId = null;
    try {
      const request = parseWsApiRequest(text);
      ({ id } = request);
      this.answer(request);
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      this.refuse(id, error);
    }
  }

  private answer(request: WsApiRequest): void {
    switch (request.method) {
      case 'session.status':
        return this.result(request.id, this.sessionView());
      case 'session.logout':
        this.session = null;
        return this.result(request.id, this.sessionView());
      case 'session.subscriptions':
        return this.result(
          request.id,
          [...this.subscriptions.keys()].map((subscriptionId) => ({ subscriptionId })),
        );
      case 'userDataStream.unsubscribe':
        return this.unsubscribe(request);
      default:
        return this.call(request);
    }
  }

  /** Everything that a REST endpoint does as well goes the way of all requests: journal, limits, faults. */
  private call(request: WsApiRequest): void {
    const { id, method, params, payload, signature, wantsRateLimits } = request;
    const { methods, pipeline, clock, ip, limitOf } = this.parts;
    const target = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (target === undefined) throw new VenueError(-1139, `Unknown method: ${method.slice(0, 64)}`);
    if (method === 'userDataStream.subscribe' && this.session === null) throw keyFormat();
    const apiKey = params.has('apiKey') ? params.needText('apiKey') : this.session?.key.apiKey;
    // A request that brings a signature is judged by it, session or not.
    const session = signature === null && this.session !== null ? { session: this.session.key } : {};
    const reply = new WsApiReply({
      socket: this.socket,
      id,
      wantsRateLimits,
      after: (ms, run) => clock.after(ms, run),
      limitOf,
      onSuccess: (result) => this.onSuccess(method, apiKey, result),
    });
    const [verb, path] = target;
    const received = {
      channel: 'WS' as const,
      method: verb,
      path,
      query: payload,
      body: '',
      headers: {},
      ip,
    };
    pipeline.receive({ ...received, apiKey, params, signed: { payload, signature }, ...session }, reply);
  }

  private onSuccess(method: string, apiKey: string | undefined, result: unknown): unknown {
    const key = apiKey === undefined ? null : this.parts.accounts.key(apiKey);
    if (key === null) return result;
    if (method === 'session.logon') {
      this.session = { key, since: this.parts.clock.now() };
      return this.sessionView();
    }
    if (method.startsWith('userDataStream.subscribe')) return { subscriptionId: this.subscribe(key) };
    return result;
  }

  private subscribe(key: ApiKey): number {
    const { accountId } = key;
    const subscriptionId = (this.lastSubscriptionId += 1);
    const subscriber: UserSubscriber = {
      deliverUserEvent: (event) => this.socket.sendEvent('user', JSON.stringify({ subscriptionId, event })),
    };
    this.socket.account = accountId;
    const end = this.parts.userStream?.subscribe(accountId, subscriber) ?? (() => undefined);
    this.subscriptions.set(subscriptionId, { key, end });
    return subscriptionId;
  }

  private unsubscribe({ id, params }: WsApiRequest): void {
    const one = params.has('subscriptionId') ? Number(params.needText('subscriptionId')) : null;
    const ids = one === null ? [...this.subscriptions.keys()] : [one];
    if (ids.length === 0 || ids.some((each) => !this.subscriptions.has(each))) {
      throw new VenueError(-2036, 'User Data Stream subscription not active.');
    }
    for (const each of ids) {
      this.subscriptions.get(each)?.end();
      this.subscriptions.delete(each);
    }
    this.result(id, {});
  }

  /** Ends what was opened with a key that has been taken away since, and says so. */
  endRevoked(): void {
    if (this.session?.key.revoked === true) this.session = null;
    for (const [subscriptionId, { key, end }] of this.subscriptions) {
      if (!key.revoked) continue;
      end();
      this.subscriptions.delete(subscriptionId);
      const event = { e: 'eventStreamTerminated', E: this.parts.clock.now() };
      this.socket.sendEvent('user', JSON.stringify({ subscriptionId, event }));
    }
  }

  private endAll(): void {
    for (const { end } of this.subscriptions.values()) end();
    this.subscriptions.clear();
  }

  private sessionView(): object {
    return {
      apiKey: this.session?.key.apiKey ?? null,
      authorizedSince: this.session?.since ?? null,
      connectedSince: this.connectedSince,
      returnRateLimits: true,
      serverTime: this.parts.clock.now(),
      userDataStream: this.subscriptions.size > 0,
    };
  }

  private result(id: RequestId, result: unknown): void {
    this.socket.reply(JSON.stringify({ id, status: 200, result }));
  }

  private refuse(id: RequestId, error: VenueError): void {
    this.socket.reply(JSON.stringify({ id, status: error.status, error: error.body() }));
  }
}
