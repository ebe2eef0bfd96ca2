import type { ExchangeGateway, VenueEvent, VenueFill, VenueOrder } from '@sextant/exchange';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { EpochMs, OrderId } from '@sextant/kernel';
import type { AccountSession, Cancel, CloseReason, CommitPlan } from '@sextant/platform';
import { IMPORT_HISTORY, SYNC_PORTFOLIO } from '@sextant/portfolio';
import type { ImportHistoryPayload, SyncPortfolioPayload } from '@sextant/portfolio';
import {
  CHANGE_RISK_LIMITS,
  changeLimits,
  formatRiskLimits,
  KEEP_KILL_SWITCH,
  keepKillSwitch,
} from '@sextant/risk';
import type { ChangeRiskLimitsPayload, KillSwitch } from '@sextant/risk';
import type { Proof } from '../../domain/order-snapshot.js';
import { AmendNatively } from '../submission/amend-natively.js';
import { AmendLiveOrder } from '../submission/amend-live-order.js';
import { cancelGroupLegs } from '../waiting/cancel-group-legs.js';
import { CancelLiveOrder } from '../submission/cancel-live-order.js';
import { CancelLiveOrders } from '../submission/cancel-live-orders.js';
import { accountCommands } from './commands-of-account.js';
import type {
  AmendOrderPayload,
  AmendOrderResult,
  PlaceBatchPayload,
  ReconcileNowPayload,
  ReconcileNowResult,
  ResolveOrderPayload,
  CancelAllAfterPayload,
  CancelAllOrdersPayload,
  CancelOrderGroupPayload,
  CancelOrderPayload,
  CancelOrderResult,
  PlaceOrderPayload,
} from './commands-of-account.js';
import { DeadMansSwitch } from '../countdown/dead-mans-switch.js';
import { EntryBar } from '../submission/entry-bar.js';
import { Executions } from '../executions/executions.js';
import type { LiveOrder } from './live-orders.js';
import { ObeyKillSwitch } from '../kill-switch/obey-kill-switch.js';
import { OrderGroups } from '../waiting/order-groups.js';
import { OrderInbox } from './order-inbox.js';
import { orderView } from '../requests/order-view.js';
import type { ExecutionTools, OwnedAccount } from './owned-account.js';
import { previewOrder } from '../submission/preview-order-on-account.js';
import { ReadVenueFills } from '../venue/read-venue-fills.js';
import { ImportVenueHistory } from '../venue/import-venue-history.js';
import { ReconcileAccount } from '../venue/reconcile-account.js';
import { ReconciliationLog } from '../venue/reconciliation-log.js';
import { ShadowAccounting } from '../venue/shadow-accounting.js';
import type { Round } from '../venue/round.js';
import { CompareAccountTrades } from '../venue/compare-account-trades.js';
import { ResolveByPerson } from '../submission/resolve-by-person.js';
import { ResolveOutcome } from '../submission/resolve-outcome.js';
import { liveOrderOf } from './revive-order.js';
import { ReplaceAtVenue } from '../submission/replace-at-venue.js';
import { proofOf, SendOrder } from '../submission/send-order.js';
import { notExecuted, sessionClosed } from './session-closed.js';
import { Settlements } from './settlements.js';
import { SubmitBatch } from '../submission/submit-batch.js';
import { SubmitOrder } from '../submission/submit-order.js';
import { SyncWithVenue } from '../venue/sync-with-venue.js';
import { ChangeAccountMargin } from '../venue/change-account-margin.js';
import type { ChangeMarginPayload } from '../requests/change-margin.js';
import { LearnMargin } from '../venue/learn-margin.js';
import { ReadVenueIncome } from '../venue/read-venue-income.js';
import { TakeStock } from '../venue/take-stock.js';
import { TrimSurplus } from '../submission/trim-surplus.js';
import { unprotectedBy } from '../submission/unprotected-positions.js';
import { VenueLink } from '../venue/venue-link.js';
import { WaitingOrders } from '../waiting/waiting-orders.js';

/** What a caller waits at least, and how much longer than it wants to wait for the venue. */
const LEAST_PATIENCE_MS = 3_000;
const STORING_MS = 1_000;

