import type { Clock } from '@sextant/kernel';
import type { Logger, Metrics, Timers } from '@sextant/platform';
import { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { ChannelState, VenueClock } from '../../domain/channel/channel-state.js';
import { EndpointRing } from '../../domain/channel/endpoint-ring.js';
import { LatencyWindow } from '../../domain/channel/latency-window.js';
import { Pauses } from '../../domain/channel/pauses.js';
import type { NotSent, VenueAnswer } from '../../domain/channel/venue-answer.js';
import { VenueChannel } from '../../domain/channel/venue-channel.js';
import type { CallPermit, Prepare } from '../../domain/channel/venue-channel.js';
import { Admission, notSent } from './admission.js';
import { AnswerReader } from './answer-reader.js';
import { CallGate } from './call-gate.js';
import { breakerOpen, CallSender } from './call-sender.js';
import type { Sending } from './call-sender.js';
import { ChannelBreakers } from './channel-breakers.js';
import type { ChannelEvents } from './channel-events.js';
import type { ChannelSettings } from './channel-settings.js';
import { EndpointCourier } from './endpoint-courier.js';
import type { HaltBook } from './halt-book.js';
import type { InFlightLimit } from './in-flight-limit.js';
import { Lanes } from './lanes.js';
import { ReadRetries } from './read-retries.js';
import type { SharedBudget } from './shared-budget.js';
import { TrackedClock } from './tracked-clock.js';
import type { Wire } from './wire.js';

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
  private readonly sender: CallSender;
  private readonly retries: ReadRetries;
  private readonly latency = new LatencyWindow();
  private readonly stopListening: (() => void)[];
  private isClosed = false;

  constructor(
    private readonly profile: ChannelProfile,
    private readonly parts: ChannelParts,
  ) {
    super();
    const { clock, settings, halts, inFlight, events, random, shared } = parts;
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
    this.admission = this.makeAdmission();
    const { admission, budget } = this;
    const { queueWaitMs, timeoutMs } = settings;
    this.gate = new CallGate({ clock, admission, budget, shared, queueWaitMs, timeoutMs });
    this.sender = this.makeSender();
    this.retries = new ReadRetries(settings, random);
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
    if (ticket.kind === 'NOT_SENT') return this.sender.counted(intent, ticket);
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
        return this.sender.send({ intent, ticket, prepare: () => request, freshMs, canPrepareAgain: false });
      },
    };
  }

  override obstacle(intent: CallIntent): NotSent | null {
    return this.closed(intent) ?? this.admission.hopeless(intent);
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
      inFlight: this.sender.inFlight,
      endpoints: this.ring.state(),
      latencyMs: this.latency.percentiles(),
      halt: halts.of(this.venue),
      pausedUntil: pauseEndsMs === null ? null : Math.ceil(clock.now() + pauseEndsMs - nowMs),
      clock: {
        offsetMs,
        uncertaintyMs,
        safe: validityWindowMs === null || this.tracked.isSafe(validityWindowMs),
      },
      answers: this.sender.answers,
      failures: this.sender.failures,
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.tracked.stop();
    for (const stop of this.stopListening) stop();
    this.admission.recheck();
    await this.sender.drained();
  }

  private async attempt(
    intent: CallIntent,
    prepare: Prepare,
    freshMs: number,
    listen?: Sending['listen'],
  ): Promise<VenueAnswer> {
    const entered = this.gate.enter(intent);
    const ticket = entered instanceof Promise ? await entered : entered;
    if (ticket.kind === 'NOT_SENT') return this.sender.counted(intent, ticket);
    return this.sender.send({ intent, ticket, prepare, freshMs, canPrepareAgain: true, listen });
  }

  private refusal(intent: CallIntent): NotSent | null {
    const closed = this.closed(intent);
    if (closed !== null) return closed;
    const { validityWindowMs } = this.profile;
    if (intent.class !== 'ENTRY' || validityWindowMs === null || this.tracked.isSafe(validityWindowMs))
      return null;
    this.tracked.hurry();
    return notSent('CLOCK_UNSAFE', "the venue's clock is not known well enough", null);
  }

  private closed(intent: CallIntent): NotSent | null {
    const halted = this.halted();
    if (halted !== null) return halted;
    const waitMs = this.breakers.waitMs(intent.class);
    return waitMs > 0 ? breakerOpen(waitMs, this.breakers.lastFailure(intent.class)) : null;
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

  private makeAdmission(): Admission {
    const { clock, timers, settings, inFlight } = this.parts;
    const { queueLength, queueWaitMs } = settings;
    const lanes = new Lanes(this.ring.hosts * settings.connectionsPerHost, inFlight);
    const { budget, pauses } = this;
    const refusal = (intent: CallIntent): NotSent | null => this.refusal(intent);
    return new Admission({ clock, timers, budget, pauses, lanes, queueLength, queueWaitMs, refusal });
  }

  private makeSender(): CallSender {
    const { clock, wire, halts, events, metrics, logger, settings } = this.parts;
    const { venue, ring, budget, pauses, latency, breakers, tracked: trackedClock } = this;
    const lastWord = (): NotSent | null => this.halted();
    const onEndpointChange = (endpoint: string): void => this.tellEndpoint(endpoint);
    return new CallSender({
      ...{ venue, breakers, metrics, logger, timeoutMs: settings.timeoutMs },
      courier: new EndpointCourier({ clock, wire, ring, lastWord, onEndpointChange }),
      reader: new AnswerReader(this.profile, {
        ...{ clock, budget, pauses, halts, trackedClock, latency, events },
      }),
      venueNow: () => trackedClock.venueNow(),
    });
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
