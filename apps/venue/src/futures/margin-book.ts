import { Ledger } from '../accounts/ledger.js';
import type { Contracts } from './contracts.js';
import type { Bracket } from './contract.js';
import {
  abs,
  initialMargin,
  liquidationPrice,
  maintenanceMargin,
  max,
  notionalOf,
  openOrderMargin,
  unrealized,
} from './margin.js';
import type { MarkBook } from './mark-book.js';
import { emptyPosition, type MarginType, type Position, type PositionSide } from './positions.js';

export const MARGIN_ASSET = 'USDT';

/** Of one open order, what could still be opened by it. */
export interface OrderExposure {
  side: 'BUY' | 'SELL';
  positionSide: PositionSide;
  notional: bigint;
}

export interface SymbolSettings {
  leverage: number;
  marginType: MarginType;
}

/** One account's positions, settings and open orders on margin. */
export class MarginAccount {
  readonly positions = new Map<string, Position>();
  readonly settings = new Map<string, SymbolSettings>();
  /** By symbol, then by order. */
  readonly exposures = new Map<string, Map<number, OrderExposure>>();
  isHedged = false;

  constructor(readonly accountId: string) {}

  position(symbol: string, side: PositionSide): Position {
    const key = `${symbol} ${side}`;
    const found = this.positions.get(key) ?? emptyPosition(symbol, side);
    this.positions.set(key, found);
    return found;
  }

  settingsOf(symbol: string): SymbolSettings {
    const found = this.settings.get(symbol) ?? { leverage: 20, marginType: 'CROSSED' };
    this.settings.set(symbol, found);
    return found;
  }

  exposuresOf(symbol: string): Map<number, OrderExposure> {
    const found = this.exposures.get(symbol) ?? new Map();
    this.exposures.set(symbol, found);
    return found;
  }

  openPositions(): Position[] {
    return [...this.positions.values()].filter(({ size }) => size !== 0n);
  }
}

/** A position at the mark price. */
export interface PositionView {
  position: Position;
  settings: SymbolSettings;
  mark: bigint;
  /** Unsigned. */
  notional: bigint;
  unrealized: bigint;
  initialMargin: bigint;
  maintenanceMargin: bigint;
}

export interface AccountView {
  wallet: bigint;
  crossWallet: bigint;
  unrealized: bigint;
  crossUnrealized: bigint;
  positionMargin: bigint;
  openOrderMargin: bigint;
  maintenanceMargin: bigint;
  crossMaintenance: bigint;
  available: bigint;
  positions: PositionView[];
}

/** All margin accounts and the arithmetic over them: what is free, what is owed, where a position would be liquidated. */
export class MarginBook {
  readonly ledger = new Ledger();
  private readonly accounts = new Map<string, MarginAccount>();

  constructor(
    readonly contracts: Contracts,
    private readonly marks: MarkBook,
  ) {}

  account(accountId: string): MarginAccount {
    const found = this.accounts.get(accountId) ?? new MarginAccount(accountId);
    this.accounts.set(accountId, found);
    return found;
  }

  all(): MarginAccount[] {
    return [...this.accounts.values()];
  }

  brackets(symbol: string): readonly Bracket[] {
    return this.contracts.need(symbol).brackets;
  }

  view(account: MarginAccount): AccountView {
    const positions = account.openPositions().map((position) => this.positionView(account, position));
    const cross = positions.filter(({ settings }) => settings.marginType === 'CROSSED');
    const wallet = this.ledger.balance(account.accountId, MARGIN_ASSET).free;
    const isolated = positions.reduce((sum, { position }) => sum + position.isolatedWallet, 0n);
    const crossWallet = wallet - isolated;
    const crossUnrealized = sumOf(cross, (each) => each.unrealized);
    const orders = [...account.exposures.keys()].reduce(
      (sum, symbol) => sum + this.orderMargin(account, symbol),
      0n,
    );
    const crossMargin = sumOf(cross, (each) => each.initialMargin);
    return {
      wallet,
      crossWallet,
      unrealized: sumOf(positions, (each) => each.unrealized),
      crossUnrealized,
      positionMargin: sumOf(positions, (each) => each.initialMargin),
      openOrderMargin: orders,
      maintenanceMargin: sumOf(positions, (each) => each.maintenanceMargin),
      crossMaintenance: sumOf(cross, (each) => each.maintenanceMargin),
      available: crossWallet + crossUnrealized - crossMargin - orders,
      positions,
    };
  }

  positionView(account: MarginAccount, position: Position): PositionView {
    const settings = account.settingsOf(position.symbol);
    const mark = this.marks.mark(position.symbol);
    const notional = notionalOf(position.size, mark);
    return {
      position,
      settings,
      mark,
      notional,
      unrealized: unrealized(position.size, position.entryCost, mark),
      initialMargin: initialMargin(notional, settings.leverage),
      maintenanceMargin: maintenanceMargin(this.brackets(position.symbol), notional),
    };
  }

  /** Margin that the open orders of a symbol keep busy; each hedge side for itself. */
  orderMargin(account: MarginAccount, symbol: string): bigint {
    const { leverage } = account.settingsOf(symbol);
    const exposures = [...account.exposuresOf(symbol).values()];
    if (exposures.length === 0) return 0n;
    const mark = this.marks.mark(symbol);
    const sides: PositionSide[] = account.isHedged ? ['LONG', 'SHORT'] : ['BOTH'];
    return sides.reduce((sum, positionSide) => {
      const { size } = account.position(symbol, positionSide);
      const notional = notionalOf(size, mark) * (size < 0n ? -1n : 1n);
      // In hedge mode only one direction can open; the other one closes.
      const counted = (side: OrderExposure['side']) =>
        positionSide === 'BOTH' || (positionSide === 'LONG') === (side === 'BUY');
      const total = (side: OrderExposure['side']) =>
        exposures
          .filter((each) => each.side === side && each.positionSide === positionSide && counted(side))
          .reduce((all, each) => all + each.notional, 0n);
      return sum + openOrderMargin(notional, total('BUY'), total('SELL'), leverage);
    }, 0n);
  }

  /** Mark price at which the position would be liquidated with everything else standing still; 0 where none would. */
  liquidationPrice(account: MarginAccount, view: AccountView, position: PositionView): bigint {
    const { size, entryCost, isolatedWallet, symbol } = position.position;
    const margin =
      position.settings.marginType === 'ISOLATED'
        ? isolatedWallet
        : view.crossWallet +
          (view.crossUnrealized - position.unrealized) -
          (view.crossMaintenance - position.maintenanceMargin);
    return liquidationPrice(size, entryCost, margin, this.brackets(symbol));
  }

  /** The most that may be taken out of the wallet: a gain that is not realised yet stays. */
  withdrawable(view: AccountView): bigint {
    const gain = max(view.crossUnrealized, 0n);
    return max(0n, smaller(view.available - gain, view.crossWallet));
  }

  /** The unsigned size that reduce-only orders may close on that side. */
  closable(account: MarginAccount, symbol: string, positionSide: PositionSide, side: 'BUY' | 'SELL'): bigint {
    const { size } = account.position(symbol, positionSide);
    return size > 0n === (side === 'SELL') ? abs(size) : 0n;
  }
}

function sumOf(views: readonly PositionView[], of: (view: PositionView) => bigint): bigint {
  return views.reduce((sum, view) => sum + of(view), 0n);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
