import type { Metrics } from '@sextant/platform';
import type { CallClass } from '../../domain/channel/call-intent.js';
import type { ChannelState } from '../../domain/channel/channel-state.js';
import type { VenueAnswer } from '../../domain/channel/venue-answer.js';

const OPENNESS = { CLOSED: 0, HALF_OPEN: 0.5, OPEN: 1 } as const;

export function countCall(metrics: Metrics, venue: string, callClass: CallClass, answer: VenueAnswer): void {
  const outcome = answer.kind === 'ANSWER' ? `${Math.floor(answer.status / 100)}xx` : answer.code;
  metrics.increment('venue_calls_total', { venue, class: callClass, outcome });
  if (answer.kind === 'ANSWER')
    metrics.observe('venue_call_seconds', { venue, class: callClass }, answer.roundTripMs / 1_000);
}

/** What is read, not followed: set before each rendering. */
export function gaugeChannel(metrics: Metrics, state: ChannelState): void {
  const { venue, breakers, budgets, endpoints, clock } = state;
  for (const [callClass, breaker] of Object.entries(breakers))
    metrics.set('venue_breaker_open', { venue, class: callClass }, OPENNESS[breaker]);
  const used = new Map<string, number>();
  for (const { rule, used: spent, limit } of budgets)
    used.set(rule, Math.max(used.get(rule) ?? 0, spent / limit));
  for (const [limit, ratio] of used) metrics.set('venue_budget_used_ratio', { venue, limit }, ratio);
  for (const { endpoint, healthy } of endpoints)
    metrics.set('venue_endpoint_up', { venue, endpoint }, healthy ? 1 : 0);
  metrics.set('venue_calls_in_flight', { venue }, state.inFlight);
  metrics.set('venue_calls_queued', { venue }, state.queued);
  metrics.set('venue_halted', { venue }, state.halt === null ? 0 : 1);
  if (clock.offsetMs !== null) metrics.set('venue_clock_offset_ms', { venue }, clock.offsetMs);
  if (clock.uncertaintyMs !== null) metrics.set('venue_clock_uncertainty_ms', { venue }, clock.uncertaintyMs);
}
