import type {
  AmendOrderRequest,
  Evidence,
  ExchangeGateway,
  FillPage,
  GatewayOutcome,
  OutcomeReason,
  PlaceOrderRequest,
  VenueBalance,
  VenueEvent,
  VenueFill,
  VenueOrder,
  VenueTraits,
} from '@sextant/exchange';
import { confirmed, ExchangeSession, refused, unknown } from '@sextant/exchange';
import { createApprovalAuthority, DomainError, Instrument, ONE, parseScaled } from '@sextant/kernel';
import type { AccountId, Approval, ApprovalCheck, EpochMs, FillId, OrderId, TenantId } from '@sextant/kernel';
import type { PriceChange, Trade } from '@sextant/market-data';
import type { CancelCountdownRow } from './countdown/cancel-countdown.js';
import { CommitRefused, ManualClock, ManualTimers, SequentialIds } from '@sextant/platform';
import type { AccountLease, CloseReason, CommitPlan, Committed } from '@sextant/platform';
import { PortfolioState, PortfolioSync } from '@sextant/portfolio';
import type { AccountRow, SyncPortfolioResult } from '@sextant/portfolio';
import { AccountRisk, KillSwitchBoard, parseRiskLimits } from '@sextant/risk';
import type { KillSwitch } from '@sextant/risk';
import type { OrderConditions } from '../domain/order-snapshot.js';
import { typeOnceTriggered } from '../domain/order-types.js';
import type { FillRow, OrderAttemptRow, OrderRow, VenueCursorRow } from './account/account-tables.js';
import type {
  AmendOrderResult,
  AmendRequest,
  CancelAllOrdersResult,
  CancelOrderResult,
  PlaceBatchResult,
  PlaceOrderResult,
} from './account/commands-of-account.js';
import type { OrderView } from './requests/order-view.js';
import type { OrderProgress } from '../domain/order-snapshot.js';
import { executionOfRow } from './executions/execution-rows.js';
import type { SentSlice, StoredExecution } from './executions/execution-archive.js';
import type { ExecutionSliceRow } from './executions/execution-tables.js';
import type { KillStep } from './account/kill-point.js';
import type { GroupRequest, OrderRequest } from './requests/order-request.js';
import type { VenueIds } from './account/live-orders.js';
import { fillKey, OrderArchive } from './account/order-archive.js';
import type { StoredOrder, UsedKey } from './account/order-archive.js';
import { orderOfRow } from './account/order-rows.js';
import { OrderSignals } from './account/order-signals.js';
import { OwnedAccount } from './account/owned-account.js';
import type { ExecutionTools } from './account/owned-account.js';
import type { OrderPreview } from './submission/preview-order-on-account.js';
import { TradingAccount } from './account/trading-account.js';
import { StoredBooks } from './venue/stored-books.js';
import type { BookedTrade } from '../domain/compare-trades.js';
import type { AcceptedDifference } from './venue/round.js';
import type { ReconcileNowResult } from './account/commands-of-account.js';

export const accountId = 'acc_world' as AccountId;
export const tenantId = 'ten_world' as TenantId;

export const instrument = Instrument.load({
  venue: 'FAKE',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});

/** Where the market stands until the script moves it. Resting orders fill only when the script says so. */
export const MARK_TICKS = 6_000_000;

/** What becomes of one placement at the venue, and of the answer. */
export type PlaceScript =
  'ANSWER' | 'LOST_BEFORE' | 'LOST_AFTER' | 'LATE' | 'REFUSE' | 'NEVER_ANSWERED' | 'SWALLOWED';

/** What becomes of one cancellation at the venue, and of the answer. */
export type CancelScript = 'ANSWER' | 'LOST_BEFORE' | 'LOST_AFTER' | 'REFUSE';

/** What becomes of a message of the venue. */
export type Delivery = 'ONCE' | 'TWICE' | 'LATER' | 'DROPPED';

/** In-memory stand-in of the database and its commit: rows, events, ledger; unique keys hold as in the real one. */
export class FakeStore extends OrderArchive {
  readonly rows = new Map<string, Map<string, Record<string, unknown>>>();
  readonly events: CommitPlan['events'] = [];
  readonly ledger: CommitPlan['ledger'] = [];
  /** Every version of an order that was ever stored. */
  readonly history: OrderRow[] = [];
  failNextRead: Error | null = null;

  /** How many commits there were. */
  commits = 0;

  write(plan: CommitPlan): void {
    const staged = plan.rows.map(({ table, row }) => ({ table, row: row as Record<string, unknown> }));
    for (const { table, row } of staged) {
      const key = table.key.map((column) => row[column]).join(' ');
      if (table.mode === 'INSERT' && this.of(table.name).has(key))
        throw new CommitRefused(table.name, '23505', key);
      if (table.mode === 'UPDATE' && !this.of(table.name).has(key))
        throw new CommitRefused(`${table.name}_exists`, '23503', key);
      const clash = [...this.of('orders').values()].some(
        (other) =>
          other['client_order_id'] === row['client_order_id'] && other['order_id'] !== row['order_id'],
      );
      if (table.name === 'orders' && clash) throw new CommitRefused('orders_client_order_id', '23505', key);
    }
    for (const transaction of plan.ledger) {
      if (this.ledger.some((known) => known.reference === transaction.reference)) {
        throw new CommitRefused('ledger_transaction_reference', '23505', transaction.reference);
      }
    }
    for (const { table, row } of staged) {
      const key = table.key.map((column) => row[column]).join(' ');
      const stored = table.mode === 'UPDATE' ? { ...this.of(table.name).get(key), ...row } : row;
      this.of(table.name).set(key, stored);
      if (table.name === 'orders') this.history.push(stored as unknown as OrderRow);
    }
    this.events.push(...plan.events);
    this.ledger.push(...plan.ledger);
    this.commits += 1;
  }

