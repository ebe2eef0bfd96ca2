import type { Clock } from '@sextant/kernel';
import type { Logger, Metrics, Timers } from '@sextant/platform';
import { isVenueFailure } from '../../domain/channel/answer-class.js';
import { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { ChannelState, VenueClock } from '../../domain/channel/channel-state.js';
import { EndpointRing } from '../../domain/channel/endpoint-ring.js';
import { LatencyWindow } from '../../domain/channel/latency-window.js';
import { Pauses } from '../../domain/channel/pauses.js';
import type { Answer, NotSent, VenueAnswer } from '../../domain/channel/venue-answer.js';
import { VenueChannel } from '../../domain/channel/venue-channel.js';
import type { CallPermit, Prepare } from '../../domain/channel/venue-channel.js';
import { Admission, notSent } from './admission.js';
import type { Ticket } from './admission.js';
import { AnswerReader } from './answer-reader.js';
import { CallGate } from './call-gate.js';
import { ChannelBreakers } from './channel-breakers.js';
import type { ChannelEvents } from './channel-events.js';
import { countCall } from './channel-metrics.js';
import type { ChannelSettings } from './channel-settings.js';
import { Deadlines } from './deadlines.js';
import { EndpointCourier } from './endpoint-courier.js';
import type { HaltBook } from './halt-book.js';
import type { InFlightLimit } from './in-flight-limit.js';
import { Lanes } from './lanes.js';
import { ReadRetries } from './read-retries.js';
import type { SharedBudget } from './shared-budget.js';
import { TrackedClock } from './tracked-clock.js';
import type { Wire } from './wire.js';
import type { WireOutcome } from './wire-exchange.js';

/** What the channels of a process share. */
export interface ChannelParts {
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  logger: Logger;
  events: ChannelEvents;
  halts: HaltBook;
  wire: Wire;
  inFlight: InFlightLimit;
  settings: ChannelSettings;
  /** Null without Redis. */
  shared: SharedBudget | null;
  /** 0 ≤ x < 1. */
  random: () => number;
}

interface Sending {
  intent: CallIntent;
  ticket: Ticket;
  prepare: Prepare;
  freshMs: number;
  canPrepareAgain: boolean;
  /** Hears the moments of an answer too. */
  listen?: (answer: Answer, outcome: WireOutcome) => void;
}

/** A venue that takes longer to tell the time tells nothing of use. */
const TIME_PATIENCE_MS = 5_000;

/** A channel over undici's connections, guarded by cockatiel. */
export class UndiciVenueChannel extends VenueChannel {
  readonly venue: string;
  private readonly tracked: TrackedClock;
  private readonly budget: CallBudget;
  private readonly pauses: Pauses;
  private readonly ring: EndpointRing;
  private readonly breakers: ChannelBreakers;
  private readonly admission: Admission;
  private readonly gate: CallGate;
  private readonly courier: EndpointCourier;
  private readonly reader: AnswerReader;
  private readonly retries: ReadRetries;
  private readonly deadlines = new Deadlines();
  private readonly latency = new LatencyWindow();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly stopListening: (() => void)[];
  private isClosed = false;
  private answers = 0;
  private failures = 0;

  constructor(
    private readonly profile: ChannelProfile,
    private readonly parts: ChannelParts,
  ) {
    super();
    const { clock, timers, settings, halts, inFlight, wire, events, random } = parts;
    this.venue = profile.venue;
    this.ring = new EndpointRing(profile.endpoints, settings.endpoints);
    const rules = profile.budgets.length > 0 ? profile.budgets : settings.defaultBudgets;
    this.budget = new CallBudget(rules, settings.reserve);
    this.pauses = new Pauses(settings.pauseAllowance);
    this.tracked = this.makeClock();
    this.breakers = new ChannelBreakers(clock, settings.breaker, (callClass, from, to) => {
      events.record('VenueBreakerChanged', { venue: this.venue, class: callClass, from, to });
      if (to === 'OPEN') this.admission.recheck();
    });
    const refusal = (intent: CallIntent): NotSent | null => this.refusal(intent);
    const lanes = new Lanes(this.ring.hosts * settings.connectionsPerHost, inFlight);
    const { queueLength, queueWaitMs, timeoutMs } = settings;
    const { budget, pauses, latency, ring, tracked: trackedClock } = this;
    this.admission = new Admission({
      ...{ clock, timers, budget, pauses, lanes, queueLength, queueWaitMs, refusal },
    });
    const { admission } = this;
    this.gate = new CallGate({ clock, admission, budget, shared: parts.shared, queueWaitMs, timeoutMs });
    this.reader = new AnswerReader(profile, { clock, budget, pauses, halts, trackedClock, latency, events });
    this.retries = new ReadRetries(settings, random);
    const lastWord = (): NotSent | null => this.halted();
    const onEndpointChange = (endpoint: string): void => this.tellEndpoint(endpoint);
    this.courier = new EndpointCourier({ clock, wire, ring, lastWord, onEndpointChange });
    this.stopListening = [
      inFlight.onRoom(() => this.admission.pump()),
      halts.onChange((venue) => venue === this.venue && this.admission.recheck()),
    ];
  }

  get clock(): VenueClock {
    return this.tracked;
  }

  /** Begins to follow the venue's clock; halts must be known. */
  start(): void {
    this.tracked.start();
  }

  call(intent: CallIntent, prepare: Prepare): Promise<VenueAnswer> {
    const freshMs = this.parts.settings.freshMs;
    const attempt = (): Promise<VenueAnswer> => this.attempt(intent, prepare, freshMs);
    if (!intent.idempotentRead) return attempt();
    return this.retries.run(attempt, () =>
      this.parts.metrics.increment('venue_retries_total', { venue: this.venue }),
    );
  }

  async admit(intent: CallIntent): Promise<CallPermit | NotSent> {
    const ticket = await this.gate.enter(intent);
    if (ticket.kind === 'NOT_SENT') return this.counted(intent, ticket);
    const timeoutMs = intent.timeoutMs ?? this.parts.settings.timeoutMs;
    const freshMs = this.profile.validityWindowMs === null ? timeoutMs : this.profile.validityWindowMs / 2;
    let isUsed = false;
    const release = (): void => {
      cancelExpiry();
      if (!isUsed) ticket.refund();
      isUsed = true;
    };
    const cancelExpiry = this.parts.timers.setTimer(timeoutMs, release);
    return {
      kind: 'PERMIT',
      venueNow: () => this.tracked.venueNow(),
      release,
      send: (request) => {
        if (isUsed) return Promise.resolve(notSent('PERMIT_USED', 'one permit, one request', null));
        isUsed = true;
        cancelExpiry();
        return this.send({ intent, ticket, prepare: () => request, freshMs, canPrepareAgain: false });
      },
    };
  }

  state(): ChannelState {
    const { clock, halts } = this.parts;
    const nowMs = clock.monotonicMs();
    this.budget.forgetIdle(nowMs);
    const pauseEndsMs = this.pauses.untilMs(nowMs);
    const { offsetMs, uncertaintyMs } = this.tracked;
    const { validityWindowMs } = this.profile;
    return {
      venue: this.venue,
      breakers: this.breakers.states(),
      budgets: this.budget.state(nowMs),
      queued: this.admission.queued,
      inFlight: this.underWay.size,
      endpoints: this.ring.state(),
      latencyMs: this.latency.percentiles(),
      halt: halts.of(this.venue),
      pausedUntil: pauseEndsMs === null ? null : Math.ceil(clock.now() + pauseEndsMs - nowMs),
      clock: {
        offsetMs,
        uncertaintyMs,
        safe: validityWindowMs === null || this.tracked.isSafe(validityWindowMs),
      },
      answers: this.answers,
      failures: this.failures,
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.tracked.stop();
    for (const stop of this.stopListening) stop();
    this.admission.recheck();
    await Promise.all(this.underWay);
  }

  private async attempt(
    intent: CallIntent,
    prepare: Prepare,
    freshMs: number,
    listen?: Sending['listen'],
  ): Promise<VenueAnswer> {
    const entered = this.gate.enter(intent);
    const ticket = entered instanceof Promise ? await entered : entered;
    if (ticket.kind === 'NOT_SENT') return this.counted(intent, ticket);
    return this.send({ intent, ticket, prepare, freshMs, canPrepareAgain: true, ...(listen && { listen }) });
  }

  private async send(sending: Sending): Promise<VenueAnswer> {
    const { intent, ticket } = sending;
    const waitMs = this.breakers.waitMs(intent.class);
    if (waitMs > 0) {
      ticket.refund();
      return this.counted(intent, breakerOpen(waitMs));
    }
    const timeoutMs = intent.timeoutMs ?? this.parts.settings.timeoutMs;
    const sent = this.breakers.run(intent.class, () =>
      this.deadlines.run(timeoutMs, (signal) => this.deliver(sending, signal)),
    );
    this.underWay.add(sent);
    try {
      return this.counted(intent, await sent);
    } finally {
      this.underWay.delete(sent);
    }
  }

  private async deliver(sending: Sending, signal: AbortSignal): Promise<VenueAnswer> {
    const { intent, ticket, prepare, freshMs, canPrepareAgain } = sending;
    const venueNow = (): number => this.tracked.venueNow();
    const isRead = intent.idempotentRead;
    const errand = { prepare, venueNow, isRead, freshMs, canPrepareAgain, signal };
    const outcome = await this.courier.deliver(errand).catch((error: Error) => this.lost(error));
    if (outcome.answer.kind === 'NOT_SENT') ticket.refund();
    else ticket.settle();
    if (outcome.answer.kind === 'ANSWER') this.learn(sending, outcome.answer, outcome);
    return outcome.answer;
  }

  /** A mistake of ours: whether something left is not known. */
  private lost(error: Error): WireOutcome {
    this.parts.logger.error('a call to a venue was lost', { venue: this.venue, error });
    return {
      answer: { kind: 'NO_ANSWER', code: 'ABORTED', detail: error.name },
      sentMs: null,
      receivedMs: null,
    };
  }

  /**
   * The adapter's functions read what a venue made up: a mistake in them must not turn an answer into a
   * failure.
   */
  private learn({ intent, listen }: Sending, answer: Answer, outcome: WireOutcome): void {
    try {
      listen?.(answer, outcome);
      this.reader.read(intent, answer, outcome);
    } catch (error) {
      this.parts.logger.error('the profile of a venue failed on an answer', { venue: this.venue, error });
    }
  }

  private counted<A extends VenueAnswer>(intent: CallIntent, answer: A): A {
    if (answer.kind === 'ANSWER') this.answers += 1;
    if (isVenueFailure(answer)) this.failures += 1;
    countCall(this.parts.metrics, this.venue, intent.class, answer);
    return answer;
  }

  private refusal(intent: CallIntent): NotSent | null {
    const halted = this.halted();
    if (halted !== null) return halted;
    const waitMs = this.breakers.waitMs(intent.class);
    if (waitMs > 0) return breakerOpen(waitMs);
    const { validityWindowMs } = this.profile;
    if (intent.class !== 'ENTRY' || validityWindowMs === null || this.tracked.isSafe(validityWindowMs))
      return null;
    this.tracked.hurry();
    return notSent('CLOCK_UNSAFE', "the venue's clock is not known well enough", null);
  }

  private halted(): NotSent | null {
    if (this.isClosed) return notSent('STOPPED', 'this process stops', null);
    if (!this.parts.halts.areKnown) return notSent('STOPPED', 'bans are not known yet', null);
    const waitMs = this.parts.halts.remainingMs(this.venue);
    return waitMs > 0 ? notSent('HALTED', 'the venue has banned this installation', Math.ceil(waitMs)) : null;
  }

  private tellEndpoint(endpoint: string): void {
    const healthy = this.ring.state().some((known) => known.endpoint === endpoint && known.healthy);
    this.parts.events.record('VenueEndpointChanged', { venue: this.venue, endpoint, healthy });
  }

  private makeClock(): TrackedClock {
    const { clock, timers, settings, events } = this.parts;
    const { serverTime, validityWindowMs: windowMs } = this.profile;
    return new TrackedClock({
      ...{ clock, timers, windowMs, intervalMs: settings.clockIntervalMs },
      source: serverTime === null ? null : serverTime === 'DATE_HEADER' ? 'HEARD' : 'ASKED',
      ask: () => this.askTime(),
      onSafety: (safe) => {
        const { offsetMs, uncertaintyMs } = this.tracked;
        const type = safe ? 'VenueClockSafe' : 'VenueClockUnsafe';
        events.record(type, { venue: this.venue, offsetMs, uncertaintyMs });
        if (safe) this.admission.recheck();
      },
    });
  }

  private async askTime(): Promise<void> {
    const { serverTime } = this.profile;
    if (serverTime === null || serverTime === 'DATE_HEADER') return;
    const intent: CallIntent = {
      ...{ class: 'DATA', bucket: 'marketData', weight: serverTime.weight, credentialId: null },
      ...{ timeoutMs: TIME_PATIENCE_MS, waitMs: TIME_PATIENCE_MS, idempotentRead: true },
    };
    const listen: Sending['listen'] = ({ status, body }, { sentMs, receivedMs }) => {
      const serverMs = status === 200 ? serverTime.read(body) : null;
      if (serverMs === null || sentMs === null || receivedMs === null) return;
      this.tracked.hear({ serverMs, sentMs, receivedMs, resolutionMs: 1 });
    };
    await this.attempt(intent, () => serverTime.request, this.parts.settings.freshMs, listen);
  }
}

function breakerOpen(waitMs: number): NotSent {
  return notSent('BREAKER_OPEN', 'too many of these calls failed', Math.ceil(waitMs));
}
