import type { AccountId, Approval, ApprovalCheck, Clock } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import { beyondTraits } from '../../domain/beyond-traits.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { VenueClock } from '../../domain/channel/channel-state.js';
import { ExchangeSession } from '../../domain/exchange-session.js';
import type { GatewayOutcome, OutcomeReason } from '../../domain/gateway-outcome.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import type { PlaceOrderRequest, VenueEvent, VenueOrder } from '../../domain/venue-order.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import { KnownOrders } from '../ccxt/known-orders.js';
import { lastLook } from './last-look.js';
import type { NativeMarket, Markets } from './markets.js';
import type { Draft, NativeClient, Withholding } from './native-client.js';
import { PolledEvents } from './polled-events.js';
import type { PollPace } from './polled-events.js';

/** What a session of one account stands on. */
export interface NativeSessionParts {
  accountId: AccountId;
  venue: string;
  traits: VenueTraits;
  client: NativeClient;
  approvals: ApprovalCheck;
  clock: Clock;
  timers: Timers;
  log: Logger;
  pace: PollPace;
  /** The venue's rules as they are known; asked for where they are old. */
  markets(client: NativeClient): Promise<GatewayOutcome<Markets>>;
  /** The venue refused by a rule of the market: what is known of its rules is old. */
  onRulesChanged(): void;
}

/** Why a market's rules are asked for again. */
const RULES: ReadonlySet<string> = new Set<OutcomeCode>([
  'PRICE_FILTER',
  'QUANTITY_FILTER',
  'NOTIONAL_FILTER',
  'FILTER_FAILURE',
  'UNKNOWN_SYMBOL',
]);

/** What an account at a venue does alike, whatever the venue's protocol: how an order goes out, and how a session ends. */
export abstract class NativeSession extends ExchangeSession {
  readonly venue: string;
  readonly traits: VenueTraits;
  protected readonly known = new KnownOrders();
  private readonly events: PolledEvents;
  private readonly idPattern: RegExp;
  private ended: 'SESSION_CLOSED' | 'SESSION_REPLACED' | null = null;

  constructor(protected readonly parts: NativeSessionParts) {
    super();
    const { venue, traits, pace, timers, clock, log } = parts;
    this.venue = venue;
    this.traits = traits;
    this.idPattern = new RegExp(traits.clientOrderIdPattern);
    this.events = new PolledEvents(this, pace, timers, clock, log);
  }

  /** Why the venue cannot do what is asked for, or null. */
  protected abstract unsupported(request: PlaceOrderRequest): string | null;

  protected abstract placement(request: PlaceOrderRequest, market: NativeMarket): Draft;

  /** The order out of the answer to its placement. @throws UnreadableAnswer */
  protected abstract readPlaced(json: unknown, request: PlaceOrderRequest, market: NativeMarket): VenueOrder;

  async place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>> {
    const { client } = this.parts;
    const market = await this.market(request.symbol);
    if ('outcome' in market) return market;
    if (!this.idPattern.test(request.clientOrderId)) {
      return client.notSent('CLIENT_ORDER_ID_MALFORMED', `It must match ${this.traits.clientOrderIdPattern}`);
    }
    const mistake = mistakeIn(request);
    if (mistake !== null) return client.notSent('MALFORMED_ORDER', mistake);
    const beyond = beyondTraits(request, this.traits);
    if (beyond !== null) return client.notSent('UNSUPPORTED', `${this.venue} takes no ${beyond}`);
    const unsupported = this.unsupported(request);
    if (unsupported !== null) return client.notSent('UNSUPPORTED', unsupported);
    const look = lastLook(this.parts, request, approval);
    const answer = await client.ask({
      intent: this.intent(request.protective === true ? 'PROTECTIVE' : 'ENTRY', 'trading', false),
      draft: this.placement(request, market),
      guard: () => this.whyEnded() ?? look(),
      read: (json) => this.readPlaced(json, request, market),
    });
    if (answer.outcome === 'CONFIRMED') this.note(answer.value);
    else if (answer.outcome === 'REFUSED' && RULES.has(answer.reason.code)) this.parts.onRulesChanged();
    return answer;
  }

  override venueClock(): VenueClock {
    return this.parts.client.venueClock;
  }

  override async obstacle(): Promise<OutcomeReason | null> {
    return this.whyEnded() ?? this.parts.client.obstacle(this.intent('ENTRY', 'trading', false));
  }

  override startCursor(): string | null {
    return null;
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    return this.events.subscribe(listener);
  }

  close(): Promise<void> {
    return this.end('SESSION_CLOSED');
  }

  get hasEnded(): boolean {
    return this.ended !== null;
  }

  /** From now on nothing leaves. */
  async end(code: 'SESSION_CLOSED' | 'SESSION_REPLACED'): Promise<void> {
    this.ended ??= code;
    this.events.close();
  }

  /** An order that an answer to a placement or cancel told: it is known from now on, and told to the listeners. */
  protected note(order: VenueOrder): VenueOrder {
    this.known.note(order);
    this.events.onAnswer(order);
    return order;
  }

  /** An order of a list. */
  protected learn(order: VenueOrder): VenueOrder {
    this.known.note(order);
    return order;
  }

  protected whyEnded(): Withholding | null {
    return this.ended === null ? null : { code: this.ended, detail: 'This session has ended.' };
  }

  protected intent(
    callClass: CallIntent['class'],
    bucket: CallIntent['bucket'],
    idempotentRead: boolean,
  ): Omit<CallIntent, 'credentialId'> {
    return { class: callClass, bucket, weight: 1, idempotentRead };
  }

  protected async market(symbol: string): Promise<NativeMarket | GatewayOutcome<never>> {
    const answer = await this.parts.markets(this.parts.client);
    if (answer.outcome !== 'CONFIRMED')
      return this.parts.client.notSent('VENUE_UNAVAILABLE', answer.reason.detail);
    const market = answer.value.of(symbol);
    if (market !== null) return market;
    return this.parts.client.notSent(
      'UNKNOWN_SYMBOL',
      `${this.venue} has no ${symbol} that can be counted exactly`,
    );
  }
}

function mistakeIn({ type, lots, quoteUnits, priceTicks }: PlaceOrderRequest): string | null {
  if ((lots === null) === (quoteUnits === null))
    return 'An order is for a quantity or for an amount of quote.';
  if (lots !== null && !(Number.isSafeInteger(lots) && lots > 0)) return 'The quantity is no count of lots.';
  if ((type === 'LIMIT') === (priceTicks === null)) return 'A limit order has a price, and no other has.';
  if (priceTicks !== null && !(Number.isSafeInteger(priceTicks) && priceTicks > 0))
    return 'The price is no count of ticks.';
  return null;
}