/** One account in the process that owns it: takes its commands, follows its orders, keeps it equal to its venue. */
export class TradingAccount implements AccountSession {
  private readonly link: VenueLink;
  private readonly settlements: Settlements;
  private readonly inbox: OrderInbox;
  private readonly cancelOrder: CancelLiveOrder;
  private readonly amendOrder: AmendLiveOrder;
  private readonly cancelAll: CancelLiveOrders;
  private readonly deadMansSwitch: DeadMansSwitch;
  private readonly submitOrder: SubmitOrder;
  private readonly submitBatch: SubmitBatch;
  private readonly syncWithVenue: SyncWithVenue;
  private readonly reconcileAccount: ReconcileAccount;
  private readonly reconciliations: ReconciliationLog;
  private readonly shadow: ShadowAccounting;
  private readonly readFills: ReadVenueFills;
  private readonly learnMargin: LearnMargin;
  private readonly changeMargin: ChangeAccountMargin;
  private readonly takeStock: TakeStock;
  private readonly entryBar: EntryBar;
  private readonly executions: Executions;
  private readonly waiting: WaitingOrders;
  private readonly trimSurplus: TrimSurplus;
  private stopSweep: Cancel = () => undefined;
  private readonly killSwitch: ObeyKillSwitch;
  /** Version of the last word about the account's kill switch that is stored, or on its way. */
  private keptSwitch: number;

  constructor(
    private readonly account: OwnedAccount,
    gateway: ExchangeGateway,
    fillCursor: string | null,
    private readonly tools: ExecutionTools,
    /** Memory no longer agrees with the database: the session has to be built anew. */
    private readonly onBroken: (error: Error) => void,
  ) {
    this.keptSwitch = account.risk.switches.storedVersion();
    this.settlements = new Settlements(tools.timers);
    this.link = new VenueLink(
      gateway,
      account.row.account_id,
      (event) => this.onVenueEvent(event),
      tools,
      async (session) => tools.markets.open?.(session.endpoint ?? null),
    );
    this.inbox = new OrderInbox(account, this.settlements, tools, {
      broken: onBroken,
      fillsMissing: () => readFills.readSoon(),
      cancelDue: (entry) => this.cancelOrder.sendOn(entry),
      replacementDue: (entry) => void replacement.replace(entry),
      lookUp: (fill) => this.lookUp(fill),
      settle: (touched, now) => this.waiting.settle(touched, now),
      stored: (entry) => {
        this.waiting.stored(entry);
        this.trimSurplus.look(entry);
      },
    });
    const readFills = new ReadVenueFills(fillCursor, this.link, this.inbox, tools);
    this.readFills = readFills;
    const isSeen = account.row.kind !== 'LIVE' || fillCursor !== null;
    const readIncome = new ReadVenueIncome(account, this.link, this.inbox, tools);
    this.takeStock = new TakeStock(account, this.link, this.inbox, readFills, readIncome, tools, isSeen);
    this.learnMargin = new LearnMargin(account, this.link, this.inbox, tools);
    this.changeMargin = new ChangeAccountMargin(account, this.link, this.learnMargin, tools);
    const entryBar = new EntryBar(account, this.link, tools);
    this.entryBar = entryBar;
    account.clockSafe = () => this.link.clockSafe;
    const resolution = new ResolveOutcome(account, this.link, this.inbox, readFills, tools);
    const sendOrder = new SendOrder(account, this.link, this.inbox, tools, entryBar, resolution);
    resolution.sendOrder = sendOrder;
    this.cancelOrder = new CancelLiveOrder(
      account,
      this.link,
      this.inbox,
      this.settlements,
      readFills,
      tools,
    );
    const replacement = new ReplaceAtVenue(account, this.link, this.inbox, sendOrder, entryBar, tools);
    this.amendOrder = new AmendLiveOrder(
      account,
      this.link,
      this.inbox,
      this.settlements,
      this.cancelOrder,
      entryBar,
      replacement,
      new AmendNatively(account, this.link, this.inbox, resolution, tools),
      sendOrder,
      tools,
    );
    this.trimSurplus = new TrimSurplus(account, this.amendOrder, this.cancelOrder, tools);
    this.cancelAll = new CancelLiveOrders(
      account,
      this.inbox,
      this.cancelOrder,
      (wanted, cause) =>
        this.executions.cancelAll(({ symbol }) => wanted === null || symbol === wanted, cause),
      tools,
    );
    this.deadMansSwitch = new DeadMansSwitch(account, this.link, this.inbox, this.cancelAll, tools);
    this.syncWithVenue = new SyncWithVenue(account, this.link, this.inbox, readFills, tools);
    this.waiting = new WaitingOrders(
      account,
      this.link,
      this.inbox,
      sendOrder,
      this.cancelOrder,
      new OrderGroups(account, tools),
      tools,
    );
    this.submitOrder = new SubmitOrder(
      account,
      this.link,
      this.settlements,
      sendOrder,
      entryBar,
      tools,
      this.waiting,
    );
    const { link, inbox, cancelOrder, submitOrder } = this;
    const steps = {
      cancel: async (orderId: OrderId, { caller, waitMs }: PlaceBatchPayload) =>
        (await this.cancel({ orderId, caller, waitMs })).order,
      view: async (orderId: OrderId) => {
        const { stored, order } = await this.find(orderId);
        return orderView(stored ?? order.snapshot);
      },
    };
    this.submitBatch = new SubmitBatch(account, submitOrder, steps, tools);
    this.killSwitch = new ObeyKillSwitch(
      account,
      this.inbox,
      cancelOrder,
      submitOrder,
      (word) => this.executions.obey(word),
      tools,
    );
    this.executions = new Executions({ account, link, inbox, submitOrder, cancelOrder, entryBar, tools });
    this.reconciliations = new ReconciliationLog(account, this.inbox, tools);
    this.reconcileAccount = new ReconcileAccount(
      account,
      this.link,
      this.inbox,
      readFills,
      readIncome,
      this.learnMargin,
      resolution,
      this.cancelOrder,
      this.amendOrder,
      tools,
    );
    this.shadow = new ShadowAccounting(
      account,
      this.link,
      this.inbox,
      this.takeStock,
      this.reconcileAccount,
      new CompareAccountTrades(account, this.link, this.inbox, tools),
      this.syncWithVenue,
      this.reconciliations,
      tools,
    );
  }

