import { formatUnits } from '../engine/amounts.js';
import type { Engine } from '../engine/engine.js';
import type { Params } from '../rest/params.js';
import { missing } from '../rest/venue-error.js';
import { bracketAt } from './contract.js';
import {
  beyondLeverage,
  leverageTooHigh,
  marginInsufficient,
  marginShort,
  marginTypeWithOrders,
  marginTypeWithPosition,
  notIsolated,
  positionModeWithOrders,
  positionModeWithPosition,
  sameMarginType,
  samePositionMode,
} from './futures-errors.js';
import { needContract, positionSideIn } from './futures-terms.js';
import { bracketCap } from './futures-shapes.js';
import type { FuturesUserStream } from './futures-user-stream.js';
import { notionalOf } from './margin.js';
import type { MarginAccount, MarginBook } from './margin-book.js';
import type { MarkBook } from './mark-book.js';

const SUCCESS = { code: 200, msg: 'success' };

/** What an account may set for itself: leverage, margin type, hedge mode, the margin of an isolated position. */
export class MarginSettings {
  constructor(
    private readonly engine: Engine,
    private readonly book: MarginBook,
    private readonly marks: MarkBook,
    private readonly userStream: FuturesUserStream,
    private readonly onChange: (account: MarginAccount) => void,
  ) {}

  setLeverage(accountId: string, params: Params): object {
    const { spec, brackets } = needContract(this.book.contracts, params);
    const leverage = params.needInteger('leverage');
    if (leverage < 1 || leverage > brackets[0]!.maxLeverage) throw leverageTooHigh(leverage);
    const account = this.book.account(accountId);
    const settings = account.settingsOf(spec.symbol);
    const mark = this.marks.mark(spec.symbol);
    for (const { symbol, size } of account.openPositions()) {
      const allowed = bracketAt(brackets, notionalOf(size, mark)).maxLeverage;
      if (symbol === spec.symbol && leverage > allowed) throw beyondLeverage();
    }
    const before = settings.leverage;
    settings.leverage = leverage;
    // Less leverage needs more margin: it must be there.
    if (leverage < before && this.book.view(account).available < 0n) {
      settings.leverage = before;
      throw marginInsufficient();
    }
    this.onChange(account);
    this.userStream.tellConfig(accountId, { ac: { s: spec.symbol, l: leverage } });
    const maxNotionalValue = formatUnits(bracketCap(this.book, spec.symbol, leverage), 0);
    return { symbol: spec.symbol, leverage, maxNotionalValue };
  }

  setMarginType(accountId: string, params: Params): object {
    const { symbol } = needContract(this.book.contracts, params).spec;
    const marginType = params.oneOf('marginType', ['ISOLATED', 'CROSSED']);
    if (marginType === null) throw missing('marginType');
    const account = this.book.account(accountId);
    const settings = account.settingsOf(symbol);
    if (settings.marginType === marginType) throw sameMarginType();
    if (this.engine.orders.open(accountId, symbol).length > 0) throw marginTypeWithOrders();
    if (account.openPositions().some((position) => position.symbol === symbol))
      throw marginTypeWithPosition();
    settings.marginType = marginType;
    this.onChange(account);
    return SUCCESS;
  }

  setPositionMode(accountId: string, params: Params): object {
    const isHedged = params.boolean('dualSidePosition');
    if (isHedged === null) throw missing('dualSidePosition');
    const account = this.book.account(accountId);
    if (account.isHedged === isHedged) throw samePositionMode();
    if (this.engine.orders.openCount(accountId) > 0) throw positionModeWithOrders();
    if (account.openPositions().length > 0) throw positionModeWithPosition();
    account.isHedged = isHedged;
    this.onChange(account);
    return SUCCESS;
  }

  /** Adds margin to an isolated position (type 1), or takes some back (type 2). */
  moveMargin(accountId: string, params: Params): object {
    const { symbol } = needContract(this.book.contracts, params).spec;
    const account = this.book.account(accountId);
    const units = params.needDecimal('amount');
    const type = params.needInteger('type');
    const position = account.position(symbol, positionSideIn(account, params));
    const isIsolated = account.settingsOf(symbol).marginType === 'ISOLATED';
    if (!isIsolated || position.size === 0n) throw notIsolated();
    if (type === 1) {
      if (units > this.book.view(account).available) throw marginShort();
      position.isolatedWallet += units;
    } else {
      const view = this.book.positionView(account, position);
      const spare = position.isolatedWallet + view.unrealized - view.initialMargin;
      if (units > spare || units > position.isolatedWallet) throw marginShort();
      position.isolatedWallet -= units;
    }
    this.onChange(account);
    this.userStream.tellAccount(account, 'MARGIN_TRANSFER', [position], 0n);
    return {
      amount: Number(formatUnits(units)),
      code: 200,
      msg: 'Successfully modify position margin.',
      type,
    };
  }
}