  orders(): OrderRow[] {
    return [...this.of('orders').values()] as unknown as OrderRow[];
  }

  fills(): FillRow[] {
    return [...this.of('fill').values()] as unknown as FillRow[];
  }

  async liveOrders(): Promise<StoredOrder[]> {
    return this.orders()
      .filter((row) => row.closed_at === null)
      .map((row) => this.stored(row));
  }

  async byOrderId(_: AccountId, orderId: OrderId): Promise<StoredOrder | null> {
    return this.first((row) => row.order_id === orderId);
  }

  async byVenueIds(_: AccountId, { clientOrderId, venueOrderId }: VenueIds): Promise<StoredOrder | null> {
    const failure = this.failNextRead;
    this.failNextRead = null;
    if (failure !== null) throw failure;
    return (
      this.first((row) => row.client_order_id === clientOrderId) ??
      this.first((row) => hasRevision(row, clientOrderId, venueOrderId)) ??
      this.first((row) => venueOrderId !== '' && row.venue_order_id === venueOrderId)
    );
  }

  async legsOf(_: AccountId, groupIds: readonly string[]): Promise<StoredOrder[]> {
    const groupOf = (row: OrderRow) => (row.conditions as OrderConditions | null)?.group?.groupId ?? '';
    return this.orders()
      .filter((row) => groupIds.includes(groupOf(row)))
      .map((row) => this.stored(row));
  }

  async cursor(): Promise<string | null> {
    const [row] = [...this.of('venue_cursor').values()] as unknown as VenueCursorRow[];
    return row?.cursor ?? null;
  }

  override async cancelCountdown(): Promise<CancelCountdownRow | null> {
    const [row] = [...this.of('cancel_countdown').values()] as unknown as CancelCountdownRow[];
    return row ?? null;
  }

  async usedKey(_: TenantId, route: string, key: string): Promise<UsedKey | null> {
    for (const row of this.of('idempotency_key').values()) {
      if (row['route'] !== route || row['key'] !== key) continue;
      return { bodyHash: row['body_hash'] as string, orderId: row['resource_id'] as OrderId };
    }
    return null;
  }

  async openExecutions(): Promise<StoredExecution[]> {
    return this.executions().filter(({ execution }) => execution.closedAt === null);
  }

  executions(): StoredExecution[] {
    const rows = [...this.of('execution').values()];
    return rows.map((row) => ({ execution: executionOfRow(row as never), slices: this.slicesOf(row) }));
  }

  private slicesOf({ execution_id }: Record<string, unknown>): SentSlice[] {
    const rows = [...this.of('execution_slice').values()] as unknown as ExecutionSliceRow[];
    return rows
      .filter((row) => row.execution_id === execution_id)
      .toSorted((a, b) => a.slice - b.slice)
      .map((row) => ({
        slice: row.slice,
        sentAt: row.sent_at,
        observedLots: row.observed_lots,
        order: orderOfRow(this.of('orders').get(`${row.account_id} ${row.order_id}`) as never),
      }));
  }

  private first(matches: (row: OrderRow) => boolean): StoredOrder | null {
    const row = this.orders().find(matches);
    return row === undefined ? null : this.stored(row);
  }

  private stored(row: OrderRow): StoredOrder {
    const attempts = [...this.of('order_attempt').values()] as unknown as OrderAttemptRow[];
    const mine = attempts.filter(
      (attempt) => attempt.order_id === row.order_id && attempt.decision === 'APPROVED',
    );
    return {
      order: orderOfRow(row as never),
      bodyHash: row.body_hash,
      fillKeys: this.fills()
        .filter((fill) => fill.order_id === row.order_id || fill.venue_order_id === row.venue_order_id)
        .map((fill) => fillKey({ venueOrderId: fill.venue_order_id, venueTradeId: fill.venue_trade_id })),
      deadlineAt: Math.max(0, ...mine.map((attempt) => attempt.deadline_at)),
    };
  }

  private of(table: string): Map<string, Record<string, unknown>> {
    const known = this.rows.get(table) ?? new Map<string, Record<string, unknown>>();
    this.rows.set(table, known);
    return known;
  }
}

/** What the store holds, as a comparison with the venue reads it. */
class FakeBooks extends StoredBooks {
  constructor(private readonly store: FakeStore) {
    super();
  }

  async tradesSince(_: AccountId, __: string, from: EpochMs): Promise<BookedTrade[]> {
    const fills = this.store.fills().filter(({ executed_at }) => executed_at >= from);
    return fills.map((row) => this.trade(row));
  }

