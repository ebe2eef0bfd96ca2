import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock, EpochMs } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import { priorityOf } from '../../domain/channel/call-intent.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { VenueClock } from '../../domain/channel/channel-state.js';
import type { NotSent, PreparedRequest, VenueAnswer, Withheld } from '../../domain/channel/venue-answer.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { retryAfterMs } from '../../domain/channel/retry-after.js';
import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type {
  Evidence,
  EvidenceDetail,
  GatewayOutcome,
  OutcomeReason,
} from '../../domain/gateway-outcome.js';
import { isOutcomeCode } from '../../domain/outcome-codes.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import { judge, wordsOf } from './answer-table.js';
import type { AnswerReader, Verdict } from './answer-table.js';
import type { CcxtExchange } from './ccxt-exchange.js';
import { CcxtSockets } from './ccxt-sockets.js';
import { UnreadableAnswer } from './exact-json.js';
import { OneAtATime } from './one-at-a-time.js';
import type { CcxtVenueProfile } from './venue-profile.js';

export interface CcxtAsk {
  intent: CallIntent;
  /** Asked just before bytes leave, each time a request is prepared; what it returns keeps the request here. */
  guard?(request: PreparedRequest): OutcomeReasonHere | null;
  /** Makes the request instead of ccxt, where an ask makes just one. */
  sign?: ((venueNow: EpochMs) => PreparedRequest) | undefined;
}

interface OutcomeReasonHere {
  code: OutcomeCode;
  detail: string;
}

/** What happens to one request of one ask: several, where a method of ccxt makes several. */
interface Running {
  ask: CcxtAsk;
  started: boolean;
  failed: boolean;
  sendsOnce: boolean;
  signed: PreparedRequest | null;
  withheld: OutcomeReasonHere | null;
  answer: VenueAnswer | null;
  verdict: Verdict | null;
}

/** Ends a method of ccxt whose request did not end in a yes. Carries nothing: the record of the ask does. */
class AskEnded extends Error {}

const DATA: CallIntent = {
  class: 'DATA',
  bucket: 'marketData',
  weight: 1,
  credentialId: null,
  idempotentRead: true,
};

/**
 * A ccxt exchange whose every request goes through our channel: ccxt builds, signs and reads; waiting, sending and
 * deciding are ours. Its own fetch loop, its retries and its error classes are never reached.
 */
export class CcxtClient {
  private readonly running = new AsyncLocalStorage<Running>();
  readonly sockets: CcxtSockets;
  private readonly reader: AnswerReader;
  private readonly turns: OneAtATime | null;
  private pinned: EpochMs | null = null;
  private lastNonce = 0;

  constructor(
    readonly exchange: CcxtExchange,
    private readonly channel: VenueChannel,
    private readonly profile: Pick<CcxtVenueProfile, 'reader' | 'finish' | 'serial'>,
    private readonly clock: Clock,
    timers: Timers,
  ) {
    this.reader = typeof profile.reader === 'function' ? profile.reader(exchange) : profile.reader;
    this.turns = profile.serial === true ? new OneAtATime() : null;
    exchange.fetch2 = (path, api = 'public', method = 'GET', params = {}, headers, body) =>
      this.request(path, api, method, params, headers, body);
    exchange.fetch = () => Promise.reject(new Error('requests go through the channel'));
    exchange.milliseconds = () => this.pinned ?? this.venueNow();
    exchange.seconds = () => Math.floor(exchange.milliseconds() / 1_000);
    if (this.turns !== null) exchange.nonce = () => this.nextNonce();
    this.sockets = new CcxtSockets(exchange, timers);
  }

  /** The venue's time as well as it is known. */
  venueNow(): EpochMs {
    return Math.round(this.clock.now() + (this.channel.clock.offsetMs ?? 0));
  }

  get venueClock(): VenueClock {
    return this.channel.clock;
  }

