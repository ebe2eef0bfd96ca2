import type { Evidence, VenueOrder, VenuePosition } from '@sextant/exchange';
import type { EpochMs } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import type { SyncTarget } from '@sextant/portfolio';
import { orders, venueCursors } from '../account/account-tables.js';
import { adoptedOrder } from './ingest.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import { orderRow } from '../account/order-rows.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { PlanBuilder } from '../account/plan-builder.js';
import type { ReadVenueFills } from './read-venue-fills.js';
import { incomeCursorName } from './read-venue-income.js';
import type { ReadVenueIncome } from './read-venue-income.js';
import { knows } from './known-market.js';
import { openingPositions } from './opening-positions.js';
import { proofOf } from '../submission/send-order.js';
import type { VenueLink } from './venue-link.js';

/** How often it is begun anew because something was traded meanwhile. */
const ATTEMPTS = 5;
const ACTOR = 'sextant:first-sight';

/** One moment of an account at its venue: nothing was traded between its parts. */
interface Stock {
  balances: Extract<Awaited<ReturnType<SyncTarget['balances']>>, { outcome: 'CONFIRMED' }>;
  open: { orders: VenueOrder[]; proof: ReturnType<typeof proofOf> };
  cursor: string;
  /** Null where the venue has no perpetuals. */
  contracts: { positions: VenuePosition[]; evidence: Evidence; incomeCursor: string } | null;
}

/**
 * What a LIVE account holds when it is first seen. Its balances open the ledger, its open orders are adopted with what
 * they had traded by then, and fills are read from that moment on: all of it in one commit, so that nothing of before is
 * ever booked on top of balances that contain it.
 */
export class TakeStock {
  private running: Promise<boolean> | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly readFills: ReadVenueFills,
    private readonly readIncome: ReadVenueIncome,
    private readonly tools: ExecutionTools,
    private taken: boolean,
  ) {}

  /** What the account held when it was first seen is booked. Until then nothing of its venue is. */
  get isTaken(): boolean {
    return this.taken;
  }

  /**
   * False when the venue did not answer, or traded all the time: to be tried again. One at a time: of two the later
   * would pass over what was traded since the earlier one.
   */
  run(): Promise<boolean> {
    if (this.taken) return Promise.resolve(true);
    this.running ??= this.take().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async take(): Promise<boolean> {
    const stock = await this.look();
    if (stock === null) return false;
    const adopted: LiveOrder[] = [];
    const target: SyncTarget = {
      state: this.account.portfolio,
      balances: async () => stock.balances,
      inFlight: () => false,
      accepts: () => null,
      store: (decide) =>
        this.inbox.pushAndWait({ kind: 'PLAN', plan: (now) => this.plan(stock, decide(), adopted, now) }),
    };
    await this.tools.portfolioSync.run(target, ACTOR);
    for (const entry of adopted) entry.stored = entry.order.snapshot;
    this.readFills.startAt(stock.cursor);
    if (stock.contracts !== null) this.readIncome.startAt(stock.contracts.incomeCursor);
    this.taken = true;
    return true;
  }

  private async look(): Promise<Stock | null> {
    let cursor = this.link.startCursor();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await this.passOver(cursor);
      if (before === null) return null;
      const contracts = await this.lookAtContracts();
      if (contracts === 'UNREACHABLE') return null;
      const open = await this.link.call((venue) => venue.openOrders());
      const balances = await this.link.call((venue) => venue.balances());
      if (open.outcome !== 'CONFIRMED' || balances.outcome !== 'CONFIRMED') return null;
      // A trade may be listed this much later than it moved the balances.
      await this.tools.timers.sleep(this.link.traits.visibilityLagMs);
      const after = await this.passOver(before.cursor);
      if (after === null) return null;
      cursor = after.cursor;
      if (after.count > 0 || (await this.hasMoved(contracts))) continue;
      const parts = { orders: open.value, proof: proofOf(open.evidence) };
      return { balances, open: parts, cursor: after.cursor, contracts };
    }
    return null;
  }

  private async lookAtContracts(): Promise<Stock['contracts'] | 'UNREACHABLE'> {
    const incomeCursor = this.link.startIncomeCursor();
    if (incomeCursor === null) return null;
    const held = await this.link.call((venue) => venue.positions!());
    if (held.outcome !== 'CONFIRMED') return 'UNREACHABLE';
    return { positions: held.value, evidence: held.evidence, incomeCursor };
  }

  /** Funding or a transfer came while it was looked: the balances may have it, or not. */
  private async hasMoved(contracts: Stock['contracts']): Promise<boolean> {
    if (contracts === null) return false;
    const answer = await this.link.call((venue) => venue.incomeSince!(contracts.incomeCursor));
    return answer.outcome !== 'CONFIRMED' || answer.value.income.length > 0;
  }

  /** Reads to the end of the list without booking. Null when the list has none, too. */
  private async passOver(from: string | null): Promise<{ count: number; cursor: string } | null> {
    let count = 0;
    for (let asked = from; ;) {
      const after = asked;
      const answer = await this.link.call((venue) => venue.fillsSince(after));
      if (answer.outcome !== 'CONFIRMED') return null;
      const { fills, cursor } = answer.value;
      if (fills.length === 0) return { count, cursor };
      if (cursor === asked) return null;
      count += fills.length;
      asked = cursor;
    }
  }

  private plan(stock: Stock, opening: CommitPlan, adopted: LiveOrder[], now: EpochMs): CommitPlan {
    const { account, tools } = this;
    const plan = new PlanBuilder();
    plan.merge(opening);
    const { account_id, venue } = account.row;
    plan.row(venueCursors, { account_id, venue, cursor: stock.cursor, updated_at: now });
    if (stock.contracts !== null) {
      const { positions, evidence, incomeCursor: cursor } = stock.contracts;
      plan.merge(openingPositions(positions, evidence, account, tools, ACTOR, now));
      plan.row(venueCursors, { account_id, venue: incomeCursorName(venue), cursor, updated_at: now });
    }
    for (const report of stock.open.orders) {
      if (!knows(tools, report.symbol) || this.isKnown(report)) continue;
      const entry = adoptedOrder(report, stock.open.proof, account, tools, now, 'BEFORE_FIRST_SIGHT');
      for (const event of entry.order.pullEvents()) plan.event({ ...event, occurredAt: now, actor: ACTOR });
      plan.row(orders, orderRow(entry.order.snapshot, null));
      entry.hasRow = true;
      account.track(entry);
      adopted.push(entry);
    }
    return plan.build() ?? opening;
  }

  private isKnown(order: VenueOrder): boolean {
    return this.account.orders.byVenueIds(order) !== undefined;
  }
}
