import { multiplyScaled } from '@sextant/kernel';
import type { EpochMs, Instrument, Side } from '@sextant/kernel';
import { AccountMarket, OWNER } from './account-market.js';
import type { MakerMatch } from './account-market.js';
import type { AccountSnapshot } from './account-snapshot.js';
import { Balances } from './balances.js';
import type { Listing } from './listing.js';
import type { DisplayedChange, MarketTrade, MarketView } from './market-view.js';
import { ANY_PRICE } from './matching-book.js';
import { brokenRule } from './placement-rules.js';
import { lotsForQuote } from './quote-sizing.js';
import { paid, received, reservation } from './settlement.js';
import { applyToOrder } from './venue-entry.js';
import type { Deposited, MakerFilled, Placed, VenueEntry } from './venue-entry.js';
import { isOpen, remainingLots } from './venue-orders.js';
import type { RecordedFill, VenueOrderRecord, VenuePlacement } from './venue-orders.js';
import type { VenueRefusalName } from './venue-refusal.js';

/** Closed orders kept in memory for queries; older ones are read from the journal. */
const CLOSED_KEPT = 1_000;

export type Decision =
  { kind: 'ACCEPTED'; entry: VenueEntry } | { kind: 'REFUSED'; refusal: VenueRefusalName };

/**
 * One account at the simulated exchange. Every method decides against the market as it is now, applies its own
 * decision and returns it as entries for the journal; applying the same entries to a fresh account gives the same
 * balances and orders. Places in the queue and taken liquidity are of the moment and not kept.
 *
 * Fees are charged in what is received (a buy's in base, a sell's in quote): rate × received, HALF_EVEN at 10^-18.
 */
export class VenueAccount {
  private readonly balances = new Balances();
  private readonly markets = new Map<string, AccountMarket>();
  private readonly open = new Map<string, VenueOrderRecord>();
  private readonly closed = new Map<string, VenueOrderRecord>();
  private readonly usedIds = new Set<string>();
  private readonly references = new Set<string>();
  private lastOrder = 0;
  private lastTrade = 0;

  constructor(
    private readonly listing: Listing,
    private readonly viewOf: (symbol: string) => MarketView,
  ) {}

  place(placement: VenuePlacement, at: EpochMs): Decision {
    const market = this.market(placement.symbol);
    if (market === null) return refuse('INVALID_SYMBOL');
    const broken = brokenRule(placement, market.instrument, market.liquidity, this.open.size);
    if (broken !== null) return refuse(broken);
    if (this.usedIds.has(placement.clientOrderId)) return refuse('DUPLICATE_ORDER');
    const sized = sizeOf(market, placement);
    const { lots } = sized;
    const limit = placement.type === 'LIMIT' ? placement.priceTicks : ANY_PRICE;
    const planned = market.book.plan(placement.side, limit, lots, OWNER);
    if (!this.affordable(market, placement)) return refuse('INSUFFICIENT_BALANCE');
    if (placement.postOnly && (planned > 0 || market.book.selfTrade)) return refuse('WOULD_TAKE');
    const complete = planned === lots && lots > 0 && sized.whole;
    const fills = this.takerFills(market, placement, complete || placement.timeInForce !== 'FOK');
    const rests = placement.type === 'LIMIT' && placement.timeInForce === 'GTC' && !market.book.selfTrade;
    const status = complete ? 'FILLED' : !rests ? 'EXPIRED' : planned > 0 ? 'PARTIALLY_FILLED' : 'NEW';
    const entry: Placed = { kind: 'PLACED', at, number: this.lastOrder + 1, placement, fills, status };
    this.apply(entry);
    if (rests && !complete) {
      market.joinQueue(placement.clientOrderId, placement.side, placement.priceTicks as number);
    }
    return { kind: 'ACCEPTED', entry };
  }

  cancel(clientOrderId: string, symbol: string, at: EpochMs): Decision {
    const order = this.open.get(clientOrderId);
    if (order === undefined || order.symbol !== symbol) return refuse('UNKNOWN_ORDER');
    const entry: VenueEntry = { kind: 'CANCELED', at, clientOrderId };
    this.apply(entry);
    return { kind: 'ACCEPTED', entry };
  }

  /** Credits once for each reference; null when it was credited before. */
  deposit(deposit: Omit<Deposited, 'kind'>): VenueEntry | null {
    if (this.references.has(deposit.reference)) return null;
    const entry: Deposited = { kind: 'DEPOSITED', ...deposit };
    this.apply(entry);
    return entry;
  }

