import type { JsonValue } from '@sextant/contracts';
import type { Approval, EpochMs, OrderId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { CommitRefused, idempotencyKeys, LeaseLost, write } from '@sextant/platform';
import type { CommitPlan, RowWrite } from '@sextant/platform';
import type { OrderIntent, ReserveDecision, RiskDecision, RiskFacts, Verdict } from '@sextant/risk';
import type { OrderConditions, OrderSnapshot, OrderTerms } from '../../domain/order-snapshot.js';
import { plainConditions } from '../../domain/plain-conditions.js';
import { isImmediate } from '../../domain/order-types.js';
import { Order } from '../../domain/order.js';
import { orderAttempts, orders } from '../account/account-tables.js';
import type { PlaceOrderPayload, PlaceOrderResult, RequestKey } from '../account/commands-of-account.js';
import { companionOrder, companionTerms, judgeCompanion } from '../waiting/companion-orders.js';
import type { Companion } from '../waiting/companion-orders.js';
import { closingConditions, isWholeClose, judgeWholeClose } from './closing-a-position.js';
import type { EntryBar } from './entry-bar.js';
import type { LiveOrder } from '../account/live-orders.js';
import { normaliseGroup } from '../terms/normalise-group.js';
import { normaliseOrder } from '../terms/normalise-order.js';
import type { NormalisedOrder } from '../requests/order-request.js';
import { orderRow } from '../account/order-rows.js';
import { orderView } from '../requests/order-view.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { PlanBuilder } from '../account/plan-builder.js';
import { reviveOrder } from '../account/revive-order.js';
import { denialReason, refusalOf } from './refusals.js';
import { sizedRequest, withSizing } from '../terms/sized-request.js';
import type { SendOrder } from './send-order.js';
import { notExecuted, sessionClosed } from '../account/session-closed.js';
import type { Settlements, Until } from '../account/settlements.js';
import { assertSameBody, inFlight, UsedKeys } from '../account/used-keys.js';
import type { VenueLink } from '../venue/venue-link.js';
import { waitsHere } from '../terms/venue-placement.js';
import type { WaitingOrders } from '../waiting/waiting-orders.js';

/** Number, epoch and end of an attempt. */
interface Fence {
  attempt: number;
  epoch: number;
  deadlineAt: EpochMs;
  /** The same by the monotonic clock. */
  deadlineMs: number;
}

type Decision = RiskDecision | ReserveDecision;

/** A request, and the execution that the order is a slice of. */
export type Submission = PlaceOrderPayload & { part?: PartOf };

export interface PartOf {
  executionId: string;
  /** Rows that go into the first commit of the order. */
  rows(orderId: OrderId): RowWrite[];
}

/** Makes an intent durable: by itself, or with others. */
type CommitIntent = (plan: CommitPlan, orderId: OrderId) => Promise<unknown>;

/** A new order from the request to the venue's verdict. */
export class SubmitOrder {
  private readonly keys = new UsedKeys();

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly settlements: Settlements,
    private readonly sendOrder: SendOrder,
    private readonly entryBar: EntryBar,
    private readonly tools: ExecutionTools,
    private readonly waiting: Pick<WaitingOrders, 'stored' | 'drop'>,
  ) {}

  /**
   * @throws DomainError for a request that is refused before risk (nothing is written), a denial (the rule's code) or
   * the venue's rejection (ORDER_REJECTED); the last two carry the `orderId`.
   */
  async submit(payload: Submission, commit: CommitIntent = this.alone): Promise<PlaceOrderResult> {
    const asked = this.entryBar.of(payload);
    const barred = asked === null ? null : await asked;
    const before = this.replayOf(payload);
    if (before !== null) return this.replayed(before);
    const orderId = this.tools.ids.next('ord');
    let wanted: { first: OrderTerms; others: OrderTerms[] };
    try {
      if (barred !== null) throw barred;
      wanted = this.terms(orderId, payload);
    } catch (refusal) {
      return this.replayedOr(refusal, payload);
    }
    const { first: terms, others } = wanted;
    const attempt = this.newAttempt();
    const instrument = this.tools.markets.instrument(terms.symbol);
    const market = this.account.market(terms.symbol);
    const intent = this.account.intent(orderId, terms, instrument);
    const facts = this.account.facts(terms.symbol, market);
    const { risk } = this.account;
    const companions = others.map((other) => judgeCompanion(other, this.account, instrument, facts));
    const against = companions.find(({ failed }) => failed !== null);
    const decision = deniedBy(against) ?? this.judge(terms, risk, intent, facts, attempt);
    const entry = this.entry(terms, raised(decision, companions), payload.once, attempt);
    const denied = decision.outcome === 'DENIED' ? decision.failed : null;
    const now = this.tools.clock.now();
    const legs = companions.map((companion) => companionOrder(companion, denied, instrument, now));
    const repeated = await this.store(entry, legs, decision, payload, attempt, commit);
    if (repeated !== null) return this.replayed(repeated);
    if (decision.outcome === 'DENIED') throw refusalOf(entry.order.snapshot, decision.failed);
    this.tools.killPoint.reach('K3');
    const settled = isWholeClose(terms) ? this.settlements.wait(orderId, 'TERMINAL', payload.waitMs) : null;
    for (const leg of [entry, ...legs]) this.waiting.stored(leg);
    if (decision.outcome === 'APPROVED') await this.sendAndWait(entry, decision.approval, payload.waitMs);
    await settled;
    if (this.account.closed) throw sessionClosed();
    const stored = entry.stored ?? entry.order.snapshot;
    if (stored.status === 'REJECTED') {
      await this.waiting.drop(legs);
      throw refusalOf(stored, null);
    }
    return { order: orderView(stored), replayed: false };
  }

  private readonly alone: CommitIntent = (plan) => this.account.lease.commit(plan);

  /** The order that the same request made before, as far as memory knows. */
  private replayOf({ once, request }: PlaceOrderPayload): OrderId | null {
    const used = this.keys.find(once);
    if (used !== null || request.clientOrderId === null) return used;
    const known = this.account.orders.byClientOrderId(request.clientOrderId);
    if (known === undefined) return null;
    assertSameBody(known.bodyHash, once, 'This clientOrderId', '/clientOrderId');
    if (known.stored === null) throw inFlight();
    return known.order.snapshot.orderId;
  }

  private async replayed(orderId: OrderId): Promise<PlaceOrderResult> {
    const known = this.account.orders.get(orderId)?.stored;
    const order = known ?? (await this.tools.archive.byOrderId(this.account.row.account_id, orderId))?.order;
    if (order === undefined) throw new Error(`order ${orderId} of a used key is gone`);
    return { order: orderView(order), replayed: true };
  }

  /**
   * A request that cannot be taken now may have been taken before, in another market or while the account was in
   * order: what was answered once is answered again. @throws the refusal when it was not
   */
  private async replayedOr(refusal: unknown, payload: PlaceOrderPayload): Promise<PlaceOrderResult> {
    const known = await this.knownOrder(payload, payload.request.clientOrderId);
    if (known === null) throw refusal;
    return this.replayed(known);
  }

  /** @throws DomainError; nothing has happened yet and nothing is written */
  private terms(
    orderId: OrderId,
    { request: asked, group = null, part }: Submission,
  ): { first: OrderTerms; others: OrderTerms[] } {
    const { account, tools } = this;
    if (!account.lease.isHeld() || account.closed) throw notExecuted();
    if (!account.reconciled) {
      const detail =
        account.haltedBecause ??
        'The account is being compared with its venue, or differs from it: GET /api/reconciliations says what was found.';
      throw new DomainError('ACCOUNT_NOT_RECONCILED', detail, {
        retryAfterMs: 1_000,
        outcome: 'NOT_EXECUTED',
      });
    }
    const symbol = tools.markets.resolveSymbol(asked.symbol, account.row.venue);
    const instrument = tools.markets.instrument(symbol);
    const { traits } = this.link;
    const moment = account.moment(symbol);
    const { request, sizing } = sizedRequest(asked, group, instrument, moment, account);
    const legs = group && normaliseGroup(request, group, instrument, traits, moment);
    const normalised = legs?.[0]?.order ?? normaliseOrder(request, instrument, traits, moment);
    const clientOrderId = (legs?.[0]?.request ?? request).clientOrderId ?? orderId;
    const { tickUnits, stepUnits } = instrument;
    const terms: OrderTerms = {
      orderId,
      accountId: account.row.account_id,
      clientOrderId,
      venue: account.row.venue,
      symbol,
      ...normalised,
      conditions: withSizing(
        part === undefined ? normalised.conditions : partConditions(normalised, part),
        sizing,
      ),
      tickUnits,
      stepUnits,
      strategy: request.strategy,
      tags: request.tags,
      origin: 'SEXTANT',
    };
    const placed = { ...terms, conditions: closingConditions(terms, instrument, account) };
    const wanted =
      group === null || legs === null
        ? { first: placed, others: [] }
        : companionTerms(terms, group.type, tools.ids.next('grp'), legs, tools.ids);
    for (const { clientOrderId: id } of [wanted.first, ...wanted.others]) {
      assertClientOrderId(id, traits.clientOrderIdPattern);
    }
    return wanted;
  }

  private judge(
    terms: OrderTerms,
    risk: OwnedAccount['risk'],
    intent: OrderIntent,
    facts: RiskFacts,
    attempt: Fence,
  ): Decision {
    if (!waitsHere(terms)) return risk.approve(intent, facts, attempt);
    if (isWholeClose(terms)) return judgeWholeClose(terms, intent, facts, this.account);
    return risk.reserve(intent, facts);
  }

  private newAttempt(): Fence {
    const { clock, settings } = this.tools;
    const windowMs = settings.attemptWindowMs();
    return {
      attempt: 1,
      epoch: this.account.lease.epoch,
      deadlineMs: clock.monotonicMs() + windowMs,
      deadlineAt: this.link.venueNow + windowMs,
    };
  }

  private entry(terms: OrderTerms, decision: Decision, once: RequestKey, attempt: Fence): LiveOrder {
    const now = this.tools.clock.now();
    return {
      order: newOrder(terms, decision, now),
      instrument: this.tools.markets.instrument(terms.symbol),
      bodyHash: once.bodyHash,
      fillKeys: new Set(),
      deadlineAt: attempt.deadlineAt,
      fencedFromMs: attempt.deadlineMs,
      epoch: attempt.epoch,
      sentIn: this.link.generation,
      awaited: null,
      stored: null,
      hasRow: false,
      resolving: false,
      missing: null,
    };
  }

  /**
   * The one durable commit of an intent: order with reservation, attempt with verdicts, key, event.
   * Returns the earlier order when the database knows the key or the client's id.
   */
  private async store(
    entry: LiveOrder,
    legs: readonly LiveOrder[],
    decision: Decision,
    payload: Submission,
    attempt: Fence,
    commit: CommitIntent,
  ): Promise<OrderId | null> {
    const { account, keys } = this;
    const { orderId } = entry.order.snapshot;
    const plan = this.plan(entry, legs, decision, payload, attempt);
    for (const each of [entry, ...legs]) {
      account.track(each);
      each.hasRow = true;
    }
    keys.begin(payload.once, orderId);
    this.tools.killPoint.reach('K2');
    try {
      await commit(plan, orderId);
      keys.commit(payload.once);
      for (const each of [entry, ...legs]) each.stored = each.order.snapshot;
      return null;
    } catch (error) {
      for (const each of [entry, ...legs]) account.forget(each);
      keys.free(payload.once);
      if (error instanceof LeaseLost) throw notExecuted();
      if (error instanceof CommitRefused) return this.earlier(error, payload, entry);
      throw error;
    }
  }

  private plan(
    entry: LiveOrder,
    legs: readonly LiveOrder[],
    decision: Decision,
    { once, caller, part }: Submission,
    attempt: Fence,
  ) {
    const { snapshot } = entry.order;
    const { accountId: account_id, orderId: order_id, createdAt: now } = snapshot;
    const plan = new PlanBuilder();
    plan.row(orders, orderRow(snapshot, entry.bodyHash));
    if (part !== undefined) plan.merge({ rows: part.rows(order_id), events: [], ledger: [] });
    if (decision.outcome !== 'RESERVED') {
      plan.row(orderAttempts, {
        account_id,
        order_id,
        attempt: attempt.attempt,
        decision: decision.outcome,
        epoch: attempt.epoch,
        decided_at: now,
        deadline_at: attempt.deadlineAt,
        verdicts: decision.verdicts as unknown as JsonValue,
      });
    }
    if (once.key !== null) {
      plan.merge({ rows: [this.keyRow(once, caller.tenantId, order_id, now)], events: [], ledger: [] });
    }
    const { actor, traceId } = caller;
    for (const { order } of legs) plan.row(orders, orderRow(order.snapshot, null));
    for (const { order } of [entry, ...legs]) {
      for (const event of order.pullEvents()) plan.event({ ...event, occurredAt: now, actor, traceId });
    }
    if (decision.outcome !== 'DENIED' && legs.length > 0) {
      const payload = groupPlaced([entry, ...legs].map(({ order }) => order.snapshot));
      plan.event({ type: 'OrderGroupPlaced', payload, occurredAt: now, actor, traceId });
    }
    if (decision.outcome === 'DENIED') {
      const payload = limitExceeded(order_id, snapshot.symbol, decision.failed);
      plan.event({ type: 'RiskLimitExceeded', payload, occurredAt: now, actor, traceId });
    }
    const built = plan.build();
    if (built === null) throw new Error('an intent without an event');
    return built;
  }

  private keyRow(
    once: RequestKey,
    tenant_id: PlaceOrderPayload['caller']['tenantId'],
    orderId: OrderId,
    now: EpochMs,
  ) {
    return write(idempotencyKeys, {
      tenant_id,
      route: once.route,
      key: once.key ?? '',
      account_id: this.account.row.account_id,
      body_hash: once.bodyHash,
      resource_id: orderId,
      status: 201,
      body: null,
      created_at: now,
    });
  }

  /** What the refused commit ran into: the order of an earlier request with the same key, or with the same id. */
  private async earlier(
    error: CommitRefused,
    payload: PlaceOrderPayload,
    entry: LiveOrder,
  ): Promise<OrderId> {
    const known = await this.knownOrder(payload, entry.order.snapshot.clientOrderId);
    if (known === null) throw error;
    return known;
  }

  /** The order that the database knows by the request's key, or by the client's id. @throws IDEMPOTENCY_KEY_REUSED */
  private async knownOrder(
    { once, caller }: PlaceOrderPayload,
    clientOrderId: string | null,
  ): Promise<OrderId | null> {
    const { archive } = this.tools;
    const used = once.key === null ? null : await archive.usedKey(caller.tenantId, once.route, once.key);
    if (used !== null) {
      assertSameBody(used.bodyHash, once, 'This Idempotency-Key');
      if (used.orderId !== null) return used.orderId;
    }
    if (clientOrderId === null) return null;
    const ids = { clientOrderId, venueOrderId: '', symbol: '' };
    const known = await archive.byVenueIds(this.account.row.account_id, ids);
    if (known === null) return null;
    assertSameBody(known.bodyHash, once, 'This clientOrderId', '/clientOrderId');
    await reviveOrder(ids, this.account, this.tools);
    return known.order.orderId;
  }

  private async sendAndWait(entry: LiveOrder, approval: Approval, waitMs: number): Promise<void> {
    const { orderId, type, timeInForce } = entry.order.snapshot;
    const until: Until = isImmediate(type, timeInForce) ? 'TERMINAL' : 'VERDICT';
    const settled = this.settlements.wait(orderId, until, waitMs);
    void this.sendOrder.send(entry, approval);
    await settled;
  }
}