  /**
   * Loads the live orders, opens the venue and reconciles. With the venue away it resolves all the same: the account
   * then takes cancellations, and new orders once it is reconciled. A venue across a network is not waited for.
   */
  async start(): Promise<void> {
    const stored = await this.tools.archive.liveOrders(this.account.row.account_id);
    const entries = stored.map((order) => liveOrderOf(order, this.tools));
    for (const entry of entries) this.account.track(entry);
    await this.waiting.load();
    await this.deadMansSwitch.load();
    this.followMarkets();
    await this.executions.resume();
    if (this.account.row.kind !== 'LIVE') {
      await this.link.open();
      return this.meetVenue(entries);
    }
    void this.openLater(entries);
  }

  /** Nobody waits for it, so nobody else hears of what fails: the state is built anew. */
  private async openLater(entries: readonly LiveOrder[]): Promise<void> {
    try {
      await this.shadow.openAnew();
      if (!this.account.closed) await this.meetVenue(entries);
    } catch (error) {
      if (!this.account.closed) this.onBroken(error as Error);
    }
  }

  private async meetVenue(entries: readonly LiveOrder[]): Promise<void> {
    for (const entry of entries) {
      if (entry.order.snapshot.status === 'PENDING_SUBMIT') await this.reconcileAccount.forgetAttempt(entry);
    }
    await this.shadow.sweep('START');
    this.waiting.start();
    this.deadMansSwitch.start();
    for (const entry of this.account.orders.all()) this.trimSurplus.look(entry);
    if (!this.account.reconciled) this.shadow.retryUntilReconciled();
    if (this.account.closed) return;
    this.killSwitch.start();
    const { timers, settings } = this.tools;
    this.stopSweep = timers.every(settings.reconcileIntervalMs(), async () => {
      this.followMarkets();
      this.waiting.tellOffGrid();
      // Until then the retries ask, and one of them at a time is enough.
      if (this.takeStock.isTaken) await this.shadow.sweep();
    });
  }

