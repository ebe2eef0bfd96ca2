import type {
  AmendOrderRequest,
  ExchangeGateway,
  PlaceOrderRequest,
  VenueEvent,
  VenueTraits,
} from '@sextant/exchange';
import type { ApprovalCheck, Instrument } from '@sextant/kernel';
import { matchingFaults, streamFaults } from './chaos.js';
import type { Chaos, RequestFault } from './chaos.js';
import type { Host, Scheduler } from './scheduler.js';
import { fillOf, orderOf, SimulatedSession } from './simulated-session.js';
import type { SentKind, VenueAtOtherEnd } from './simulated-session.js';
import { VenueBooks } from './venue-books.js';
import type { BookedOrder, Market, News, Refusal, VenueRules } from './venue-books.js';

/** Bytes of a placement that left a process: what the venue could have received. */
export interface Sent {
  atMs: number;
  host: Host;
  epoch: number;
  orderId: string;
  clientOrderId: string;
  attempt: number;
  kind: SentKind;
  lots: number | null;
}

/** How the exchange behaves towards the platform: its books' rules, and what the adapter declares of them. */
export interface VenueCharacter {
  rules: VenueRules;
  absenceProof: VenueTraits['absenceProof'];
  pushesOwnEvents: boolean;
  /** REPLACE: it changes nothing of an order. DOWN: its quantity, to less. ANY: quantity and price. */
  amend?: 'REPLACE' | 'DOWN' | 'ANY';
  /** It ends orders by itself when their time is over. */
  endsByTime?: boolean;
}

/** Where a request never expires: how late one may still arrive. */
const LATE_MS = 8_000;

/** The exchange and the network to it. It outlives every process. */
export class SimulatedVenue implements VenueAtOtherEnd {
  readonly books: VenueBooks;
  readonly sent: Sent[] = [];
  readonly traits: VenueTraits;
  away = false;
  private readonly sessions = new Set<SimulatedSession>();
  private opened = 0;

  constructor(
    readonly scheduler: Scheduler,
    readonly chaos: Chaos,
    readonly approvals: ApprovalCheck,
    private readonly character: VenueCharacter,
    markets: ReadonlyMap<string, Market>,
    private readonly note: (line: string) => void,
  ) {
    const rules: VenueRules = { ...character.rules };
    if (character.amend === 'DOWN' || character.amend === 'ANY') rules.amends = character.amend;
    this.books = new VenueBooks(rules, markets, () => scheduler.trueWallMs);
    this.books.onNews = (news) => this.tell(news);
    this.traits = traitsOf(character);
  }

  gateway(host: Host, instruments: readonly Instrument[]): ExchangeGateway {
    return {
      venue: 'SIM',
      traits: this.traits,
      instruments: async () => [...instruments],
      serverTime: async () => this.scheduler.trueWallMs,
      open: () => this.open(host),
    };
  }

  accept(request: PlaceOrderRequest, signedAt: number): BookedOrder | Refusal {
    const { clientOrderId, symbol, side, type, timeInForce, lots, quoteUnits, priceTicks } = request;
    const expiresAt = request.conditions?.expiresAt ?? null;
    const terms = { symbol, side, type, timeInForce, lots, quoteUnits, priceTicks, expiresAt };
    const answer = this.books.place(
      { by: 'PLATFORM', clientId: clientOrderId, ...terms },
      signedAt,
      this.greed(),
    );
    this.note(`venue ${clientOrderId} ${typeof answer === 'string' ? answer : answer.venueId}`);
    if (expiresAt !== null && typeof answer !== 'string') this.endInTime(answer.venueId, symbol, expiresAt);
    return answer;
  }

  amend(request: AmendOrderRequest, signedAt: number): BookedOrder | Refusal {
    const { clientOrderId, venueOrderId, symbol, lots, priceTicks } = request;
    const name = { venueId: venueOrderId, symbol };
    const answer = this.books.amend(name, { lots, priceTicks }, signedAt, this.greed());
    this.note(`venue amends ${clientOrderId} to ${lots}: ${typeof answer === 'string' ? answer : 'done'}`);
    return answer;
  }

  private endInTime(venueId: string, symbol: string, expiresAt: number): void {
    this.scheduler.at(Math.max(0, expiresAt - this.scheduler.trueWallMs), () => {
      const order = this.books.orders.find((one) => one.venueId === venueId && one.symbol === symbol);
      if (order !== undefined) this.end(order, 'EXPIRED');
    });
  }

  cancel(clientOrderId: string): BookedOrder | null {
    const order = this.books.orders.findLast(({ clientId }) => clientId === clientOrderId);
    if (order === undefined || !this.end(order, 'CANCELED')) return null;
    return { ...order };
  }

  /** Ends an order; what was being matched at that moment may still come. */
  end(order: BookedOrder, state: 'CANCELED' | 'EXPIRED'): boolean {
    if (!this.books.end(order, state)) return false;
    this.note(`venue ends ${order.venueId} of ${order.clientId}: ${state}`);
    if (this.chaos.draw(matchingFaults) !== null) {
      const lots = Math.ceil((order.lots ?? 0) * this.chaos.random.pick([0.1, 0.5, 1]));
      this.scheduler.at(this.chaos.random.int(0, 400), () => this.books.fillLate(order, lots));
    }
    return true;
  }