  async firstSeenAt(): Promise<EpochMs | null> {
    return this.store.events.find(({ type }) => type === 'PortfolioSynced')?.occurredAt ?? null;
  }

  async healedSince(_: AccountId, from: EpochMs): Promise<ReadonlyMap<string, bigint>> {
    const healed = new Map<string, bigint>();
    for (const { memo, occurredAt } of this.store.ledger) {
      if (memo['classification'] !== 'DUST' || occurredAt < from) continue;
      const units = parseScaled(String(memo['amount']).replace('-', ''));
      healed.set(String(memo['asset']), (healed.get(String(memo['asset'])) ?? 0n) + units);
    }
    return healed;
  }

  private trade(row: FillRow): BookedTrade {
    const changes = this.store.ledger.filter(
      ({ kind, memo }) => kind === 'FEE' && memo['fillId'] === row.fill_id,
    );
    const charged = new Map([[row.fee_asset, row.fee]]);
    for (const { memo } of changes) {
      const asset = String(memo['feeAsset']);
      charged.set(asset, (charged.get(asset) ?? 0n) + parseScaled(String(memo['fee'])));
    }
    return {
      fillId: row.fill_id as FillId,
      orderId: row.order_id,
      symbol: row.symbol,
      venueOrderId: row.venue_order_id,
      venueTradeId: row.venue_trade_id,
      side: row.side,
      lots: row.lots,
      priceTicks: row.price_ticks,
      baseUnits: row.quantity,
      quoteUnits: row.quote_amount,
      charged,
      feeRevision: changes.length,
      role: row.role,
      strategy: null,
      executedAt: row.executed_at,
    };
  }
}

function hasRevision({ progress }: OrderRow, clientOrderId: string, venueOrderId: string): boolean {
  const { revisions = [] } = (progress ?? {}) as Partial<OrderProgress>;
  return revisions.some(
    (one) =>
      one.clientOrderId === clientOrderId || (venueOrderId !== '' && one.venueOrderId === venueOrderId),
  );
}

interface VenueState extends VenueOrder {
  /** The order of ours that it was placed for. */
  orderId?: string;
  type: string;
  timeInForce: string;
}

/** The venue of the script. It outlives every crash of ours and shares no arithmetic with the platform. */
export class FakeVenue {
  /** Seconds that it was asked to count. */
  readonly countdowns: number[] = [];
  readonly orders: VenueState[] = [];
  readonly fills: VenueFill[] = [];
  /** In which asset it charges, a thousandth of one for each trade; null: in what is received. */
  feeAsset: string | null = null;
  readonly balance = new Map<string, bigint>([
    ['USDT', 100_000n * ONE],
    ['BTC', 5n * ONE],
  ]);
  /** Placements that reached the matching, by our id. */
  readonly accepted: string[] = [];
  /** Orders of ours that had two at the venue at once. */
  readonly doubled: string[] = [];
  nextPlacement: PlaceScript = 'ANSWER';
  /** What a MARKET order finds in the book, in lots. */
  depthLots = Number.MAX_SAFE_INTEGER;
  nextCancel: CancelScript = 'ANSWER';
  /** Requests for a cancellation that left for it, by our id. */
  readonly cancelsAsked: string[] = [];
  delivery: Delivery = 'ONCE';
  session: FakeSession | null = null;
  /** Why it opens no session. */
  locked: DomainError | null = null;
  /** Why it takes nothing new, before anything is sent. */
  obstacle: OutcomeReason | null = null;
  /** Its clock minus ours, and how well that is known; null: not at all. */
  clockOffsetMs = 0;
  clockUncertaintyMs: number | null = 0;
  private readonly later: VenueEvent[] = [];
  private readonly inTransit: { at: number; arrive: () => void }[] = [];

  constructor(
    readonly clock: ManualClock,
    readonly traits: VenueTraits,
    readonly approvals: ApprovalCheck,
    private readonly marketTicks: () => number = () => MARK_TICKS,
  ) {}

  open(): FakeSession {
    if (this.locked !== null) throw this.locked;
    if (this.traits.absenceProof === 'AFTER_REOPEN') this.inTransit.length = 0;
    this.session = new FakeSession(this);
    return this.session;
  }

  /** Requests that were under way arrive, unless their window is over. */
  settle(): void {
    for (const { at, arrive } of this.inTransit.splice(0)) {
      if (this.clock.now() <= at) arrive();
    }
    for (const event of this.later.splice(0)) this.session?.emit(event);
  }

  delay(deadlineMs: number, arrive: () => void): void {
    this.inTransit.push({ at: deadlineMs, arrive });
  }

