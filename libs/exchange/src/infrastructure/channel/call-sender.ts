import type { EpochMs } from '@sextant/kernel';
import type { Logger, Metrics } from '@sextant/platform';
import { isVenueFailure } from '../../domain/channel/answer-class.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { Answer, NotSent, VenueAnswer } from '../../domain/channel/venue-answer.js';
import type { Prepare } from '../../domain/channel/venue-channel.js';
import { notSent } from './admission.js';
import type { Ticket } from './admission.js';
import type { AnswerReader } from './answer-reader.js';
import type { ChannelBreakers } from './channel-breakers.js';
import { countCall } from './channel-metrics.js';
import { Deadlines } from './deadlines.js';
import type { EndpointCourier } from './endpoint-courier.js';
import type { WireOutcome } from './wire-exchange.js';

/** A call that was let in. */
export interface Sending {
  intent: CallIntent;
  ticket: Ticket;
  prepare: Prepare;
  freshMs: number;
  canPrepareAgain: boolean;
  /** Hears the moments of an answer too. */
  listen?: ((answer: Answer, outcome: WireOutcome) => void) | undefined;
}

interface CallSenderParts {
  venue: string;
  breakers: ChannelBreakers;
  courier: EndpointCourier;
  reader: AnswerReader;
  venueNow: () => EpochMs;
  timeoutMs: number;
  metrics: Metrics;
  logger: Logger;
}

/** The way of a call from its ticket to its answer: breaker, deadline, endpoint, and what the answer teaches. */
export class CallSender {
  answers = 0;
  failures = 0;
  private readonly deadlines = new Deadlines();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly parts: CallSenderParts) {}

  get inFlight(): number {
    return this.underWay.size;
  }

  async send(sending: Sending): Promise<VenueAnswer> {
    const { intent, ticket } = sending;
    const { breakers, timeoutMs } = this.parts;
    const waitMs = breakers.waitMs(intent.class);
    if (waitMs > 0) {
      ticket.refund();
      return this.counted(intent, breakerOpen(waitMs, breakers.lastFailure(intent.class)));
    }
    const sent = breakers.run(intent.class, () =>
      this.deadlines.run(intent.timeoutMs ?? timeoutMs, (signal) => this.deliver(sending, signal)),
    );
    this.underWay.add(sent);
    try {
      return this.counted(intent, await sent);
    } finally {
      this.underWay.delete(sent);
    }
  }

  /** Every call ends here, sent or not. */
  counted<A extends VenueAnswer>(intent: CallIntent, answer: A): A {
    if (answer.kind === 'ANSWER') this.answers += 1;
    if (isVenueFailure(answer)) this.failures += 1;
    countCall(this.parts.metrics, this.parts.venue, intent.class, answer);
    return answer;
  }

  /** Resolves when nothing is under way. */
  async drained(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async deliver(sending: Sending, signal: AbortSignal): Promise<VenueAnswer> {
    const { intent, ticket, prepare, freshMs, canPrepareAgain } = sending;
    const { courier, venueNow } = this.parts;
    const isRead = intent.idempotentRead;
    const errand = { prepare, venueNow, isRead, freshMs, canPrepareAgain, signal };
    const outcome = await courier.deliver(errand).catch((error: Error) => this.lost(error));
    const { answer } = outcome;
    if (answer.kind === 'NOT_SENT') ticket.refund();
    else ticket.settle();
    if (answer.kind === 'ANSWER') {
      this.guarded(() => this.parts.reader.read(intent, answer, outcome));
      this.guarded(() => sending.listen?.(answer, outcome));
    }
    return answer;
  }

  /** A mistake of ours: whether something left is not known. */
  private lost(error: Error): WireOutcome {
    this.parts.logger.error('a call to a venue was lost', { venue: this.parts.venue, error });
    const answer = { kind: 'NO_ANSWER', code: 'ABORTED', detail: error.name } as const;
    return { answer, sentMs: null, receivedMs: null };
  }

  /** An adapter's functions read what a venue made up: a mistake in them must not turn an answer into a failure. */
  private guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      const { logger, venue } = this.parts;
      logger.error('the profile of a venue failed on an answer', { venue, error });
    }
  }
}

export function breakerOpen(waitMs: number, lastFailure: string): NotSent {
  const detail = `too many of these calls failed, the last with ${lastFailure}`;
  return notSent('BREAKER_OPEN', detail, Math.ceil(waitMs));
}
