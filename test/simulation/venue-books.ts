/**
 * The venue's own books: integers and a journal, and nothing of the platform's. It keeps an order as the exchange it
 * stands for would, answers queries late where that exchange does, and never forgets what it did.
 */
export interface VenueRules {
  clientOrderIds: 'UNIQUE_FOR_EVER' | 'UNIQUE_WHILE_OPEN' | 'NOT_UNIQUE';
  /** A request older than this is refused; null when the venue looks at no clock. */
  windowMs: number | null;
  /** How long what happened is not shown to queries. */
  lagMs: number;
  /** Whether orders of two markets may have the same id. */
  orderIds: 'UNIQUE_PER_ACCOUNT' | 'UNIQUE_PER_SYMBOL';
  tradeIds: 'UNIQUE_PER_ACCOUNT' | 'UNIQUE_PER_SYMBOL' | 'REUSED';
  fees: 'RECEIVED_ASSET' | 'THIRD_ASSET' | 'REBATE' | 'NONE';
  /** What of a resting order it changes itself: to less than it was, or anything. */
  amends?: 'DOWN' | 'ANY';
}

export interface Market {
  symbol: string;
  base: string;
  quote: string;
  /** Quote of one lot at one tick, and base of one lot; 10^-18. */
  cellUnits: bigint;
  stepUnits: bigint;
  bidTicks: number;
  askTicks: number;
}

export type OrderState = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** What a request asks for; `by` tells the platform's from what somebody does by hand. */
export interface Placement {
  by: 'PLATFORM' | 'HAND';
  clientId: string;
  symbol: string;
  side: 'BUY' | 'SELL';
  type: string;
  timeInForce: string;
  lots: number | null;
  quoteUnits: bigint | null;
  priceTicks: number | null;
  /** When the venue ends it by itself; null where it does not. */
  expiresAt: number | null;
}

export interface BookedOrder extends Placement {
  venueId: string;
  state: OrderState;
  filledLots: number;
  filledQuoteUnits: bigint;
  acceptedAt: number;
  changedAt: number;
  /** When it left the book; what comes after was under way by then. */
  endedAt: number | null;
  /** How many times the venue changed its terms. */
  amended: number;
}

export interface Trade {
  tradeId: string;
  venueId: string;
  clientId: string;
  symbol: string;
  side: 'BUY' | 'SELL';
  priceTicks: number;
  lots: number;
  feeAsset: string;
  feeUnits: bigint;
  at: number;
  /** It came after the end of its order. */
  late: boolean;
}

export interface AmendedName {
  venueId: string;
  symbol: string;
}

export interface AmendedTerms {
  lots: number;
  priceTicks: number;
}

export type News = { kind: 'TRADE'; trade: Trade } | { kind: 'ORDER'; order: BookedOrder };
export type Refusal =
  'DUPLICATE' | 'OUTSIDE_WINDOW' | 'NO_FUNDS' | 'WOULD_NOT_FILL' | 'UNKNOWN_ORDER' | 'NOT_AMENDABLE';

const FEE_DIVISOR = 1_000n;
const BNB_PER_FILL = 7_500_000_000_000_000n;

export class VenueBooks {
  readonly orders: BookedOrder[] = [];
  readonly trades: Trade[] = [];
  readonly totals = new Map<string, bigint>([
    ['USDT', 100_000n * 10n ** 18n],
    ['BTC', 5n * 10n ** 18n],
    ['ETH', 60n * 10n ** 18n],
    ['BNB', 50n * 10n ** 18n],
  ]);
  /** What left the account without a trade. */
  readonly withdrawn = new Map<string, bigint>();
  readonly opening = new Map(this.totals);
  onNews: (news: News) => void = () => undefined;
  private lastTrade = 0;

  constructor(
    readonly rules: VenueRules,
    readonly markets: ReadonlyMap<string, Market>,
    private readonly now: () => number,
  ) {}

  /** `signedAt`: the venue's clock when the request left. `greed`: how much of a taking order finds a counterpart. */
  place(placement: Placement, signedAt: number, greed: readonly number[]): BookedOrder | Refusal {
    const { windowMs, clientOrderIds } = this.rules;
    if (windowMs !== null && this.now() > signedAt + windowMs) return 'OUTSIDE_WINDOW';
    const same = this.orders.filter(({ clientId }) => clientId !== '' && clientId === placement.clientId);
    if (clientOrderIds === 'UNIQUE_FOR_EVER' && same.length > 0) return 'DUPLICATE';
    if (clientOrderIds === 'UNIQUE_WHILE_OPEN' && same.some(isOpen)) return 'DUPLICATE';
    const { asset, units } = this.needs(placement);
    if (units > this.free(asset)) return 'NO_FUNDS';
    if (placement.timeInForce === 'FOK' && greed[0] === 0) return 'WOULD_NOT_FILL';
    const order: BookedOrder = {
      ...placement,
      venueId: this.orderId(placement.symbol),
      state: 'NEW',
      filledLots: 0,
      filledQuoteUnits: 0n,
      acceptedAt: this.now(),
      changedAt: this.now(),
      endedAt: null,
      amended: 0,
    };
    this.orders.push(order);
    if (order.timeInForce !== 'GTC' && order.timeInForce !== 'GTD') this.take(order, greed);
    else this.rest(order, greed);
    return { ...order };
  }

