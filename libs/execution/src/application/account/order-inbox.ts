import type { VenueFill, VenueOrder } from '@sextant/exchange';
import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { LeaseLost } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { Proof } from '../../domain/order-snapshot.js';
import { filledAtVenue } from '../../domain/revisions.js';
import type { Arrival, Cause } from './arrival.js';
import { orderChanges, orders, venueCursors } from './account-tables.js';
import { describeFill } from '../venue/book-venue-fill.js';
import type { FillSource } from '../venue/book-venue-fill.js';
import { adoptedOrder, adoptFill, applyFill, applyReport } from '../venue/ingest.js';
import { ForeignMarkets } from '../venue/foreign-markets.js';
import type { Stranger } from '../venue/foreign-markets.js';
import type { LiveOrder } from './live-orders.js';
import { reportOnGridOf } from '../venue/on-its-grid.js';
import { fillKey } from './order-archive.js';
import { orderChangeRow, orderRow } from './order-rows.js';
import type { ExecutionTools, OwnedAccount } from './owned-account.js';
import { PlanBuilder } from './plan-builder.js';
import { reviveOrder } from './revive-order.js';
import { sessionClosed } from './session-closed.js';
import type { Settlements } from './settlements.js';

interface Delivery {
  arrival: Arrival;
  done: ((error: Error | null) => void) | null;
}

/** What the inbox notices and others act on. */
export interface InboxHooks {
  /** Memory is no longer what is stored: the account is closed and has to be built anew. */
  broken(error: Error): void;
  /** A report stands for fills that have not come. */
  fillsMissing(): void;
  /** Orders have changed, and the change is about to be stored: what follows from it belongs into the same commit. */
  settle(touched: Set<LiveOrder>, now: EpochMs): void;
  /** A change of the order is stored. */
  stored(entry: LiveOrder): void;
  /** An order that somebody wants cancelled turned out to be alive at the venue. */
  cancelDue(entry: LiveOrder): void;
  /** The order at the venue that is to be replaced is proven to have ended. */
  replacementDue(entry: LiveOrder): void;
  /** What the venue knows of an order that we do not; null when it cannot tell. */
  lookUp(fill: VenueFill): Promise<{ report: VenueOrder; proof: Proof } | null>;
}

const RETRY_MS = 500;

/**
 * The one door through which an order changes once it is placed: what the venue says, however it came, and what we
 * decide. One batch at a time: what arrives while a commit is under way goes into the next one, so an
 * acknowledgement and its fills, or the acknowledgements of many orders, share one commit.
 */
export class OrderInbox {
  private queue: Delivery[] = [];
  private running = false;
  private readonly foreignMarkets: ForeignMarkets;

  constructor(
    private readonly account: OwnedAccount,
    private readonly settlements: Settlements,
    private readonly tools: ExecutionTools,
    private readonly hooks: InboxHooks,
  ) {
    this.foreignMarkets = new ForeignMarkets(account, tools);
  }

  get isIdle(): boolean {
    return !this.running && this.queue.length === 0;
  }

  push(arrival: Arrival): void {
    this.deliver({ arrival, done: null });
  }

