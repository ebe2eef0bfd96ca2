import type { EpochMs } from '@sextant/kernel';

/** How far a signed request's clock may be from ours, either way. */
export const SIGNATURE_WINDOW_MS = 30_000;

/** The parts of a request that its signature covers. */
export interface SignedRequest {
  method: string;
  /** Path and query exactly as sent: `/api/orders?limit=10`. */
  url: string;
  /** `X-Timestamp`: epoch milliseconds, 13 digits. */
  timestamp: string;
  /** The body exactly as sent; empty when there is none. */
  body: string;
}

/**
 * METHOD + url + timestamp + body, without separators. Unambiguous: the method is letters and the url begins with a
 * slash; the timestamp has 13 digits and is followed by nothing or by the `{` of a JSON body.
 */
export function canonicalRequest(request: SignedRequest): string {
  return request.method.toUpperCase() + request.url + request.timestamp + request.body;
}

/** Epoch milliseconds of an `X-Timestamp` within the window around `now`; null outside of it. */
export function timestampWithin(text: string, now: EpochMs): EpochMs | null {
  if (!/^[0-9]{13}$/.test(text)) return null;
  const timestamp = Number(text);
  return Math.abs(timestamp - now) <= SIGNATURE_WINDOW_MS ? timestamp : null;
}
