import { FEES, HOUSE } from '../accounts/ledger.js';
import { UNIT } from '../engine/amounts.js';
import type { BalanceChanged } from '../engine/events.js';
import type { Commission, Fill, Order } from '../engine/order.js';
import type { Need, Settlement } from '../engine/settlement.js';
import { initialMargin, max, notionalOf } from './margin.js';
import { MARGIN_ASSET, type MarginAccount, type MarginBook } from './margin-book.js';
import type { MarkBook } from './mark-book.js';
import { applyFill, type FillEffect, type Position, type PositionSide } from './positions.js';

type Side = Omit<Fill, 'commission'>;

/** What moved the wallet, for the account's income history and its events. */
export interface Income {
  accountId: string;
  symbol: string;
  kind: 'REALIZED_PNL' | 'COMMISSION' | 'FUNDING_FEE' | 'TRANSFER' | 'INSURANCE_CLEAR';
  units: bigint;
  tradeId: number | null;
  /** Whose fill it was. */
  orderId?: number;
  at: number;
}

/** Margin: nobody pays for what it buys; positions change, results and fees go through the wallet. */
export class MarginSettlement implements Settlement {
  /** Result of each fill, by order and trade. */
  readonly realized = new Map<string, bigint>();
  /** While the journal is replayed orders that were accepted once are not judged again. */
  isRestoring = false;

  constructor(
    private readonly book: MarginBook,
    private readonly marks: MarkBook,
    private readonly onIncome: (income: Income) => void,
  ) {}

  /**
   * Only what could open something needs margin: reduce-only orders and ones that still wait for their price do not.
   * An order that needs no more than before is never refused.
   */
  hold(order: Order, need: Need): boolean {
    const account = this.book.account(order.accountId);
    const exposures = account.exposuresOf(order.symbol);
    const isFree = !order.isWorking || isReduceOnly(order);
    const notional = isFree ? 0n : need.quoteUnits;
    const before = exposures.get(order.orderId);
    const { side } = order;
    exposures.set(order.orderId, { side, positionSide: positionSideOf(order), notional });
    if (this.isRestoring || notional <= (before?.notional ?? 0n)) return true;
    if (this.book.view(account).available >= this.openLoss(order, need)) return true;
    if (before === undefined) exposures.delete(order.orderId);
    else exposures.set(order.orderId, before);
    return false;
  }

  release(order: Order): void {
    this.book.account(order.accountId).exposuresOf(order.symbol).delete(order.orderId);
  }

  settle(order: Order, fill: Side): Commission {
    const account = this.book.account(order.accountId);
    const { market, makerRate, takerRate } = this.book.contracts.need(order.symbol);
    const position = account.position(order.symbol, positionSideOf(order));
    const delta = market.baseUnits(fill.lots) * (fill.side === 'BUY' ? 1n : -1n);
    const effect = applyFill(position, { delta, quoteUnits: fill.quoteUnits, at: fill.at });
    this.moveIsolated(account, position, effect);
    const { tradeId, orderId, at } = fill;
    const { accountId, symbol } = order;
    this.realized.set(`${orderId} ${tradeId}`, effect.realized);
    if (effect.realized !== 0n) this.pay(HOUSE, accountId, effect.realized);
    const units = (fill.quoteUnits * (fill.maker ? makerRate : takerRate)) / UNIT;
    if (units !== 0n) this.pay(accountId, FEES, units);
    if (effect.realized !== 0n) {
      this.onIncome({
        accountId,
        symbol,
        kind: 'REALIZED_PNL',
        units: effect.realized,
        tradeId,
        orderId,
        at,
      });
    }
    this.onIncome({ accountId, symbol, kind: 'COMMISSION', units: -units, tradeId, orderId, at });
    return { asset: MARGIN_ASSET, units };
  }

  /** Puts a fill's result back from the income history. */
  remember({ kind, orderId, tradeId, units }: Income): void {
    if (kind === 'REALIZED_PNL') this.realized.set(`${orderId} ${tradeId}`, units);
  }

  /** The house has no account on margin; results are paid by it and to it where they arise. */
  settleHouse(): void {}

  takeChanges(at: number): BalanceChanged[] {
    return this.book.ledger.takeChanges(at);
  }

  /** What the order would lose at once, measured at the mark price. */
  private openLoss({ side, symbol }: Order, need: Need): bigint {
    const { market } = this.book.contracts.need(symbol);
    const atMark = notionalOf(market.baseUnits(need.lots), this.marks.mark(symbol));
    return max(0n, side === 'BUY' ? need.quoteUnits - atMark : atMark - need.quoteUnits);
  }

  /** Isolated margin comes with what is opened and goes with what is closed, in proportion. */
  private moveIsolated(account: MarginAccount, position: Position, effect: FillEffect): void {
    const { leverage, marginType } = account.settingsOf(position.symbol);
    if (marginType !== 'ISOLATED') return;
    if (effect.closedSize > 0n) {
      const before = effect.sizeBefore < 0n ? -effect.sizeBefore : effect.sizeBefore;
      position.isolatedWallet -= (position.isolatedWallet * effect.closedSize) / before;
    }
    if (effect.opened > 0n) position.isolatedWallet += initialMargin(effect.opened, leverage);
    if (position.size === 0n) position.isolatedWallet = 0n;
  }

  private pay(from: string, to: string, units: bigint): void {
    this.book.ledger.transfer(from, to, MARGIN_ASSET, units);
  }
}

export function positionSideOf(order: Pick<Order, 'attributes'>): PositionSide {
  return (order.attributes.positionSide as PositionSide | undefined) ?? 'BOTH';
}

export function isReduceOnly(order: Pick<Order, 'attributes'>): boolean {
  return order.attributes.reduceOnly === 'true';
}
