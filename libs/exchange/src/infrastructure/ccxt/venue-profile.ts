import type { EpochMs, Instrument, InstrumentSpec } from '@sextant/kernel';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { PreparedRequest } from '../../domain/channel/venue-answer.js';
import type { KeyPermissions } from '../../domain/venue-credentials.js';
import type { HedgedSide, PlaceOrderRequest, VenueFill } from '../../domain/venue-order.js';
import type { MarginChange, VenueIncome, VenueMargin, VenuePosition } from '../../domain/venue-position.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import type { AnswerReader } from './answer-table.js';
import type { CcxtExchange, CcxtMarket } from './ccxt-exchange.js';
import type { Fields } from './exact-values.js';
import type { WireFields } from './wire-check.js';
import type { OrderRef, WireAmend, WireOrder } from './wire-order.js';

/** Where a venue is reached instead of its own hosts: a chaos venue, a thin front-end, a proxy of one's own. */
export interface CcxtEndpoints {
  /** `http://127.0.0.1:9100`, no trailing slash. */
  rest: string;
  /** `ws://127.0.0.1:9100`; null when there are no streams. */
  ws: string | null;
}

export type MarketRules = Pick<InstrumentSpec, 'priceBands' | 'maxTriggerOrders'>;

/** A market as the venue and as we count it. */
export interface CcxtInstrument {
  instrument: Instrument;
  market: CcxtMarket;
  /** Base in one contract, 10^-18; of a spot market 10^18. */
  contractUnits: bigint;
}

/** What a venue said of a placement it took: often only an id. */
export interface PlacedAnswer {
  venueOrderId: string;
  /** The whole order in ccxt's unified form, where the venue answers with it. */
  order: Fields | null;
}

/** One page of own trades in ccxt's unified form. */
export interface FillQuery {
  /** BY ID: the market, and the first id wanted; null starts at `from`. */
  symbol: string | null;
  fromId: string | null;
  /** BY TIME: both inclusive. */
  from: EpochMs;
  until: EpochMs;
}

export interface FillPaging {
  /**
   * ID: per market, trades from an id on. TIME: of the whole account, windows of time that are halved until a page is
   * not full.
   */
  by: 'ID' | 'TIME';
  /** Trades of a full page. */
  limit: number;
  /** How far the venue lets us look back. */
  historyMs: number;
  /** The longest window of one request; 0: a request has no end. */
  windowMs: number;
  page(exchange: CcxtExchange, query: FillQuery): Promise<unknown>;
}

