import type { Approval, EpochMs } from '@sextant/kernel';
import { beyondAmendment, beyondTraits } from '../../domain/beyond-traits.js';
import type { CallClass } from '../../domain/channel/call-intent.js';
import { ExchangeSession } from '../../domain/exchange-session.js';
import type { HistoryCursors } from '../../domain/exchange-session.js';
import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type { VenueClock } from '../../domain/channel/channel-state.js';
import type { GatewayOutcome, OutcomeReason } from '../../domain/gateway-outcome.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import type {
  AmendOrderRequest,
  FillPage,
  PlaceOrderRequest,
  VenueBalance,
  VenueEvent,
  VenueOrder,
} from '../../domain/venue-order.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import { AccountOrders } from './account-orders.js';
import { amendResting } from './amendment.js';
import { readBalances } from './ccxt-orders.js';
import { ContractAccount } from './contract-account.js';
import { beyondCountdown, setCountdown } from './countdown.js';
import { unreadable } from './exact-json.js';
import { listOf } from './exact-values.js';
import { FillReader } from './fill-reader.js';
import { OwnEvents } from './own-events.js';
import { lastLook, placementDifference, sendPlacement } from './placement.js';
import type { Withholding } from './placement.js';
import type { SessionParts } from './session-parts.js';
import { toWireOrder } from './to-wire-order.js';
import type { CcxtInstrument, FillQuery, PerpetualCalls } from './venue-profile.js';

const CANCEL_CHECKS = 4;
const CANCEL_PAUSE_MS = 250;

/** One account behind ccxt. What ccxt builds is checked before it leaves; what comes back is read, never believed. */
export class CcxtSession extends ExchangeSession {
  readonly venue: string;
  readonly traits: VenueTraits;
  private readonly orders: AccountOrders;
  private readonly fills: FillReader;
  private readonly history: FillReader;
  private readonly events: OwnEvents;
  override amend?: ExchangeSession['amend'];
  override cancelAllAfter?: ExchangeSession['cancelAllAfter'];
  override positions?: ExchangeSession['positions'];
  override incomeSince?: ExchangeSession['incomeSince'];
  override startIncomeCursor?: ExchangeSession['startIncomeCursor'];
  override margin?: ExchangeSession['margin'];
  override changeMargin?: ExchangeSession['changeMargin'];
  private ended: OutcomeCode | null = null;

  constructor(private readonly parts: SessionParts) {
    super();
    const { profile, client } = parts;
    this.venue = profile.venue;
    this.traits = profile.traits;
    this.orders = new AccountOrders(parts);
    const source = {
      paging: profile.fills,
      symbols: () => this.orders.known.symbols,
      venueNow: () => client.venueNow(),
      ask: (query: FillQuery) =>
        this.query(profile.weights.fills, () => profile.fills.page(client.exchange, query)),
      read: (trade: unknown) => this.orders.readTrade(trade),
    };
    this.fills = new FillReader(source);
    this.history = new FillReader({
      ...source,
      read: async (trade) => this.orders.readHistoricTrade(trade),
    });
    this.events = new OwnEvents(parts, this.orders, this, this.fills.cursorAt(client.venueNow()));
    if (profile.amend !== undefined)
      this.amend = (request, approval) => this.sendAmendment(request, approval);
    if (profile.cancelAllAfter !== undefined) this.cancelAllAfter = (seconds) => this.countDown(seconds);
    if (profile.contracts !== undefined) this.holdContracts(profile.contracts);
  }

  private holdContracts(calls: PerpetualCalls): void {
    const contracts = new ContractAccount(this.parts, calls, () => this.isOpen());
    this.positions = () => contracts.positions();
    this.incomeSince = (cursor) => contracts.incomeSince(cursor);
    this.startIncomeCursor = () => contracts.startIncomeCursor();
    this.margin = () => contracts.margin();
    this.changeMargin = (change) => contracts.changeMargin(change);
  }