  /** The markets that this account has something in, and no others: a venue's feeds are few. */
  private followMarkets(): void {
    const { markets } = this.tools;
    if (markets.followOnly === undefined) return;
    const { orders, portfolio } = this.account;
    const open = portfolio.positions().filter(({ signedUnits }) => signedUnits !== 0n);
    const symbols = [...orders.all().map(({ order }) => order.snapshot), ...open].map(({ symbol }) => symbol);
    markets.followOnly(new Set([...symbols, ...this.executions.symbols()]));
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
      case accountCommands.cancelAllAfter:
        return this.deadMansSwitch.set(payload as unknown as CancelAllAfterPayload) as Promise<JsonValue>;
      case accountCommands.batch:
        return this.submitBatch.run(payload as unknown as PlaceBatchPayload) as Promise<JsonValue>;
      case accountCommands.cancelGroup:
        return cancelGroupLegs(
          payload as unknown as CancelOrderGroupPayload,
          this.account,
          this.cancelOrder,
        ) as Promise<JsonValue>;
      case accountCommands.reconcile:
        return this.reconcileNow(payload as unknown as ReconcileNowPayload) as Promise<JsonValue>;
      case accountCommands.resolve:
        return this.resolve(payload as unknown as ResolveOrderPayload) as Promise<JsonValue>;
      case accountCommands.amend:
        return this.amend(payload as unknown as AmendOrderPayload) as Promise<JsonValue>;
      case accountCommands.margin:
        return this.changeMargin.run(payload as unknown as ChangeMarginPayload);
      case accountCommands.preview:
        return this.preview(payload);
      case CHANGE_RISK_LIMITS:
        return this.changeLimits(payload as unknown as ChangeRiskLimitsPayload);
      case KEEP_KILL_SWITCH:
        return this.keepSwitch(payload as unknown as KillSwitch);
      case SYNC_PORTFOLIO:
        return this.sync(payload as SyncPortfolioPayload);
      case IMPORT_HISTORY:
        return this.importHistory(payload as ImportHistoryPayload);
      default:
        if (this.executions.handles(type)) return this.executions.execute(type, payload);
        throw new Error(`an account knows no command ${type}`);
    }
  }

  /** Stores what `plan` gives, after everything that is booked before it. @throws DomainError ACCOUNT_SESSION_CLOSED */
  commit(plan: (now: EpochMs) => CommitPlan): Promise<void> {
    return this.inbox.pushAndWait({ kind: 'PLAN', plan });
  }

  async close(reason: CloseReason): Promise<void> {
    this.account.closed = true;
    this.stopSweep();
    this.shadow.close();
    this.killSwitch.stop();
    this.waiting.stop();
    this.deadMansSwitch.stop();
    this.executions.close();
    this.settlements.releaseAll();
    await this.link.close();
    // Whoever is next reads the database, and sees what this state was about to store.
    if (reason === 'RELEASED') await this.account.lease.settled();
  }

  /** Compares with the venue, as the sweep does. */
  reconcile(): Promise<Round> {
    return this.shadow.sweep();
  }

  private async reconcileNow({ actor, accept }: ReconcileNowPayload): Promise<ReconcileNowResult> {
    const { outcome, discrepancies, trades } = await this.shadow.onDemand(actor, accept);
    if (this.account.closed) throw sessionClosed();
    const { row, reconciled } = this.account;
    return {
      id: this.reconciliations.lastId,
      accountId: row.account_id,
      outcome,
      differences: discrepancies,
      trades: trades && { from: trades.from, until: trades.until, listed: trades.listed },
      halted: this.reconciliations.isHalted,
      reconciled,
    };
  }

  private onVenueEvent(event: VenueEvent): void {
    if (!this.takeStock.isTaken) return;
    if (event.kind === 'FILL') {
      if (this.isFillOfStranger(event.fill)) return this.readFills.readSoon();
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

  /** A stream may begin before the account was first seen; the list of fills begins exactly there. */
  private isFillOfStranger(fill: VenueFill): boolean {
    const { row, orders } = this.account;
    return row.kind === 'LIVE' && orders.byVenueIds(fill) === undefined;
  }

  private async lookUp(fill: VenueFill): Promise<{ report: VenueOrder; proof: Proof } | null> {
    const answer = await this.link.call((venue) => venue.orderByClientId(fill.clientOrderId, fill.symbol));
    if (answer.outcome !== 'CONFIRMED' || answer.value === null) return null;
    return { report: answer.value, proof: proofOf(answer.evidence) };
  }

  private async cancel({ orderId, caller, waitMs }: CancelOrderPayload): Promise<CancelOrderResult> {
    const entry = await this.find(orderId);
    const before = entry.order.snapshot;
    if (before.status === 'CANCELED')
      return { outcome: 'ALREADY', order: orderView(before), unprotected: [] };
    if (entry.order.isTerminal) {
      const order = orderView(before);
      throw new DomainError('ORDER_ALREADY_CLOSED', `The order is ${before.status}.`, { orderId, order });
    }
    const unprotected = unprotectedBy([entry], this.account);
    await this.cancelOrder.cancel(entry, caller, waitMs);
    if (this.account.closed) throw sessionClosed();
    return { outcome: 'REQUESTED', order: orderView(entry.stored ?? entry.order.snapshot), unprotected };
  }

  private async resolve(payload: ResolveOrderPayload): Promise<JsonValue> {
    return new ResolveByPerson(this.inbox).run(await this.find(payload.orderId), payload);
  }

  private async amend(payload: AmendOrderPayload): Promise<AmendOrderResult> {
    return this.amendOrder.amend(await this.find(payload.orderId), payload);
  }

  private async preview(payload: JsonValue): Promise<JsonValue> {
    const { request } = payload as unknown as PlaceOrderPayload;
    await this.entryBar.seen(request);
    return previewOrder(payload, this.account, this.link.traits, this.tools) as unknown as JsonValue;
  }

  private async sync(payload: SyncPortfolioPayload): Promise<JsonValue> {
    if (!(await this.takeStock.run())) throw notSeenYet();
    const result = await this.syncWithVenue.run(payload);
    if (payload.takeTransfers && !this.account.reconciled) void this.shadow.sweep();
    return result as unknown as JsonValue;
  }

  /** What its opening contains is not known before it was first seen. */
  private async importHistory(payload: ImportHistoryPayload): Promise<JsonValue> {
    if (!(await this.takeStock.run())) throw notSeenYet();
    const { account, link, inbox, readFills, tools } = this;
    return new ImportVenueHistory(account, link, inbox, readFills, tools).run(payload);
  }

  private async changeLimits(payload: ChangeRiskLimitsPayload): Promise<JsonValue> {
    const { risk, row } = this.account;
    const plan = changeLimits(row.account_id, risk, payload, this.tools.clock.now());
    await this.inbox.pushAndWait({ kind: 'PLAN', plan: () => plan });
    return { limits: { ...formatRiskLimits(risk.limits) }, version: risk.limitsVersion };
  }

  /** In force already, by way of the process; here it becomes durable. A later word stays. */
  private async keepSwitch(word: KillSwitch): Promise<JsonValue> {
    if (word.version <= this.keptSwitch) return null;
    this.keptSwitch = word.version;
    const plan = keepKillSwitch(this.account.row.account_id, word);
    await this.inbox.pushAndWait({ kind: 'PLAN', plan: () => plan });
    return null;
  }

  private async find(orderId: OrderId): Promise<LiveOrder> {
    const known = this.account.orders.get(orderId);
    if (known !== undefined) return known;
    const stored = await this.tools.archive.byOrderId(this.account.row.account_id, orderId);
    if (stored === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    return liveOrderOf(stored, this.tools);
  }
}

/** A comparison before that would open the ledger at a moment that its fills are not read from. */
function notSeenYet(): DomainError {
  const detail =
    'What the account holds could not be seen in one piece yet: its venue is away, or trades all the time.';
  return new DomainError('VENUE_BALANCES_UNKNOWN', detail, { reason: 'NOT_SEEN_YET', retryAfterMs: 1_000 });
}

function commitPending(): DomainError {
  return new DomainError('COMMIT_PENDING', 'The database has not confirmed the change in time.', {
    outcome: 'UNKNOWN',
    retryAfterMs: 2_000,
  });
}