  accept(request: PlaceOrderRequest): VenueOrder {
    this.accepted.push(request.clientOrderId);
    const { orderId } = request;
    if (this.orders.some((other) => orderId !== undefined && other.orderId === orderId && isOpen(other)))
      this.doubled.push(orderId);
    const order: VenueState = {
      orderId,
      clientOrderId: request.clientOrderId,
      venueOrderId: `v${this.orders.length + 1}`,
      symbol: request.symbol,
      side: request.side,
      status: 'NEW',
      lots: request.lots,
      filledLots: 0,
      cumulativeQuoteUnits: 0n,
      priceTicks: request.priceTicks,
      updatedAt: this.clock.now(),
      type: request.type,
      timeInForce: request.timeInForce,
    };
    this.orders.push(order);
    const lots = request.lots ?? 0;
    if (request.type === 'MARKET') {
      this.trade(order, Math.min(Math.ceil(lots / 2), this.depthLots));
      this.trade(order, Math.max(0, Math.min(lots, this.depthLots - order.filledLots)));
      if (order.filledLots < lots) {
        order.status = 'EXPIRED';
        this.tell({ kind: 'ORDER', order: { ...order } });
      }
    } else if (request.timeInForce === 'IOC') {
      this.trade(order, Math.floor(lots / 3));
      order.status = 'EXPIRED';
      this.tell({ kind: 'ORDER', order: { ...order } });
    }
    return { ...order };
  }

  private tradesBefore({ venueOrderId }: VenueState): number {
    if (this.traits.tradeIds !== 'REUSED') return this.fills.length;
    return this.fills.filter((fill) => fill.venueOrderId === venueOrderId).length;
  }

  /** Fills of an order that it has ended: what was being matched at that moment. */
  tradeLate(order: VenueState, lots: number): void {
    const { status } = order;
    order.status = 'PARTIALLY_FILLED';
    this.trade(order, lots);
    order.status = status;
  }

  trade(order: VenueState, lotsAtMost: number): void {
    const lots = Math.min(lotsAtMost, (order.lots ?? 0) - order.filledLots);
    if (lots <= 0 || (order.status !== 'NEW' && order.status !== 'PARTIALLY_FILLED')) return;
    const ticks = order.priceTicks ?? this.marketTicks();
    const quote = BigInt(ticks) * BigInt(lots) * 10n ** 11n;
    const base = BigInt(lots) * 10n ** 13n;
    const buys = order.side === 'BUY';
    const feeAsset = this.feeAsset ?? (buys ? 'BTC' : 'USDT');
    const fee = (this.feeAsset !== null ? ONE : buys ? base : quote) / 1000n;
    this.move('BTC', buys ? base : -base);
    this.move('USDT', buys ? -quote : quote);
    this.move(feeAsset, -fee);
    order.filledLots += lots;
    order.cumulativeQuoteUnits += quote;
    order.status = order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: VenueFill = {
      venueTradeId: `t${this.tradesBefore(order) + 1}`,
      venueOrderId: order.venueOrderId,
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      priceTicks: ticks,
      lots,
      feeAsset,
      feeUnits: fee,
      role: 'TAKER',
      executedAt: this.clock.now(),
    };
    this.fills.push(fill);
    this.tell({ kind: 'FILL', fill });
    this.tell({ kind: 'ORDER', order: { ...order } });
  }

  cancel(clientOrderId: string): VenueOrder | null {
    const order = this.orders.find((known) => known.clientOrderId === clientOrderId);
    if (order === undefined || (order.status !== 'NEW' && order.status !== 'PARTIALLY_FILLED')) return null;
    order.status = 'CANCELED';
    this.tell({ kind: 'ORDER', order: { ...order } });
    return { ...order };
  }

  private tell(event: VenueEvent): void {
    if (this.delivery === 'DROPPED') return;
    if (this.delivery === 'LATER') {
      this.later.unshift(event);
      return;
    }
    this.session?.emit(event);
    if (this.delivery === 'TWICE') this.session?.emit(event);
  }

  private move(asset: string, units: bigint): void {
    this.balance.set(asset, (this.balance.get(asset) ?? 0n) + units);
  }
}

/** One session of the fake venue; dead as soon as another was opened or its process crashed. */
export class FakeSession extends ExchangeSession {
  readonly venue = 'FAKE';
  readonly traits: VenueTraits;
  override amend?: ExchangeSession['amend'];
  override cancelAllAfter?: ExchangeSession['cancelAllAfter'];
  private listener: (event: VenueEvent) => void = () => undefined;
  private dead = false;

  constructor(private readonly at: FakeVenue) {
    super();
    this.traits = at.traits;
    if (at.traits.amend === 'NATIVE') this.amend = (request, approval) => this.change(request, approval);
    if (at.traits.countdown !== undefined) this.cancelAllAfter = (seconds) => this.countDown(seconds);
  }

  private async countDown(seconds: number): Promise<GatewayOutcome<null>> {
    this.at.countdowns.push(seconds);
    return confirmed(null, this.evidence('VENUE_ANSWER'));
  }

