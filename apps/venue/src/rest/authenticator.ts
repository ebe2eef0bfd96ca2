import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { Accounts } from '../accounts/accounts.js';
import type { ApiKey, Permissions } from '../accounts/account.js';
import type { Params } from './params.js';
import type { Security } from './routes.js';
import {
  illegalCharacters,
  invalidSignature,
  keyFormat,
  keyRejected,
  timestampAhead,
  timestampTooOld,
  windowTooLong,
} from './venue-error.js';

const DEFAULT_WINDOW_MS = 5_000;
const MAX_WINDOW_MS = 60_000;
const AHEAD_MS = 1_000;
/** Up to three decimals of a millisecond. */
const WINDOW = /^\d{1,8}(\.\d{1,3})?$/;
const MICROSECONDS_FROM = 1e14;

const NEEDED: Readonly<Record<Exclude<Security, 'NONE' | 'KEY'>, keyof Permissions>> = {
  USER_DATA: 'enableReading',
  TRADE: 'enableSpotAndMarginTrading',
  FUTURES_TRADE: 'enableFutures',
};

/** The time for which a signed request holds. */
export interface Validity {
  readonly timestamp: number;
  readonly windowMs: number;
}

/** Keys, signatures and validity windows, by the venue's rules and in its order of refusals. */
export class Authenticator {
  constructor(private readonly accounts: Accounts) {}

  /** The key of a request, allowed from this address; throws −2014 and −2015. */
  keyOf(header: string | undefined, ip: string): ApiKey {
    if (header === undefined || !/^[\w-]{4,128}$/.test(header)) throw keyFormat();
    const key = this.accounts.key(header);
    if (key === null || key.revoked) throw keyRejected();
    if (key.ipAllowList.length > 0 && !key.ipAllowList.includes(ip)) throw keyRejected();
    return key;
  }

  permit(key: ApiKey, security: Security): void {
    if (security === 'NONE' || security === 'KEY') return;
    if (!key.permissions[NEEDED[security]]) throw keyRejected();
  }

  /** `payload` is exactly what was signed; throws −1022. */
  verify(key: ApiKey, payload: string, signature: string): void {
    if (!isSignedBy(key, payload, signature)) throw invalidSignature();
  }

  /** Reads timestamp and recvWindow; throws −1102 and −1100. */
  validityOf(params: Params): Validity {
    const stated = params.needInteger('timestamp');
    const window = params.text('recvWindow');
    if (window !== null && !WINDOW.test(window)) throw illegalCharacters('recvWindow', WINDOW.source);
    const windowMs = window === null ? DEFAULT_WINDOW_MS : Number(window);
    if (windowMs > MAX_WINDOW_MS) throw windowTooLong();
    const timestamp = stated >= MICROSECONDS_FROM ? stated / 1_000 : stated;
    return { timestamp, windowMs };
  }

  /** Asked on arrival, and again just before the engine; throws −1021. */
  check({ timestamp, windowMs }: Validity, now: number): void {
    if (timestamp >= now + AHEAD_MS) throw timestampAhead();
    if (now - timestamp > windowMs) throw timestampTooOld();
  }
}

/** Hex HMAC-SHA256, or base64 of an RSA (PKCS#1 v1.5, SHA-256) or Ed25519 signature. */
export function isSignedBy(key: ApiKey, payload: string, signature: string): boolean {
  if (key.kind === 'HMAC') {
    const expected = createHmac('sha256', key.material).update(payload).digest();
    const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : null;
    return given !== null && timingSafeEqual(expected, given);
  }
  const digest = key.kind === 'RSA' ? 'sha256' : null;
  return verify(digest, Buffer.from(payload), key.material, Buffer.from(signature, 'base64'));
}
