import type { OrderId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { Cancel, CommitPlan, RowWrite } from '@sextant/platform';
import { committedLots, filledLots, isLive } from '../../domain/executions/child-order.js';
import type { ChildOrder } from '../../domain/executions/child-order.js';
import type { Done, Execution } from '../../domain/executions/execution.js';
import { nextAction } from '../../domain/executions/next-action.js';
import type { NextAction } from '../../domain/executions/next-action.js';
import type { ExecutionTrigger } from '../../domain/executions/execution-status.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { Caller } from '../account/commands-of-account.js';
import type { EntryBar } from '../submission/entry-bar.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { SubmitOrder } from '../submission/submit-order.js';
import type { VenueLink } from '../venue/venue-link.js';
import type { SentSlice } from './execution-archive.js';
import { executionChangeRow } from './execution-rows.js';
import { executionChanges, executionSlices } from './execution-tables.js';
import { MarketVolume } from './market-volume.js';
import { hidesAtVenue, smallestLots } from './plan-slices.js';
import { SentSlices } from './sent-slices.js';
import { judgeSlice, sliceOrder } from './slice-order.js';

/** What working off slices takes of the account. */
export interface ExecutionDesk {
  account: OwnedAccount;
  link: VenueLink;
  inbox: OrderInbox;
  submitOrder: SubmitOrder;
  cancelOrder: CancelLiveOrder;
  entryBar: EntryBar;
  tools: ExecutionTools;
}

/** How often it looks at the market, and again at what keeps it. */
const LOOK_MS = 1_000;
/** A wait that is over sooner is not worth an event. */
const WORTH_TELLING_MS = 2_000;
/** A timer takes no more than 24 days, and a clock may be set. */
const LONGEST_SLEEP_MS = 3_600_000;
const WHOLE_BPS = 10_000;

type Send = Extract<NextAction, { do: 'SEND' }>;
type Wait = Extract<NextAction, { do: 'WAIT' }>;

/**
 * One execution in the process that owns its account: asks what is next and does it, one step at a time. Its slices are
 * known by their orders alone, so that a restart goes on exactly where the last commit was.
 */
export class RunningExecution {
  readonly slices: SentSlices;
  private readonly volume: MarketVolume;
  private stopTimer: Cancel = () => undefined;
  private stopListening: (() => void)[] = [];
  private isStepping = false;
  private isDue = false;
  /** What keeps it, and since when; told once it has lasted. */
  private held: { code: string; since: number } | null = null;
  /** Traded since the last slice was sent, and while a POV could have followed. */
  private observedLots = 0;
  private followedLots = 0;
  private lastCancel = { slice: -1, atMs: 0 };
  private readonly committedAtStart: number;

  constructor(
    readonly execution: Execution,
    sent: readonly SentSlice[],
    private readonly desk: ExecutionDesk,
    private readonly onClosed: () => void,
  ) {
    this.slices = new SentSlices(sent, desk.account.orders);
    this.volume = new MarketVolume(desk.tools.markets, execution.snapshot.symbol);
    this.committedAtStart = committedLots(this.slices.children());
    desk.tools.markets.follow?.(execution.snapshot.symbol);
  }

  done(): Done {
    const children = this.slices.children();
    return { filledLots: filledLots(children), hasLiveChild: children.some(isLive) };
  }

  /** Something changed: looks what is next. */
  wake(): void {
    this.isDue = true;
    if (!this.isStepping) void this.run();
  }

  stop(): void {
    this.stopTimer();
    for (const stop of this.stopListening.splice(0)) stop();
  }

  /** A change of ours with its events, as one plan. */
  planOf(caller: Pick<Caller, 'actor' | 'traceId'> | null, now: number): CommitPlan {
    const { actor = null, traceId = null } = caller ?? {};
    const events = this.execution.pullEvents();
    return {
      rows: events.length === 0 ? [] : [this.changedRow()],
      events: events.map((event) => ({ ...event, occurredAt: now, actor, traceId })),
      ledger: [],
    };
  }

  private async run(): Promise<void> {
    this.isStepping = true;
    while (this.isDue && !this.desk.account.closed) {
      this.isDue = false;
      await this.step().catch((error: Error) => {
        if (this.desk.account.closed) return;
        const { executionId } = this.execution.snapshot;
        this.desk.tools.log.warn('A step of an execution failed', { executionId, error: error.message });
        this.lookAgainAt(this.desk.tools.clock.now() + LOOK_MS);
      });
    }
    this.isStepping = false;
  }

  private async step(): Promise<void> {
    this.stop();
    const { tools } = this.desk;
    const now = tools.clock.now();
    const seenLots = this.volume.look();
    this.observedLots += seenLots;
    if (this.execution.snapshot.status === 'RUNNING' && this.held === null) this.followedLots += seenLots;
    const action = this.next(now);
    switch (action.do) {
      case 'WAIT':
        return this.wait(action, now);
      case 'SEND':
        return this.send(action, now);
      case 'CANCEL':
        return this.cancelSlice(action.slice, now);
      case 'START':
        return this.start();
      case 'COMPLETE':
        return this.store('COMPLETE', (at) => this.execution.complete(action.reason, this.done(), at));
      case 'FAIL':
        return this.store('FAIL', (at) => this.execution.fail(action.reason, this.done(), at));
      case 'CLOSE':
        return this.store(null, (at) => this.execution.close(this.done(), at));
    }
  }

  private next(now: number): NextAction {
    const { account, tools } = this.desk;
    const execution = this.execution.snapshot;
    const children = this.slices.children();
    const view = account.market(execution.symbol);
    const market = view && { bidTicks: view.bidTicks, askTicks: view.askTicks, stale: view.stale };
    const minLotsAt = (ticks: number) => smallestLots(tools.markets.instrument(execution.symbol), ticks);
    const maxLots = () => tools.markets.instrument(execution.symbol).maxLots;
    const rules = {
      minLotsAt,
      get maxLots() {
        return maxLots();
      },
    };
    const hides = hidesAtVenue(execution, this.desk.link.traits);
    const state = {
      execution,
      children,
      rules,
      allowedLots: this.allowedLots(children),
      hidesAtVenue: hides,
    };
    return nextAction(state, market, now);
  }

  /** Its share of the volume that it followed, less what it has sent of that. Volume of before a restart is not chased. */
  private allowedLots(children: readonly ChildOrder[]): number {
    const { participationBps, lots } = this.execution.snapshot;
    if (participationBps === null) return lots;
    const share = Number((BigInt(this.followedLots) * BigInt(participationBps)) / BigInt(WHOLE_BPS));
    return share - (committedLots(children) - this.committedAtStart);
  }

  private wait({ until, waitingFor }: Wait, now: number): Promise<void> | void {
    this.listen();
    const running = this.execution.snapshot.status === 'RUNNING' || waitingFor !== null;
    const soonest = running ? now + LOOK_MS : null;
    const at = Math.min(until ?? Infinity, soonest ?? Infinity);
    if (at !== Infinity) this.lookAgainAt(at);
    if (waitingFor === null) {
      this.held = null;
      return;
    }
    return this.holdBack(waitingFor, now);
  }

  /** The order of a slice, through the same path as any other. What it stands on is asked first, so that risk denies none. */
  private async send(sent: Send, now: number): Promise<void> {
    const { account, link, submitOrder, tools } = this.desk;
    const { slice } = sent;
    const terms = this.execution.snapshot;
    const instrument = tools.markets.instrument(terms.symbol);
    const { verdicts } = judgeSlice(terms, sent, account, instrument);
    const failed = verdicts.find(({ passed }) => !passed);
    if (failed !== undefined) return this.keepBack(failed.rule, now);
    const request = sliceOrder(sent, terms, instrument, link.traits);
    const clientOrderId = request.clientOrderId ?? '';
    const observedLots = this.observedLots;
    const told: { refusal: string | null } = { refusal: null };
    const result = await submitOrder
      .submit({
        request,
        once: { bodyHash: `slice ${clientOrderId}`, route: terms.executionId, key: null },
        caller: { tenantId: account.row.tenant_id, actor: null, traceId: null },
        waitMs: 0,
        part: {
          executionId: terms.executionId,
          rows: (orderId) => this.sliceRows(slice, orderId, observedLots, now),
        },
      })
      .catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        told.refusal = error.code;
        return null;
      });
    this.held = null;
    if (await this.take(slice, clientOrderId, result?.order.id ?? null, now)) {
      this.observedLots -= observedLots;
      return this.wake();
    }
    tools.log.warn('A slice was not taken', { slice, code: told.refusal });
    return this.keepBack(told.refusal ?? 'SLICE_NOT_TAKEN', now);
  }

  /** Files the order of a slice, if there is one. */
  private async take(slice: number, clientOrderId: string, known: OrderId | null, now: number) {
    const { account, tools } = this.desk;
    const live = account.orders.byClientOrderId(clientOrderId)?.order.snapshot;
    const stored =
      live === undefined && known !== null
        ? (await tools.archive.byOrderId(account.row.account_id, known))?.order
        : undefined;
    const order = live ?? stored;
    if (order === undefined || order.conditions?.executionId !== this.execution.snapshot.executionId)
      return false;
    this.slices.add({ slice, sentAt: now, observedLots: this.observedLots, order });
    return true;
  }

  private sliceRows(slice: number, orderId: OrderId, observedLots: number, now: number): RowWrite[] {
    const { accountId, executionId } = this.execution.snapshot;
    const wasWaiting = this.execution.snapshot.waiting !== null;
    this.execution.goOn(now);
    const row = write(executionSlices, {
      account_id: accountId,
      execution_id: executionId,
      slice,
      order_id: orderId,
      observed_lots: observedLots,
      sent_at: now,
    });
    return wasWaiting ? [row, this.changedRow()] : [row];
  }

  private cancelSlice(slice: number, now: number): void {
    const entry = this.slices.entryOf(slice);
    this.listen();
    this.lookAgainAt(now + LOOK_MS);
    // A venue that refused a cancellation is not asked again at once; by a clock that nobody sets.
    const { lastCancel } = this;
    const nowMs = this.desk.tools.clock.monotonicMs();
    if (entry === null || (lastCancel.slice === slice && nowMs < lastCancel.atMs + LOOK_MS)) return;
    this.lastCancel = { slice, atMs: nowMs };
    void this.desk.cancelOrder.cancel(entry, { actor: null, traceId: null }, 0);
  }

  private async start(): Promise<void> {
    const { account, tools } = this.desk;
    const { symbol } = this.execution.snapshot;
    const mark = account.market(symbol)?.markUnits ?? tools.markets.mark(symbol)?.priceUnits;
    if (mark === undefined) return this.lookAgainAt(tools.clock.now() + LOOK_MS);
    return this.store('START', (at) => this.execution.start(mark, at));
  }

  /** Keeps to itself what is over soon. */
  private async holdBack(code: string, now: number): Promise<void> {
    if (this.held?.code !== code) this.held = { code, since: now };
    const { since } = this.held;
    if (now - since < WORTH_TELLING_MS || this.execution.snapshot.waiting?.code === code) return;
    const { inbox } = this.desk;
    const plan = (at: number) => {
      this.execution.waitFor(code, since, at);
      return this.planOf(null, at);
    };
    await inbox.pushAndWait({ kind: 'PLAN', plan });
  }

  private keepBack(code: string, now: number): Promise<void> {
    this.listen();
    this.lookAgainAt(now + LOOK_MS);
    return this.holdBack(code, now);
  }

  /** Stores what becomes of the execution, unless somebody else's change came first; and looks what comes then. */
  private async store(trigger: ExecutionTrigger | null, change: (now: number) => void): Promise<void> {
    await this.desk.inbox.pushAndWait({
      kind: 'PLAN',
      plan: (now) => {
        if (trigger === null || this.execution.can(trigger)) change(now);
        return this.planOf(null, now);
      },
    });
    if (this.execution.snapshot.closedAt === null) return this.wake();
    this.stop();
    this.onClosed();
  }

  private listen(): void {
    const { signals } = this.desk.tools;
    for (const { order } of this.slices.now()) {
      if (order.closedAt === null)
        this.stopListening.push(signals.onChange(order.orderId, () => this.wake()));
    }
  }

  private lookAgainAt(at: number): void {
    const { timers, clock } = this.desk.tools;
    this.stopTimer();
    const delayMs = Math.max(0, Math.min(at - clock.now(), LONGEST_SLEEP_MS));
    this.stopTimer = timers.setTimer(delayMs, () => this.wake());
  }

  private changedRow(): RowWrite {
    return write(executionChanges, executionChangeRow(this.execution.snapshot));
  }
}
