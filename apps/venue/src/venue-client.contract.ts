import { createHmac } from 'node:crypto';
import type { AccountSpec } from './accounts/account.js';
import type { VenueOptions } from './venue-options.js';
import type { RunningVenue } from './venue.js';
import { startVenue } from './venue.js';

export const API_KEY = 'rehearsal-key-of-alice';
export const SECRET = 'alice-rehearses';

export const ALICE: AccountSpec = {
  accountId: 'alice',
  keys: [{ apiKey: API_KEY, secret: SECRET }],
  balances: { USDT: '100000', BTC: '2', BNB: '10' },
};

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

type Parameters = Record<string, string | number>;

/** A venue with a still market and a client of alice's, for specs. */
export class Rehearsal {
  constructor(readonly venue: RunningVenue) {}

  static async start(options: VenueOptions = {}): Promise<Rehearsal> {
    const market = { still: 'ALL', historyMinutes: 0 } as const;
    return new Rehearsal(
      await startVenue({ accounts: [ALICE], market, futures: { historyMinutes: 0 }, ...options }),
    );
  }

  get admin() {
    return this.venue.admin;
  }

  close(): Promise<void> {
    return this.venue.close();
  }

  /** Signed, in the query. */
  async call(method: string, path: string, params: Parameters = {}): Promise<Told> {
    return this.send(method, `${path}?${this.sign(params)}`);
  }

  sign(params: Parameters, secret = SECRET): string {
    const texts = Object.entries({ timestamp: this.venue.core.clock.now(), ...params }).map(
      ([name, value]): [string, string] => [name, String(value)],
    );
    const query = new URLSearchParams(texts).toString();
    return `${query}&signature=${createHmac('sha256', secret).update(query).digest('hex')}`;
  }

  /** As it stands, with the key. */
  async send(method: string, pathAndQuery: string, init: RequestInit = {}): Promise<Told> {
    const headers = { 'X-MBX-APIKEY': API_KEY, ...(init.headers as Record<string, string>) };
    const response = await fetch(this.venue.url + pathAndQuery, { ...init, method, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }

  limit(side: 'BUY' | 'SELL', quantity: string, price: string, more: Parameters = {}): Promise<Told> {
    const terms = { symbol: 'BTCUSDT', side, type: 'LIMIT', timeInForce: 'GTC', quantity, price };
    return this.call('POST', '/api/v3/order', { ...terms, ...more });
  }

  /** The house's size at a price, in ticks of 0.01 USDT and lots of 0.00001 BTC. */
  house(side: 'BUY' | 'SELL', ticks: number, lots: number): void {
    this.admin.houseLevel('BTCUSDT', side, ticks, lots);
  }

  /** The whole of one asset, free and locked. */
  balance(asset: string): { free: string; locked: string } {
    const { free, locked } = this.venue.core.ledger.balance('alice', asset);
    return { free: (Number(free) / 1e8).toString(), locked: (Number(locked) / 1e8).toString() };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
