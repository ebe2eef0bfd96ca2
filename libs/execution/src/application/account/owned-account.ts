import type { VenueFill } from '@sextant/exchange';
import type { FillId, Instrument, OrderId } from '@sextant/kernel';
import type { Clock, Ids } from '@sextant/kernel';
import type { MarketData, PriceRoutes } from '@sextant/market-data';
import type { AccountLease, Timers } from '@sextant/platform';
import { equityIn, heldMargin, worthIn } from '@sextant/portfolio';
import type {
  AccountRow,
  Equity,
  EquityJournal,
  HistoryBooks,
  PortfolioState,
  PortfolioSync,
  PositionSide,
} from '@sextant/portfolio';
import { baseUnits } from '@sextant/risk';
import type { AccountRisk, KillSwitch, MarketView, OrderIntent, RiskFacts } from '@sextant/risk';
import type { OrderSnapshot, OrderTerms } from '../../domain/order-snapshot.js';
import { hasTrigger } from '../../domain/order-types.js';
import { amendmentOf, atVenue } from '../../domain/revisions.js';
import type { ExecutionArchive } from '../executions/execution-archive.js';
import type { KillPoint } from './kill-point.js';
import { LiveOrders } from './live-orders.js';
import type { LiveOrder } from './live-orders.js';
import type { OrderMoment } from '../requests/order-request.js';
import type { OrderArchive } from './order-archive.js';
import { SessionLease } from './session-lease.js';
import type { OrderSignals } from './order-signals.js';
import type { StoredBooks } from '../venue/stored-books.js';
import { openTriggerTicks } from '../terms/venue-placement.js';

/** What the order path reads of the markets. */
export type Markets = Pick<
  MarketData,
  'topOfBook' | 'mark' | 'recentTrades' | 'resolveSymbol' | 'instrument' | 'onPrice'
> & {
  /** How assets are valued across markets; absent where only a market of the two assets does. */
  readonly routes?: PriceRoutes | undefined;
  /**
   * Learns the instruments of the venue, at its own address or another. Absent where they are always known.
   * @throws DomainError when the venue does not tell
   */
  open?(endpoint: string | null): Promise<void>;
  /** Keeps a market of the venue running; absent where all of them always are. */
  follow?(symbol: string): void;
  /** Keeps these running and lets go of all others. */
  followOnly?(symbols: ReadonlySet<string>): void;
  /** Resolves when the market has a fresh book, or after `ms`. */
  ready?(symbol: string, ms: number): Promise<unknown>;
  /** Lets go of all that is followed. */
  close?(): void;
};

export interface ExecutionLog {
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Limits of time and number, read at each use. */
export interface ExecutionSettings {
  attemptWindowMs(): number;
  maxAttempts(): number;
  resendTtlMs(): number;
  reconcileIntervalMs(): number;
  /** How often the trades are compared one by one while nothing differs. */
  tradeCheckIntervalMs(): number;
  /** Whether LIVE accounts may place orders at all. */
  liveTrading(): boolean;
}

/** What of an order risk judges. */
type IntendedTerms = Pick<
  OrderTerms,
  'accountId' | 'symbol' | 'side' | 'lots' | 'quoteUnits' | 'priceTicks' | 'conditions' | 'strategy'
> &
  Partial<Pick<OrderSnapshot, 'progress' | 'clientOrderId'>>;

/** What every step of the order path needs of the process around it. */
export interface ExecutionTools {
  clock: Clock;
  ids: Ids;
  timers: Timers;
  markets: Markets;
  archive: OrderArchive;
  executions: ExecutionArchive;
  signals: OrderSignals;
  killPoint: KillPoint;
  log: ExecutionLog;
  settings: ExecutionSettings;
  portfolioSync: PortfolioSync;
  books: StoredBooks;
  /** Absent where nothing is imported. */
  history?: HistoryBooks;
}

/** The state of one account in the process that owns it. All of it is rebuilt from the database. */
export class OwnedAccount {
  readonly orders = new LiveOrders();
  /** Orders, fills and balances agree with the venue. Nothing new is sent before. */
  reconciled = false;
  /** What its owner is to do while it is halted; null while it is not. */
  haltedBecause: string | null = null;
  /** Orders whose sending a kill switch ended for good: released or not, they are not sent again. */
  readonly stopped = new Set<OrderId>();
  /** Client order id → the kill switch whose liquidation the order belongs to. */
  readonly liquidations = new Map<string, string>();
  /** Fills that a list told, since the last comparison with the venue began. */
  readonly fetched: { fill: VenueFill; fillId: FillId }[] = [];
  /** Given up: no step begins any more. */
  closed = false;
  /** Writes down what the account is worth; null where nobody keeps a history. */
  equityJournal: EquityJournal | null = null;
  /** Whether the venue's clock is known well enough for the validity window of a request to mean something. */
  clockSafe: () => boolean = () => true;

  readonly lease: SessionLease;

  constructor(
    readonly row: AccountRow,
    lease: AccountLease,
    readonly portfolio: PortfolioState,
    readonly risk: AccountRisk,
    private readonly tools: Pick<ExecutionTools, 'markets' | 'clock'>,
  ) {
    this.lease = new SessionLease(lease, () => this.closed);
  }

