import type { EpochMs } from '@sextant/kernel';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { IncomePage, VenueIncome } from '../../domain/venue-position.js';
import { UnreadableAnswer } from './exact-json.js';
import type { IncomeRows, PerpetualCalls } from './venue-profile.js';

/** An entry may become visible this much after its time; what lies that far back is read again. */
const OVERLAP_MS = 60_000;
const MAX_SEEN = 2_000;
const MAX_REQUESTS = 200;

interface IncomeSource {
  paging: PerpetualCalls['incomePage'];
  venueNow(): EpochMs;
  ask(span: { from: EpochMs; until: EpochMs }): Promise<GatewayOutcome<IncomeRows>>;
}

type Refusal = Exclude<GatewayOutcome<never>, { outcome: 'CONFIRMED' }>;

/**
 * What moved a wallet, by windows of time that are halved until a page is not full, with an overlap in which what was read
 * before is left out.
 */
export class IncomeReader {
  constructor(private readonly source: IncomeSource) {}

  /** A cursor for what happens from `at` on and nothing of before. */
  cursorAt(at: EpochMs): string {
    return JSON.stringify({ since: at, at, seen: [] } satisfies IncomeCursor);
  }

  /** @throws UnreadableAnswer for a cursor of another venue, or rows that cannot be read */
  async since(cursor: string | null): Promise<IncomePage | Refusal> {
    const { paging, venueNow, ask } = this.source;
    const now = venueNow();
    const oldest = now - paging.historyMs;
    const start = cursor === null ? { since: oldest, at: oldest, seen: [] } : readIncomeCursor(cursor);
    const seen = new Set(start.seen);
    let from = Math.max(start.since, start.at - OVERLAP_MS, oldest);
    let windowMs = paging.windowMs;
    for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
      const until = Math.min(from + windowMs, now);
      const answer = await ask({ from, until });
      if (answer.outcome !== 'CONFIRMED') return answer;
      const { told, income } = answer.value;
      if (told >= paging.limit) {
        if (until <= from) throw new UnreadableAnswer('more income in one millisecond than the venue tells');
        windowMs = Math.floor((until - from) / 2);
        continue;
      }
      const fresh = income.filter((row) => !seen.has(keyOf(row)));
      if (fresh.length > 0 || until >= now) {
        return { income: fresh, cursor: after(start, income, until) };
      }
      from = windowMs === 0 ? until + 1 : until;
      windowMs = Math.min(Math.max(windowMs * 2, 1), paging.windowMs);
    }
    throw new UnreadableAnswer(`not read to the end in ${MAX_REQUESTS} requests`);
  }
}

/** `since`: nothing of before is told. `at`: read to here. `seen`: what was told of shortly before. */
interface IncomeCursor {
  since: EpochMs;
  at: EpochMs;
  seen: readonly string[];
}

function after(start: IncomeCursor, income: readonly VenueIncome[], until: EpochMs): string {
  const recent = income.filter(({ at }) => at >= until - 2 * OVERLAP_MS).map(keyOf);
  const seen = [...new Set([...start.seen, ...recent])].slice(-MAX_SEEN);
  return JSON.stringify({ since: start.since, at: until, seen } satisfies IncomeCursor);
}

/** @throws UnreadableAnswer when the text is no cursor of income. */
function readIncomeCursor(text: string): IncomeCursor {
  try {
    const cursor = JSON.parse(text) as IncomeCursor;
    const { since, at, seen } = cursor;
    if (
      Number.isSafeInteger(since) &&
      Number.isSafeInteger(at) &&
      seen.every((key) => typeof key === 'string')
    )
      return cursor;
  } catch {
    // falls through: no JSON is no cursor
  }
  throw new UnreadableAnswer('the cursor is none of income');
}

function keyOf({ label, incomeId }: VenueIncome): string {
  return `${label} ${incomeId}`;
}
