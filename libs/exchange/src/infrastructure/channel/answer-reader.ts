import type { Clock } from '@sextant/kernel';
import type { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { LatencyWindow } from '../../domain/channel/latency-window.js';
import type { Pauses } from '../../domain/channel/pauses.js';
import { retryAfterMs } from '../../domain/channel/retry-after.js';
import { banOf } from '../../domain/channel/venue-ban.js';
import type { Answer } from '../../domain/channel/venue-answer.js';
import type { ChannelEvents } from './channel-events.js';
import type { HaltBook } from './halt-book.js';
import type { TrackedClock } from './tracked-clock.js';
import type { WireOutcome } from './wire-exchange.js';

interface AnswerReaderParts {
  clock: Clock;
  budget: CallBudget;
  pauses: Pauses;
  halts: HaltBook;
  trackedClock: TrackedClock;
  latency: LatencyWindow;
  events: ChannelEvents;
}

/** `Date` is cut off to the second (RFC 9110 5.6.7). */
const DATE_RESOLUTION_MS = 1_000;

/** A venue that is down often guesses its return; so often it is looked at again. */
const LONGEST_DOWN_MS = 60_000;

/** Calls that were under way together are told of one pause, each a moment apart. */
const SAME_PAUSE_MS = 1_000;

/** What an answer says beside its content: limits, pauses, bans, the time. */
export class AnswerReader {
  constructor(
    private readonly profile: ChannelProfile,
    private readonly parts: AnswerReaderParts,
  ) {}

  read(intent: CallIntent, answer: Answer, { sentMs, receivedMs }: WireOutcome): void {
    const { latency, budget, clock, trackedClock } = this.parts;
    latency.add(answer.roundTripMs);
    const readings = this.profile.headersToBudget?.(answer.headers) ?? [];
    budget.observe(readings, intent.credentialId, clock.monotonicMs());
    if (this.profile.serverTime === 'DATE_HEADER' && sentMs !== null && receivedMs !== null) {
      const serverMs = Date.parse(answer.headers['date'] ?? '');
      trackedClock.hear({ serverMs, sentMs, receivedMs, resolutionMs: DATE_RESOLUTION_MS });
    }
    if (!this.halt(answer)) this.pause(intent, answer);
  }

  /** The venue speaks of its own time; a halt is kept in ours. */
  private halt({ status, headers, body }: Answer): boolean {
    const { clock, halts, trackedClock } = this.parts;
    const venueNow = trackedClock.venueNow();
    const ban = (this.profile.banOf ?? banOf)(status, headers, body, venueNow);
    if (ban === null) return false;
    const now = clock.now();
    const { venue } = this.profile;
    halts.halt({ venue, until: now + ban.until - venueNow, reason: ban.reason, status, haltedAt: now });
    return true;
  }

  private pause(intent: CallIntent, { status, headers, body }: Answer): void {
    const { clock, pauses, events, trackedClock } = this.parts;
    const told = this.profile.rateLimitScope?.(status, headers, body) ?? null;
    const waitMs = retryAfterMs(headers, trackedClock.venueNow());
    const isDown = status === 503 && waitMs !== null;
    const scope = told ?? (status === 429 || isDown ? 'ADDRESS' : null);
    if (scope === null) {
      if (status < 400) pauses.calm();
      return;
    }
    const credentialId = scope === 'CREDENTIAL' ? intent.credentialId : null;
    const nowMs = clock.monotonicMs();
    const askedMs = isDown ? Math.min(waitMs, LONGEST_DOWN_MS) : waitMs;
    const knownMs = pauses.untilMs(nowMs) ?? nowMs;
    const endMs = pauses.begin(credentialId, askedMs, nowMs);
    if (endMs - knownMs < SAME_PAUSE_MS && knownMs > nowMs) return;
    const untilMs = Math.ceil(clock.now() + endMs - nowMs);
    events.record('VenuePaused', { venue: this.profile.venue, scope, credentialId, untilMs });
  }
}