  /** Why a call of this kind would not leave now; null when it would. */
  obstacle(intent: CallIntent): OutcomeReason | null {
    const found = this.channel.obstacle(intent);
    if (found === null) return null;
    return reasonOf(codeOf(found), `${found.code}: ${found.detail}`, found.retryAfterMs);
  }

  /** Never rejects for anything that a venue does or that ccxt makes of it. */
  async ask<T>(ask: CcxtAsk, work: () => Promise<T>): Promise<GatewayOutcome<T>> {
    const running = runningOf(ask);
    try {
      const value = await this.running.run(running, work);
      return confirmed(value, this.evidence('VENUE_ANSWER', answerDetail(running)));
    } catch (error) {
      return this.ended(running, error);
    }
  }

  private async request(
    path: unknown,
    api: unknown,
    method: unknown,
    params: unknown,
    headers: unknown,
    body: unknown,
  ): Promise<unknown> {
    // A socket's handler asks for a snapshot on nobody's behalf: that is market data.
    const running = this.running.getStore() ?? runningOf({ intent: DATA });
    if (running.started && running.sendsOnce) {
      throw new Error('a second request in a call that may send only one');
    }
    running.started = true;
    const { intent } = running.ask;
    const send = () =>
      this.channel.call(intent, (venueNow) =>
        this.prepare(
          running,
          venueNow,
          running.ask.sign ?? ((at) => this.sign(at, path, api, method, params, headers, body)),
        ),
      );
    // A token for a socket is asked for on nobody's behalf, and with a nonce all the same.
    const turn = intent.credentialId === null && api !== 'private' ? null : this.turns;
    const answer = await (turn === null ? send() : turn.run(priorityOf(intent.class), send));
    // Of several requests side by side the first that fails is the one that is told.
    if (running.failed) throw new AskEnded();
    Object.assign(running, { answer, verdict: null, failed: true });
    running.verdict = answer.kind === 'ANSWER' ? judge(answer, this.reader) : null;
    if (running.verdict?.kind === 'ACCEPTED') {
      running.failed = false;
      return running.verdict.json;
    }
    throw new AskEnded();
  }

  private nextNonce(): number {
    this.lastNonce = Math.max(this.lastNonce + 1, this.exchange.milliseconds());
    return this.lastNonce;
  }

  /**
   * What may have an effect is signed once: prepared anew, it goes out with the timestamp it had, so that its validity
   * window never ends later than whoever waits for it believes.
   */
  private prepare(
    running: Running,
    venueNow: EpochMs,
    sign: (venueNow: EpochMs) => PreparedRequest,
  ): PreparedRequest | Withheld {
    try {
      const request =
        running.sendsOnce && running.signed !== null ? running.signed : sign(Math.round(venueNow));
      running.signed = request;
      running.withheld = running.ask.guard?.(request) ?? null;
      return running.withheld === null ? request : { withhold: running.withheld.code };
    } catch (error) {
      running.withheld = { code: 'REQUEST_REFUSED', detail: `the request cannot be built: ${nameOf(error)}` };
      return { withhold: running.withheld.code };
    }
  }

  private sign(venueNow: EpochMs, ...args: Parameters<CcxtExchange['sign']>): PreparedRequest {
    this.pinned = venueNow;
    try {
      const { url, method, headers, body } = this.exchange.sign(...args);
      const texts = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
      const request: PreparedRequest = {
        method: method as PreparedRequest['method'],
        url,
        headers: Object.fromEntries(texts) as Record<string, string>,
        body: typeof body === 'string' && body !== '' ? body : null,
      };
      return this.profile.finish?.(request, venueNow) ?? request;
    } finally {
      this.pinned = null;
    }
  }

