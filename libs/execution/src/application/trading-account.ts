import type { ExchangeGateway, VenueEvent, VenueFill, VenueOrder } from '@sextant/exchange';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { OrderId } from '@sextant/kernel';
import type { AccountSession, Cancel, CloseReason } from '@sextant/platform';
import { SYNC_PORTFOLIO } from '@sextant/portfolio';
import type { SyncPortfolioPayload } from '@sextant/portfolio';
import { CHANGE_RISK_LIMITS, changeLimits, formatRiskLimits } from '@sextant/risk';
import type { ChangeRiskLimitsPayload } from '@sextant/risk';
import type { Proof } from '../domain/order-snapshot.js';
import { CancelLiveOrder } from './cancel-live-order.js';
import { CancelLiveOrders } from './cancel-live-orders.js';
import { accountCommands } from './commands-of-account.js';
import type {
  CancelAllOrdersPayload,
  CancelOrderPayload,
  CancelOrderResult,
  PlaceOrderPayload,
} from './commands-of-account.js';
import type { LiveOrder } from './live-orders.js';
import { OrderInbox } from './order-inbox.js';
import { orderView } from './order-view.js';
import type { ExecutionTools, OwnedAccount } from './owned-account.js';
import { previewOrder } from './preview-order-on-account.js';
import { ReadVenueFills } from './read-venue-fills.js';
import { ReconcileAccount } from './reconcile-account.js';
import { ResolveOutcome } from './resolve-outcome.js';
import { liveOrderOf } from './revive-order.js';
import { proofOf, SendOrder } from './send-order.js';
import { notExecuted, sessionClosed } from './session-closed.js';
import { Settlements } from './settlements.js';
import { SubmitOrder } from './submit-order.js';
import { SyncWithVenue } from './sync-with-venue.js';
import { VenueLink } from './venue-link.js';

/** Balances that differ this many rounds in a row halt the account. */
const HALT_AFTER_ROUNDS = 2;
const UNREACHABLE_PAUSE_MS = 1_000;
/** What a caller waits at least, and how much longer than it wants to wait for the venue. */
const LEAST_PATIENCE_MS = 3_000;
const STORING_MS = 1_000;

/** One account in the process that owns it: takes its commands, follows its orders, keeps it equal to its venue. */
export class TradingAccount implements AccountSession {
  private readonly link: VenueLink;
  private readonly settlements: Settlements;
  private readonly inbox: OrderInbox;
  private readonly cancelOrder: CancelLiveOrder;
  private readonly cancelAll: CancelLiveOrders;
  private readonly submitOrder: SubmitOrder;
  private readonly syncWithVenue: SyncWithVenue;
  private readonly reconcileAccount: ReconcileAccount;
  private stopSweep: Cancel = () => undefined;
  private roundsDifferent = 0;

  constructor(
    private readonly account: OwnedAccount,
    gateway: ExchangeGateway,
    fillCursor: string | null,
    private readonly tools: ExecutionTools,
    /** Memory no longer agrees with the database: the session has to be built anew. */
    onBroken: (error: Error) => void,
  ) {
    this.settlements = new Settlements(tools.timers);
    this.link = new VenueLink(gateway, account.row.account_id, (event) => this.onVenueEvent(event), tools);
    this.inbox = new OrderInbox(account, this.settlements, tools, {
      broken: onBroken,
      fillsMissing: () => readFills.readSoon(),
      cancelDue: (entry) => this.cancelOrder.sendOn(entry),
      lookUp: (fill) => this.lookUp(fill),
    });
    const readFills = new ReadVenueFills(fillCursor, this.link, this.inbox, tools);
    const resolution = new ResolveOutcome(account, this.link, this.inbox, readFills, tools);
    const sendOrder = new SendOrder(account, this.link, this.inbox, tools, resolution);
    resolution.sendOrder = sendOrder;
    this.cancelOrder = new CancelLiveOrder(account, this.link, this.inbox, this.settlements, readFills);
    this.cancelAll = new CancelLiveOrders(account, this.inbox, this.cancelOrder, tools);
    this.syncWithVenue = new SyncWithVenue(account, this.link, this.inbox, tools);
    this.submitOrder = new SubmitOrder(account, this.link, this.settlements, sendOrder, tools);
    this.reconcileAccount = new ReconcileAccount(
      account,
      this.link,
      this.inbox,
      readFills,
      resolution,
      this.cancelOrder,
      tools,
    );
  }

  /**
   * Loads the live orders, opens the venue and reconciles. With the venue away it resolves all the same: the account
   * then takes cancellations, and new orders once it is reconciled.
   */
  async start(): Promise<void> {
    const stored = await this.tools.archive.liveOrders(this.account.row.account_id);
    const entries = stored.map((order) => liveOrderOf(order, this.tools));
    for (const entry of entries) this.account.track(entry);
    await this.link.open();
    for (const entry of entries) {
      if (entry.order.snapshot.status === 'PENDING_SUBMIT') await this.reconcileAccount.forgetAttempt(entry);
    }
    await this.reconcile();
    if (!this.account.reconciled) this.retryUntilReconciled();
    const { timers, settings } = this.tools;
    this.stopSweep = timers.every(settings.reconcileIntervalMs(), () => this.reconcile());
  }

