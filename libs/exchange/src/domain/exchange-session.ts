import type { Approval, EpochMs } from '@sextant/kernel';
import type { VenueClock } from './channel/channel-state.js';
import type { GatewayOutcome, OutcomeReason } from './gateway-outcome.js';
import type {
  AmendOrderRequest,
  FillPage,
  PlaceOrderRequest,
  VenueBalance,
  VenueEvent,
  VenueOrder,
} from './venue-order.js';
import type { IncomePage, MarginChange, VenueMargin, VenuePosition } from './venue-position.js';
import type { VenueTraits } from './venue-traits.js';

export type HistoryCursors =
  { by: 'MARKET'; cursors: ReadonlyMap<string, string> } | { by: 'ACCOUNT'; cursor: string | null };

/** One account at one venue. No call rejects for anything a venue does: every answer is an outcome. */
export abstract class ExchangeSession {
  abstract readonly venue: string;
  abstract readonly traits: VenueTraits;
  /** Base address in place of the venue's own that this session calls; absent or null at the venue's own. */
  endpoint?: string | null;

  /** Uses the approval up and sends at most once. Nothing below this port sends a placement again. */
  abstract place(request: PlaceOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>>;

  /** REFUSED `UNKNOWN_ORDER` when the venue has no such open order: query, it may have filled. */
  abstract cancel(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder>>;

  /**
   * Changes what `traits.amends` says of a resting order in one call of the venue, which keeps both its ids; present only
   * where `traits.amend` is NATIVE. Uses the approval up and sends at most once, like a placement. REFUSED: the order stands
   * as it stood. UNKNOWN: it has its old terms or the new ones, which a query tells by its quantity and price.
   */
  amend?(request: AmendOrderRequest, approval: Approval): Promise<GatewayOutcome<VenueOrder>>;

  /**
   * Dead man's switch: unless it is called again within `seconds`, the venue cancels open orders as `traits.countdown` says.
   * 0 takes it back. UNKNOWN: it counts from the call before, or from this one.
   */
  cancelAllAfter?(seconds: number): Promise<GatewayOutcome<null>>;

  /** Null when the venue knows no such order; proof of absence only as the traits say. */
  abstract orderByClientId(clientOrderId: string, symbol: string): Promise<GatewayOutcome<VenueOrder | null>>;

  abstract openOrders(): Promise<GatewayOutcome<VenueOrder[]>>;

  /** Fills after `cursor` in the order of execution; null starts with the first. */
  abstract fillsSince(cursor: string | null): Promise<GatewayOutcome<FillPage>>;

  abstract balances(): Promise<GatewayOutcome<VenueBalance[]>>;

  /** What the account holds in perpetuals, open ones only; absent where the venue has none. */
  positions?(): Promise<GatewayOutcome<VenuePosition[]>>;

  /**
   * What moved a wallet besides fills, after `cursor` in the order of its time: funding, insurance, transfers. Null starts
   * with the oldest that the venue still tells. Absent where the venue has no perpetuals.
   */
  incomeSince?(cursor: string | null): Promise<GatewayOutcome<IncomePage>>;

  /** A cursor of shortly before now; present as `incomeSince` is. */
  startIncomeCursor?(): string;

  /** Leverage, margin mode, tiers and position mode; absent where the venue has no perpetuals. */
  margin?(): Promise<GatewayOutcome<VenueMargin>>;

  /** Changes one of them; REFUSED: it stands as it stood. What is so already is CONFIRMED. */
  changeMargin?(change: MarginChange): Promise<GatewayOutcome<null>>;

  /** Returns the function that ends the subscription. */
  abstract onEvent(listener: (event: VenueEvent) => void): () => void;

  /** The clock that the venue judges requests by; absent where it is this machine's own. */
  venueClock?(): VenueClock;

  /** Why nothing new may be placed now: the key, a ban, an open breaker. Calls nobody; null when it may. */
  obstacle?(): Promise<OutcomeReason | null>;

  /** A cursor of shortly before now, where reading all fills from the first on is dear; null where it is not. */
  startCursor?(): string | null;

  /** A cursor of fills that were executed at `at` or later, and perhaps a little before; absent where there is no such place. */
  cursorAt?(at: EpochMs): string | null;

  /**
   * Where reading the history of fills begins: by market where the venue tells them market by market, each to be read to
   * its end; else the one cursor of all, for fills from `from` on (null: from the first that it still tells).
   * Absent: `fillsSince(null)` begins with the first.
   */
  historyCursors?(from: EpochMs | null): HistoryCursors;

  /**
   * A page of the history, as `fillsSince` reads one, for fills of long ago: nobody asks whose orders they were, so their
   * client order ids are empty where a trade does not tell it. Absent: `fillsSince` serves.
   */
  historySince?(cursor: string | null): Promise<GatewayOutcome<FillPage>>;

  /** From now on fills of this market are read, too; absent where fills are not listed by market. */
  readMarket?(symbol: string): void;

  abstract close(): Promise<void>;
}
