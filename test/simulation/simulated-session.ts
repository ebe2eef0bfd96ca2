import { confirmed, ExchangeSession, refused, unknown } from '@sextant/exchange';
import type {
  AmendOrderRequest,
  Evidence,
  FillPage,
  GatewayOutcome,
  PlaceOrderRequest,
  VenueBalance,
  VenueClock,
  VenueEvent,
  VenueFill,
  VenueOrder,
  VenueTraits,
} from '@sextant/exchange';
import type { Approval, ApprovalCheck } from '@sextant/kernel';
import { requestFaults } from './chaos.js';
import type { Chaos, RequestFault } from './chaos.js';
import type { Host, Scheduler } from './scheduler.js';
import type { BookedOrder, Refusal, Trade, VenueBooks } from './venue-books.js';

/** How long a request waits for its answer before the gateway gives up. */
const ANSWER_TIMEOUT_MS = 600;
const FILLS_PER_PAGE = 3;
/** A placement that the gateway may not send, or a venue may refuse, does not lose its way as well. */
const QUERY_FAULTS = requestFaults.filter(
  (kind) => kind !== 'VENUE_REFUSES' && kind !== 'NOT_SENT' && kind !== 'NEVER_SETTLED',
);
const OPEN_FAULTS: readonly RequestFault[] = ['REQUEST_LOST', 'ANSWER_LOST'];

const refusals: Readonly<Record<Refusal, string>> = {
  DUPLICATE: 'DUPLICATE_CLIENT_ORDER_ID',
  OUTSIDE_WINDOW: 'TIMESTAMP_OUTSIDE_WINDOW',
  NO_FUNDS: 'INSUFFICIENT_BALANCE',
  WOULD_NOT_FILL: 'WOULD_NOT_FILL',
  UNKNOWN_ORDER: 'UNKNOWN_ORDER',
  NOT_AMENDABLE: 'FILTER_FAILURE',
};

/** AMEND: new terms for an order that is there. */
export type SentKind = 'PLACE' | 'AMEND';

/** What a session reaches: the venue, and the network between. */
export interface VenueAtOtherEnd {
  readonly scheduler: Scheduler;
  readonly chaos: Chaos;
  readonly approvals: ApprovalCheck;
  readonly books: VenueBooks;
  readonly traits: VenueTraits;
  /** Nothing gets through. */
  readonly away: boolean;
  accept(request: PlaceOrderRequest, signedAt: number): BookedOrder | Refusal;
  amend(request: AmendOrderRequest, signedAt: number): BookedOrder | Refusal;
  cancel(clientOrderId: string): BookedOrder | null;
  noteSent(request: PlaceOrderRequest | AmendOrderRequest, host: Host, kind: SentKind): void;
  coveredTerms(request: PlaceOrderRequest | AmendOrderRequest): Parameters<ApprovalCheck['redeem']>[1];
  monotonicMs(host: Host): number;
  running(host: Host): Promise<void>;
  isReplaced(session: SimulatedSession): boolean;
  leave(session: SimulatedSession): void;
  hop(): number;
  wayOf(fault: RequestFault | null): number;
}

/** One session of a process at the venue, over a network that does what the dice say. */
export class SimulatedSession extends ExchangeSession {
  readonly venue = 'SIM';
  readonly traits: VenueTraits;
  private listener: (event: VenueEvent) => void = () => undefined;
  private closed = false;

  constructor(
    private readonly at: VenueAtOtherEnd,
    readonly host: Host,
    readonly generation: number,
    /** How wrong its idea of the venue's clock is. */
    private readonly clockErrorMs: number,
  ) {
    super();
    this.traits = at.traits;
  }