/** What is particular to one venue behind ccxt. Everything a profile leaves out is done by ccxt's unified methods. */
export interface CcxtVenueProfile {
  ccxtId: string;
  venue: string;
  /** The conformance suite has passed offline against this venue's protocol. */
  verified: boolean;
  traits: VenueTraits;
  /** ccxt options on top of those that hold for all. */
  options: Record<string, unknown>;
  /** Parameters of the request for all markets. */
  marketsParams?: Record<string, unknown>;
  /** Rules of a market that ccxt's unified form leaves out. */
  rules?(market: CcxtMarket): MarketRules;
  /** The market types that `instruments` may hold. */
  perpetuals: boolean;
  /** Made of the exchange where its own reading of errors is all there is. */
  reader: AnswerReader | ((exchange: CcxtExchange) => AnswerReader);
  /** The channel's data, for these hosts or for the venue's own. */
  channel(exchange: CcxtExchange, endpoints: CcxtEndpoints | null): ChannelProfile;
  /** Mends in a fresh exchange of ccxt what it reads wrongly. */
  mend?(exchange: CcxtExchange): void;
  /** Points ccxt's URLs elsewhere; default: every URL keeps its path. */
  redirect?(exchange: CcxtExchange, endpoints: CcxtEndpoints): void;
  /** Our client order id as the venue takes it, and back. */
  clientIds: ClientIdForm;
  /** Where id, quantity and price of a placement stand in the request that leaves; by order where types differ in it. */
  wire: WireFields | 'ANYWHERE' | ((order: WireOrder) => WireFields);
  /** Null when the venue cannot do it; the text says what. */
  unsupported?(order: WireOrder, market: CcxtMarket): string | null;
  /** Whether an order's trigger was reached, by what the venue says of it; undefined where it does not. */
  triggered?(order: Fields): boolean | undefined;
  /** Signs the request of `place` instead of ccxt; undefined for an order that ccxt has to sign. */
  signPlacement?(
    exchange: CcxtExchange,
    request: PlaceOrderRequest,
    entry: CcxtInstrument,
  ): ((venueNow: EpochMs) => PreparedRequest) | undefined;
  /** Sends one request. */
  place(exchange: CcxtExchange, order: WireOrder): Promise<PlacedAnswer>;
  /** Sends one request. The order in ccxt's unified form where the venue answers with it, null where it only took note. */
  cancel(exchange: CcxtExchange, order: OrderRef): Promise<unknown>;
  /** The venue cancels and amends by its own order id only. */
  needsVenueOrderId?: boolean;
  /** Sends one request. Present where `traits.amend` is NATIVE. */
  amend?(exchange: CcxtExchange, order: WireAmend): Promise<unknown>;
  /** Sends one request: the countdown of the account or of one market, 0 stops it. Present as `traits.countdown` is. */
  cancelAllAfter?(exchange: CcxtExchange, seconds: number, marketId: string | null): Promise<unknown>;
  /** The order in ccxt's unified form; null when the venue has none. An answer that means UNKNOWN_ORDER is null, too. */
  order(exchange: CcxtExchange, order: OrderRef): Promise<unknown>;
  /** The same by the venue's own id. */
  orderByVenueId(exchange: CcxtExchange, order: OrderRef): Promise<unknown>;
  /** All of them, in ccxt's unified form. */
  openOrders(exchange: CcxtExchange): Promise<readonly unknown[]>;
  fills: FillPaging;
  balances(exchange: CcxtExchange): Promise<unknown>;
  permissions?(exchange: CcxtExchange): Promise<KeyPermissions>;
  /** Positions, margin and income of perpetuals; absent where an account of this venue holds none. */
  contracts?: PerpetualCalls;
  /** Changes the signed request where ccxt leaves something out; must not touch what is signed. */
  finish?(request: PreparedRequest, venueNow: EpochMs): PreparedRequest;
  /** The depth to ask of the venue for at least this one; default: this one. */
  bookLimit?(depth: number): number | undefined;
  /** The same for the stream; default: none is asked. */
  watchBookLimit?(depth: number): number | undefined;
  /** A ccxt method that tells bid and ask, where `fetchTickers` does not. */
  tickersBy?: string;
  watchTickerParams?: Record<string, unknown>;
  /** Request weights of the calls that are not in the traits. */
  weights: {
    openOrders: number;
    fills: number;
    balances: number;
    instruments: number;
    data: number;
    /** Of one `cancelAllAfter`; default 1. */
    countdown?: number;
    /** Of the heaviest request that `permissions` makes; default 1. */
    permissions?: number;
  };
  /** The venue takes nonces in order only: calls of one key go one after the other. */
  serial?: boolean;
}

/** A market of ours by the venue's own name; null for one that is not ours. */
export type MarketOf = (marketId: unknown) => CcxtInstrument | null;

/** What a venue of perpetuals tells and does beyond orders. Each call reads what it gets. @throws UnreadableAnswer */
export interface PerpetualCalls {
  positions(exchange: CcxtExchange, marketOf: MarketOf): Promise<VenuePosition[]>;
  margin(exchange: CcxtExchange, marketOf: MarketOf): Promise<VenueMargin>;
  /** Sends one request. */
  changeMargin(exchange: CcxtExchange, change: MarginChange, marketId: string | null): Promise<unknown>;
  /** The venue's codes that say that it is so already. */
  alreadySo: ReadonlySet<string>;
  /** Everything that moved the wallet in a span of time, both ends inclusive, oldest first. */
  income(
    exchange: CcxtExchange,
    span: { from: EpochMs; until: EpochMs },
    marketOf: MarketOf,
  ): Promise<IncomeRows>;
  /** Rows of a full page, the longest span of one request, and how far back the venue tells. */
  incomePage: { limit: number; windowMs: number; historyMs: number };
  /** What a fill says beyond a spot fill, from the venue's own words. */
  fill(info: Fields, clientOrderId: string): Pick<VenueFill, 'positionSide' | 'liquidation' | 'settledUnits'>;
  orderSide(info: Fields): HedgedSide | undefined;
  weights: { positions: number; margin: number; change: number; income: number };
}

export interface IncomeRows {
  /** Rows that the venue told, of every kind: a full page has more behind it. */
  told: number;
  income: VenueIncome[];
}

export interface ClientIdForm {
  toWire(clientOrderId: string): string;
  fromWire(wireId: string): string;
}
