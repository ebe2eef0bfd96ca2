import type { Clock } from '@sextant/kernel';
import type { Agent, Dispatcher } from 'undici';
import { isNoConnection } from '../../domain/channel/answer-class.js';
import type { NotSent, PreparedRequest } from '../../domain/channel/venue-answer.js';
import { ACCEPT_ENCODING } from './decode-body.js';
import { StickyAddress } from './sticky-address.js';
import { WireExchange } from './wire-exchange.js';
import type { WireOutcome } from './wire-exchange.js';

export interface WireOptions {
  connectionsPerHost: number;
  keepAliveMs: number;
  connectTimeoutMs: number;
  headersTimeoutMs: number;
  dnsCacheMs: number;
  largestBody: number;
  /** `http:` or `https:`; null: direct. The environment's proxies are never used. */
  proxyUrl: string | null;
}

export interface WireCall {
  request: PreparedRequest;
  /** What `request.url` begins with, and what takes its place. */
  root: string;
  endpoint: string;
  goodUntilMs: number;
  signal: AbortSignal;
  lastWord: () => NotSent | null;
}

interface Target {
  origin: string;
  hostname: string;
  prefix: string;
}

/** A venue that sends more than this in headers is not one. */
const LARGEST_HEADERS = 16 * 1_024;
const LONGEST_KEEP_ALIVE_MS = 600_000;

/**
 * The connections of this process to venues. Follows no redirect, checks certificates whatever the
 * environment says.
 */
export class Wire {
  private dispatcher: Promise<Dispatcher> | null = null;
  private agent: Agent | null = null;
  private readonly addresses = new StickyAddress();
  private readonly targets = new Map<string, Target>();

  constructor(
    private readonly clock: Clock,
    private readonly options: WireOptions,
  ) {}

  /** Sends at most once. Never rejects. */
  async send(call: WireCall): Promise<WireOutcome> {
    const { largestBody, proxyUrl, headersTimeoutMs } = this.options;
    const limits = {
      goodUntilMs: call.goodUntilMs,
      largestBody,
      throughProxy: proxyUrl !== null,
      lastWord: call.lastWord,
    };
    const exchange = new WireExchange(this.clock, limits);
    const expire = (): void => exchange.expire();
    call.signal.addEventListener('abort', expire, { once: true });
    try {
      const dispatcher = await this.open();
      dispatcher.dispatch({ ...this.target(call), headersTimeout: headersTimeoutMs }, exchange);
    } catch (error) {
      exchange.onResponseError(null, error as Error);
    }
    const outcome = await exchange.outcome;
    call.signal.removeEventListener('abort', expire);
    if (speaksAgainstAddress(outcome)) this.addresses.moveOn(this.targetOf(call.endpoint).hostname);
    return outcome;
  }

  /** Connections as they are now; through a proxy they are the proxy's and not counted. */
  connections(): { busy: number; idle: number } {
    let open = 0;
    let busy = 0;
    for (const pool of Object.values(this.agent?.stats ?? {})) {
      const { connected, running } = pool;
      const isOpen = Number(connected);
      open += isOpen;
      busy += Math.min(running, isOpen);
    }
    return { busy, idle: open - busy };
  }

  /** Ends every connection; what is under way ends as ABORTED. */
  async close(): Promise<void> {
    const dispatcher = await this.dispatcher;
    await dispatcher?.destroy();
  }

  private target({ request, root, endpoint }: WireCall): Dispatcher.DispatchOptions {
    const { origin, prefix } = this.targetOf(endpoint);
    const rest = request.url.slice(root.length);
    const path = prefix + (rest.startsWith('/') ? rest : `/${rest}`);
    return {
      origin,
      path,
      method: request.method,
      headers: withDefaults(request.headers),
      body: request.body,
    };
  }

  private targetOf(endpoint: string): Target {
    let target = this.targets.get(endpoint);
    if (target === undefined) {
      const { origin, hostname, pathname } = new URL(endpoint);
      target = { origin, hostname, prefix: pathname === '/' ? '' : pathname };
      this.targets.set(endpoint, target);
    }
    return target;
  }

  /** undici is loaded by the first call: an installation that only trades on paper does without it. */
  private open(): Promise<Dispatcher> {
    this.dispatcher ??= this.connectVia(this.options);
    return this.dispatcher;
  }

  private async connectVia(options: WireOptions): Promise<Dispatcher> {
    const { Agent, ProxyAgent, interceptors } = await import('undici');
    const tls = { rejectUnauthorized: true, timeout: options.connectTimeoutMs };
    const pool = {
      connections: options.connectionsPerHost,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: options.keepAliveMs,
      keepAliveMaxTimeout: LONGEST_KEEP_ALIVE_MS,
      maxHeaderSize: LARGEST_HEADERS,
    };
    if (options.proxyUrl !== null) {
      // The proxy resolves the venue's name; to it, everything is a tunnel.
      return new ProxyAgent({
        ...pool,
        uri: options.proxyUrl,
        proxyTunnel: true,
        connectTimeout: options.connectTimeoutMs,
        requestTls: tls,
        proxyTls: tls,
      });
    }
    const dns = interceptors.dns({ maxTTL: options.dnsCacheMs, pick: this.addresses.pick });
    this.agent = new Agent({ ...pool, connect: tls });
    return this.agent.compose(dns);
  }
}

/** No connection, or not a word on it. */
function speaksAgainstAddress({ answer, receivedMs }: WireOutcome): boolean {
  return isNoConnection(answer) || (answer.kind === 'NO_ANSWER' && receivedMs === null);
}

function withDefaults(headers: Readonly<Record<string, string>>): Record<string, string> {
  const all: Record<string, string> = { 'accept-encoding': ACCEPT_ENCODING, 'user-agent': 'sextant' };
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) all[name.toLowerCase()] = value;
  }
  return all;
}
