import type { EpochMs } from '@sextant/kernel';

/** No venue bans for longer; a later date is a mistake or malice. */
export const LONGEST_WAIT_MS = 7 * 24 * 3_600_000;

const SECONDS = /^\d{1,9}(\.\d{1,6})?$/;

/**
 * Milliseconds that a Retry-After header (RFC 9110 10.2.3: seconds or a date) asks for; null without one, or
 * with one that says nothing. A date is judged by the `Date` of the same answer where there is one: both are
 * by the venue's clock.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: EpochMs): number | null {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return null;
  if (SECONDS.test(text)) return Math.min(Number(text) * 1_000, LONGEST_WAIT_MS);
  const until = Date.parse(text);
  if (Number.isNaN(until) || !/^[A-Z][a-z]{2}/.test(text)) return null;
  const sent = Date.parse(headers['date'] ?? '');
  return Math.min(Math.max(0, until - (Number.isNaN(sent) ? now : sent)), LONGEST_WAIT_MS);
}