  /** Somebody trades with a resting order. */
  fill(order: BookedOrder, lotsAtMost: number): void {
    const market = this.marketOf(order);
    const ticks = order.priceTicks ?? (order.side === 'BUY' ? market.askTicks : market.bidTicks);
    const lots = Math.min(lotsAtMost, this.openLots(order, ticks));
    if (lots > 0 && isOpen(order)) this.trade(order, ticks, lots);
  }

  /** A trade that was under way when the order ended: it counts, and the order stays ended. */
  fillLate(order: BookedOrder, lotsAtMost: number): void {
    const { state, priceTicks } = order;
    const lots = Math.min(lotsAtMost, (order.lots ?? 0) - order.filledLots);
    if (lots > 0 && priceTicks !== null) this.trade(order, priceTicks, lots, state);
  }

  end(order: BookedOrder, state: 'CANCELED' | 'EXPIRED'): boolean {
    if (!isOpen(order)) return false;
    order.state = state;
    order.changedAt = this.now();
    order.endedAt = this.now();
    this.onNews({ kind: 'ORDER', order: { ...order } });
    return true;
  }

  /** New terms for a resting order, which keeps its ids. `lots` is the new total. */
  amend(
    name: AmendedName,
    terms: AmendedTerms,
    signedAt: number,
    greed: readonly number[],
  ): BookedOrder | Refusal {
    const { windowMs, amends } = this.rules;
    if (windowMs !== null && this.now() > signedAt + windowMs) return 'OUTSIDE_WINDOW';
    const order = this.orders.find(
      ({ venueId, symbol }) => venueId === name.venueId && symbol === name.symbol,
    );
    if (order === undefined || !isOpen(order)) return 'UNKNOWN_ORDER';
    const { lots, priceTicks } = terms;
    const grows = lots > (order.lots ?? 0);
    if (lots <= order.filledLots || (amends === 'DOWN' && (grows || priceTicks !== order.priceTicks)))
      return 'NOT_AMENDABLE';
    const before = this.needs({ ...order, lots: (order.lots ?? 0) - order.filledLots });
    const after = this.needs({ ...order, lots: lots - order.filledLots, priceTicks });
    if (after.units - before.units > this.free(after.asset)) return 'NO_FUNDS';
    Object.assign(order, { lots, priceTicks, amended: order.amended + 1, changedAt: this.now() });
    this.rest(order, greed);
    return { ...order };
  }

  /** What a query for a client's id is shown; of several the newest. */
  shown(clientId: string): BookedOrder | null {
    const until = this.now() - this.rules.lagMs;
    const matches = (order: BookedOrder) => order.clientId === clientId && order.acceptedAt <= until;
    const found = clientId === '' ? undefined : this.orders.findLast(matches);
    return found === undefined ? null : { ...found };
  }

  open(): BookedOrder[] {
    const until = this.now() - this.rules.lagMs;
    return this.orders
      .filter((order) => isOpen(order) && order.acceptedAt <= until)
      .map((order) => ({ ...order }));
  }

  /** Trades from the cursor on that queries may see already. */
  tradesFrom(cursor: number, most: number): Trade[] {
    const until = this.now() - this.rules.lagMs;
    const page: Trade[] = [];
    for (const trade of this.trades.slice(cursor, cursor + most)) {
      if (trade.at > until) break;
      page.push(trade);
    }
    return page;
  }

  free(asset: string): bigint {
    const locked = this.orders
      .filter(isOpen)
      .map((order) => this.needs({ ...order, lots: (order.lots ?? 0) - order.filledLots }))
      .reduce((sum, need) => sum + (need.asset === asset ? need.units : 0n), 0n);
    return this.total(asset) - locked;
  }

  total(asset: string): bigint {
    return this.totals.get(asset) ?? 0n;
  }

  withdraw(asset: string, units: bigint): void {
    this.move(asset, -units);
    this.withdrawn.set(asset, (this.withdrawn.get(asset) ?? 0n) + units);
  }

  /** A resting order trades at once as far as it crosses the market, and stays with the rest. */
  private rest(order: BookedOrder, greed: readonly number[]): void {
    this.onNews({ kind: 'ORDER', order: { ...order } });
    const { bidTicks, askTicks } = this.marketOf(order);
    const price = order.priceTicks ?? 0;
    if (order.side === 'BUY' ? price < askTicks : price > bidTicks) return;
    for (const part of greed) this.fill(order, Math.floor((order.lots ?? 0) * part));
  }

