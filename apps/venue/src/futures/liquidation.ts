import type { Engine } from '../engine/engine.js';
import type { Order } from '../engine/order.js';
import { abs } from './margin.js';
import {
  type AccountView,
  MARGIN_ASSET,
  type MarginAccount,
  type MarginBook,
  type PositionView,
} from './margin-book.js';
import type { Income } from './margin-settlement.js';

/** Pays what a liquidation leaves uncovered, and keeps what it leaves over. */
const INSURANCE = '@insurance';

interface Parts {
  engine: Engine;
  book: MarginBook;
  clock: { now(): number };
  onIncome: (income: Income) => void;
  onLiquidated: (order: Order) => void;
}

/**
 * Takes positions over when their margin no longer covers maintenance: orders are cancelled, the position is sold or
 * bought back at any price, the rest settles with the insurance fund.
 */
export class Liquidation {
  constructor(private readonly parts: Parts) {}

  /** To be asked whenever a mark price moved. */
  pass(): void {
    for (const account of this.parts.book.all()) {
      if (account.openPositions().length > 0) this.judge(account);
    }
  }

  private judge(account: MarginAccount): void {
    const view = this.parts.book.view(account);
    for (const position of view.positions.filter(isLostAlone)) this.liquidate(account, position);
    const cross = view.positions.filter(({ settings }) => settings.marginType === 'CROSSED');
    if (cross.length > 0 && isCrossLost(view)) {
      cross.sort((a, b) => (a.notional > b.notional ? -1 : 1));
      for (const position of cross) this.liquidate(account, position);
    }
  }

  private liquidate(account: MarginAccount, { position, settings }: PositionView): void {
    const { engine, book, clock } = this.parts;
    const { accountId } = account;
    const { symbol, side, size, isolatedWallet } = position;
    for (const order of engine.orders.open(accountId, symbol)) engine.cancel(order, null, 'EXPIRED');
    const isolatedBefore = settings.marginType === 'ISOLATED' ? isolatedWallet : null;
    const walletBefore = book.ledger.balance(accountId, MARGIN_ASSET).free;
    const { market } = book.contracts.need(symbol);
    const order = engine.place({
      accountId,
      symbol,
      clientOrderId: `autoclose-${clock.now()}`,
      side: size > 0n ? 'SELL' : 'BUY',
      type: 'LIQUIDATION',
      timeInForce: 'IOC',
      postOnly: false,
      ticks: null,
      lots: Number(abs(size) / market.stepUnits),
      quoteBudget: null,
      trigger: null,
      stp: 'NONE',
      orderListId: -1,
      attributes: { reduceOnly: 'true', positionSide: side },
    });
    this.settleRest(account, symbol, isolatedBefore, walletBefore);
    this.parts.onLiquidated(order);
  }

  /**
   * An isolated position answers with its own margin: more loss than that is the fund's, what is left of it too. A cross
   * account answers with its wallet.
   */
  private settleRest(account: MarginAccount, symbol: string, isolated: bigint | null, before: bigint): void {
    const { engine, book, clock } = this.parts;
    const { accountId } = account;
    const wallet = book.ledger.balance(accountId, MARGIN_ASSET).free;
    const units = isolated === null ? (wallet < 0n ? -wallet : 0n) : before - isolated - wallet;
    const closed = [...account.openPositions()].every((position) => position.symbol !== symbol);
    if (units === 0n || !closed) return;
    engine.settleNow(() => book.ledger.transfer(INSURANCE, accountId, MARGIN_ASSET, units));
    this.parts.onIncome({
      accountId,
      symbol,
      kind: 'INSURANCE_CLEAR',
      units,
      tradeId: null,
      at: clock.now(),
    });
  }
}

function isLostAlone({ settings, position, unrealized, maintenanceMargin }: PositionView): boolean {
  return settings.marginType === 'ISOLATED' && position.isolatedWallet + unrealized <= maintenanceMargin;
}

function isCrossLost({ crossWallet, crossUnrealized, crossMaintenance }: AccountView): boolean {
  return crossWallet + crossUnrealized <= crossMaintenance;
}