function partConditions({ conditions }: NormalisedOrder, { executionId }: PartOf): OrderConditions {
  return { ...(conditions ?? plainConditions), executionId };
}

function newOrder(terms: OrderTerms, decision: Decision, now: EpochMs): Order {
  switch (decision.outcome) {
    case 'APPROVED':
      return Order.place(terms, decision.reservation, now);
    case 'RESERVED':
      return Order.arm(terms, decision.reservation, decision.verdicts as unknown as JsonValue, now);
    case 'DENIED':
      return Order.deny(terms, denialReason(decision.failed), now);
  }
}

function deniedBy(companion: Companion | undefined): Decision | null {
  if (companion === undefined || companion.failed === null) return null;
  return { outcome: 'DENIED', failed: companion.failed, verdicts: companion.verdicts };
}

/** Of orders of which one cancels the other the one that needs most decides what is set aside, once for both. */
function raised(decision: Decision, companions: readonly Companion[]): Decision {
  if (decision.outcome === 'DENIED' || companions.length === 0) return decision;
  const { asset, units } = decision.reservation;
  const most = companions.reduce((max, { needUnits }) => (needUnits > max ? needUnits : max), units);
  return { ...decision, reservation: { asset, units: most } };
}

function groupPlaced(legs: readonly OrderSnapshot[]) {
  const [first] = legs;
  const { groupId = '', type = '' } = first?.conditions?.group ?? {};
  return {
    groupId,
    type,
    symbol: first?.symbol ?? '',
    orders: legs.map(({ orderId, conditions }) => ({ orderId, leg: conditions?.group?.leg ?? '' })),
  };
}

const patterns = new Map<string, RegExp>();

/** A venue's pattern never changes, so there are as many as there are venues. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known;
}

function assertClientOrderId(clientOrderId: string, pattern: string): void {
  if (compiled(pattern).test(clientOrderId)) return;
  throw new DomainError(
    'CLIENT_ORDER_ID_INVALID',
    `The venue accepts client order ids that match ${pattern}.`,
    {
      pointer: '/clientOrderId',
      pattern,
    },
  );
}

function limitExceeded(orderId: OrderId, symbol: string, failed: Verdict) {
  const { rule, limit, value } = failed;
  return { orderId, symbol, rule, limit, value, detail: denialReason(failed).detail };
}