  async place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const { parts } = this;
    const { profile } = parts;
    const entry = parts.markets().get(request.symbol);
    if (entry === null) return this.noMarket(request.symbol);
    if (!new RegExp(this.traits.clientOrderIdPattern).test(request.clientOrderId)) {
      return this.notSent('CLIENT_ORDER_ID_MALFORMED', `it must match ${this.traits.clientOrderIdPattern}`);
    }
    const beyond = beyondTraits(request, this.traits);
    if (beyond !== null) return this.notSent('UNSUPPORTED', `${this.venue} takes no ${beyond}`);
    const wire = toWireOrder(request, entry, profile.clientIds);
    if (typeof wire === 'string') return this.notSent('MALFORMED_ORDER', wire);
    const unsupported = profile.unsupported?.(wire, entry.market) ?? null;
    if (unsupported !== null) return this.notSent('UNSUPPORTED', unsupported);
    const look = lastLook(parts, request, approval, placementDifference(wire, parts));
    const answer = await parts.client.ask(
      {
        intent: parts.intent(classOf(request), this.traits.rateCosts.place, false),
        guard: (prepared) => this.isOpen() ?? look(prepared),
        sign: profile.signPlacement?.(parts.client.exchange, request, entry),
      },
      () => sendPlacement(parts, this.orders, wire, request, entry),
    );
    if (answer.outcome !== 'CONFIRMED') return this.mindRules(answer);
    const { order, fills } = answer.value;
    this.events.onAnswer(order, fills);
    return confirmed(order, answer.evidence);
  }

  async cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    const { profile, client, intent } = this.parts;
    const entry = this.parts.markets().get(symbol);
    if (entry === null) return this.noMarket(symbol);
    const missing = await this.findVenueOrderId(clientOrderId, entry);
    if (missing !== null) return missing;
    const order = this.orders.ref(clientOrderId, entry);
    const answer = await client.ask(
      { intent: intent('CANCEL', this.traits.rateCosts.cancel, false), guard: () => this.isOpen() },
      async () => {
        const told = await profile.cancel(client.exchange, order);
        return told === null ? null : this.orders.read(told, entry, clientOrderId);
      },
    );
    if (answer.outcome !== 'CONFIRMED') return answer;
    const { value, evidence } = answer;
    return value === null ? this.untilCanceled(clientOrderId, symbol) : confirmed(value, evidence);
  }

  private async sendAmendment(
    request: AmendOrderRequest,
    approval: Approval,
  ): Promise<GatewayOutcome<VenueOrder>> {
    const { parts } = this;
    const entry = parts.markets().get(request.symbol);
    if (entry === null) return this.noMarket(request.symbol);
    const beyond = beyondAmendment(request, this.traits);
    if (beyond !== null) return this.notSent('UNSUPPORTED', `${this.venue} makes no ${beyond}`);
    const answer = await amendResting(parts, this.orders.ref(request.clientOrderId, entry), entry, {
      request,
      approval,
      isOpen: () => this.isOpen(),
    });
    if (answer.outcome !== 'CONFIRMED') return this.mindRules(answer);
    const { clientOrderId, symbol } = request;
    const now = await this.orderByClientId(clientOrderId, symbol);
    if (now.outcome === 'CONFIRMED' && now.value !== null) return confirmed(now.value, answer.evidence);
    return unknown({ code: 'NO_ANSWER', detail: 'amended, but not to be found' }, now.evidence);
  }

  private async countDown(seconds: number): Promise<GatewayOutcome<null>> {
    const beyond = beyondCountdown(seconds, this.traits.countdown!);
    if (beyond !== null) return this.notSent('UNSUPPORTED', beyond);
    return setCountdown(this.parts, seconds, this.orders.known.symbols, () => this.isOpen());
  }

  async orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>> {
    const { profile, client } = this.parts;
    const entry = this.parts.markets().get(symbol);
    if (entry === null) return this.noMarket(symbol);
    const answer = await this.query(this.traits.rateCosts.query, async () => {
      const told = await profile.order(client.exchange, this.orders.ref(clientOrderId, entry));
      return told === null || told === undefined ? null : this.orders.read(told, entry, clientOrderId);
    });
    return saysNone(answer) ? confirmed(null, answer.evidence) : answer;
  }

  openOrders(): Promise<GatewayOutcome<VenueOrder[]>> {
    const { profile, client } = this.parts;
    return this.query(profile.weights.openOrders, async () => {
      const told = listOf(await profile.openOrders(client.exchange), 'open orders', 50_000);
      return told.map((order) => this.orders.readOwn(order)).filter((order) => order !== null);
    });
  }

  fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.pageOf(this.fills, cursor);
  }

  override historySince(cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    return this.pageOf(this.history, cursor);
  }

  private async pageOf(reader: FillReader, cursor: string | null): Promise<GatewayOutcome<FillPage>> {
    const at = this.parts.clock.now();
    try {
      const page = await reader.since(cursor);
      if ('outcome' in page) return page;
      return confirmed(page, { kind: 'VENUE_ANSWER', detail: { fills: page.fills.length }, at });
    } catch (error) {
      return unknown(unreadable(error), { kind: 'VENUE_ANSWER', detail: {}, at });
    }
  }

  balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    const { profile, client } = this.parts;
    return this.query(profile.weights.balances, async () =>
      readBalances(await profile.balances(client.exchange)),
    );
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    return this.events.subscribe(listener);
  }

  override venueClock(): VenueClock {
    return this.parts.client.venueClock;
  }

  override async obstacle(): Promise<OutcomeReason | null> {
    const { client, intent } = this.parts;
    return this.isOpen() ?? client.obstacle(intent('ENTRY', this.traits.rateCosts.place, false));
  }

  override startCursor(): string {
    return this.fills.startAt(this.parts.client.venueNow());
  }

  override readMarket(symbol: string): void {
    if (this.parts.markets().get(symbol) !== null) this.orders.known.symbols.add(symbol);
  }

  override cursorAt(at: EpochMs): string {
    return this.fills.cursorAt(at);
  }

  override historyCursors(from: EpochMs | null): HistoryCursors {
    const markets = this.parts.markets().instruments.map(({ symbol }) => symbol.toString());
    return this.history.historyCursors(from, markets);
  }

  close(): Promise<void> {
    return this.end('SESSION_CLOSED');
  }

  /** From now on nothing leaves. */
  async end(code: 'SESSION_CLOSED' | 'SESSION_REPLACED'): Promise<void> {
    if (this.ended !== null) return;
    this.ended = code;
    this.events.close();
    this.parts.client.sockets.closeAll();
  }

  private query<T>(weight: number, work: () => Promise<T>): Promise<GatewayOutcome<T>> {
    const { client, intent } = this.parts;
    return client.ask({ intent: intent('RECONCILE', weight), guard: () => this.isOpen() }, work);
  }

  /** For venues that cancel by their own id only. Null when the cancel can go ahead. */
  private async findVenueOrderId(
    clientOrderId: string,
    entry: CcxtInstrument,
  ): Promise<Exclude<GatewayOutcome<never>, { outcome: 'CONFIRMED' }> | null> {
    if (this.parts.profile.needsVenueOrderId !== true) return null;
    if (this.orders.ref(clientOrderId, entry).venueOrderId !== null) return null;
    const found = await this.orderByClientId(clientOrderId, entry.instrument.symbol.toString());
    if (found.outcome !== 'CONFIRMED') return found;
    if (found.value !== null) return null;
    const reason = { code: 'UNKNOWN_ORDER', detail: 'the venue lists no order of this id' };
    return { outcome: 'REFUSED', reason, evidence: found.evidence };
  }

  /** The venue has only taken note of a cancel: it is over when a query says so. */
  private async untilCanceled(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>> {
    for (let check = 1; ; check += 1) {
      const answer = await this.orderByClientId(clientOrderId, symbol);
      if (answer.outcome !== 'CONFIRMED') return answer;
      const { value, evidence } = answer;
      if (value !== null && value.status !== 'NEW' && value.status !== 'PARTIALLY_FILLED') {
        return confirmed(value, evidence);
      }
      if (check >= CANCEL_CHECKS) {
        const detail = value === null ? 'the order is not to be found' : `the order is still ${value.status}`;
        return unknown({ code: 'CANCEL_PENDING', detail }, evidence);
      }
      await new Promise<void>((resolve) => {
        this.parts.timers.setTimer(CANCEL_PAUSE_MS, () => resolve());
      });
    }
  }

  private isOpen(): Withholding | null {
    return this.ended === null ? null : { code: this.ended, detail: 'This session has ended.' };
  }

  private mindRules<T extends GatewayOutcome<never>>(answer: T): T {
    if (answer.outcome === 'REFUSED' && RULES.has(answer.reason.code)) this.parts.onRulesChanged();
    return answer;
  }

  private noMarket(symbol: string): GatewayOutcome<never> {
    return this.notSent('UNKNOWN_SYMBOL', `${this.venue} has no ${symbol} that can be counted exactly`);
  }

  private notSent(code: OutcomeCode, detail: string): GatewayOutcome<never> {
    return refused({ code, detail }, { kind: 'NOT_SENT', detail: { code }, at: this.parts.clock.now() });
  }
}

function classOf({ protective }: PlaceOrderRequest): CallClass {
  return protective === true ? 'PROTECTIVE' : 'ENTRY';
}

function saysNone(answer: GatewayOutcome<unknown>): boolean {
  return answer.outcome === 'REFUSED' && answer.reason.code === 'UNKNOWN_ORDER';
}

const RULES: ReadonlySet<string> = new Set([
  'PRICE_FILTER',
  'QUANTITY_FILTER',
  'NOTIONAL_FILTER',
  'FILTER_FAILURE',
  'UNKNOWN_SYMBOL',
]);
