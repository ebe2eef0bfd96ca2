import { createHmac } from 'node:crypto';
import type { Call } from '../loopback.js';

export interface OkxKey {
  apiKey: string;
  secret: string;
  passphrase: string;
}

/** An answer without an effect: the venue's code, with the HTTP status that goes with it. */
export class OkxNo extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 200,
  ) {
    super(message);
  }
}

const WINDOW_MS = 30_000;

/** Who may come in over REST, and when. Source: OKX v5 documentation, REST authentication. */
export function admit(call: Call, key: OkxKey, now: number): void {
  const told = (name: string, code: string): string => {
    const value = call.headers[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new OkxNo(code, `Request header ${name.toUpperCase()} can not be empty.`, 401);
  };
  if (told('ok-access-key', '50103') !== key.apiKey) throw new OkxNo('50111', 'Invalid OK-ACCESS-KEY', 401);
  if (told('ok-access-passphrase', '50104') !== key.passphrase) {
    throw new OkxNo('50105', 'Request header OK-ACCESS-PASSPHRASE incorrect.', 401);
  }
  const timestamp = told('ok-access-timestamp', '50107');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp)) {
    throw new OkxNo('50112', 'Invalid OK-ACCESS-TIMESTAMP', 401);
  }
  if (Math.abs(now - Date.parse(timestamp)) > WINDOW_MS) {
    throw new OkxNo('50102', 'Timestamp request expired', 401);
  }
  const target = call.query === '' ? call.path : `${call.path}?${call.query}`;
  const signed = timestamp + call.method + target + call.body;
  if (told('ok-access-sign', '50106') !== signature(key, signed))
    throw new OkxNo('50113', 'Invalid Sign', 401);
}

/** Who may come in over a WebSocket: the login is signed like a request, in seconds. */
export function mayLogIn(args: Readonly<Record<string, string>>, key: OkxKey, now: number): boolean {
  const { apiKey, passphrase, timestamp, sign } = args;
  if (apiKey !== key.apiKey || passphrase !== key.passphrase || timestamp === undefined) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > WINDOW_MS) return false;
  return sign === signature(key, `${timestamp}GET/users/self/verify`);
}

/** `expTime`: what arrives after it is not executed. */
export function refuseLate({ headers }: Call, now: number): void {
  const until = headers['exptime'];
  if (until === undefined) return;
  if (typeof until !== 'string' || !/^\d{13}$/.test(until)) throw new OkxNo('50036', 'Invalid expTime');
  if (Number(until) < now) throw new OkxNo('50037', 'Order expired by its expTime.');
}

function signature({ secret }: OkxKey, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}
