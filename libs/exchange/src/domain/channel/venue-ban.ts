import type { EpochMs } from '@sextant/kernel';
import type { VenueBan } from './channel-profile.js';
import { LONGEST_WAIT_MS, retryAfterMs } from './retry-after.js';

/** Binance bans from two minutes to three days; the shortest is taken where the venue does not say. */
const SHORTEST_BAN_MS = 120_000;
/** How long a firewall that refuses an address is left alone. */
const FIREWALL_MS = 300_000;

/** `Way too much request weight used; IP banned until 1659146400000.` (Binance, -1003) */
const BANNED_UNTIL = /banned until (\d{13})/i;

/**
 * `now` and the end are by the venue's clock. 418 is Binance's "you went on after 429". 403 without JSON is a
 * firewall or a geographic block, not the venue's interface: its own refusals (a key without the right) come
 * as JSON and ban nobody.
 */
export function banOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: EpochMs,
): VenueBan | null {
  if (status === 418) return { until: endOf(headers, body, now, SHORTEST_BAN_MS), reason: 'ADDRESS_BANNED' };
  if (status === 403 && !/^\s*[[{]/.test(body)) {
    return { until: endOf(headers, body, now, FIREWALL_MS), reason: 'FIREWALL' };
  }
  return null;
}

function endOf(
  headers: Readonly<Record<string, string>>,
  body: string,
  now: EpochMs,
  untoldMs: number,
): EpochMs {
  const told = BANNED_UNTIL.exec(body.slice(0, 2_000))?.[1];
  const toldMs = told === undefined ? 0 : Number(told) - now;
  const waitMs = Math.max(toldMs, retryAfterMs(headers, now) ?? 0);
  return now + Math.min(waitMs > 0 ? waitMs : untoldMs, LONGEST_WAIT_MS);
}
