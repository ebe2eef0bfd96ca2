import { formatScaled, parseScaled } from '@sextant/kernel';
import type { EpochMs, InstrumentSpec, Side } from '@sextant/kernel';
import type { VenueBalance, VenueFill, VenueOrder, VenueOrderStatus } from '../../domain/venue-order.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import {
  amountUnitsOf,
  fieldsOf,
  listOf,
  lotsOf,
  quoteOfAverage,
  sideOf,
  textOf,
  ticksOf,
} from '../ccxt/exact-values.js';
import type { Fields } from '../ccxt/exact-values.js';
import type { ListedMarket, Markets, NativeMarket } from '../native/markets.js';
import { isoTimeOf } from '../native/iso-time.js';
import { plainDecimal } from '../native/plain-decimal.js';
import { assetNamed, fromWireId, namesOf, wireNameOf } from './nobitex-names.js';
import { NOBITEX } from './nobitex-traits.js';

/** The venue states no highest price or quantity: so many steps are beyond any. */
const MOST_STEPS = 10n ** 13n;

/** Fractions of notional. */
export interface FeeRates {
  rial: string;
  tether: string;
}

/** `{"nobitex":{"amountPrecisions":{"BTCIRT":"0.000001"},"pricePrecisions":{…},"minOrders":{"rls":"3000000"}}}` */
export function readOptions(json: unknown, fees: FeeRates): ListedMarket[] {
  const { amountPrecisions, pricePrecisions, minOrders } = fieldsOf(
    fieldsOf(json, 'options')['nobitex'],
    'nobitex',
  );
  const steps = fieldsOf(amountPrecisions, 'amountPrecisions');
  const ticks = fieldsOf(pricePrecisions, 'pricePrecisions');
  const least = fieldsOf(minOrders, 'minOrders');
  return Object.keys(ticks).flatMap((wireName) => {
    const names = namesOf(wireName);
    if (names === null || steps[wireName] === undefined) return [];
    const feeRate = names.dst === 'rls' ? fees.rial : fees.tether;
    const rules = (): Rules => rulesOf(ticks[wireName], steps[wireName], least[names.dst]);
    const symbol = `${names.base}/${names.quote}`;
    const identity = { venue: NOBITEX, symbol, makerFeeRate: feeRate, takerFeeRate: feeRate };
    return [{ wireName, symbol, spec: () => ({ ...identity, ...rules() }) }];
  });
}

type Rules = Omit<InstrumentSpec, 'venue' | 'symbol' | 'makerFeeRate' | 'takerFeeRate'>;

function rulesOf(tick: unknown, step: unknown, least: unknown): Rules {
  const tickSize = plainDecimal(tick, 'pricePrecisions');
  const stepSize = plainDecimal(step, 'amountPrecisions');
  return {
    tickSize,
    stepSize,
    minPrice: tickSize,
    maxPrice: timesMost(tickSize),
    minQuantity: stepSize,
    maxQuantity: timesMost(stepSize),
    minNotional: plainDecimal(least, 'minOrders'),
  };
}

function timesMost(step: string): string {
  return formatScaled(parseScaled(step) * MOST_STEPS);
}

/** `profile.options.fee` and `feeUsdt`, percent. */
export function readFees(json: unknown): FeeRates {
  const options = fieldsOf(fieldsOf(fieldsOf(json, 'answer')['profile'], 'profile')['options'], 'options');
  return { rial: fractionOf(options['fee'], 'fee'), tether: fractionOf(options['feeUsdt'], 'feeUsdt') };
}

function fractionOf(percent: unknown, what: string): string {
  const units = amountUnitsOf(plainDecimal(percent, what), what);
  if (units >= parseScaled('100')) throw new UnreadableAnswer(`${what} is no share`);
  return formatScaled(units / 100n);
}

/** `asked`: the market that was asked for, for answers that do not name it. Null in a market that is not ours. */
export function readOrder(
  row: unknown,
  markets: Pick<Markets, 'ofName'>,
  asked: NativeMarket | null,
): VenueOrder | null {
  const told = fieldsOf(row, 'order');
  const market = marketOf(told, markets, asked);
  if (market === null) return null;
  const { instrument } = market;
  const venueOrderId = idOf(told['id'], 'order id');
  const lots = lotsOf(plainDecimal(told['amount'], 'amount'), instrument, 'amount');
  const filledLots = lotsOf(
    plainDecimal(told['matchedAmount'], 'matchedAmount'),
    instrument,
    'matchedAmount',
  );
  if (filledLots > lots) throw new UnreadableAnswer('more is matched than was ordered');
  return {
    clientOrderId: fromWireId(told['clientOrderId'], venueOrderId),
    venueOrderId,
    symbol: instrument.symbol.toString(),
    side: sideOf(told['type'], 'type'),
    status: statusOf(told['status'], lots, filledLots),
    lots,
    filledLots,
    cumulativeQuoteUnits: quoteFilled(told, market, filledLots),
    priceTicks: priceOf(told, market),
    // The venue tells no later time of an order.
    updatedAt: isoTimeOf(told['created_at'], 'created_at'),
  };
}