  onChange(change: DisplayedChange, at: EpochMs): VenueEntry[] {
    const market = this.markets.get(change.symbol);
    return market?.concerned ? this.makerFills(market, market.onChange(change), at) : [];
  }

  onTrade(trade: MarketTrade, at: EpochMs): VenueEntry[] {
    const market = this.markets.get(trade.symbol);
    return market?.concerned ? this.makerFills(market, market.onTrade(trade), at) : [];
  }

  /** After a start: queues and crossed orders against the markets as they are now. */
  rejoin(at: EpochMs): VenueEntry[] {
    return [...this.markets.keys()].flatMap((symbol) =>
      this.onChange({ symbol, whole: true, bids: [], asks: [] }, at),
    );
  }

  /** Brings the account into the state after `entry`. */
  apply(entry: VenueEntry): void {
    if (entry.kind === 'DEPOSITED') {
      this.references.add(entry.reference);
      this.balances.credit(entry.asset, entry.units);
      return;
    }
    const clientOrderId = entry.kind === 'PLACED' ? entry.placement.clientOrderId : entry.clientOrderId;
    const known = this.open.get(clientOrderId) ?? null;
    const market = this.marketOf(entry.kind === 'PLACED' ? entry.placement.symbol : known?.symbol);
    const restBefore = known === null ? 0 : remainingLots(known);
    const order = applyToOrder(known, entry, (ticks, lots) => market.instrument.notionalUnits(ticks, lots));
    if (entry.kind === 'PLACED') this.settlePlaced(market, order, entry);
    else if (entry.kind === 'FILLED') this.settleMaker(market, order, entry);
    else {
      this.balances.unlock(...reservation(market.instrument, order, restBefore));
      market.leave(clientOrderId);
    }
    this.file(order);
  }

  /** The account is closed: no market is kept going for it. */
  letGo(): void {
    for (const market of this.markets.values()) market.letGo();
  }

  /** The order as it is, or null when it is not in memory. */
  order(clientOrderId: string): VenueOrderRecord | null {
    return this.open.get(clientOrderId) ?? this.closed.get(clientOrderId) ?? null;
  }

  wasUsed(clientOrderId: string): boolean {
    return this.usedIds.has(clientOrderId);
  }

  openOrders(): VenueOrderRecord[] {
    return [...this.open.values()];
  }

  get openCount(): number {
    return this.open.size;
  }

  assets(): { asset: string; freeUnits: bigint; lockedUnits: bigint }[] {
    return this.balances.all();
  }

  instrumentOf(symbol: string): Instrument {
    return this.marketOf(symbol).instrument;
  }

  /** Takes ids of orders that are long closed, so that they are never accepted again. */
  remember(clientOrderIds: Iterable<string>): void {
    for (const id of clientOrderIds) this.usedIds.add(id);
  }

  snapshot(): AccountSnapshot {
    return {
      lastOrder: this.lastOrder,
      lastTrade: this.lastTrade,
      balances: this.assets(),
      references: [...this.references],
      open: this.openOrders().map((order) => ({ ...order })),
    };
  }

  restore(snapshot: AccountSnapshot): void {
    this.lastOrder = snapshot.lastOrder;
    this.lastTrade = snapshot.lastTrade;
    for (const reference of snapshot.references) this.references.add(reference);
    for (const { asset, freeUnits, lockedUnits } of snapshot.balances) {
      this.balances.credit(asset, freeUnits + lockedUnits);
      this.balances.lock(asset, lockedUnits);
    }
    for (const order of snapshot.open) {
      this.file({ ...order });
      this.marketOf(order.symbol).rest(
        order.clientOrderId,
        order.side,
        order.priceTicks as number,
        remainingLots(order),
      );
    }
  }

  private settlePlaced(market: AccountMarket, order: VenueOrderRecord, entry: Placed): void {
    this.lastOrder = entry.number;
    this.usedIds.add(order.clientOrderId);
    const { instrument } = market;
    for (const fill of entry.fills) {
      const [asset, units] = paid(instrument, order.side, fill);
      this.balances.debit(asset, units);
      this.receive(instrument, order.side, fill);
    }
    if (!isOpen(order)) return;
    const rest = remainingLots(order);
    this.balances.lock(...reservation(instrument, order, rest));
    market.rest(order.clientOrderId, order.side, order.priceTicks as number, rest);
  }