  /** Resolves when what it changes is stored. @throws DomainError ACCOUNT_SESSION_CLOSED */
  pushAndWait(arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => {
      this.deliver({ arrival, done: (error) => (error === null ? resolve() : reject(error)) });
    });
  }

  private deliver(delivery: Delivery): void {
    if (this.account.closed) {
      delivery.done?.(sessionClosed());
      return;
    }
    this.queue.push(delivery);
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    await Promise.resolve();
    while (this.queue.length > 0 && !this.account.closed) {
      const batch = this.queue;
      this.queue = [];
      const error = await this.process(batch).then(
        () => null,
        (reason: Error) => this.givenUp(reason),
      );
      for (const delivery of batch) delivery.done?.(error);
    }
    this.running = false;
    if (!this.account.closed) return;
    for (const delivery of this.queue.splice(0)) delivery.done?.(sessionClosed());
  }

  private async process(arrived: Delivery[]): Promise<void> {
    const { known: batch, foreign } = this.parted(arrived);
    await this.retrying(() => this.reviveStrangers(batch));
    const touched = new Set<LiveOrder>();
    const plan = this.apply(batch, foreign, touched);
    if (plan !== null) {
      if (batch.some(({ arrival }) => arrival.kind === 'FILL')) this.tools.killPoint.reach('K10');
      await this.commit(plan);
      this.tools.killPoint.reach('K12');
    }
    for (const entry of touched) {
      entry.stored = entry.order.snapshot;
      this.settlements.stored(entry.order);
      this.tools.signals.changed(entry.order.snapshot.orderId);
      if (isCancelDue(entry)) this.hooks.cancelDue(entry);
      this.hooks.stored(entry);
      if (entry.order.awaitsReplacement) this.hooks.replacementDue(entry);
    }
  }

  /** What concerns a market that cannot be counted here is told once, and left: nothing can be booked on it. */
  private parted(batch: Delivery[]): { known: Delivery[]; foreign: Stranger[] } {
    const foreign: Stranger[] = [];
    const known = batch.filter(({ arrival }) => {
      const stranger = this.foreignMarkets.strangerIn(arrival);
      if (stranger?.isNew === true) foreign.push(stranger);
      return stranger === null;
    });
    return { known, foreign };
  }

  /** Fills first: the report that contains them then finds them booked. */
  private apply(batch: Delivery[], foreign: Stranger[], touched: Set<LiveOrder>): CommitPlan | null {
    const now = this.tools.clock.now();
    const plan = new PlanBuilder();
    for (const stranger of foreign) plan.event({ ...stranger.event, occurredAt: now });
    const causes = new Map<LiveOrder, Cause>();
    for (const { arrival } of batch) {
      if (arrival.kind === 'FILL') this.fill(arrival.fill, arrival.source, now, plan, touched);
    }
    for (const { arrival } of batch) {
      if (arrival.kind === 'REPORT') this.report(arrival.report, arrival.proof, now, touched);
      if (arrival.kind === 'PLAN') plan.merge(arrival.plan(now));
      if (arrival.kind === 'DECISION') {
        if (arrival.cause !== undefined) causes.set(arrival.entry, arrival.cause);
        const rows = arrival.decide(now);
        plan.merge({ rows, events: [], ledger: [] });
        touched.add(arrival.entry);
      }
      if (arrival.kind === 'CURSOR') this.cursor(arrival.cursor, now, plan);
    }
    this.hooks.settle(touched, now);
    for (const entry of touched) this.store(entry, now, causes.get(entry), plan);
    const worth = this.account.equityJournal?.flowPoint(now) ?? null;
    if (worth !== null) plan.merge(worth);
    return plan.build();
  }

  private fill(
    fill: VenueFill,
    source: FillSource,
    now: EpochMs,
    plan: PlanBuilder,
    touched: Set<LiveOrder>,
  ): void {
    const { account, tools } = this;
    const known = account.orders.byVenueIds(fill);
    if (known?.fillKeys.has(fillKey(fill))) return;
    const entry = known ?? adoptFill(fill, account, tools, now);
    const applied = applyFill(entry, fill, source, account, tools, now, plan);
    if (applied !== entry) tools.log.error('Fill beyond the quantity of its order', describeFill(fill));
    touched.add(applied);
    const { awaited } = applied;
    if (awaited !== null && awaited.report.filledLots <= filledAtVenue(applied.order.snapshot)) {
      applied.awaited = null;
      applyReport(applied, awaited.report, awaited.proof, now);
    }
  }

  private report(report: VenueOrder, proof: Proof, now: EpochMs, touched: Set<LiveOrder>): void {
    const { account, tools } = this;
    let entry = account.orders.byVenueIds(report);
    if (entry === undefined) {
      if (report.status !== 'NEW' && report.status !== 'PARTIALLY_FILLED') return;
      entry = adoptedOrder(report, proof, account, tools, now);
      tools.log.warn('Order that was not made here', {
        venueOrderId: report.venueOrderId,
        symbol: report.symbol,
      });
    }
    if (entry.order.isTerminal) return;
    const counted = reportOnGridOf(entry.order.snapshot, report, tools);
    if (counted === null) {
      tools.log.error('What the venue says of an order is not whole in its steps', { symbol: report.symbol });
      return;
    }
    touched.add(entry);
    if (applyReport(entry, counted, proof, now) === 'AWAITS_FILLS') {
      entry.awaited = { report: counted, proof };
      this.hooks.fillsMissing();
    }
  }

  private cursor(cursor: string, now: EpochMs, plan: PlanBuilder): void {
    const { account_id, venue } = this.account.row;
    plan.row(venueCursors, { account_id, venue, cursor, updated_at: now });
  }

  private store(entry: LiveOrder, now: EpochMs, cause: Cause | undefined, plan: PlanBuilder): void {
    const events = entry.order.pullEvents();
    if (events.length === 0) return;
    const { actor = null, traceId = null } = cause ?? {};
    for (const event of events) plan.event({ ...event, occurredAt: now, actor, traceId });
    if (entry.hasRow) plan.row(orderChanges, orderChangeRow(entry.order.snapshot));
    else plan.row(orders, orderRow(entry.order.snapshot, entry.bodyHash));
    entry.hasRow = true;
    this.account.track(entry);
  }

  private async reviveStrangers(batch: Delivery[]): Promise<void> {
    for (const { arrival } of batch) {
      if (arrival.kind !== 'FILL' && arrival.kind !== 'REPORT') continue;
      const ids = arrival.kind === 'FILL' ? arrival.fill : arrival.report;
      if (this.account.orders.byVenueIds(ids) !== undefined) continue;
      await reviveOrder(ids, this.account, this.tools);
      if (arrival.kind === 'FILL') await this.adoptBehind(arrival.fill);
    }
  }

  /** A fill of an order that was made at the venue: the whole order is adopted where the venue shows it. */
  private async adoptBehind(fill: VenueFill): Promise<void> {
    const { orders } = this.account;
    if (orders.byVenueIds(fill) !== undefined) return;
    this.tools.log.error('Fill of an order that was not made here', describeFill(fill));
    const found = await this.hooks.lookUp(fill);
    if (found === null) return;
    adoptedOrder(found.report, found.proof, this.account, this.tools, this.tools.clock.now());
  }

  private async commit(plan: CommitPlan): Promise<void> {
    await this.retrying(async () => {
      const committed = this.account.lease.commit(plan);
      this.tools.killPoint.reach('K11');
      await committed;
    });
  }

  /** A batch that failed may have changed memory without being stored: nothing more is decided on that memory. */
  private givenUp(error: Error): DomainError {
    if (error instanceof LeaseLost || this.account.closed) return sessionClosed();
    this.account.closed = true;
    this.hooks.broken(error);
    return sessionClosed();
  }

  /** The database being away changes nothing about what has happened: the same is written when it is back. */
  private async retrying(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isOutage(error) || this.account.closed) throw error;
        this.tools.log.warn('The database is away; the order path waits', { code: error.code });
        await this.tools.timers.sleep(RETRY_MS);
      }
    }
  }
}

const OUTAGES: ReadonlySet<string> = new Set([
  'COMMIT_UNAVAILABLE',
  'DATABASE_BUSY',
  'DATABASE_OUTCOME_UNKNOWN',
  'DATABASE_TIMEOUT',
  'DATABASE_UNAVAILABLE',
]);

function isOutage(error: unknown): error is DomainError {
  return error instanceof DomainError && OUTAGES.has(error.code);
}

function isCancelDue({ order }: LiveOrder): boolean {
  const { cancelRequested, status } = order.snapshot;
  return cancelRequested && (status === 'NEW' || status === 'PARTIALLY_FILLED');
}
