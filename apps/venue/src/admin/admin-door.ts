import type { ServerResponse } from 'node:http';
import type { AccountSpec, KeySpec } from '../accounts/account.js';
import { TRADING_KEY } from '../accounts/account.js';
import { FAITHFUL } from '../faults/quirks.js';
import type { EntryKind } from '../journal/journal.js';
import { ENTRY_KINDS } from '../journal/journal.js';
import { MARKET_STATUSES } from '../engine/market.js';
import type { SideDoor } from '../rest/http-server.js';
import { LIMITS } from '../rest/limits.js';
import type { Admin } from './admin.js';
import { readFaultRule } from './fault-request.js';
import type { IncidentOptions } from './incident.js';
import { INCIDENTS } from './incidents.js';
import type { Deposit } from './operator.js';
import { readChanges } from './read-changes.js';

interface AdminCall {
  readonly admin: Admin;
  /** What stands in the place of each `*` of the path. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON body; shapes are checked by what it is handed to. */
  readonly body: unknown;
}

type Handler = (call: AdminCall) => unknown;

const done = { ok: true };
const CLOCK = { offsetMs: 0, frozenAt: null as number | null };

/** Method, path with `*` for parts, handler. */
const HANDLERS: readonly (readonly [string, string, Handler])[] = [
  ['GET', '/admin/status', ({ admin }) => statusOf(admin)],
  ['GET', '/admin/journal', ({ admin, query }) => admin.journal(journalQuery(query))],
  ['GET', '/admin/conservation', ({ admin }) => admin.conservation()],
  ['POST', '/admin/accounts', ({ admin, body }) => (admin.openAccount(body as AccountSpec), done)],
  [
    'POST',
    '/admin/accounts/*/keys',
    ({ admin, parts, body }) => (admin.addKey(part(parts), body as KeySpec), done),
  ],
  [
    'POST',
    '/admin/accounts/*/trading',
    ({ admin, parts, body }) => (admin.allowTrading(part(parts), field(body, 'canTrade') === true), done),
  ],
  ['DELETE', '/admin/keys/*', ({ admin, parts }) => (admin.revokeKey(part(parts)), done)],
  [
    'PATCH',
    '/admin/keys/*',
    ({ admin, parts, body }) => (admin.setPermissions(part(parts), readChanges(body, TRADING_KEY)), done),
  ],
  ['POST', '/admin/deposits', ({ admin, body }) => (admin.deposit(body as Deposit), done)],
  ['PATCH', '/admin/symbols/*', ({ admin, parts, body }) => changeSymbol(admin, part(parts), body)],
  ['POST', '/admin/house/level', ({ admin, body }) => houseLevel(admin, body)],
  ['POST', '/admin/house/trade', ({ admin, body }) => houseTrade(admin, body)],
  ['GET', '/admin/faults', ({ admin }) => admin.core.faults.rules()],
  ['POST', '/admin/faults', ({ admin, body }) => admin.setFault(readFaultRule(body))],
  ['DELETE', '/admin/faults', ({ admin }) => (admin.calm(), done)],
  ['DELETE', '/admin/faults/*', ({ admin, parts }) => ({ removed: admin.removeFault(part(parts)) })],
  ['POST', '/admin/chaos', ({ admin, body }) => admin.unleash(number(body, 'seed'))],
  ['GET', '/admin/quirks', ({ admin }) => admin.core.quirks.venue],
  [
    'PATCH',
    '/admin/quirks',
    ({ admin, body, query }) => (
      admin.setQuirks(readChanges(body, FAITHFUL), query.get('account')),
      admin.core.quirks.venue
    ),
  ],
  ['GET', '/admin/clock', ({ admin }) => ({ now: admin.core.clock.now(), ...admin.core.clock.setting() })],
  [
    'PUT',
    '/admin/clock',
    ({ admin, body }) => (admin.setClock(readChanges(body, CLOCK)), admin.core.clock.setting()),
  ],
  [
    'POST',
    '/admin/clock/advance',
    ({ admin, body }) => (admin.core.clock.advance(number(body, 'ms')), { now: admin.core.clock.now() }),
  ],
  ['GET', '/admin/bans', ({ admin }) => admin.core.limits.bans(admin.core.clock.now())],
  ['POST', '/admin/bans', ({ admin, body }) => (admin.ban(text(body, 'of'), number(body, 'ms')), done)],
  ['DELETE', '/admin/bans/*', ({ admin, parts }) => ({ lifted: admin.core.limits.liftBan(part(parts)) })],
  [
    'PATCH',
    '/admin/limits',
    ({ admin, body }) => {
      admin.core.limits.settings = {
        ...admin.core.limits.settings,
        ...readChanges(body, LIMITS),
      };
      return admin.core.limits.settings;
    },
  ],
  ['GET', '/admin/incidents', () => INCIDENTS.map(({ name, title, sources }) => ({ name, title, sources }))],
  [
    'POST',
    '/admin/incidents/*',
    ({ admin, parts, body }) => ({
      started: admin.start(part(parts), (body ?? {}) as IncidentOptions),
    }),
  ],
];

