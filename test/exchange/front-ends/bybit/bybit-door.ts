import { createHmac } from 'node:crypto';
import type { Call } from '../loopback.js';

export interface BybitKey {
  apiKey: string;
  secret: string;
  passphrase: null;
}

/** An answer without an effect, with the venue's code; nearly all of them come with HTTP 200. */
export class BybitNo extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 200,
  ) {
    super(message);
  }
}

/** A request may be ahead of the venue's clock by so much. */
const AHEAD_MS = 1_000;

/** Who may come in over REST, and when. Source: Bybit v5 documentation, integration guidance. */
export function admit(call: Call, key: BybitKey, now: number): void {
  const told = (name: string): string => {
    const value = call.headers[`x-bapi-${name}`];
    if (typeof value === 'string' && value !== '') return value;
    throw new BybitNo(10_001, `X-BAPI-${name.toUpperCase()} is missing`);
  };
  const [apiKey, timestamp, window] = [told('api-key'), told('timestamp'), told('recv-window')];
  if (apiKey !== key.apiKey) throw new BybitNo(10_003, 'API key is invalid.');
  const sent = Number(timestamp);
  if (!(now - Number(window) <= sent && sent < now + AHEAD_MS)) {
    throw new BybitNo(10_002, 'invalid request, please check your server timestamp or recv_window param.');
  }
  const signed = timestamp + apiKey + window + (call.method === 'POST' ? call.body : call.query);
  if (told('sign') !== signature(key, signed)) throw new BybitNo(10_004, 'error sign!');
}

/** Who may come in over a WebSocket: the key signs until when its login holds. */
export function mayLogIn(args: readonly unknown[], key: BybitKey, now: number): boolean {
  const [apiKey, expires, sign] = args;
  if (apiKey !== key.apiKey || Number(expires) <= now) return false;
  return sign === signature(key, `GET/realtime${String(expires)}`);
}

function signature({ secret }: BybitKey, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