  /** A taking order: trades in parts with what is there, and the rest is over. */
  private take(order: BookedOrder, greed: readonly number[]): void {
    const market = this.marketOf(order);
    const ticks = order.priceTicks ?? (order.side === 'BUY' ? market.askTicks : market.bidTicks);
    const wanted = this.openLots(order, ticks);
    if (order.timeInForce === 'FOK') this.trade(order, ticks, wanted);
    else for (const part of greed) this.fill(order, Math.floor(wanted * part));
    if (order.lots === null && this.openLots(order, ticks) === 0) this.finish(order);
    else if (isOpen(order)) this.end(order, 'EXPIRED');
  }

  /** An order for an amount of quote is done when nothing more can be bought with the rest. */
  private finish(order: BookedOrder): void {
    order.state = 'FILLED';
    order.endedAt = this.now();
    this.onNews({ kind: 'ORDER', order: { ...order } });
  }

  private trade(order: BookedOrder, ticks: number, lots: number, ended?: OrderState): void {
    const market = this.marketOf(order);
    const buys = order.side === 'BUY';
    const base = BigInt(lots) * market.stepUnits;
    const quote = BigInt(lots) * BigInt(ticks) * market.cellUnits;
    this.move(market.base, buys ? base : -base);
    this.move(market.quote, buys ? -quote : quote);
    const fee = this.fee(buys, market, base, quote);
    this.move(fee.asset, -fee.units);
    order.filledLots += lots;
    order.filledQuoteUnits += quote;
    order.state = ended ?? (order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED');
    order.changedAt = this.now();
    if (!isOpen(order)) order.endedAt ??= this.now();
    const { venueId, clientId, symbol, side } = order;
    const trade: Trade = {
      tradeId: this.tradeId(order),
      venueId,
      clientId,
      symbol,
      side,
      priceTicks: ticks,
      lots,
      feeAsset: fee.asset,
      feeUnits: fee.units,
      at: this.now(),
      late: ended !== undefined,
    };
    this.trades.push(trade);
    this.onNews({ kind: 'TRADE', trade });
    this.onNews({ kind: 'ORDER', order: { ...order } });
  }

  private orderId(symbol: string): string {
    const among = (known: BookedOrder) =>
      this.rules.orderIds === 'UNIQUE_PER_ACCOUNT' || known.symbol === symbol;
    return `v${this.orders.filter(among).length + 1}`;
  }

  private tradeId(order: BookedOrder): string {
    this.lastTrade += 1;
    if (this.rules.tradeIds === 'UNIQUE_PER_ACCOUNT') return `t${this.lastTrade}`;
    const among = (known: Trade) =>
      this.rules.tradeIds === 'REUSED' ? isOf(known, order) : known.symbol === order.symbol;
    return `t${this.trades.filter(among).length + 1}`;
  }

  private fee(buys: boolean, { base, quote }: Market, baseUnits: bigint, quoteUnits: bigint) {
    const received = buys ? { asset: base, units: baseUnits } : { asset: quote, units: quoteUnits };
    switch (this.rules.fees) {
      case 'RECEIVED_ASSET':
        return { asset: received.asset, units: received.units / FEE_DIVISOR };
      case 'THIRD_ASSET':
        return { asset: 'BNB', units: BNB_PER_FILL };
      case 'REBATE':
        return { asset: quote, units: -quoteUnits / (2n * FEE_DIVISOR) };
      default:
        return { asset: quote, units: 0n };
    }
  }

  private needs(order: Placement): { asset: string; units: bigint } {
    const market = this.marketOf(order);
    if (order.side === 'SELL')
      return { asset: market.base, units: BigInt(order.lots ?? 0) * market.stepUnits };
    if (order.lots === null) return { asset: market.quote, units: order.quoteUnits ?? 0n };
    const ticks = order.priceTicks ?? market.askTicks;
    return { asset: market.quote, units: BigInt(order.lots) * BigInt(ticks) * market.cellUnits };
  }

  private openLots(order: BookedOrder, ticks: number): number {
    if (order.lots !== null) return order.lots - order.filledLots;
    const rest = (order.quoteUnits ?? 0n) - order.filledQuoteUnits;
    return Number(rest / (BigInt(ticks) * this.marketOf(order).cellUnits));
  }

  private marketOf({ symbol }: { symbol: string }): Market {
    return this.markets.get(symbol) as Market;
  }

  private move(asset: string, units: bigint): void {
    this.totals.set(asset, this.total(asset) + units);
  }
}

/** Whether the trade is the order's. */
export function isOf(trade: Trade, order: BookedOrder): boolean {
  return trade.venueId === order.venueId && trade.symbol === order.symbol;
}

export function isOpen({ state }: BookedOrder): boolean {
  return state === 'NEW' || state === 'PARTIALLY_FILLED';
}