/** Every call, as `GET /admin/status`. */
export const ADMIN_CALLS = HANDLERS.map(([method, path]) => `${method} ${path}`);

/** The operator's own API, under `/admin`; not part of the exchange's protocol and never hit by faults. */
export function adminDoor(admin: Admin): SideDoor {
  return (request, response, text) => {
    const { url = '/', method = 'GET' } = request;
    if (!url.startsWith('/admin/')) return false;
    const { pathname, searchParams } = new URL(url, 'http://venue');
    for (const [ownMethod, pattern, handle] of HANDLERS) {
      const parts = ownMethod === method ? matchPath(pattern, pathname) : null;
      if (parts === null) continue;
      answer(response, () => {
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        return handle({ admin, parts: parts.map(decodeURIComponent), query: searchParams, body });
      });
      return true;
    }
    send(response, 404, { error: `${method} ${pathname} is not part of the admin API` });
    return true;
  };
}

function answer(response: ServerResponse, run: () => unknown): void {
  try {
    send(response, 200, run());
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

/** What stands where the pattern has stars, escaped as it came. */
function matchPath(pattern: string, path: string): string[] | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const parts: string[] = [];
  for (const [index, name] of wanted.entries()) {
    const value = given[index] as string;
    if (name === '*') parts.push(value);
    else if (name !== value) return null;
  }
  return parts;
}

function statusOf({ core }: Admin): object {
  return {
    seed: core.seed,
    now: core.clock.now(),
    journal: core.journal.lastSeq,
    process: { cpuMs: cpuMs(), rssBytes: process.memoryUsage.rss() },
    symbols: core.symbols.all().map(({ rules, market }) => ({
      symbol: rules.symbol,
      status: market.status,
      lastTicks: market.lastTicks,
      lastTradeId: market.lastTradeId,
      lastUpdateId: market.lastUpdateId,
    })),
    accounts: core.accounts.all().map(({ accountId }) => ({
      accountId,
      openOrders: core.engine.orders.openCount(accountId),
    })),
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1_000);
}

function journalQuery(query: URLSearchParams) {
  const kind = query.get('kind');
  if (kind !== null && !ENTRY_KINDS.includes(kind as EntryKind)) {
    throw new RangeError(`kind is one of ${ENTRY_KINDS.join(', ')}`);
  }
  return {
    from: Number(query.get('from') ?? 1),
    kind: (kind ?? undefined) as EntryKind | undefined,
    limit: Number(query.get('limit') ?? 1_000),
  };
}

function changeSymbol(admin: Admin, symbol: string, body: unknown): unknown {
  const listed = admin.core.symbols.find(symbol);
  if (listed === null) throw new RangeError(`${symbol} is not listed`);
  const { rules, market } = listed;
  const { status, ...changes } = readChanges(body, { ...rules, status: market.status });
  if (status !== undefined && !MARKET_STATUSES.includes(status)) {
    throw new TypeError(`status must be one of ${MARKET_STATUSES.join(', ')}`);
  }
  const changed = admin.changeRules(symbol, changes);
  if (status !== undefined) admin.setStatus(symbol, status);
  return { ...changed, status: market.status };
}

function houseLevel(admin: Admin, body: unknown): object {
  admin.houseLevel(text(body, 'symbol'), side(body), number(body, 'ticks'), number(body, 'lots'));
  return done;
}

function houseTrade(admin: Admin, body: unknown): object {
  admin.houseTrade(text(body, 'symbol'), side(body), number(body, 'ticks'), number(body, 'lots'));
  return done;
}

function part(parts: readonly string[]): string {
  return parts[0] as string;
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

function text(body: unknown, name: string): string {
  const value = field(body, name);
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value;
}

function number(body: unknown, name: string): number {
  const value = field(body, name);
  if (!Number.isSafeInteger(value)) throw new TypeError(`${name} must be a whole number`);
  return value as number;
}

function side(body: unknown): 'BUY' | 'SELL' {
  const value = text(body, 'side');
  if (value !== 'BUY' && value !== 'SELL') throw new TypeError('side must be BUY or SELL');
  return value;
}
