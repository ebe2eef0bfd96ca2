import type { OrderTerms, SelfTradePrevention, Side } from '../engine/order.js';
import type { Params } from '../rest/params.js';
import { illegalCharacters, invalidSymbol, missing, notRequired, VenueError } from '../rest/venue-error.js';
import type { Contract, Contracts } from './contracts.js';
import { goodTillDateIn } from './good-till-date.js';
import {
  offTick,
  overPrecision,
  priceZero,
  quantityTooLarge,
  quantityZero,
  sideMismatch,
  useAlgoOrders,
} from './futures-errors.js';
import type { MarginAccount } from './margin-book.js';
import type { PositionSide } from './positions.js';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
export const ORDER_TYPES = ['LIMIT', 'MARKET'] as const;
/** Since December 2025 these go to the algo service alone. */
export const ALGO_TYPES = [
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
] as const;
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'] as const;
/** What of these rests until it is canceled, as far as the engine is concerned. */
const RESTS: readonly string[] = ['GTX', 'GTD'];
const STP: readonly SelfTradePrevention[] = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'];

export function needContract(contracts: Contracts, params: Params): Contract {
  const contract = contracts.find(params.needText('symbol'));
  if (contract === undefined) throw invalidSymbol();
  return contract;
}

export function sideOf(params: Params): Side {
  const side = params.oneOf('side', ['BUY', 'SELL'], () => new VenueError(-1117, 'Invalid side.'));
  if (side === null) throw missing('side');
  return side;
}

/** In hedge mode a side must be said, in one-way mode none but BOTH may be. */
export function positionSideIn(account: MarginAccount, params: Params): PositionSide {
  const side = params.oneOf('positionSide', ['BOTH', 'LONG', 'SHORT']) ?? 'BOTH';
  if (account.isHedged === (side === 'BOTH')) throw sideMismatch();
  return side;
}

export function clientIdOf(params: Params, name: string, otherwise: () => string): string {
  const id = params.text(name);
  if (id === null) return otherwise();
  if (!CLIENT_ID.test(id)) throw illegalCharacters(name, CLIENT_ID.source);
  return id;
}

export function lotsOf({ market, maxQuantity }: Contract, units: bigint): number {
  if (units <= 0n) throw quantityZero();
  if (units > maxQuantity) throw quantityTooLarge();
  const lots = market.lotsOf(units);
  if (lots === null) throw overPrecision();
  return lots;
}

export function ticksOf({ market }: Contract, units: bigint): number {
  if (units <= 0n) throw priceZero();
  const ticks = market.ticksOf(units);
  if (ticks === null) throw offTick();
  return ticks;
}

/** Reads what an order asks for; whether it may, is the desk's matter. */
export function readTerms(
  account: MarginAccount,
  contract: Contract,
  params: Params,
  newId: () => string,
  now: number,
): OrderTerms {
  const type = params.needText('type');
  if (ALGO_TYPES.some((each) => each === type)) throw useAlgoOrders();
  if (!ORDER_TYPES.some((each) => each === type)) throw new VenueError(-1116, 'Invalid orderType.');
  const isMarket = type === 'MARKET';
  if (isMarket && params.has('price')) throw notRequired('price');
  const timeInForce = params.oneOf(
    'timeInForce',
    TIMES_IN_FORCE,
    () => new VenueError(-1115, 'Invalid timeInForce.'),
  );
  if (!isMarket && timeInForce === null) throw missing('timeInForce');
  const goodTillDate = goodTillDateIn(params, timeInForce, now);
  const side = sideOf(params);
  const positionSide = positionSideIn(account, params);
  const reduceOnly = params.boolean('reduceOnly') ?? false;
  // In hedge mode the position side says it already.
  if (account.isHedged && params.has('reduceOnly')) throw notRequired('reduceOnly');
  const isClosing = positionSide !== 'BOTH' && (positionSide === 'LONG') === (side === 'SELL');
  return {
    accountId: account.accountId,
    symbol: contract.spec.symbol,
    clientOrderId: clientIdOf(params, 'newClientOrderId', newId),
    side,
    type,
    timeInForce: isMarket ? 'IOC' : engineTimeInForce(timeInForce!),
    postOnly: timeInForce === 'GTX',
    ticks: isMarket ? null : ticksOf(contract, params.needDecimal('price')),
    lots: lotsOf(contract, params.needDecimal('quantity')),
    quoteBudget: null,
    trigger: null,
    stp: params.oneOf('selfTradePreventionMode', STP) ?? 'EXPIRE_MAKER',
    orderListId: -1,
    attributes: {
      positionSide,
      reduceOnly: String(reduceOnly || isClosing),
      shownReduceOnly: String(reduceOnly),
      timeInForce: isMarket ? 'GTC' : timeInForce!,
      ...(goodTillDate !== null && { goodTillDate: String(goodTillDate) }),
    },
  };
}

function engineTimeInForce(timeInForce: (typeof TIMES_IN_FORCE)[number]): OrderTerms['timeInForce'] {
  return RESTS.includes(timeInForce) ? 'GTC' : (timeInForce as OrderTerms['timeInForce']);
}
