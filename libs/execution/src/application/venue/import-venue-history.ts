import type { VenueFill } from '@sextant/exchange';
import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import type { HistoricFill, HistoryTarget, ImportAnswer, ImportHistoryPayload } from '@sextant/portfolio';
import { fillKey } from '../account/order-archive.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { knows } from './known-market.js';
import type { ReadVenueFills } from './read-venue-fills.js';
import type { VenueLink } from './venue-link.js';

type Away = Extract<ImportAnswer, { outcome: 'AWAY' }>;

/**
 * What an account traded before it was first seen, where it is owned: reads the venue's list from its beginning, beside
 * the list of what is new, and has it booked. Only fills that nobody booked as they came are history; so before the first
 * of them is booked, the list of what is new is read to its end.
 */
export class ImportVenueHistory {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly tools: ExecutionTools,
  ) {}

  async run(payload: ImportHistoryPayload): Promise<ImportAnswer> {
    const { history } = this.tools;
    if (history === undefined) throw new Error('This process imports no history.');
    switch (payload.step) {
      case 'BEGIN':
        return this.begin(payload.from);
      case 'READ':
        return this.readPage(payload);
      case 'SETTLE':
        return (await this.readFills.read()) ? { outcome: 'SETTLED' } : away(NO_ANSWER);
      case 'BOOK':
        return { outcome: 'BOOKED', ...(await history.book(this.target(), payload.jobId, payload.after)) };
      case 'RESTATE': {
        const symbols = await history.restate(this.target(), payload.jobId, payload.actor);
        return symbols === null ? away(TRADES) : { outcome: 'RESTATED', symbols };
      }
    }
  }

  /** A perpetual's opening is its position. */
  private begin(from: number | null): ImportAnswer {
    const lists = this.link.historyCursors(from);
    if (lists === null) return away(NO_ANSWER);
    if (lists.by === 'ACCOUNT') return { outcome: 'BEGUN', markets: null };
    const markets = [...lists.cursors.keys()].filter((market) => this.isSpot(market));
    return markets.length === 0 ? away(NO_MARKETS) : { outcome: 'BEGUN', markets };
  }

  private startOf(market: string | null, from: number | null): string | null {
    const lists = this.link.historyCursors(from);
    if (lists?.by === 'ACCOUNT') return lists.cursor;
    return lists?.cursors.get(market ?? '') ?? null;
  }

  private async readPage({ jobId, market, cursor, from }: ReadStep): Promise<ImportAnswer> {
    const start = cursor ?? this.startOf(market, from);
    const answer = await this.link.call((venue) => venue.historySince?.(start) ?? venue.fillsSince(start));
    if (answer.outcome !== 'CONFIRMED') return away(answer.reason);
    const { fills, cursor: next } = answer.value;
    // A list that goes nowhere has no end.
    if (fills.length > 0 && next === start) return away(NO_ANSWER);
    const wanted = fills.filter(({ executedAt }) => from === null || executedAt >= from);
    const countable = wanted.filter((fill) => this.isSpot(fill.symbol));
    const historic = countable.map((fill) => this.historic(fill));
    await this.tools.history?.add(this.account.row.account_id, jobId, historic);
    return {
      ...{ outcome: 'READ', cursor: next, isLast: fills.length === 0, fills: historic.length },
      skipped: wanted.length - countable.length,
      newest: fills.length === 0 ? null : Math.max(...fills.map(({ executedAt }) => executedAt)),
    };
  }

  /** What a lot of a market is that is listed no more, nobody knows; and a perpetual's opening is its position. */
  private isSpot(symbol: string): boolean {
    return knows(this.tools, symbol) && MarketSymbol.parse(symbol).settle === null;
  }

  private historic(fill: VenueFill): HistoricFill {
    const { ids, markets } = this.tools;
    const { base, quote, tickUnits, stepUnits } = markets.instrument(fill.symbol);
    const { venueTradeId, venueOrderId, symbol, side, lots, priceTicks } = fill;
    const { feeAsset, feeUnits, role, executedAt } = fill;
    const baseUnits = BigInt(lots) * stepUnits;
    return {
      ...{ fillId: ids.next('fil'), orderId: ids.next('ord'), venueTradeId, venueOrderId },
      ...{ symbol, base, quote, side, lots, priceTicks, baseUnits },
      notionalUnits: (BigInt(priceTicks) * tickUnits * baseUnits) / 10n ** 18n,
      ...{ feeAsset, feeUnits, role, executedAt, strategy: null, venue: this.account.row.venue },
    };
  }

  private target(): HistoryTarget {
    const { account, inbox, tools } = this;
    const { account_id, venue } = account.row;
    return {
      state: account.portfolio,
      store: (decide: () => CommitPlan) => inbox.pushAndWait({ kind: 'PLAN', plan: decide }),
      bookedSince: async (fills) => {
        const booked = await tools.archive.bookedFills(account_id, venue, fills);
        return new Set(fills.filter((fill) => booked.has(`${fill.symbol} ${fillKey(fill)}`)));
      },
    };
  }
}

type ReadStep = Extract<ImportHistoryPayload, { step: 'READ' }>;

const NO_MARKETS = { code: 'VENUE_UNAVAILABLE', detail: 'The markets of the venue are not known yet.' };
const NO_ANSWER = { code: 'VENUE_UNAVAILABLE', detail: 'The venue did not tell its fills.' };
const TRADES = { code: 'ACCOUNT_BUSY', detail: 'The account traded all the time.' };

function away({ code, detail }: { code: string; detail: string }): Away {
  return { outcome: 'AWAY', code, detail };
}