  place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const act = (signedAt: number) => this.at.accept(request, signedAt);
    return this.submit(request, approval, 'PLACE', act, 'INSUFFICIENT_BALANCE');
  }

  override amend(request: AmendOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const act = (signedAt: number) => this.at.amend(request, signedAt);
    return this.submit(request, approval, 'AMEND', act, 'FILTER_FAILURE');
  }

  private async submit(
    request: PlaceOrderRequest | AmendOrderRequest,
    approval: Approval,
    kind: SentKind,
    act: (signedAt: number) => BookedOrder | Refusal,
    no: string,
  ): Promise<GatewayOutcome<VenueOrder>> {
    await this.at.running(this.host);
    const { at, host } = this;
    if (this.closed) return refused({ code: 'SESSION_CLOSED', detail: '' }, this.evidence('NOT_SENT'));
    try {
      at.approvals.redeem(approval, at.coveredTerms(request), at.monotonicMs(host));
    } catch (error) {
      const reason = { code: 'APPROVAL_REFUSED', detail: (error as Error).message };
      return refused(reason, this.evidence('NOT_SENT'));
    }
    if (!request.isHeld()) return refused({ code: 'LEASE_LOST', detail: '' }, this.evidence('NOT_SENT'));
    // There are few placements among the requests, and they are what matters most.
    const fault = at.chaos.draw(requestFaults) ?? at.chaos.draw(requestFaults);
    if (fault === 'NOT_SENT') {
      return refused({ code: 'VENUE_UNAVAILABLE', detail: '' }, this.evidence('NOT_SENT'));
    }
    at.noteSent(request, host, kind);
    return this.request(fault, (signedAt) => {
      if (at.isReplaced(this))
        return refused({ code: 'SESSION_REPLACED', detail: '' }, this.evidence('FENCE'));
      if (fault === 'VENUE_REFUSES') return this.refusal(no);
      return this.orderOrRefusal(act(signedAt));
    });
  }

  async cancel(clientOrderId: string): Promise<GatewayOutcome<VenueOrder>> {
    await this.at.running(this.host);
    if (this.closed) return refused({ code: 'SESSION_CLOSED', detail: '' }, this.evidence('NOT_SENT'));
    const fault = this.at.chaos.draw(requestFaults);
    if (fault === 'NOT_SENT') {
      return refused({ code: 'VENUE_UNAVAILABLE', detail: '' }, this.evidence('NOT_SENT'));
    }
    return this.request(fault, () => {
      if (this.at.isReplaced(this)) {
        return refused({ code: 'SESSION_REPLACED', detail: '' }, this.evidence('FENCE'));
      }
      if (fault === 'VENUE_REFUSES') return this.refusal('CANCEL_PENDING');
      const order = this.at.cancel(clientOrderId);
      return order === null ? this.refusal('UNKNOWN_ORDER') : confirmed(orderOf(order), this.answered());
    });
  }

  orderByClientId(clientOrderId: string): Promise<GatewayOutcome<VenueOrder | null>> {
    return this.query(() => {
      const order = this.at.books.shown(clientOrderId);
      return order === null ? null : orderOf(order);
    });
  }

  openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    return this.query(() => this.at.books.open().map(orderOf));
  }

  fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.query(() => {
      const from = Number(cursor ?? 0);
      const trades = this.at.books.tradesFrom(from, this.at.chaos.random.int(1, FILLS_PER_PAGE));
      const fills = trades.map((trade) => fillOf(trade));
      return { fills, cursor: String(from + fills.length) };
    });
  }

  balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    return this.query(() =>
      [...this.at.books.totals.keys()].map((asset) => {
        const freeUnits = this.at.books.free(asset);
        return { asset, freeUnits, lockedUnits: this.at.books.total(asset) - freeUnits };
      }),
    );
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = () => undefined;
    };
  }

  /** As well as the last look at the venue's clock could tell. */
  override venueClock(): VenueClock {
    return {
      offsetMs: this.clockErrorMs - this.at.scheduler.wallOffsetMs,
      uncertaintyMs: Math.abs(this.clockErrorMs),
      isSafe: () => true,
      distrust: () => undefined,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.at.leave(this);
  }

  /** A message of the venue has come. */
  hear(event: VenueEvent): void {
    if (!this.closed) this.listener(event);
  }

  private async query<T>(answer: () => T): Promise<GatewayOutcome<T>> {
    await this.at.running(this.host);
    if (this.closed) return refused({ code: 'SESSION_CLOSED', detail: '' }, this.evidence('NOT_SENT'));
    const fault = this.at.chaos.draw(QUERY_FAULTS);
    return this.request(fault, () => {
      if (this.at.isReplaced(this)) {
        return refused({ code: 'SESSION_REPLACED', detail: '' }, this.evidence('FENCE'));
      }
      return confirmed(answer(), this.answered());
    });
  }

  /** Sends a request, and settles as the gateway does: with the venue's answer, or with what is left without one. */
  private request<T>(
    fault: RequestFault | null,
    act: (signedAt: number) => GatewayOutcome<T>,
  ): Promise<GatewayOutcome<T>> {
    const { at, host } = this;
    const signedAt = at.scheduler.trueWallMs + this.clockErrorMs;
    return new Promise((resolve) => {
      let settled = fault === 'NEVER_SETTLED';
      const settle = (outcome: GatewayOutcome<T>) => {
        if (settled) return;
        settled = true;
        resolve(outcome);
      };
      at.scheduler.at(ANSWER_TIMEOUT_MS, () => settle(this.silence('TIMEOUT')), host);
      if (fault === 'REQUEST_LOST' || (at.away && fault !== 'REQUEST_LATE')) return;
      const back = (outcome: GatewayOutcome<T>) =>
        at.scheduler.at(at.hop(), () => settle(this.received(fault, outcome)), host);
      if (fault === 'ERROR_BEFORE' || fault === 'RATE_LIMITED') {
        back(fault === 'RATE_LIMITED' ? this.refusal('RATE_LIMITED') : this.silence('VENUE_ERROR'));
        return;
      }
      at.scheduler.at(at.wayOf(fault), () => {
        const outcome = act(signedAt);
        if (fault !== 'ANSWER_LOST') back(outcome);
      });
    });
  }

  private received<T>(fault: RequestFault | null, outcome: GatewayOutcome<T>): GatewayOutcome<T> {
    if (fault === 'ERROR_AFTER') return this.silence('VENUE_ERROR');
    if (fault === 'ANSWER_GARBLED') return this.silence('UNREADABLE_ANSWER');
    return outcome;
  }

  private orderOrRefusal(answer: BookedOrder | Refusal): GatewayOutcome<VenueOrder> {
    return typeof answer === 'string'
      ? this.refusal(refusals[answer])
      : confirmed(orderOf(answer), this.answered());
  }

  private refusal(code: string): GatewayOutcome<never> {
    return refused({ code, detail: '' }, this.answered());
  }

  private silence(code: string): GatewayOutcome<never> {
    return unknown({ code, detail: '' }, this.evidence('TRANSPORT'));
  }

  private answered(): Evidence {
    return this.evidence('VENUE_ANSWER');
  }

  private evidence(kind: Evidence['kind']): Evidence {
    return { kind, detail: {}, at: this.at.scheduler.trueWallMs };
  }

  static readonly openFaults = OPEN_FAULTS;
}

/** The venue's order as the port shows it. */
export function orderOf(order: BookedOrder): VenueOrder {
  return {
    clientOrderId: order.clientId,
    venueOrderId: order.venueId,
    symbol: order.symbol,
    side: order.side,
    status: order.state,
    lots: order.lots,
    filledLots: order.filledLots,
    cumulativeQuoteUnits: order.filledQuoteUnits,
    priceTicks: order.priceTicks,
    updatedAt: order.changedAt,
  };
}

export function fillOf(trade: Trade): VenueFill {
  return {
    venueTradeId: trade.tradeId,
    venueOrderId: trade.venueId,
    clientOrderId: trade.clientId,
    symbol: trade.symbol,
    side: trade.side,
    priceTicks: trade.priceTicks,
    lots: trade.lots,
    feeAsset: trade.feeAsset,
    feeUnits: trade.feeUnits,
    role: 'TAKER',
    executedAt: trade.at,
  };
}