  /** By the script of the next placement. */
  private async change(request: AmendOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const script = this.at.nextPlacement;
    this.at.nextPlacement = 'ANSWER';
    await this.hop();
    const { accountId: account, orderId, symbol, side, lots, priceTicks, attempt, epoch } = request;
    const terms = { accountId: account, orderId, symbol, side, lots, quoteUnits: null, priceTicks };
    if (!request.isHeld()) return refused({ code: 'NOT_HELD', detail: '' }, this.evidence('NOT_SENT'));
    this.at.approvals.redeem(approval, { ...terms, attempt, epoch }, this.at.clock.monotonicMs());
    const lost = () => unknown({ code: 'TIMEOUT', detail: '' }, this.evidence('TRANSPORT'));
    const order = this.at.orders.find((known) => known.clientOrderId === request.clientOrderId);
    if (script === 'REFUSE' || order === undefined || !isOpen(order) || order.filledLots >= lots)
      return refused({ code: 'AMEND_REFUSED', detail: '' }, this.evidence('VENUE_ANSWER'));
    if (script === 'LOST_BEFORE') return lost();
    order.lots = lots;
    order.priceTicks = priceTicks;
    if (script === 'LOST_AFTER') return lost();
    return confirmed({ ...order }, this.evidence('VENUE_ANSWER'));
  }

  emit(event: VenueEvent): void {
    if (!this.dead) this.listener(event);
  }

  kill(): void {
    this.dead = true;
  }

  override venueClock() {
    const { clockOffsetMs, clockUncertaintyMs } = this.at;
    return {
      offsetMs: clockUncertaintyMs === null ? null : clockOffsetMs,
      uncertaintyMs: clockUncertaintyMs,
      isSafe: (windowMs: number) => clockUncertaintyMs !== null && clockUncertaintyMs <= windowMs / 4,
      distrust: () => undefined,
    };
  }

  override async obstacle(): Promise<OutcomeReason | null> {
    return this.at.obstacle;
  }

  async place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const script = this.at.nextPlacement;
    this.at.nextPlacement = 'ANSWER';
    await this.hop();
    const {
      accountId: account,
      orderId,
      symbol,
      side,
      lots,
      quoteUnits,
      priceTicks,
      attempt,
      epoch,
    } = request;
    const stopTicks = request.conditions?.stopTicks ?? null;
    const quantity = { lots, quoteUnits, priceTicks, stopTicks };
    const terms = { accountId: account, orderId, symbol, side, ...quantity, attempt, epoch };
    this.at.approvals.redeem(approval, terms, this.at.clock.monotonicMs());
    if (!request.isHeld()) return refused({ code: 'NOT_HELD', detail: '' }, this.evidence('NOT_SENT'));
    if (this.at.orders.some((order) => order.clientOrderId === request.clientOrderId && isOpen(order))) {
      return refused({ code: 'DUPLICATE_CLIENT_ORDER_ID', detail: '' }, this.evidence('VENUE_ANSWER'));
    }
    return this.answer(script, request);
  }

  private async answer(script: PlaceScript, request: PlaceOrderRequest): Promise<GatewayOutcome<VenueOrder>> {
    const lost = () => unknown({ code: 'TIMEOUT', detail: '' }, this.evidence('TRANSPORT'));
    if (script === 'REFUSE') return refused({ code: 'NO_FUNDS', detail: '' }, this.evidence('VENUE_ANSWER'));
    if (script === 'LOST_BEFORE') return lost();
    if (script === 'SWALLOWED') return new Promise(() => undefined);
    if (script === 'LATE') {
      this.at.delay(this.at.clock.now() + (this.traits.validityWindowMs ?? 0), () => this.at.accept(request));
      return lost();
    }
    const order = this.at.accept(request);
    if (script === 'LOST_AFTER') return lost();
    if (script === 'NEVER_ANSWERED') return new Promise(() => undefined);
    await this.hop();
    return confirmed(order, this.evidence('VENUE_ANSWER'));
  }

  async cancel(clientOrderId: string): Promise<GatewayOutcome<VenueOrder>> {
    const script = this.at.nextCancel;
    this.at.nextCancel = 'ANSWER';
    this.at.cancelsAsked.push(clientOrderId);
    await this.hop();
    const lost = () => unknown({ code: 'TIMEOUT', detail: '' }, this.evidence('TRANSPORT'));
    if (script === 'LOST_BEFORE') return lost();
    if (script === 'REFUSE')
      return refused({ code: 'MARKET_CLOSED', detail: 'Not now.' }, this.evidence('VENUE_ANSWER'));
    const order = this.at.cancel(clientOrderId);
    if (script === 'LOST_AFTER') return lost();
    if (order === null) return refused({ code: 'UNKNOWN_ORDER', detail: '' }, this.evidence('VENUE_ANSWER'));
    return confirmed(order, this.evidence('VENUE_ANSWER'));
  }

  async orderByClientId(clientOrderId: string): Promise<GatewayOutcome<VenueOrder | null>> {
    await this.hop();
    const order = this.at.orders.find((known) => known.clientOrderId === clientOrderId);
    return confirmed(order === undefined ? null : { ...order }, this.evidence('VENUE_ANSWER'));
  }

  async openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    await this.hop();
    return confirmed(
      this.at.orders.filter(isOpen).map((order) => ({ ...order })),
      this.evidence('VENUE_ANSWER'),
    );
  }

  async fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    await this.hop();
    const from = Number(cursor ?? 0);
    const fills = this.at.fills.slice(from, from + 3);
    return confirmed({ fills, cursor: String(from + fills.length) }, this.evidence('VENUE_ANSWER'));
  }

  override cursorAt(at: EpochMs): string {
    const first = this.at.fills.findIndex(({ executedAt }) => executedAt >= at);
    return String(first < 0 ? this.at.fills.length : first);
  }

  async balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    await this.hop();
    return confirmed(
      [...this.at.balance].map(([asset, freeUnits]) => ({ asset, freeUnits, lockedUnits: 0n })),
      this.evidence('VENUE_ANSWER'),
    );
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = () => undefined;
    };
  }

  async close(): Promise<void> {
    this.dead = true;
  }

  private async hop(): Promise<void> {
    await Promise.resolve();
    if (this.dead) await new Promise(() => undefined);
  }

  private evidence(kind: Evidence['kind']): Evidence {
    return { kind, detail: {}, at: this.at.clock.now() };
  }
}

