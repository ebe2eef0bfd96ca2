import type { EpochMs } from '@sextant/kernel';
import type { HistoryCursors } from '../../domain/exchange-session.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { FillPage, VenueFill } from '../../domain/venue-order.js';
import { UnreadableAnswer } from './exact-json.js';
import { fieldsOf, listOf, textOf, timeOf } from './exact-values.js';
import type { Fields } from './exact-values.js';
import { readCursor, writeCursor } from './fill-cursor.js';
import type { FillCursor } from './fill-cursor.js';
import type { FillPaging, FillQuery } from './venue-profile.js';

/** A trade may become visible this much after it happened; what lies that far back is read again. */
const OVERLAP_MS = 60_000;
const MAX_SEEN = 2_000;
const MAX_REQUESTS = 200;
const MAX_UNTRADED = 1_000;

interface FillSource {
  paging: FillPaging;
  /** Markets whose trades are read, where the venue wants one. */
  symbols(): Iterable<string>;
  venueNow(): EpochMs;
  /** One page in ccxt's unified form. */
  ask(query: FillQuery): Promise<GatewayOutcome<unknown>>;
  /** Null for a trade in a market that is not ours. @throws UnreadableAnswer */
  read(trade: unknown): Promise<VenueFill | null>;
}

type Refusal = Exclude<GatewayOutcome<never>, { outcome: 'CONFIRMED' }>;
type Page = { trades: readonly Fields[] } | Refusal;

/**
 * Own trades from a cursor on. Ids lead where the venue has them; elsewhere windows of time, halved until a page is not
 * full, with an overlap and what was read in it left out: a page that ends between two trades of one millisecond loses
 * none (time alone skips them).
 */
export class FillReader {
  /** How far a cursor without later fills was looked from, so that a quiet account is not read from there each time. */
  private quiet: { cursor: string | null; until: EpochMs } | null = null;
  /** The cursor after the last page with trades, and its window: who goes on from there need not halve as often. */
  private last: { cursor: string; windowMs: number } | null = null;
  /** By market and start of search: until when there was no trade yet. */
  private readonly untraded = new Map<string, EpochMs>();

  constructor(private readonly source: FillSource) {}

  /** A cursor for what happens from `at` on. */
  cursorAt(at: EpochMs): string {
    const since = Math.max(1, at - OVERLAP_MS);
    return this.source.paging.by === 'ID'
      ? writeCursor({ by: 'ID', next: {}, since })
      : writeCursor({ by: 'TIME', at: since, seen: [] });
  }

  /** A cursor for what happens from `at` on and nothing of before, as far as times tell it. */
  startAt(at: EpochMs): string {
    const { by } = this.source.paging;
    // By time, what lies before is read once and then known; by id it would come back with a market that is new.
    return by === 'ID' ? writeCursor({ by, next: {}, since: Math.max(1, at) }) : this.cursorAt(at);
  }

  /** Where reading from the first trade on begins: each market by itself where ids lead. */
  historyCursors(from: EpochMs | null, markets: Iterable<string>): HistoryCursors {
    if (this.source.paging.by === 'TIME') {
      return { by: 'ACCOUNT', cursor: from === null ? null : this.cursorAt(from) };
    }
    const first = (market: string) =>
      writeCursor({ by: 'ID', next: { [market]: '0' }, since: 1, only: true });
    return { by: 'MARKET', cursors: new Map([...markets].map((market) => [market, first(market)])) };
  }

  /** @throws UnreadableAnswer for a cursor of another venue, or trades that cannot be read */
  since(cursor: string | null): Promise<FillPage | Refusal> {
    return this.source.paging.by === 'ID' ? this.byId(cursor) : this.byTime(cursor);
  }

  private async byId(cursor: string | null): Promise<FillPage | Refusal> {
    const start: Extract<FillCursor, { by: 'ID' }> =
      cursor === null ? { by: 'ID', next: {}, since: 0 } : readCursor(cursor, 'ID');
    const next = { ...start.next };
    const fills: VenueFill[] = [];
    const others = start.only === true ? [] : this.source.symbols();
    for (const symbol of new Set([...Object.keys(next), ...others])) {
      const fromId = next[symbol] ?? (start.since === 0 ? '0' : null);
      const page =
        fromId === null
          ? await this.firstPage(symbol, start.since)
          : await this.page({ symbol, fromId, from: 0, until: 0 });
      if ('outcome' in page) return page;
      const least = BigInt(next[symbol] ?? '0');
      for (const { id, trade } of byNumber(page.trades)) {
        if (id < least) continue;
        next[symbol] = String(id + 1n);
        const fill = await this.source.read(trade);
        if (fill !== null) fills.push(fill);
      }
    }
    if (fills.length === 0 && cursor !== null) return { fills, cursor };
    return { fills: fills.sort(byExecution), cursor: writeCursor({ ...start, next }) };
  }

