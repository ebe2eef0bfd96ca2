import { formatUnits, parseUnits } from '../../../apps/venue/src/engine/amounts.js';
import type { EngineEvent } from '../../../apps/venue/src/engine/events.js';
import type {
  Fill,
  Order,
  OrderTerms,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../apps/venue/src/engine/order.js';
import { Refusal } from '../../../apps/venue/src/engine/refusal.js';
import type { ListedSymbol } from '../../../apps/venue/src/orders/symbol-table.js';
import type { RunningVenue } from '../../../apps/venue/src/venue.js';

export type DeskReason =
  | 'DUPLICATE_ID'
  | 'INSUFFICIENT_BALANCE'
  | 'MARKET_CLOSED'
  | 'NOT_OPEN'
  | 'OFF_PRICE_GRID'
  | 'OFF_LOT_GRID'
  | 'TOO_SMALL'
  | 'WOULD_TAKE';

/** Nothing has changed; each front-end says it with its venue's own code. */
export class DeskRefusal extends Error {
  constructor(readonly reason: DeskReason) {
    super(reason);
  }
}

/** An order as every venue could ask for it; decimals are text. */
export interface DeskOrder {
  listed: ListedSymbol;
  clientId: string;
  side: Side;
  /** The venue's own name of its type, which it wants back. */
  type: string;
  timeInForce: TimeInForce;
  postOnly: boolean;
  /** Null: at any price. */
  price: string | null;
  quantity: string | null;
  quoteAmount: string | null;
}

/** No market gets there: an order that waits for it never meets the book. */
const NEVER = 2 ** 40;

/** One account at a chaos venue's own engine: real matching, funds and fills under another venue's protocol. */
export class SpotDesk {
  constructor(
    readonly venue: RunningVenue,
    readonly accountId: string,
    private readonly stp: SelfTradePrevention,
  ) {}

  private silentAt: number | null = null;

  /** All that is open is canceled unless this is called again; 0 takes it back. */
  countDown(seconds: number): void {
    this.silentAt = seconds === 0 ? null : this.now + seconds * 1_000;
  }

  /** To be asked whenever somebody calls. */
  passTime(): void {
    if (this.silentAt === null || this.silentAt > this.now) return;
    this.silentAt = null;
    for (const order of this.open()) this.cancel(order);
  }

  get now(): number {
    return this.venue.core.clock.now();
  }

  listed(): ListedSymbol[] {
    return this.venue.core.symbols.all();
  }

  listen(listener: (event: EngineEvent) => void): () => void {
    return this.venue.core.engine.listen(listener);
  }

  /** @throws DeskRefusal */
  place(asked: DeskOrder): Order {
    const { engine } = this.venue.core;
    const terms = this.termsOf(asked);
    const known = engine.orders.byClientId(this.accountId, terms.symbol, terms.clientOrderId);
    if (known !== null && isOpen(known)) throw new DeskRefusal('DUPLICATE_ID');
    return refusing(() => engine.place(terms));
  }

  /** Takes note of an order that its venue's engine throws out afterwards, as venues do with post-only ones. */
  placeInVain(asked: DeskOrder): Order {
    const { engine } = this.venue.core;
    const trigger = { ticks: NEVER, when: 'UP', source: 'LAST' } as const;
    const order = refusing(() => engine.place({ ...this.termsOf(asked), postOnly: false, trigger }));
    engine.cancel(order, null, 'EXPIRED');
    return order;
  }

  find(symbol: string, { clientId, orderId }: { clientId?: string; orderId?: number }): Order | null {
    const { orders } = this.venue.core.engine;
    const order =
      orderId === undefined
        ? orders.byClientId(this.accountId, symbol, clientId ?? '')
        : orders.order(orderId);
    return order?.accountId === this.accountId && order.symbol === symbol ? order : null;
  }

  /** @throws DeskRefusal */
  cancel(order: Order | null): Order {
    if (order === null) throw new DeskRefusal('NOT_OPEN');
    refusing(() => this.venue.core.engine.cancel(order, null));
    return order;
  }

  /** What is null stays. @throws DeskRefusal */
  amend(order: Order | null, price: string | null, quantity: string | null): Order {
    if (order === null || order.ticks === null) throw new DeskRefusal('NOT_OPEN');
    const { market } = this.venue.core.symbols.find(order.symbol)!;
    const ticks = price === null ? order.ticks : ticksOf(market, price);
    const lots = quantity === null ? order.lots : lotsOf(market, quantity);
    refusing(() => this.venue.core.engine.modify(order, ticks, lots));
    return order;
  }

  /** Oldest first. */
  open(): Order[] {
    return this.venue.core.engine.orders.open(this.accountId);
  }

  /** Oldest first, whatever became of them. */
  ordersOf(symbol: string): readonly Order[] {
    return this.venue.core.engine.orders.of(this.accountId, symbol);
  }

  fillsOf(order: Pick<Order, 'orderId'>): readonly Fill[] {
    return this.venue.core.engine.orders.fillsOf(order.orderId);
  }

  /** Oldest first, both ends included. */
  fills(from: number, until: number): Fill[] {
    const { engine } = this.venue.core;
    return this.listed()
      .flatMap(({ market }) => engine.orders.fillsOfAccount(this.accountId, market.symbol))
      .filter(({ at }) => at >= from && at <= until)
      .sort((a, b) => a.fillId - b.fillId);
  }

  balances(): { asset: string; free: string; locked: string; total: string }[] {
    const rows = this.venue.core.ledger.balances(this.accountId);
    return rows.map(([asset, { free, locked }]) => ({
      asset,
      free: plain(free),
      locked: plain(locked),
      total: plain(free + locked),
    }));
  }

  private termsOf(asked: DeskOrder): OrderTerms {
    const { listed, price, quantity, quoteAmount, clientId, side, type, timeInForce, postOnly } = asked;
    const { market, rules } = listed;
    const ticks = price === null ? null : ticksOf(market, price);
    const lots = quantity === null ? null : lotsOf(market, quantity);
    const least = unitsIn(rules.minNotional, 'TOO_SMALL');
    if (ticks !== null && lots !== null && market.quoteUnits(ticks, lots) < least)
      throw new DeskRefusal('TOO_SMALL');
    return {
      accountId: this.accountId,
      symbol: market.symbol,
      clientOrderId: clientId,
      side,
      type,
      timeInForce,
      postOnly,
      ticks,
      lots,
      quoteBudget: quoteAmount === null ? null : unitsIn(quoteAmount, 'OFF_LOT_GRID'),
      trigger: null,
      stp: this.stp,
      orderListId: -1,
      attributes: {},
    };
  }
}

/** Decimal text as most venues write it: no zeros at the end. */
export function plain(units: bigint): string {
  return formatUnits(units)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

type Market = ListedSymbol['market'];

function ticksOf(market: Market, price: string): number {
  const ticks = market.ticksOf(unitsIn(price, 'OFF_PRICE_GRID'));
  if (ticks === null || ticks === 0) throw new DeskRefusal('OFF_PRICE_GRID');
  return ticks;
}

function lotsOf(market: Market, quantity: string): number {
  const lots = market.lotsOf(unitsIn(quantity, 'OFF_LOT_GRID'));
  if (lots === null || lots === 0) throw new DeskRefusal('OFF_LOT_GRID');
  return lots;
}

function unitsIn(text: string, otherwise: DeskReason): bigint {
  const units = parseUnits(text);
  if (typeof units !== 'bigint') throw new DeskRefusal(otherwise);
  return units;
}

function refusing<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason } = error;
    const isOurs = reason === 'INSUFFICIENT_BALANCE' || reason === 'MARKET_CLOSED' || reason === 'WOULD_TAKE';
    throw new DeskRefusal(isOurs ? reason : 'NOT_OPEN');
  }
}
