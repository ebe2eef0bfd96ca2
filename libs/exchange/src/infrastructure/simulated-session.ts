import type { Approval, ApprovalCheck, Clock } from '@sextant/kernel';
import type { ReportedFill, VenueOrderRecord, VenueReport, VenueSession } from '@sextant/venue';
import { PAPER_VENUE } from '@sextant/venue';
import { ExchangeSession } from '../domain/exchange-session.js';
import { confirmed } from '../domain/gateway-outcome.js';
import type { EvidenceDetail, GatewayOutcome } from '../domain/gateway-outcome.js';
import type {
  FillPage,
  PlaceOrderRequest,
  VenueBalance,
  VenueEvent,
  VenueFill,
  VenueOrder,
} from '../domain/venue-order.js';
import { failureOutcome, notSent, refusalOutcome } from './simulated-outcomes.js';
import { simulatedTraits } from './simulated-traits.js';

const CURSOR = /^\d{1,15}$/;

/** A paper account: our own exchange, in this process. Reports come before the answer to the call that caused them. */
export class SimulatedSession extends ExchangeSession {
  readonly venue = PAPER_VENUE;
  readonly traits = simulatedTraits;

  constructor(
    private readonly session: VenueSession,
    private readonly approvals: ApprovalCheck,
    private readonly clock: Clock,
    private readonly end: () => Promise<void>,
  ) {
    super();
  }

  async place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
    const stopTicks = request.conditions?.stopTicks ?? null;
    const terms = {
      accountId,
      orderId,
      symbol,
      side,
      lots,
      quoteUnits,
      priceTicks,
      stopTicks,
      attempt,
      epoch,
    };
    try {
      if (accountId !== this.session.accountId)
        throw new Error(`the session is of ${this.session.accountId}`);
      this.approvals.redeem(approval, terms, this.clock.monotonicMs());
    } catch (error) {
      return notSent('APPROVAL_REFUSED', (error as Error).message, this.clock.now());
    }
    const { clientOrderId, type, timeInForce, postOnly } = request;
    if ((type !== 'MARKET' && type !== 'LIMIT') || timeInForce === 'GTD') {
      return notSent('REQUEST_REFUSED', 'The paper venue watches no triggers.', this.clock.now());
    }
    const placement = {
      clientOrderId,
      symbol,
      side,
      type,
      timeInForce,
      postOnly,
      lots,
      quoteUnits,
      priceTicks,
    };
    return this.ask(async () => {
      const answer = await this.session.place(placement, () => request.isHeld());
      if (answer.kind === 'WITHDRAWN') {
        return notSent('LEASE_LOST', 'The account is not owned by this process any more.', this.clock.now());
      }
      return answer.kind === 'REFUSED'
        ? this.refusal(answer.refusal)
        : this.answered(venueOrder(answer.order));
    });
  }

  cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    return this.ask(async () => {
      const answer = await this.session.cancel(clientOrderId, symbol);
      if (answer.kind === 'ACCEPTED') return this.answered(venueOrder(answer.order));
      return this.refusal(answer.kind === 'REFUSED' ? answer.refusal : 'UNKNOWN_ORDER');
    });
  }

  orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    return this.ask(async () => {
      const order = await this.session.order(clientOrderId);
      return this.answered(order !== null && order.symbol === symbol ? venueOrder(order) : null);
    });
  }

  openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    return this.ask(async () => this.answered((await this.session.openOrders()).map(venueOrder)));
  }

  fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.ask(async () => {
      if (cursor !== null && !CURSOR.test(cursor)) throw new Error(`${cursor} is no cursor of this venue`);
      const page = await this.session.fillsAfter(Number(cursor ?? '0'));
      return this.answered({ fills: page.fills.map(venueFill), cursor: String(page.cursor) });
    });
  }

  balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    return this.ask(async () => this.answered(await this.session.balances()));
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    return this.session.reports.subscribe((report) => listener(venueEvent(report)));
  }

  close(): Promise<void> {
    return this.end();
  }

  private async ask<T>(call: () => Promise<GatewayOutcome<T>>): Promise<GatewayOutcome<T>> {
    try {
      return await call();
    } catch (error) {
      return failureOutcome(error, this.clock.now());
    }
  }

  private answered<T>(value: T, detail: EvidenceDetail = {}): GatewayOutcome<T> {
    return confirmed(value, { kind: 'VENUE_ANSWER', detail, at: this.clock.now() });
  }

  private refusal(name: Parameters<typeof refusalOutcome>[0]): GatewayOutcome<never> {
    return refusalOutcome(name, this.clock.now());
  }
}

function venueEvent(report: VenueReport): VenueEvent {
  return report.kind === 'FILL'
    ? { kind: 'FILL', fill: venueFill(report.fill) }
    : { kind: 'ORDER', order: venueOrder(report.order) };
}

function venueOrder(order: VenueOrderRecord): VenueOrder {
  const {
    clientOrderId,
    symbol,
    side,
    status,
    lots,
    filledLots,
    cumulativeQuoteUnits,
    priceTicks,
    updatedAt,
  } = order;
  const venueOrderId = String(order.number);
  return {
    clientOrderId,
    venueOrderId,
    symbol,
    side,
    status,
    lots,
    filledLots,
    cumulativeQuoteUnits,
    priceTicks,
    updatedAt,
  };
}

function venueFill({ order, trade, ticks, lots, feeAsset, feeUnits, role, at }: ReportedFill): VenueFill {
  return {
    venueTradeId: String(trade),
    venueOrderId: String(order.number),
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    priceTicks: ticks,
    lots,
    feeAsset,
    feeUnits,
    role,
    executedAt: at,
  };
}
