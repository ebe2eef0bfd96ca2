import { formatUnits } from '../engine/amounts.js';
import type { EngineEvent, Filled, OrderChanged } from '../engine/events.js';
import { Display } from '../market/display.js';
import type { VenueSocket } from '../streams/venue-socket.js';
import type { Contracts } from './contracts.js';
import { goodTillDateOf } from './good-till-date.js';
import { averageFillPrice, quantity } from './futures-shapes.js';
import { MARGIN_ASSET, type MarginAccount, type MarginBook } from './margin-book.js';
import { positionSideOf } from './margin-settlement.js';
import { entryPrice, type Position } from './positions.js';

const KEY_LIFE_MS = 60 * 60_000;

interface ListenKey {
  key: string;
  accountId: string;
  leftMs: number;
}

type Changed = OrderChanged | Filled;

/** Listen keys, and what accounts on margin are told over them. */
export class FuturesUserStream {
  private readonly keys = new Map<string, ListenKey>();
  private readonly sockets = new Map<string, Set<VenueSocket>>();

  constructor(
    private readonly contracts: Contracts,
    private readonly book: MarginBook,
    private readonly realizedOf: (orderId: number, tradeId: number) => bigint,
    private readonly clock: { now(): number },
    private readonly newKey: () => string,
  ) {}

  /** The account's key, made anew or with its hour begun again. */
  keyFor(accountId: string): string {
    const known = [...this.keys.values()].find((each) => each.accountId === accountId);
    const key = known?.key ?? this.newKey();
    this.keys.set(key, { key, accountId, leftMs: KEY_LIFE_MS });
    return key;
  }

  /** False: the account has none. */
  extend(accountId: string): boolean {
    const known = [...this.keys.values()].find((each) => each.accountId === accountId);
    if (known !== undefined) known.leftMs = KEY_LIFE_MS;
    return known !== undefined;
  }

  end(accountId: string): void {
    for (const each of this.keys.values()) if (each.accountId === accountId) this.keys.delete(each.key);
  }

  /** False: no such key. */
  open(listenKey: string, socket: VenueSocket): boolean {
    const known = this.keys.get(listenKey);
    if (known === undefined) return false;
    socket.account = known.accountId;
    const sockets = this.sockets.get(known.accountId) ?? new Set();
    this.sockets.set(known.accountId, sockets.add(socket));
    socket.onClose(() => sockets.delete(socket));
    return true;
  }

  pass(elapsedMs: number): void {
    for (const each of this.keys.values()) {
      each.leftMs -= elapsedMs;
      if (each.leftMs > 0) continue;
      this.keys.delete(each.key);
      this.tell(each.accountId, { e: 'listenKeyExpired', E: this.clock.now(), listenKey: each.key });
    }
  }

  handle(event: EngineEvent): void {
    if (event.kind !== 'OrderChanged' && event.kind !== 'Filled') return;
    const { accountId } = event.order;
    if (!this.isHeard(accountId)) return;
    const now = this.clock.now();
    this.tell(accountId, { e: 'ORDER_TRADE_UPDATE', E: now, T: event.at, o: this.orderUpdate(event) });
  }

  /** `reason`: ORDER, FUNDING_FEE, DEPOSIT, WITHDRAW, MARGIN_TRANSFER … */
  tellAccount(account: MarginAccount, reason: string, positions: readonly Position[], change: bigint): void {
    if (!this.isHeard(account.accountId)) return;
    const now = this.clock.now();
    const view = this.book.view(account);
    const balance = {
      a: MARGIN_ASSET,
      wb: formatUnits(view.wallet),
      cw: formatUnits(view.crossWallet),
      bc: formatUnits(change),
    };
    const P = positions.map((position) => this.positionUpdate(account, position));
    this.tell(account.accountId, { e: 'ACCOUNT_UPDATE', E: now, T: now, a: { m: reason, B: [balance], P } });
  }

  tellConfig(accountId: string, config: object): void {
    const now = this.clock.now();
    this.tell(accountId, { e: 'ACCOUNT_CONFIG_UPDATE', E: now, T: now, ...config });
  }

  tell(accountId: string, event: object): void {
    if (!this.isHeard(accountId)) return;
    const frame = JSON.stringify(event);
    for (const socket of this.sockets.get(accountId) ?? []) socket.sendEvent('user', frame);
  }

  private isHeard(accountId: string): boolean {
    return (this.sockets.get(accountId)?.size ?? 0) > 0;
  }

  private orderUpdate(event: Changed) {
    const { order } = event;
    const contract = this.contracts.need(order.symbol);
    const display = Display.futures(contract.market);
    const fill = event.kind === 'Filled' ? event.fill : null;
    return {
      s: order.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.attributes.timeInForce ?? order.timeInForce,
      q: display.quantity(order.lots),
      p: display.price(order.ticks ?? 0),
      ap: averageFillPrice(order, contract),
      sp: display.price(0),
      x: executionType(event),
      X: order.status,
      i: order.orderId,
      l: display.quantity(fill?.lots ?? 0),
      z: display.quantity(order.filledLots),
      L: display.price(fill?.ticks ?? 0),
      ...(fill !== null && { n: formatUnits(fill.commission.units), N: fill.commission.asset }),
      T: event.at,
      t: fill?.tradeId ?? 0,
      b: '0',
      a: '0',
      m: fill?.maker ?? false,
      R: order.attributes.shownReduceOnly === 'true',
      wt: 'CONTRACT_PRICE',
      ot: order.type,
      ps: positionSideOf(order),
      cp: false,
      rp: formatUnits(fill === null ? 0n : this.realizedOf(order.orderId, fill.tradeId)),
      pP: false,
      si: 0,
      ss: 0,
      V: order.stp,
      pm: 'NONE',
      gtd: goodTillDateOf(order),
    };
  }

  private positionUpdate(account: MarginAccount, position: Position) {
    const { unrealized, settings } = this.book.positionView(account, position);
    return {
      s: position.symbol,
      pa: quantity(this.book, position.symbol, position.size),
      ep: formatUnits(entryPrice(position)),
      bep: formatUnits(entryPrice(position)),
      cr: formatUnits(position.realized),
      up: formatUnits(unrealized),
      mt: settings.marginType === 'ISOLATED' ? 'isolated' : 'cross',
      iw: formatUnits(position.isolatedWallet),
      ps: position.side,
      ma: MARGIN_ASSET,
    };
  }
}

function executionType(event: Changed): string {
  if (event.kind === 'Filled') return event.order.type === 'LIQUIDATION' ? 'CALCULATED' : 'TRADE';
  if (event.change === 'REPLACED') return 'AMENDMENT';
  return event.change === 'TRADE_PREVENTION' ? 'EXPIRED' : event.change;
}