  /** Files the order, tells risk what it still claims, and keeps its market running. */
  track(entry: LiveOrder): void {
    this.orders.put(entry);
    const { orderId, symbol, side, reservedAsset, reservedUnits } = entry.order.snapshot;
    if (entry.order.isTerminal) {
      this.risk.release(orderId);
      this.stopped.delete(orderId);
      return;
    }
    if (!this.closed) this.tools.markets.follow?.(symbol);
    this.risk.hold(orderId, {
      symbol,
      side,
      asset: reservedAsset,
      reservedUnits,
      openBaseUnits: this.openBaseUnits(entry),
    });
  }

  forget(entry: LiveOrder): void {
    this.orders.remove(entry);
    this.risk.release(entry.order.snapshot.orderId);
  }

  intent(orderId: OrderId, terms: IntendedTerms, instrument: Instrument): OrderIntent {
    const { accountId, symbol, side, lots, quoteUnits, priceTicks, strategy, clientOrderId = '' } = terms;
    const stopTicks = openTriggerTicks(terms);
    const liquidates = this.liquidations.get(clientOrderId) ?? null;
    const quantity = { lots, quoteUnits, priceTicks, stopTicks };
    const reduceOnly = terms.conditions?.reduceOnly === true;
    return { accountId, orderId, instrument, symbol, side, ...quantity, strategy, liquidates, reduceOnly };
  }

  /** The kill switch that keeps an approved order from leaving, at this moment. */
  heldBack({ order, instrument }: LiveOrder): KillSwitch | null {
    const snapshot = atVenue(order.snapshot);
    const positionUnits = this.positionUnits(snapshot);
    return this.risk.heldBack(this.intent(snapshot.orderId, snapshot, instrument), positionUnits);
  }

  market(symbol: string): MarketView | null {
    const top = this.tools.markets.topOfBook(symbol);
    const mark = this.tools.markets.mark(symbol);
    if (top === null || mark === null) return null;
    const { bidTicks, askTicks } = top;
    const lastTicks = this.tools.markets.recentTrades(symbol, 1)[0]?.priceTicks ?? null;
    return { bidTicks, askTicks, lastTicks, markUnits: mark.priceUnits, asOf: mark.asOf, stale: mark.stale };
  }

  /** What of now the terms of a new order are judged by. */
  moment(symbol: string, positionSide?: PositionSide): OrderMoment {
    const { signedUnits: positionUnits } = this.portfolio.position(symbol, positionSide);
    const triggersAtVenue = () => this.triggersAtVenue(symbol);
    const { hedged } = this.portfolio.margin;
    return {
      market: this.market(symbol),
      now: this.tools.clock.now(),
      positionUnits,
      hedged,
      triggersAtVenue,
    };
  }

  private triggersAtVenue(symbol: string): number {
    return this.orders.all().filter(({ order: { snapshot } }) => {
      const { conditions, type } = snapshot;
      return snapshot.symbol === symbol && conditions?.heldBy === 'VENUE' && hasTrigger(type);
    }).length;
  }

  /** What the account is worth in an asset, at its venue's marks. */
  equity(asset: string): Equity {
    return equityIn(this.portfolio, asset, this.tools.markets);
  }

  /** What an amount is worth now in another asset, at its venue's marks; null when there is no fresh one. */
  worth(asset: string, units: bigint, inAsset: string): bigint | null {
    return worthIn(this.tools.markets, asset, units, inAsset);
  }

  facts(symbol: string, market: MarketView | null, positionSide?: PositionSide): RiskFacts {
    const { portfolio } = this;
    return {
      conditions: {
        leaseHeld: this.lease.isHeld(),
        reconciled: this.reconciled,
        clockSafe: this.clockSafe(),
      },
      market,
      positionUnits: portfolio.position(symbol, positionSide).signedUnits,
      leverage: portfolio.margin.of(symbol).leverage,
      heldUnits: (asset) =>
        heldMargin(
          portfolio.positions(),
          asset,
          (held) => portfolio.margin.of(held).leverage,
          (held) => this.tools.markets.mark(held)?.priceUnits ?? null,
        ),
      totalUnits: (asset) => portfolio.totalUnits(asset),
      now: this.tools.clock.now(),
      nowMs: this.tools.clock.monotonicMs(),
    };
  }

  /** Of the position that an order changes. */
  positionUnits({ symbol, conditions }: Pick<OrderTerms, 'symbol' | 'conditions'>): bigint {
    return this.portfolio.position(symbol, conditions?.positionSide).signedUnits;
  }

  private openBaseUnits(entry: LiveOrder): bigint {
    const { orderId, lots, stepUnits, reservedUnits, side, reservedAsset, conditions } = entry.order.snapshot;
    // Another leg of its group stands for both.
    if (entry.order.isHeldHere && conditions?.group && reservedUnits === 0n) return 0n;
    const wanted = (amendmentOf(entry.order.snapshot)?.lots ?? 0) - entry.order.snapshot.filledLots;
    const open = lots === null ? null : Math.max(entry.order.openLots ?? 0, wanted);
    if (open !== null) return BigInt(open) * stepUnits;
    if (side === 'SELL' && reservedAsset === entry.instrument.base) return reservedUnits;
    const rest = { ...entry.order.snapshot, quoteUnits: reservedUnits };
    return baseUnits(this.intent(orderId, rest, entry.instrument), this.market(rest.symbol));
  }
}
