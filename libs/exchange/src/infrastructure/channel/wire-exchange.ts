import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@sextant/kernel';
import type { Dispatcher } from 'undici';
import type { NoAnswerCode, NotSent, NotSentCode, VenueAnswer } from '../../domain/channel/venue-answer.js';
import { decodeBody } from './decode-body.js';
import { describeFailure, noAnswerCodeOf, notSentCodeOf } from './wire-failure.js';

/**
 * An answer and the monotonic moments of its first byte out and its first byte in; null where there were
 * none.
 */
export interface WireOutcome {
  answer: VenueAnswer;
  sentMs: number | null;
  receivedMs: number | null;
}

export interface WireLimits {
  /** Monotonic: a request that would start later is not sent. */
  goodUntilMs: number;
  largestBody: number;
  throughProxy: boolean;
  /** Asked right before the first byte; what it answers is the outcome, and nothing leaves. */
  lastWord: () => NotSent | null;
}

/**
 * One request on the wire, never two. undici calls `onRequestStart` when it has a connection and is about to
 * write: before that nothing left, after that something may have. A second start of the same request, as its
 * DNS interceptor makes after any ETIMEDOUT, sent or not, is stopped before it writes.
 */
export class WireExchange implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<WireOutcome>;
  private resolve!: (outcome: WireOutcome) => void;
  private controller: Dispatcher.DispatchController | null = null;
  private isSettled = false;
  private sentMs: number | null = null;
  private receivedMs: number | null = null;
  private status = 0;
  private headers: Record<string, string> = {};
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: WireLimits,
  ) {
    this.outcome = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Time is up. Answers at once; what has not been written yet never will be. */
  expire(): void {
    if (this.sentMs === null) this.notSent('CONNECT_TIMEOUT', 'no connection in time', null);
    else
      this.noAnswer(
        'TIMEOUT',
        this.receivedMs === null ? 'no headers in time' : 'no end of the body in time',
      );
    this.controller?.abort(new Error('expired'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.sentMs === null && !this.isSettled) {
      const refusal = this.limits.lastWord();
      if (refusal !== null) this.notSent(refusal.code, refusal.detail, refusal.retryAfterMs);
      else if (this.clock.monotonicMs() > this.limits.goodUntilMs)
        this.notSent('STALE_REQUEST', 'the connection took longer than the request was good for', 0);
    }
    // Thrown, not aborted: aborting would close the connection that the next request can use.
    if (this.isSettled || this.sentMs !== null) throw new Error('not to be sent');
    this.controller = controller;
    this.sentMs = this.clock.monotonicMs();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.isSettled) return;
    this.receivedMs = this.clock.monotonicMs();
    this.status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    if (Number(this.headers['content-length'] ?? 0) > this.limits.largestBody) this.tooLarge(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.largestBody) this.tooLarge(controller);
    else if (!this.isSettled) this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.isSettled) return;
    const roundTripMs = this.clock.monotonicMs() - (this.sentMs ?? 0);
    const data = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const encoding = this.headers['content-encoding'];
    if (encoding === undefined || data.length === 0) return this.answered(data, roundTripMs);
    decodeBody(data, encoding, this.limits.largestBody).then(
      (body) => this.answered(body, roundTripMs),
      (error: Error) => this.noAnswer(noAnswerCodeOf(error, true), describeFailure(error)),
    );
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.sentMs === null) {
      this.notSent(notSentCodeOf(error, this.limits.throughProxy), describeFailure(error), null);
    } else this.noAnswer(noAnswerCodeOf(error, this.receivedMs !== null), describeFailure(error));
  }

  private tooLarge(controller: Dispatcher.DispatchController): void {
    this.noAnswer('TOO_LARGE', `more than ${this.limits.largestBody} bytes`);
    this.chunks = [];
    controller.abort(new Error('too large'));
  }

  private answered(data: Buffer, roundTripMs: number): void {
    this.settle({
      kind: 'ANSWER',
      status: this.status,
      headers: this.headers,
      body: data.toString('utf8'),
      at: this.clock.now(),
      roundTripMs,
    });
  }

  private notSent(code: NotSentCode, detail: string, retryAfterMs: number | null): void {
    this.settle({ kind: 'NOT_SENT', code, detail, retryAfterMs });
  }

  private noAnswer(code: NoAnswerCode, detail: string): void {
    this.settle({ kind: 'NO_ANSWER', code, detail });
  }

  private settle(answer: VenueAnswer): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.resolve({ answer, sentMs: this.sentMs, receivedMs: this.receivedMs });
  }
}