  noteSent(request: PlaceOrderRequest | AmendOrderRequest, host: Host, kind: SentKind): void {
    const { orderId, clientOrderId, attempt, epoch, lots } = request;
    const atMs = this.scheduler.nowMs;
    this.sent.push({ atMs, host, epoch, orderId, clientOrderId, attempt, kind, lots });
    this.note(`${host.name} sends ${clientOrderId} #${attempt}${kind === 'AMEND' ? ', amended' : ''}`);
  }

  /** What an approval covers of a request. */
  coveredTerms(request: PlaceOrderRequest | AmendOrderRequest): Parameters<ApprovalCheck['redeem']>[1] {
    const { accountId, orderId, symbol, side, lots, priceTicks, attempt, epoch } = request;
    const quoteUnits = 'quoteUnits' in request ? request.quoteUnits : null;
    const stopTicks = 'conditions' in request ? (request.conditions?.stopTicks ?? null) : null;
    return { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks, attempt, epoch };
  }

  monotonicMs(host: Host): number {
    return this.scheduler.nowMs + host.monotonicOffsetMs;
  }

  /** Goes on when the process does: never for a dead one. */
  running(host: Host): Promise<void> {
    if (!host.alive) return new Promise(() => undefined);
    if (!host.paused) return Promise.resolve();
    return new Promise((resolve) => host.waiting.push(resolve));
  }

  /** Where only a new session proves anything, the older ones can do nothing more. */
  isReplaced(session: SimulatedSession): boolean {
    return this.character.absenceProof === 'AFTER_REOPEN' && session.generation < this.opened;
  }

  leave(session: SimulatedSession): void {
    this.sessions.delete(session);
  }

  hop(): number {
    return this.chaos.random.int(1, 15);
  }

  /** How long the request is under way. */
  wayOf(fault: RequestFault | null): number {
    const windowMs = this.character.rules.windowMs ?? LATE_MS;
    if (fault === 'REQUEST_DELAYED') return this.chaos.random.int(300, windowMs);
    return fault === 'REQUEST_LATE' ? this.chaos.random.int(windowMs + 1, 2 * windowMs) : this.hop();
  }

  private async open(host: Host): Promise<SimulatedSession> {
    await this.running(host);
    const lost = this.chaos.draw(SimulatedSession.openFaults) !== null || this.away;
    await new Promise<void>((resolve) => void this.scheduler.at(this.hop(), resolve, host));
    if (lost) throw new Error('the venue does not answer');
    this.opened += 1;
    const most = Math.floor((this.character.rules.windowMs ?? 0) / 4);
    const session = new SimulatedSession(this, host, this.opened, this.chaos.random.int(-most, most));
    this.sessions.add(session);
    this.note(`${host.name} opens session ${this.opened}`);
    return session;
  }

  private tell(news: News): void {
    this.note(news.kind === 'TRADE' ? `venue trades ${news.trade.lots} of ${news.trade.venueId}` : '');
    if (!this.character.pushesOwnEvents) return;
    const event: VenueEvent =
      news.kind === 'TRADE'
        ? { kind: 'FILL', fill: fillOf(news.trade) }
        : { kind: 'ORDER', order: orderOf(news.order) };
    for (const session of this.sessions) this.deliver(session, event);
  }

  private deliver(session: SimulatedSession, event: VenueEvent): void {
    const fault = this.chaos.draw(streamFaults);
    if (fault === 'MESSAGE_LOST' || this.away || this.isReplaced(session)) return;
    const { random } = this.chaos;
    const delay = { MESSAGE_LATE: random.int(500, 6_000), MESSAGES_REORDERED: random.int(1, 80) };
    const inMs = fault === null || fault === 'MESSAGE_TWICE' ? 5 : delay[fault];
    const hear = () => session.hear(event);
    this.scheduler.at(inMs, hear, session.host);
    if (fault === 'MESSAGE_TWICE') this.scheduler.at(random.int(5, 900), hear, session.host);
  }

  private greed(): number[] {
    const { random } = this.chaos;
    const parts = [[1], [0.5, 1], [0.2, 0.3, 1], [0.4], [0]] as const;
    return [...random.pick(parts)];
  }
}

function traitsOf({ rules, absenceProof, pushesOwnEvents, amend, endsByTime }: VenueCharacter): VenueTraits {
  return {
    clientOrderIds: rules.clientOrderIds,
    clientOrderIdPattern: '^[A-Za-z0-9_-]{1,40}$',
    validityWindowMs: rules.windowMs,
    visibilityLagMs: rules.lagMs,
    absenceProof,
    tradeIds: rules.tradeIds,
    lookupByClientId: 'ALL_ORDERS',
    orderTypes: ['MARKET', 'LIMIT'],
    timesInForce: ['GTC', 'IOC', 'FOK', ...(endsByTime === true ? (['GTD'] as const) : [])],
    postOnly: true,
    marketByQuote: true,
    ...amendTraits(amend ?? 'REPLACE'),
    selfTradePrevention: 'NONE',
    pushesOwnEvents,
    rateCosts: { place: 0, cancel: 0, query: 0 },
  };
}

function amendTraits(amend: 'REPLACE' | 'DOWN' | 'ANY'): Pick<VenueTraits, 'amend' | 'amends'> {
  if (amend === 'REPLACE') return { amend: 'CANCEL_REPLACE' };
  const quantity = amend === 'DOWN' ? 'DOWN' : 'UP_AND_DOWN';
  return { amend: 'NATIVE', amends: { quantity, price: amend === 'ANY', keepsQueue: false } };
}