  /** @throws DomainError ACCOUNT_SESSION_CLOSED, COMMIT_PENDING, and what the command throws */
  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    if (this.account.closed) throw notExecuted();
    const { waitMs = 0 } = payload as { waitMs?: number };
    return this.inTime(this.dispatch(type, payload), Math.max(waitMs, LEAST_PATIENCE_MS) + STORING_MS);
  }

  /** The caller gets an answer also while the database gives none; what it asked for goes on. */
  private inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.tools.timers.setTimer(limitMs, () => reject(commitPending()));
      work.then(resolve, reject).finally(cancel);
    });
  }

  private async dispatch(type: string, payload: JsonValue): Promise<JsonValue> {
    switch (type) {
      case accountCommands.place:
        return (await this.submitOrder.submit(
          payload as unknown as PlaceOrderPayload,
        )) as unknown as JsonValue;
      case accountCommands.cancel:
        return (await this.cancel(payload as unknown as CancelOrderPayload)) as unknown as JsonValue;
      case accountCommands.cancelAll:
        return (await this.cancelAll.run(
          payload as unknown as CancelAllOrdersPayload,
        )) as unknown as JsonValue;
      case accountCommands.preview:
        return previewOrder(payload, this.account, this.link.traits, this.tools) as unknown as JsonValue;
      case CHANGE_RISK_LIMITS:
        return this.changeLimits(payload as unknown as ChangeRiskLimitsPayload);
      case SYNC_PORTFOLIO:
        return (await this.syncWithVenue.run(payload as SyncPortfolioPayload)) as unknown as JsonValue;
      default:
        throw new Error(`an account knows no command ${type}`);
    }
  }

  async close(_reason: CloseReason): Promise<void> {
    this.account.closed = true;
    this.stopSweep();
    this.settlements.releaseAll();
    await this.link.close();
  }

  /** Compares with the venue; what differs twice in a row, with nothing in flight, stops new orders. */
  async reconcile(): Promise<void> {
    if (this.account.closed) return;
    const result = await this.reconcileAccount.run().catch((error: Error) => {
      this.tools.log.warn('Reconciliation failed', {
        accountId: this.account.row.account_id,
        error: error.message,
      });
      return { outcome: 'UNREACHABLE' } as const;
    });
    if (result.outcome === 'DIFFERENT') {
      this.roundsDifferent += 1;
      const { accountId } = this.account.lease;
      this.tools.log.error('Balances differ from the venue', { accountId, differences: result.differences });
      if (this.roundsDifferent >= HALT_AFTER_ROUNDS) this.account.reconciled = false;
      return;
    }
    if (result.outcome === 'UNREACHABLE') {
      await this.openAnew();
      return;
    }
    this.roundsDifferent = 0;
    this.account.reconciled = true;
  }

  /** A session that no longer answers may have been replaced; a new one is asked in the next round. */
  private async openAnew(): Promise<void> {
    if (this.account.closed || !this.account.lease.isHeld()) return;
    await this.link.open().catch((error: Error) => {
      this.tools.log.warn('The venue does not open', { error: error.message });
    });
  }

  private retryUntilReconciled(): void {
    this.tools.timers.setTimer(UNREACHABLE_PAUSE_MS, async () => {
      if (this.account.closed) return;
      await this.reconcile();
      if (!this.account.reconciled) this.retryUntilReconciled();
    });
  }

  private onVenueEvent(event: VenueEvent): void {
    if (event.kind === 'FILL') {
      this.inbox.push({ kind: 'FILL', fill: event.fill, source: 'STREAM' });
      return;
    }
    const { venueOrderId, status, updatedAt } = event.order;
    const proof = {
      kind: 'VENUE_EVENT',
      detail: { venueOrderId, status, updatedAt },
      at: this.tools.clock.now(),
    };
    this.inbox.push({ kind: 'REPORT', report: event.order, proof });
  }

  private async lookUp(fill: VenueFill): Promise<{ report: VenueOrder; proof: Proof } | null> {
    const answer = await this.link.call((venue) => venue.orderByClientId(fill.clientOrderId, fill.symbol));
    if (answer.outcome !== 'CONFIRMED' || answer.value === null) return null;
    return { report: answer.value, proof: proofOf(answer.evidence) };
  }

  private async cancel({ orderId, caller, waitMs }: CancelOrderPayload): Promise<CancelOrderResult> {
    const entry = await this.find(orderId);
    const before = entry.order.snapshot;
    if (before.status === 'CANCELED') return { outcome: 'ALREADY', order: orderView(before) };
    if (entry.order.isTerminal) {
      const order = orderView(before);
      throw new DomainError('ORDER_ALREADY_CLOSED', `The order is ${before.status}.`, { orderId, order });
    }
    await this.cancelOrder.cancel(entry, caller, waitMs);
    if (this.account.closed) throw sessionClosed();
    return { outcome: 'REQUESTED', order: orderView(entry.stored ?? entry.order.snapshot) };
  }

  private async changeLimits(payload: ChangeRiskLimitsPayload): Promise<JsonValue> {
    const { risk, row } = this.account;
    const plan = changeLimits(row.account_id, risk, payload, this.tools.clock.now());
    await this.inbox.pushAndWait({ kind: 'PLAN', plan: () => plan });
    return { limits: { ...formatRiskLimits(risk.limits) }, version: risk.limitsVersion };
  }

  private async find(orderId: OrderId): Promise<LiveOrder> {
    const known = this.account.orders.get(orderId);
    if (known !== undefined) return known;
    const stored = await this.tools.archive.byOrderId(this.account.row.account_id, orderId);
    if (stored === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    return liveOrderOf(stored, this.tools);
  }
}

function commitPending(): DomainError {
  return new DomainError('COMMIT_PENDING', 'The database has not confirmed the change in time.', {
    outcome: 'UNKNOWN',
    retryAfterMs: 2_000,
  });
}