  /** A maker's fill has its own limit price: exactly what was locked for the filled lots is spent. */
  private settleMaker(market: AccountMarket, order: VenueOrderRecord, entry: MakerFilled): void {
    for (const fill of entry.fills) {
      this.balances.spend(...paid(market.instrument, order.side, fill));
      this.receive(market.instrument, order.side, fill);
      market.reduce(order.clientOrderId, fill.lots);
    }
  }

  private receive(instrument: Instrument, side: Side, fill: RecordedFill): void {
    const [asset, units] = received(instrument, side, fill);
    this.balances.credit(asset, units - fill.feeUnits);
    this.lastTrade = fill.trade;
  }

  private file(order: VenueOrderRecord): void {
    this.usedIds.add(order.clientOrderId);
    if (isOpen(order)) {
      this.open.set(order.clientOrderId, order);
      return;
    }
    this.open.delete(order.clientOrderId);
    this.closed.set(order.clientOrderId, order);
    if (this.closed.size > CLOSED_KEPT) this.closed.delete(this.closed.keys().next().value as string);
  }

  /** The fills of the plan in the book, made when `wanted`. */
  private takerFills(market: AccountMarket, placement: VenuePlacement, wanted: boolean): RecordedFill[] {
    if (!wanted) return [];
    const fills: RecordedFill[] = [];
    market.book.execute((_, ticks, lots) => {
      const trade = this.lastTrade + fills.length + 1;
      fills.push(
        this.fill(market.instrument, placement.side, trade, ticks, lots, market.instrument.takerFeeRate),
      );
    });
    return fills;
  }

  private makerFills(market: AccountMarket, matches: readonly MakerMatch[], at: EpochMs): VenueEntry[] {
    const entries = matches.map(({ slot, lots }) => ({
      clientOrderId: market.clientIds.get(slot) as string,
      lots,
    }));
    return entries.map(({ clientOrderId, lots }) => {
      const { side, priceTicks } = this.open.get(clientOrderId) as VenueOrderRecord;
      const rate = market.instrument.makerFeeRate;
      const fill = this.fill(market.instrument, side, this.lastTrade + 1, priceTicks as number, lots, rate);
      const entry: MakerFilled = { kind: 'FILLED', at, clientOrderId, fills: [fill] };
      this.apply(entry);
      return entry;
    });
  }

  private fill(
    instrument: Instrument,
    side: Side,
    trade: number,
    ticks: number,
    lots: number,
    rate: bigint,
  ): RecordedFill {
    const [, units] = received(instrument, side, { ticks, lots });
    return { trade, ticks, lots, feeUnits: multiplyScaled(units, rate) };
  }

  /** A limit order needs what it may reserve; a market order what its planned fills cost. */
  private affordable(market: AccountMarket, placement: VenuePlacement): boolean {
    const { instrument, book } = market;
    const { side, priceTicks, lots, quoteUnits } = placement;
    if (side === 'SELL') {
      let needed = lots ?? 0;
      if (lots === null) book.eachPlanned((_, planned) => (needed += planned));
      return this.balances.free(instrument.base) >= instrument.baseUnits(needed);
    }
    let cost = quoteUnits ?? 0n;
    if (priceTicks !== null) cost = instrument.notionalUnits(priceTicks, lots as number);
    else if (quoteUnits === null) {
      book.eachPlanned((ticks, planned) => (cost += instrument.notionalUnits(ticks, planned)));
    }
    return this.balances.free(instrument.quote) >= cost;
  }

  private marketOf(symbol: string | undefined): AccountMarket {
    const market = symbol === undefined ? null : this.market(symbol);
    if (market === null) throw new Error(`no market ${symbol} at this exchange`);
    return market;
  }

  /** Made when the account first has to do with it: an exchange may list thousands. */
  private market(symbol: string): AccountMarket | null {
    const known = this.markets.get(symbol);
    if (known !== undefined) return known;
    const listed = this.listing.get(symbol);
    if (listed === undefined) return null;
    const market = new AccountMarket(() => this.listing.get(symbol) ?? listed, this.viewOf(symbol));
    this.markets.set(symbol, market);
    return market;
  }
}

/** Lots to trade; `whole` is false when the displayed market cannot take the whole amount of quote. */
function sizeOf(market: AccountMarket, placement: VenuePlacement): { lots: number; whole: boolean } {
  if (placement.lots !== null) return { lots: placement.lots, whole: true };
  const quoteUnits = placement.quoteUnits as bigint;
  return lotsForQuote(market.book, market.instrument, placement.side, quoteUnits, OWNER);
}

function refuse(refusal: VenueRefusalName): Decision {
  return { kind: 'REFUSED', refusal };
}