function isOpen(order: VenueOrder): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

const BASE_TRAITS: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^[A-Za-z0-9_-]{1,36}$',
  validityWindowMs: 1_000,
  visibilityLagMs: 200,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: true,
  rateCosts: { place: 0, cancel: 0, query: 0 },
};

const LIMITS = {
  maxOrderNotional: '1000000',
  maxPositionNotional: '1000000',
  priceCollar: '0.05',
  maxOrdersPerSecond: 1000,
  marketBuffer: '0.02',
};

const TERMS: OrderRequest = {
  symbol: 'BTC/USDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.001',
  quoteQuantity: null,
  price: null,
  timeInForce: null,
  postOnly: false,
  clientOrderId: null,
  strategy: null,
  tags: [],
};

/** The prices of the one market, and who listens to them. */
export class FakePrices {
  ticks = MARK_TICKS;
  /** Price of the last trade; null until the script moves the market. */
  lastTicks: number | null = null;
  stale = false;
  private readonly listeners = new Map<(change: PriceChange) => void, Incarnation>();

  get listening(): number {
    return this.listeners.size;
  }

  move(ticks: number, asOf: EpochMs): void {
    this.ticks = ticks;
    this.lastTicks = ticks;
    const { stale } = this;
    for (const [listener, { alive }] of [...this.listeners]) {
      if (alive) listener({ bidTicks: ticks, askTicks: ticks, lastTicks: ticks, asOf, stale });
    }
  }

  listen(process: Incarnation, listener: (change: PriceChange) => void): () => void {
    this.listeners.set(listener, process);
    return () => this.listeners.delete(listener);
  }

  top(asOf: EpochMs) {
    const { ticks, stale } = this;
    return { bidTicks: ticks, bidLots: 1, askTicks: ticks, askLots: 1, ageMs: 0, stale, asOf };
  }

  mark(asOf: EpochMs) {
    return { priceUnits: BigInt(this.ticks) * instrument.tickUnits, asOf, stale: this.stale };
  }

  trades() {
    return this.lastTicks === null ? [] : [{ priceTicks: this.lastTicks } as Trade];
  }
}

/** One process that owns the account: everything in it is gone after a crash. */
interface Incarnation {
  account: TradingAccount;
  owned: OwnedAccount;
  timers: ManualTimers;
  alive: boolean;
}

/** An account, its venue and its database, with the power to pull the plug. */
export class ExecutionWorld {
  /** Whether this installation places orders on LIVE accounts. */
  liveTrading = true;
  /** Whether there is a price. */
  hasMarket = true;
  readonly prices = new FakePrices();
  /** What is known of the price of other markets; null: nothing. */
  readonly otherMarks = new Map<string, bigint | null>();
  /** The one market as the venue lists it now. */
  listed = instrument;
  /** Where the book is, when not at the mark. */
  touch: { bidTicks?: number; askTicks?: number } = {};
  /** Told of every step of the order path at which a process may end. */
  onStep: (step: KillStep) => void = () => undefined;
  /** Commits that are stored, and whose confirmation is lost. */
  losesConfirmation: (plan: CommitPlan) => boolean = () => false;
  /** What others traded, newest first. */
  trades: Trade[] = [];
  private held: Promise<void> = Promise.resolve();
  readonly clock = new ManualClock();
  readonly store = new FakeStore();
  readonly broken: Error[] = [];
  readonly venue: FakeVenue;
  private readonly authority = createApprovalAuthority();
  private readonly ids = new SequentialIds();
  /** The kill switches: they outlive the process, as the file and the database do. */
  readonly board = new KillSwitchBoard(this.clock, this.ids);
  private epoch = 0;
  private process: Incarnation | null = null;

  constructor(
    traits: Partial<VenueTraits> = {},
    private readonly limits: Partial<typeof LIMITS> = {},
    private readonly kind: AccountRow['kind'] = 'PAPER',
  ) {
    this.venue = new FakeVenue(
      this.clock,
      { ...BASE_TRAITS, ...traits },
      this.authority.check,
      () => this.prices.ticks,
    );
    if (kind === 'PAPER') this.fund();
  }

  get owned(): OwnedAccount {
    return this.current.owned;
  }