  private ended(running: Running, error: unknown): GatewayOutcome<never> {
    const { answer, verdict, withheld, started } = running;
    if (!started) return this.notSent('UNSUPPORTED', `ccxt does not build the request: ${nameOf(error)}`);
    if (answer === null) return this.unknown('NO_ANSWER', nameOf(error), 'TRANSPORT', {});
    if (answer.kind === 'NOT_SENT') {
      if (withheld !== null) return this.notSent(withheld.code, withheld.detail);
      return this.notSent(codeOf(answer), `${answer.code}: ${answer.detail}`, answer.retryAfterMs);
    }
    if (answer.kind === 'NO_ANSWER') {
      const code = isOutcomeCode(answer.code) ? answer.code : 'NO_ANSWER';
      return this.unknown(code, answer.detail, 'TRANSPORT', { channel: answer.code });
    }
    if (verdict !== null && verdict.kind !== 'ACCEPTED') return this.said(verdict, running);
    const detail = error instanceof UnreadableAnswer ? error.message : nameOf(error);
    return this.unknown('UNREADABLE_ANSWER', detail, 'VENUE_ANSWER', answerDetail(running));
  }

  private said(verdict: Exclude<Verdict, { kind: 'ACCEPTED' }>, running: Running): GatewayOutcome<never> {
    if (verdict.code === 'TIMESTAMP_OUTSIDE_WINDOW') this.channel.clock.distrust();
    const detail = wordsOf(verdict.raw);
    const evidence = this.evidence('VENUE_ANSWER', answerDetail(running));
    const { answer } = running;
    const waitMs = answer?.kind === 'ANSWER' ? retryAfterMs(answer.headers, answer.at) : null;
    const reason = reasonOf(verdict.code, detail, waitMs);
    return verdict.kind === 'REFUSED' ? refused(reason, evidence) : unknown(reason, evidence);
  }

  private notSent(
    code: OutcomeCode,
    detail: string,
    retryAfterMs: number | null = null,
  ): GatewayOutcome<never> {
    return refused(reasonOf(code, detail, retryAfterMs), this.evidence('NOT_SENT', { code }));
  }

  private unknown(
    code: OutcomeCode,
    detail: string,
    kind: Evidence['kind'],
    facts: EvidenceDetail,
  ): GatewayOutcome<never> {
    return unknown({ code, detail }, this.evidence(kind, { ...facts, code }));
  }

  private evidence(kind: Evidence['kind'], detail: EvidenceDetail): Evidence {
    return { kind, detail, at: this.clock.now() };
  }
}

function runningOf(ask: CcxtAsk): Running {
  const sendsOnce = !ask.intent.idempotentRead;
  return {
    ask,
    started: false,
    failed: false,
    sendsOnce,
    signed: null,
    withheld: null,
    answer: null,
    verdict: null,
  };
}

const ofChannel: Readonly<Record<string, OutcomeCode>> = {
  BREAKER_OPEN: 'BREAKER_OPEN',
  HALTED: 'VENUE_HALTED',
  PAUSED: 'RATE_LIMITED',
  CLOCK_UNSAFE: 'CLOCK_UNSAFE',
  QUEUE_FULL: 'QUEUE_FULL',
  QUEUE_TIMEOUT: 'BUDGET_EXHAUSTED',
  WEIGHT_TOO_LARGE: 'BUDGET_EXHAUSTED',
};

function codeOf({ code }: NotSent): OutcomeCode {
  return ofChannel[code] ?? 'VENUE_UNAVAILABLE';
}

function reasonOf(code: OutcomeCode, detail: string, retryAfterMs: number | null): OutcomeReason {
  return retryAfterMs === null ? { code, detail } : { code, detail, retryAfterMs };
}

function answerDetail({ answer, verdict }: Running): EvidenceDetail {
  if (answer?.kind !== 'ANSWER') return {};
  const raw = verdict !== null && verdict.kind !== 'ACCEPTED' ? verdict.raw : null;
  return {
    status: answer.status,
    answeredAt: answer.at,
    ...(raw !== null && { rawCode: raw.code.slice(0, 80), rawText: raw.text.slice(0, 200) }),
  };
}

/** Of an error of ccxt only the class and the start of the message: its messages carry whole answers. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return `${error.name}: ${error.message.slice(0, 120).replace(/\s+/g, ' ')}`;
}
