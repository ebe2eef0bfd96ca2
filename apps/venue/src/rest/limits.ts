import { VenueError } from './venue-error.js';

export interface LimitSettings {
  /** Request weight a minute and address, for each of api, sapi and fapi. */
  readonly weightPerMinute: number;
  readonly ordersPer10Seconds: number;
  readonly ordersPerDay: number;
  readonly rawRequestsPer5Minutes: number;
  /** So many refusals within a window are answered 429; the next one is a ban. */
  readonly refusalsBeforeBan: number;
}

export const LIMITS: LimitSettings = {
  weightPerMinute: 6_000,
  ordersPer10Seconds: 100,
  ordersPerDay: 200_000,
  rawRequestsPer5Minutes: 61_000,
  refusalsBeforeBan: 10,
};

export interface Ban {
  /** An address, or an API key. */
  readonly of: string;
  readonly until: number;
  /** How many bans it has had; each is longer than the last. */
  readonly count: number;
}

interface Window {
  start: number;
  used: number;
  refused: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FIVE_MINUTES = 5 * MINUTE;
const TEN_SECONDS = 10 * SECOND;
const DAY = 86_400 * SECOND;
const FIRST_BAN_MS = 2 * MINUTE;
const LONGEST_BAN_MS = 3 * DAY;

/** Request weight by address, order counts by account, and the bans of those who do not listen. */
export class Limits {
  readonly #windows = new Map<string, Window>();
  readonly #bans = new Map<string, Ban>();
  settings: LimitSettings;

  constructor(
    settings: Partial<LimitSettings>,
    private readonly onBan: (ban: Ban) => void,
  ) {
    this.settings = { ...LIMITS, ...settings };
  }

  /** Throws 418 while the address or the key is banned. */
  checkBan(now: number, ...names: (string | null)[]): void {
    for (const name of names) {
      const ban = name === null ? undefined : this.#bans.get(name);
      if (ban !== undefined && ban.until > now) throw banned(ban.until, now);
    }
  }

  /** Counts a request; throws 429, or 418 when too many were refused already. */
  spend(family: string, ip: string, weight: number, now: number): void {
    this.#count(`raw ${ip}`, 1, this.settings.rawRequestsPer5Minutes, FIVE_MINUTES, ip, now);
    this.#count(`${family} ${ip}`, weight, this.settings.weightPerMinute, MINUTE, ip, now);
  }

  weightUsed(family: string, ip: string, now: number): number {
    return this.#window(`${family} ${ip}`, MINUTE, now).used;
  }

  /** Throws −1015 when `orders` more would be too many. */
  checkOrders(accountId: string, orders: number, now: number): void {
    const { ordersPer10Seconds, ordersPerDay } = this.settings;
    for (const [name, length, limit, text] of [
      ['10s', TEN_SECONDS, ordersPer10Seconds, '10 SECOND'],
      ['1d', DAY, ordersPerDay, '1 DAY'],
    ] as const) {
      const window = this.#window(`orders ${name} ${accountId}`, length, now);
      if (window.used + orders <= limit) continue;
      const message = `Too many new orders; current limit is ${limit} orders per ${text}.`;
      throw new VenueError(-1015, message, 429, undefined, retryAfter(window.start + length - now));
    }
  }

  /** Orders that are accepted count up, orders that fill count down. */
  countOrders(accountId: string, orders: number, now: number): void {
    for (const [name, length] of [
      ['10s', TEN_SECONDS],
      ['1d', DAY],
    ] as const) {
      const window = this.#window(`orders ${name} ${accountId}`, length, now);
      window.used = Math.max(0, window.used + orders);
    }
  }

  orderCounts(accountId: string, now: number): { per10Seconds: number; perDay: number } {
    return {
      per10Seconds: this.#window(`orders 10s ${accountId}`, TEN_SECONDS, now).used,
      perDay: this.#window(`orders 1d ${accountId}`, DAY, now).used,
    };
  }

  /** Bans by hand, or puts a ban back after a restart. */
  ban(ban: Ban): void {
    this.#bans.set(ban.of, ban);
    this.onBan(ban);
  }

  liftBan(of: string): boolean {
    const ban = this.#bans.get(of);
    if (ban !== undefined) this.ban({ ...ban, until: 0 });
    return ban !== undefined;
  }

  bans(now: number): Ban[] {
    return [...this.#bans.values()].filter(({ until }) => until > now);
  }

  #count(name: string, weight: number, limit: number, length: number, ip: string, now: number): void {
    const window = this.#window(name, length, now);
    window.used += weight;
    if (window.used <= limit) return;
    window.refused += 1;
    if (window.refused > this.settings.refusalsBeforeBan) throw this.#banNow(ip, now);
    const message =
      `Too much request weight used; current limit is ${limit} request weight per ${length / MINUTE} MINUTE. ` +
      'Please use WebSocket Streams for live updates to avoid polling the API.';
    throw new VenueError(-1003, message, 429, undefined, retryAfter(window.start + length - now));
  }

  #banNow(ip: string, now: number): VenueError {
    const count = (this.#bans.get(ip)?.count ?? 0) + 1;
    const until = now + Math.min(FIRST_BAN_MS * 2 ** (count - 1), LONGEST_BAN_MS);
    this.ban({ of: ip, until, count });
    return banned(until, now);
  }

  #window(name: string, length: number, now: number): Window {
    const start = now - (now % length);
    const known = this.#windows.get(name);
    if (known !== undefined && known.start === start) return known;
    const fresh = { start, used: 0, refused: 0 };
    this.#windows.set(name, fresh);
    return fresh;
  }
}

function banned(until: number, now: number): VenueError {
  const message =
    `Way too much request weight used; IP banned until ${until}. ` +
    'Please use WebSocket Streams for live updates to avoid bans.';
  return new VenueError(-1003, message, 418, undefined, retryAfter(until - now));
}

function retryAfter(ms: number): Record<string, string> {
  return { 'Retry-After': String(Math.max(1, Math.ceil(ms / SECOND))) };
}