  async start(): Promise<void> {
    this.epoch += 1;
    const process: Incarnation = { timers: new ManualTimers(this.clock), alive: true } as Incarnation;
    const tools = this.tools(process.timers, process);
    const limits = () => parseRiskLimits({ ...LIMITS, ...this.limits });
    const switches = this.board.of({ tenantId, accountId, venue: 'FAKE' });
    const risk = new AccountRisk(this.authority.mint, limits, null, switches);
    const { kind } = this;
    const row = { account_id: accountId, tenant_id: tenantId, venue: 'FAKE', kind } as AccountRow;
    process.owned = new OwnedAccount(row, this.lease(process), this.portfolio(), risk, tools);
    const gateway = { venue: 'FAKE', open: async () => this.venue.open() } as unknown as ExchangeGateway;
    const cursor = await this.store.cursor();
    process.account = new TradingAccount(process.owned, gateway, cursor, tools, (error) =>
      this.broken.push(error),
    );
    this.process = process;
    await process.account.start();
  }

  /** The market trades at a price and stands there. */
  async move(ticks: number): Promise<void> {
    this.prices.move(ticks, this.clock.now());
    await turns();
  }

  /** kill -9: what was not committed never was; the venue goes on. */
  crash(): void {
    this.current.alive = false;
    this.venue.session?.kill();
    this.venue.session = null;
  }

  /** The state is given up, and the lease is kept. */
  close(reason: CloseReason): Promise<void> {
    return this.current.account.close(reason);
  }

  place(
    request: Partial<OrderRequest> = {},
    key: string | null = null,
    waitMs = 100,
    group: GroupRequest | null = null,
  ): Promise<PlaceOrderResult> {
    const limited = typeOnceTriggered(request.type ?? 'LIMIT') === 'LIMIT';
    const price = limited ? '60000' : null;
    const full: OrderRequest = { ...TERMS, price, ...request };
    const body = group === null ? full : { full, group };
    const once = { bodyHash: JSON.stringify(body), route: 'POST /api/orders', key };
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    const payload = { request: full, group, once, caller, waitMs };
    return this.current.account.execute('PlaceOrder', payload as never) as Promise<never>;
  }

  batch(
    requests: Partial<OrderRequest>[],
    cancels: OrderId[] = [],
    key: string | null = null,
  ): Promise<PlaceBatchResult> {
    const orders = requests.map((request) => {
      const price = request.type === 'MARKET' ? null : '60000';
      const full: OrderRequest = { ...TERMS, price, ...request };
      return { request: full, bodyHash: JSON.stringify(full) };
    });
    const once = { bodyHash: JSON.stringify({ orders, cancels }), route: 'POST /api/orders/batch', key };
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    const payload = { orders, cancels, once, caller, waitMs: 100 };
    return this.current.account.execute('PlaceBatch', payload as never) as Promise<never>;
  }

  preview(request: Partial<OrderRequest>): Promise<OrderPreview> {
    const full = { ...TERMS, ...request };
    return this.current.account.execute('PreviewOrder', { request: full } as never) as Promise<never>;
  }

  cancel(orderId: OrderId, waitMs = 100): Promise<CancelOrderResult> {
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    return this.current.account.execute('CancelOrder', {
      orderId,
      caller,
      waitMs,
    } as never) as Promise<never>;
  }

  /** Any other command of the account. */
  command<Result>(type: string, payload: object): Promise<Result> {
    return this.current.account.execute(type, payload as never) as Promise<never>;
  }

  cancelAll({ keepProtective }: { keepProtective: boolean }): Promise<CancelAllOrdersResult> {
    const once = { bodyHash: '', route: 'POST /api/orders/cancel-all', key: null };
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    const payload = { symbol: null, keepProtective, once, caller, waitMs: 100 };
    return this.current.account.execute('CancelAllOrders', payload as never) as Promise<never>;
  }

  sync(takeTransfers: boolean): Promise<SyncPortfolioResult> {
    const payload = { actor: 'usr_1', once: null, takeTransfers };
    return this.current.account.execute('SyncPortfolio', payload) as Promise<never>;
  }

  amend(orderId: OrderId, request: Partial<AmendRequest>, waitMs = 100): Promise<AmendOrderResult> {
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    const none = { quantity: null, price: null, expectedFilledQuantity: null, ifMatch: null };
    const payload = { orderId, request: { ...none, ...request }, caller, waitMs };
    return this.current.account.execute('AmendOrder', payload as never) as Promise<never>;
  }

  resolve(
    orderId: OrderId,
    outcome: 'NOT_ACCEPTED' | 'ADOPTED',
    venueOrderId: string | null = null,
  ): Promise<OrderView> {
    const caller = { tenantId, actor: 'usr_1', traceId: null };
    const payload = { orderId, outcome, venueOrderId, note: 'seen by hand', caller };
    return this.current.account.execute('ResolveOrder', payload as never) as Promise<never>;
  }

  /** What somebody who asks for a comparison is told. */
  reconcileNow(accept: AcceptedDifference[] = []): Promise<ReconcileNowResult> {
    const payload = { actor: 'usr_1', accept, waitMs: 100 };
    return this.current.account.execute('ReconcileNow', payload) as Promise<never>;
  }

  async reconcile(): Promise<void> {
    await this.current.account.reconcile();
  }

