import { formatUnits } from '../../../apps/venue/src/engine/amounts.js';
import type { EngineListener } from '../../../apps/venue/src/engine/events.js';
import type { Market } from '../../../apps/venue/src/engine/market.js';
import type { Fill, Order, OrderTerms } from '../../../apps/venue/src/engine/order.js';
import { isOpen } from '../../../apps/venue/src/engine/order.js';
import { marketSide } from '../../../apps/venue/src/market/market-side.js';
import { symbolRules } from '../../../apps/venue/src/orders/symbol-rules.js';
import { startVenue } from '../../../apps/venue/src/venue.js';
import type { RunningVenue } from '../../../apps/venue/src/venue.js';

export const SYMBOL = 'BTCUSD';
const ACCOUNT = 'rehearsal';
/** Of the house at each of the two best prices. */
export const LEVEL_LOTS = 1_000_000;

export interface Grid {
  tickSize: string;
  stepSize: string;
  bidTicks: number;
  /** Of what is paid, in the quote asset. */
  fees: { maker: string; taker: string };
}

type Wanted = Omit<OrderTerms, 'accountId' | 'symbol' | 'trigger' | 'stp' | 'orderListId' | 'attributes'> & {
  attributes?: Readonly<Record<string, string>>;
  trigger?: OrderTerms['trigger'];
};

/** One market of a chaos venue with one funded account: what stands behind a front-end of another venue. */
export class MarketFloor {
  private bidTicks: number;
  private aheadMs = 0;
  private silentAt: number | null = null;

  private constructor(
    private readonly venue: RunningVenue,
    readonly grid: Grid,
  ) {
    this.bidTicks = grid.bidTicks;
  }

  static async open(grid: Grid): Promise<MarketFloor> {
    const { tickSize, stepSize, fees } = grid;
    const venue = await startVenue(
      {
        symbols: [symbolRules({ symbol: SYMBOL, base: 'BTC', quote: 'USD', tickSize, stepSize })],
        accounts: [
          {
            accountId: ACCOUNT,
            keys: [],
            balances: { USD: '100000', BTC: '5' },
            fees,
            feeAsset: { asset: 'USD', discount: '0' },
          },
        ],
        market: {
          still: 'ALL',
          historyMinutes: 60,
          traits: { [SYMBOL]: { price: 60_000, meanTradeQuantity: 0.02 } },
        },
      },
      [marketSide],
    );
    const floor = new MarketFloor(venue, grid);
    floor.level('BUY', grid.bidTicks, LEVEL_LOTS);
    floor.level('SELL', grid.bidTicks + 1, LEVEL_LOTS);
    venue.admin.houseTrade(SYMBOL, 'BUY', grid.bidTicks + 1, 100);
    floor.level('SELL', grid.bidTicks + 1, 0);
    floor.level('SELL', grid.bidTicks + 1, LEVEL_LOTS);
    return floor;
  }

  get market(): Market {
    return this.venue.core.engine.market(SYMBOL)!;
  }

  now(): number {
    return this.venue.core.clock.now();
  }

  listen(listener: EngineListener): () => void {
    return this.venue.core.engine.listen(listener);
  }

  /** @throws Refusal */
  place(wanted: Wanted): Order {
    return this.venue.core.engine.place({
      attributes: {},
      trigger: null,
      ...wanted,
      accountId: ACCOUNT,
      symbol: SYMBOL,
      stp: 'EXPIRE_TAKER',
      orderListId: -1,
    });
  }

  cancel(order: Order): void {
    this.venue.core.engine.cancel(order, null);
  }

  modify(order: Order, ticks: number, lots: number): void {
    this.venue.core.engine.modify(order, ticks, lots);
  }

  /** Oldest first. */
  orders(): readonly Order[] {
    return this.venue.core.engine.orders.of(ACCOUNT, SYMBOL);
  }

  open(): Order[] {
    return this.orders().filter(isOpen);
  }

  order(orderId: number): Order | null {
    return this.venue.core.engine.orders.order(orderId);
  }

  /** Oldest first. */
  fills(): readonly Fill[] {
    return this.venue.core.engine.orders.fillsOfAccount(ACCOUNT, SYMBOL);
  }

  fillsOf(order: Readonly<Order>): readonly Fill[] {
    return this.venue.core.engine.orders.fillsOf(order.orderId);
  }

  balance(asset: string): { free: string; locked: string; total: string } {
    const { free, locked } = this.venue.core.ledger.balance(ACCOUNT, asset);
    return { free: formatUnits(free), locked: formatUnits(locked), total: formatUnits(free + locked) };
  }

  /** Best first, as `[price, size]` in the venue's decimals. */
  depth(limit: number): { bids: [string, string][]; asks: [string, string][] } {
    const { market } = this;
    const { bids, asks } = this.venue.core.engine.depth(SYMBOL, limit);
    const texts = (levels: readonly (readonly [number, number])[]): [string, string][] =>
      levels.map(([ticks, lots]) => [market.priceText(ticks), market.quantityText(lots)]);
    return { bids: texts(bids), asks: texts(asks) };
  }

  /** What the chaos venue itself tells in public. */
  async ask<T>(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<T> {
    const asked = new URLSearchParams({ symbol: SYMBOL, ...textOf(query) });
    const response = await fetch(`${this.venue.url}${path}?${asked.toString()}`);
    return (await response.json()) as T;
  }

  level(side: 'BUY' | 'SELL', ticks: number, lots: number): void {
    this.venue.admin.houseLevel(SYMBOL, side, ticks, lots);
  }

  /** The house leaves the price and takes what is left there. */
  async tradeThrough(side: 'BUY' | 'SELL', ticks: number, lots: number): Promise<void> {
    this.level(side, ticks, 0);
    this.venue.admin.houseTrade(SYMBOL, side === 'BUY' ? 'SELL' : 'BUY', ticks, lots);
  }

  /** The house leaves its prices for others: the best ask at `ticks`, where it trades once. */
  async moveTo(ticks: number): Promise<void> {
    this.venue.admin.houseLevel(SYMBOL, 'BUY', this.bidTicks, 0);
    this.venue.admin.houseLevel(SYMBOL, 'SELL', this.bidTicks + 1, 0);
    this.bidTicks = ticks - 1;
    this.level('BUY', ticks - 1, LEVEL_LOTS);
    this.level('SELL', ticks, LEVEL_LOTS * 2);
    this.venue.admin.houseTrade(SYMBOL, 'BUY', ticks, 1);
  }

  /** An order with an `expiresAt` ends then; so does every one when its owner is silent for too long. */
  private passTime(): void {
    const now = this.now() + this.aheadMs;
    const isSilent = this.silentAt !== null && this.silentAt <= now;
    if (isSilent) this.silentAt = null;
    for (const order of this.open()) {
      const end = Number(order.attributes['expiresAt'] ?? Infinity);
      if (isSilent) this.cancel(order);
      else if (end <= now) this.venue.core.engine.cancel(order, null, 'EXPIRED');
    }
  }

  /** Everything is canceled after so many seconds without another call; 0 takes it back. */
  countDown(seconds: number): void {
    this.silentAt = seconds === 0 ? null : this.now() + this.aheadMs + seconds * 1_000;
  }

  /** Lets orders and countdowns grow older; what is signed is as young as before. */
  leap(ms: number): void {
    this.aheadMs += ms;
    this.passTime();
  }

  /** By how much the venue's clock is ahead of ours. */
  shiftClock(offsetMs: number): void {
    this.venue.admin.setClock({ offsetMs });
  }

  close(): Promise<void> {
    return this.venue.close();
  }
}

function textOf(query: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
