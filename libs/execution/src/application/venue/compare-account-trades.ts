import { compareTrades } from '../../domain/compare-trades.js';
import type { BookedTrade, TradeFinding } from '../../domain/compare-trades.js';
import type { Evidence, VenueFill } from '@sextant/exchange';
import type { EpochMs, LedgerTransactionId } from '@sextant/kernel';
import { fillTransactionId } from '@sextant/portfolio';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { bookFeeChanges } from './book-fee-changes.js';
import { describeTrade } from './discrepancy.js';
import type { Discrepancy, TradeComparison } from './round.js';
import { knows } from './known-market.js';
import type { VenueLink } from './venue-link.js';

/** How far back trades are compared. */
const WINDOW_MS = 24 * 3_600_000;
/** What was executed so shortly after the first sight may be in the opening balances: the clocks are two. */
const FIRST_SIGHT_MS = 5_000;
/** A list that is longer has to be read by the usual way first. */
const MAX_PAGES = 200;
const SETTLING_MS = 2_000;

type Listed = { fills: VenueFill[]; evidence: Evidence };

/**
 * The venue's list of trades against the booked ones. What is missing goes in by the same door as any other fill, a fee
 * that was changed becomes a posting of its own; what is altered or gone is told, and stays as it is.
 */
export class CompareAccountTrades {
  private firstSeenAt: EpochMs | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
  ) {}

  /** Null where the venue does not tell its trades from a time on, or did not answer. */
  async run(): Promise<TradeComparison | null> {
    const span = await this.span();
    if (span === null) return null;
    // A session that was opened anew may not know yet in which markets there is something to read.
    for (const { symbol } of await this.bookedOnes(span.from)) this.link.readMarket(symbol);
    const listed = await this.list(span.from);
    if (listed === null) return null;
    await this.drain();
    const first = await this.compare(listed, span);
    const isBookable = ({ kind }: TradeFinding<VenueFill>) => kind === 'MISSING' || kind === 'FEE';
    if (first.length === 0) return result(span, listed, [], true);
    const transactions = await this.book(first, listed.evidence);
    const rest = first.some(isBookable) ? await this.compare(listed, span) : first;
    const left = new Set(rest.map(nameOf));
    const fills = new Map((await this.bookedOnes(span.from)).map((trade) => [nameOfTrade(trade), trade]));
    const discrepancies = first.flatMap((finding) => {
      const name = nameOf(finding);
      const isBooked = isBookable(finding) && !left.has(name);
      const own = finding.kind === 'MISSING' && isBooked ? [fillTransactionId(fills.get(name)!)] : [];
      return describeTrade(finding, {
        isBooked,
        transactions: transactions.get(name) ?? own,
        evidence: listed.evidence,
        tools: this.tools,
      });
    });
    return result(span, listed, discrepancies, rest.length === 0);
  }

  private async span(): Promise<{ from: EpochMs; until: EpochMs } | null> {
    const { account_id, kind } = this.account.row;
    this.firstSeenAt ??= kind === 'LIVE' ? await this.tools.books.firstSeenAt(account_id) : 0;
    if (this.firstSeenAt === null) return null;
    const { venueNow, traits } = this.link;
    const until = venueNow - traits.visibilityLagMs - SETTLING_MS;
    const firstSeenAt = this.firstSeenAt + venueNow - this.tools.clock.now();
    const from = Math.max(until - WINDOW_MS, firstSeenAt + FIRST_SIGHT_MS);
    return from < until ? { from, until } : null;
  }

  private async list(from: EpochMs): Promise<Listed | null> {
    let cursor = this.link.cursorAt(from);
    if (cursor === null) return null;
    const fills: VenueFill[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const asked: string = cursor;
      const answer = await this.link.call((venue) => venue.fillsSince(asked));
      if (answer.outcome !== 'CONFIRMED') return null;
      const { value, evidence } = answer;
      if (value.fills.length === 0) return { fills, evidence };
      fills.push(...value.fills);
      if (value.cursor === asked) return null;
      cursor = value.cursor;
    }
    return null;
  }

  /** What came while the list was read is booked before anything is called missing. */
  private drain(): Promise<void> {
    return this.inbox.pushAndWait({ kind: 'PLAN', plan: () => ({ rows: [], events: [], ledger: [] }) });
  }

  private async compare(
    { fills }: Listed,
    span: { from: EpochMs; until: EpochMs },
  ): Promise<TradeFinding<VenueFill>[]> {
    const booked = await this.bookedOnes(span.from);
    const grid = (symbol: string) =>
      knows(this.tools, symbol) ? this.tools.markets.instrument(symbol) : null;
    return compareTrades({ listed: fills, booked, ...span, grid });
  }

  private bookedOnes(from: EpochMs): Promise<BookedTrade[]> {
    const { account_id, venue } = this.account.row;
    return this.tools.books.tradesSince(account_id, venue, from);
  }

  /** By the trade, the ledger transactions of its fee. */
  private async book(
    findings: readonly TradeFinding<VenueFill>[],
    evidence: Evidence,
  ): Promise<Map<string, LedgerTransactionId[]>> {
    const { account, inbox, tools } = this;
    const transactions = new Map<string, LedgerTransactionId[]>();
    for (const finding of findings) {
      if (finding.kind === 'MISSING') inbox.push({ kind: 'FILL', fill: finding.listed, source: 'RECONCILE' });
      if (finding.kind === 'FEE')
        transactions.set(nameOf(finding), bookFeeChanges(finding, evidence, account, inbox, tools));
    }
    await this.drain();
    return transactions;
  }
}

function result(
  { from, until }: { from: EpochMs; until: EpochMs },
  { fills }: Listed,
  discrepancies: Discrepancy[],
  agree: boolean,
): TradeComparison {
  return { from, until, listed: fills.length, agree, discrepancies };
}

function nameOf(finding: TradeFinding<VenueFill>): string {
  return nameOfTrade(finding.kind === 'UNLISTED' ? finding.booked : finding.listed);
}

function nameOfTrade(trade: { symbol: string; venueOrderId: string; venueTradeId: string }): string {
  return `${trade.symbol} ${trade.venueOrderId} ${trade.venueTradeId}`;
}