  /** A market without an id to go on from, window by window: some venues look no further than a week from the start. */
  private async firstPage(symbol: string, since: EpochMs): Promise<Page> {
    const { paging, venueNow } = this.source;
    const key = `${symbol} ${since}`;
    const now = venueNow();
    for (let from = Math.max(since, (this.untraded.get(key) ?? 0) - OVERLAP_MS); ;) {
      const until = paging.windowMs === 0 ? now : Math.min(from + paging.windowMs, now);
      const page = await this.page({ symbol, fromId: null, from, until });
      if ('outcome' in page || page.trades.length > 0) return page;
      if (this.untraded.size >= MAX_UNTRADED) this.untraded.clear();
      this.untraded.set(key, until);
      if (until >= now) return page;
      from = until;
    }
  }

  private async byTime(cursor: string | null): Promise<FillPage | Refusal> {
    const { paging } = this.source;
    const now = this.source.venueNow();
    const start: Extract<FillCursor, { by: 'TIME' }> =
      cursor === null ? { by: 'TIME', at: now - paging.historyMs, seen: [] } : readCursor(cursor, 'TIME');
    const seen = new Set(start.seen);
    const quiet = this.quiet?.cursor === cursor ? this.quiet.until : 0;
    let from = Math.max(start.at, quiet, now - paging.historyMs) - OVERLAP_MS;
    const pace = this.last?.cursor === cursor ? 4 * this.last.windowMs : paging.windowMs;
    let windowMs = Math.min(pace, paging.windowMs);
    for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
      const until = Math.min(from + windowMs, now);
      const page = await this.page({ symbol: null, fromId: null, from, until });
      if ('outcome' in page) return page;
      if (page.trades.length >= paging.limit) {
        if (until <= from) throw new UnreadableAnswer('more trades in one millisecond than the venue tells');
        windowMs = Math.floor((until - from) / 2);
        continue;
      }
      const fresh = page.trades.filter((trade) => isNew(seen, keyOf(trade)));
      const fills = await this.readAll(fresh);
      if (fills.length > 0) {
        const after = this.after(start, page.trades, until);
        this.last = { cursor: after, windowMs: Math.max(until - from, OVERLAP_MS) };
        return { fills, cursor: after };
      }
      if (until >= now) return this.nothingSince(cursor, start, until);
      // A window of one millisecond that was read to its end is behind us; twice nothing would stay there.
      from = windowMs === 0 ? until + 1 : until;
      windowMs = Math.min(Math.max(windowMs * 2, 1), paging.windowMs);
      this.quiet = { cursor, until: from };
    }
    throw new UnreadableAnswer(`not read to the end in ${MAX_REQUESTS} requests; the next call goes on`);
  }

  private nothingSince(cursor: string | null, start: FillCursor, until: EpochMs): FillPage {
    const same = cursor ?? writeCursor(start);
    this.quiet = { cursor: same, until };
    return { fills: [], cursor: same };
  }

  private after(start: { seen: readonly string[] }, trades: readonly Fields[], until: EpochMs): string {
    const since = until - 2 * OVERLAP_MS;
    const recent = trades.filter((trade) => timeOf(trade['timestamp'], 'time') >= since).map(keyOf);
    const seen = [...new Set([...start.seen, ...recent])].slice(-MAX_SEEN);
    return writeCursor({ by: 'TIME', at: until, seen });
  }

  private async readAll(trades: readonly Fields[]): Promise<VenueFill[]> {
    const fills: VenueFill[] = [];
    for (const trade of trades) {
      const fill = await this.source.read(trade);
      if (fill !== null) fills.push(fill);
    }
    return fills.sort(byExecution);
  }

  private async page(query: FillQuery): Promise<Page> {
    const answer = await this.source.ask(query);
    if (answer.outcome !== 'CONFIRMED') return answer;
    return { trades: listOf(answer.value, 'trades').map((trade) => fieldsOf(trade, 'trade')) };
  }
}

/** ccxt sorts ids of one millisecond as text, 10 before 9. */
function byNumber(trades: readonly Fields[]): { id: bigint; trade: Fields }[] {
  const numbered = trades.map((trade) => {
    const id = textOf(trade['id'], 'trade id', 20);
    if (!/^\d+$/.test(id)) throw new UnreadableAnswer('trade ids are no numbers');
    return { id: BigInt(id), trade };
  });
  return numbered.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Within a page, too: a trade that is told late moves others onto the next page of a list. */
function isNew(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function keyOf(trade: Fields): string {
  return `${String(trade['order'])} ${String(trade['id'])}`;
}

function byExecution(a: VenueFill, b: VenueFill): number {
  return a.executedAt - b.executedAt || compareIds(a.venueTradeId, b.venueTradeId);
}

/** Numbers as numbers, so that 9 comes before 10. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