  /** Switches the account's kill switch, or releases it. */
  turn(mode: KillSwitch['mode'], overrides: Partial<KillSwitch> = {}): KillSwitch {
    const scope = { kind: 'ACCOUNT', value: accountId } as const;
    const order = { tenantId, scope, mode, reason: 'drill', actor: 'usr_1', traceId: null };
    const word = this.board.draft({ cancelOrders: false, ...order, ...overrides });
    this.board.take(word);
    return word;
  }

  /** Lets time pass and everything that is due happen. */
  async advance(ms: number): Promise<void> {
    await turns();
    for (let passed = 0; passed < ms; passed += 50) {
      await this.current.timers.advance(50);
      await turns();
    }
  }

  /** Faults over: everything under way arrives, windows pass, the sweep runs. */
  async calm(): Promise<void> {
    this.venue.nextPlacement = 'ANSWER';
    this.venue.nextCancel = 'ANSWER';
    this.venue.delivery = 'ONCE';
    this.venue.settle();
    await this.advance(15_000);
    await this.reconcile();
    await this.advance(1_000);
  }

  private get current(): Incarnation {
    if (this.process === null) throw new Error('not started');
    return this.process;
  }

  /** The database takes commits and confirms none, until the returned function is called. */
  holdCommits(): () => void {
    let release: () => void = () => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  private lease(process: Incarnation): AccountLease {
    const epoch = this.epoch;
    let last: Promise<unknown> = Promise.resolve();
    return {
      accountId,
      epoch,
      isHeld: () => process.alive,
      commit: (plan) => {
        const done = last.then(async (): Promise<Committed> => {
          await turns(3);
          await this.held;
          if (!process.alive) return new Promise<never>(() => undefined);
          this.store.write(plan);
          if (this.losesConfirmation(plan)) {
            throw new DomainError('DATABASE_OUTCOME_UNKNOWN', 'The connection broke after the commit.');
          }
          return { lastSequence: this.store.events.length, events: [] };
        });
        last = done.catch(() => undefined);
        return done;
      },
    };
  }

  private tools(timers: ManualTimers, process: Incarnation): ExecutionTools {
    return {
      clock: this.clock,
      ids: this.ids,
      timers,
      markets: {
        topOfBook: () => (this.hasMarket ? { ...this.prices.top(this.clock.now()), ...this.touch } : null),
        mark: (symbol) => (this.hasMarket ? this.markOf(symbol) : null),
        recentTrades: (_, limit) => [...this.prices.trades(), ...this.trades].slice(0, limit),
        onPrice: (_, listener) => this.prices.listen(process, listener),
        resolveSymbol: () => 'BTC/USDT',
        instrument: (symbol) => {
          if (symbol === 'BTC/USDT') return this.listed;
          throw new DomainError('UNKNOWN_SYMBOL', `There is no market ${symbol}.`);
        },
      },
      archive: this.store,
      executions: this.store,
      signals: new OrderSignals(),
      killPoint: { reach: (step) => this.onStep(step) },
      log: { warn: () => undefined, error: () => undefined },
      settings: {
        attemptWindowMs: () => 1_000,
        maxAttempts: () => 3,
        resendTtlMs: () => 10_000,
        liveTrading: () => this.liveTrading,
        reconcileIntervalMs: () => 5_000,
        tradeCheckIntervalMs: () => 900_000,
      },
      books: new FakeBooks(this.store),
      portfolioSync: new PortfolioSync(this.clock, this.ids, { unitsOf: () => 10n ** 8n }),
    };
  }

  private markOf(symbol: string) {
    const mark = this.prices.mark(this.clock.now());
    const priceUnits = this.otherMarks.get(symbol);
    return priceUnits === undefined ? mark : priceUnits === null ? null : { ...mark, priceUnits };
  }

  private fund(): void {
    const state = PortfolioState.empty(accountId, 'FAKE');
    for (const [asset, units] of this.venue.balance) {
      const plan = state.applyCash({
        fact: { kind: 'DEPOSIT', asset, units },
        transactionId: this.ids.next('ltx'),
        reference: `opening:${asset}`,
        occurredAt: this.clock.now(),
        memo: {},
      });
      this.store.write(plan);
    }
  }

  private portfolio(): PortfolioState {
    const balances = [...(this.store.rows.get('balance')?.values() ?? [])];
    const positions = [...(this.store.rows.get('position')?.values() ?? [])];
    return PortfolioState.load({
      accountId,
      venue: 'FAKE',
      balances: balances.map((row) => ({
        asset: row['asset'] as string,
        totalUnits: row['total'] as bigint,
      })),
      positions: positions.map((row) => ({
        symbol: row['symbol'] as string,
        positionSide: row['position_side'] as 'NET' | 'LONG' | 'SHORT',
        signedUnits: row['signed_quantity'] as bigint,
        costUnits: row['cost'] as bigint,
        realizedUnits: row['realized_pnl'] as bigint,
        feeUnits: row['fees'] as bigint,
        unvaluedFeeCount: Number(row['unvalued_fee_count']),
        fundingUnits: row['funding'] as bigint,
        openedAt: row['opened_at'] as number | null,
        updatedAt: row['updated_at'] as number,
      })),
      strategies: [],
    });
  }
}

/** Lets promises that are ready go on. */
export async function turns(count = 60): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}