function marketOf(
  told: Fields,
  markets: Pick<Markets, 'ofName'>,
  asked: NativeMarket | null,
): NativeMarket | null {
  if (told['market'] === undefined && asked !== null) return asked;
  const market = markets.ofName(wireNameOf(told['market']));
  if (asked !== null && market !== asked) throw new UnreadableAnswer('the order is of another market');
  return market;
}

/** `market` for market orders. */
function priceOf(told: Fields, { instrument }: NativeMarket): number | null {
  const execution = textOf(told['execution'] ?? 'limit', 'execution', 20).toLowerCase();
  if (execution === 'market' || execution === 'stop_market' || told['price'] === 'market') return null;
  return ticksOf(plainDecimal(told['price'], 'price'), instrument, 'price');
}

/** The average price is all that an order tells of what it cost; exact sums come with the trades. */
function quoteFilled(told: Fields, { instrument }: NativeMarket, filledLots: number): bigint {
  if (filledLots === 0) return 0n;
  const average = plainDecimal(told['averagePrice'], 'averagePrice');
  return quoteOfAverage(average, instrument.baseUnits(filledLots), 'averagePrice');
}

function statusOf(status: unknown, lots: number, filledLots: number): VenueOrderStatus {
  switch (status) {
    case 'New':
    case 'Active':
    case 'Inactive':
      return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
    case 'Done':
      return filledLots === lots ? 'FILLED' : 'EXPIRED';
    case 'Canceled':
      return 'CANCELED';
    case 'Rejected':
      return filledLots > 0 ? 'CANCELED' : 'REJECTED';
    default:
      throw new UnreadableAnswer(`${JSON.stringify(textOf(status, 'status', 40))} is no status of an order`);
  }
}

/** A trade of the account, without whose order of ours it is. */
export type ReadTrade = Omit<VenueFill, 'clientOrderId'> & { id: bigint };

/**
 * Null in a market that is not ours. The fee is taken from what is received: base of a buy, quote of a sell (by the
 * samples of the documentation, which does not say it).
 */
export function readOwnTrade(row: unknown, markets: Markets): ReadTrade | null {
  const told = fieldsOf(row, 'trade');
  const id = idOf(told['id'], 'trade id');
  const market = markets.ofName(wireNameOf(told['market']));
  if (market === null) return null;
  const { instrument } = market;
  const side: Side = sideOf(told['type'], 'type');
  const lots = lotsOf(plainDecimal(told['amount'], 'amount'), instrument, 'amount');
  if (lots === 0) throw new UnreadableAnswer('a trade of nothing');
  return {
    id: BigInt(id),
    venueTradeId: id,
    venueOrderId: idOf(told['orderId'], 'orderId'),
    symbol: instrument.symbol.toString(),
    side,
    priceTicks: ticksOf(plainDecimal(told['price'], 'price'), instrument, 'price'),
    lots,
    feeAsset: side === 'BUY' ? instrument.base : instrument.quote,
    feeUnits: amountUnitsOf(plainDecimal(told['fee'], 'fee'), 'fee'),
    // The venue does not tell; its fee, which depends on it, is told.
    role: 'TAKER',
    executedAt: isoTimeOf(told['timestamp'], 'timestamp'),
  };
}

export function readWallets(json: unknown): VenueBalance[] {
  return listOf(fieldsOf(json, 'answer')['wallets'], 'wallets').map((row) => {
    const wallet = fieldsOf(row, 'wallet');
    const total = amountUnitsOf(plainDecimal(wallet['balance'], 'balance'), 'balance');
    const locked = amountUnitsOf(plainDecimal(wallet['blockedBalance'], 'blockedBalance'), 'blockedBalance');
    if (locked > total) throw new UnreadableAnswer('more is blocked than there is');
    return { asset: assetNamed(wallet['currency']), freeUnits: total - locked, lockedUnits: locked };
  });
}

/** A number of the venue, no larger than one can be written as in JSON. */
function idOf(value: unknown, what: string): string {
  const id = textOf(value, what, 15);
  if (!/^\d+$/.test(id)) throw new UnreadableAnswer(`${what} is no number`);
  return id;
}

/** Milliseconds, as a number or as text. */
export function millisOf(value: unknown, what: string): EpochMs {
  const ms = Number(textOf(value, what, 14));
  if (!Number.isSafeInteger(ms) || ms < 1_230_768_000_000 || ms > 4_102_444_800_000) {
    throw new UnreadableAnswer(`${what} is no time in milliseconds`);
  }
  return ms;
}
