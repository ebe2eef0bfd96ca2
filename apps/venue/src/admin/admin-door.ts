import type { ServerResponse } from 'node:http';
import { TRADING_KEY } from '../accounts/account.js';
import type { EntryKind } from '../journal/journal.js';
import { ENTRY_KINDS } from '../journal/journal.js';
import { MARKET_STATUSES } from '../engine/market.js';
import type { SideDoor } from '../rest/http-server.js';
import { readAccount, readDeposit, readKey } from './account-request.js';
import type { Admin } from './admin.js';
import { between, isCount, isFlag, isMs, isName, isWhole } from './checks.js';
import type { Check } from './checks.js';
import { readFaultRule } from './fault-request.js';
import { INCIDENTS } from './incidents.js';
import { readChanges } from './read-changes.js';
import { isAdvance, readClock, readIncident, readLimits, readQuirks } from './setting-request.js';

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
/** The house has unlimited funds, not unlimited digits. */
const MOST_LOTS = 1_000_000_000_000;
const isTicks = between(1, MOST_LOTS);

/** Method, path with `*` for parts, handler. */
const HANDLERS: readonly (readonly [string, string, Handler])[] = [
  ['GET', '/admin/status', ({ admin }) => statusOf(admin)],
  ['GET', '/admin/journal', ({ admin, query }) => admin.journal(journalQuery(query))],
  ['GET', '/admin/conservation', ({ admin }) => admin.conservation()],
  ['POST', '/admin/accounts', ({ admin, body }) => (admin.openAccount(readAccount(body)), done)],
  [
    'POST',
    '/admin/accounts/*/keys',
    ({ admin, parts, body }) => (admin.addKey(part(parts), readKey(body)), done),
  ],
  [
    'POST',
    '/admin/accounts/*/trading',
    ({ admin, parts, body }) => (
      admin.allowTrading(part(parts), field(body, 'canTrade', isFlag) as boolean),
      done
    ),
  ],
  ['DELETE', '/admin/keys/*', ({ admin, parts }) => (admin.revokeKey(part(parts)), done)],
  [
    'PATCH',
    '/admin/keys/*',
    ({ admin, parts, body }) => (admin.setPermissions(part(parts), readChanges(body, TRADING_KEY)), done),
  ],
  ['POST', '/admin/deposits', ({ admin, body }) => (admin.deposit(readDeposit(body)), done)],
  ['PATCH', '/admin/symbols/*', ({ admin, parts, body }) => changeSymbol(admin, part(parts), body)],
  ['POST', '/admin/house/level', ({ admin, body }) => houseLevel(admin, body)],
  ['POST', '/admin/house/trade', ({ admin, body }) => houseTrade(admin, body)],
  ['GET', '/admin/faults', ({ admin }) => admin.core.faults.rules()],
  ['POST', '/admin/faults', ({ admin, body }) => admin.setFault(readFaultRule(body))],
  ['DELETE', '/admin/faults', ({ admin }) => (admin.calm(), done)],
  ['DELETE', '/admin/faults/*', ({ admin, parts }) => ({ removed: admin.removeFault(part(parts)) })],
  ['POST', '/admin/chaos', ({ admin, body }) => admin.unleash(number(body, 'seed', isWhole))],
  ['GET', '/admin/quirks', ({ admin }) => admin.core.quirks.venue],
  [
    'PATCH',
    '/admin/quirks',
    ({ admin, body, query }) => (
      admin.setQuirks(readQuirks(body), query.get('account')),
      admin.core.quirks.venue
    ),
  ],
  ['GET', '/admin/clock', ({ admin }) => ({ now: admin.core.clock.now(), ...admin.core.clock.setting() })],
  ['PUT', '/admin/clock', ({ admin, body }) => (admin.setClock(readClock(body)), admin.core.clock.setting())],
  [
    'POST',
    '/admin/clock/advance',
    ({ admin, body }) => (
      admin.core.clock.advance(number(body, 'ms', isAdvance)),
      { now: admin.core.clock.now() }
    ),
  ],
  ['GET', '/admin/bans', ({ admin }) => admin.core.limits.bans(admin.core.clock.now())],
  ['POST', '/admin/bans', ({ admin, body }) => (admin.ban(text(body, 'of'), number(body, 'ms', isMs)), done)],
  ['DELETE', '/admin/bans/*', ({ admin, parts }) => ({ lifted: admin.core.limits.liftBan(part(parts)) })],
  [
    'PATCH',
    '/admin/limits',
    ({ admin, body }) => {
      admin.core.limits.settings = {
        ...admin.core.limits.settings,
        ...readLimits(body),
      };
      return admin.core.limits.settings;
    },
  ],
  ['GET', '/admin/incidents', () => INCIDENTS.map(({ name, title, sources }) => ({ name, title, sources }))],
  [
    'POST',
    '/admin/incidents/*',
    ({ admin, parts, body }) => ({
      started: admin.start(part(parts), readIncident(body)),
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
    from: countOf(query, 'from', 1),
    kind: (kind ?? undefined) as EntryKind | undefined,
    limit: countOf(query, 'limit', 1_000),
  };
}

function countOf(query: URLSearchParams, name: string, usual: number): number {
  const value = Number(query.get(name) ?? usual);
  if (!isCount(value)) throw new RangeError(`${name} must be a whole number above 0`);
  return value;
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
  const lots = number(body, 'lots', between(0, MOST_LOTS));
  admin.houseLevel(symbol(admin, body), side(body), number(body, 'ticks', isTicks), lots);
  return done;
}

function houseTrade(admin: Admin, body: unknown): object {
  const lots = number(body, 'lots', between(1, MOST_LOTS));
  admin.houseTrade(symbol(admin, body), side(body), number(body, 'ticks', isTicks), lots);
  return done;
}

function part(parts: readonly string[]): string {
  return parts[0] as string;
}

/** Throws a `TypeError` that names the field. */
function field(body: unknown, name: string, check: Check): unknown {
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (!check(value)) throw new TypeError(`${name} is missing or wrong`);
  return value;
}

function text(body: unknown, name: string): string {
  return field(body, name, isName) as string;
}

function number(body: unknown, name: string, check: Check): number {
  return field(body, name, check) as number;
}

function symbol({ core }: Admin, body: unknown): string {
  const name = text(body, 'symbol');
  if (core.symbols.find(name) === null) throw new RangeError(`symbol ${name} is not listed`);
  return name;
}

function side(body: unknown): 'BUY' | 'SELL' {
  const value = text(body, 'side');
  if (value !== 'BUY' && value !== 'SELL') throw new TypeError('side must be BUY or SELL');
  return value;
}
