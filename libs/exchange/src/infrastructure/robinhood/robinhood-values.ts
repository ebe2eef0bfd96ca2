import { hash } from 'node:crypto';
import { formatScaled, multiplyScaled, parseScaled } from '@sextant/kernel';
import type { EpochMs, InstrumentSpec } from '@sextant/kernel';
import type { VenueFill, VenueOrder, VenueOrderStatus } from '../../domain/venue-order.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { amountUnitsOf, fieldsOf, listOf, lotsOf, sideOf, textOf, ticksOf } from '../ccxt/exact-values.js';
import type { Fields } from '../ccxt/exact-values.js';
import type { ListedMarket, Markets, NativeMarket } from '../native/markets.js';
import { isoTimeOf } from '../native/iso-time.js';
import { plainDecimal } from '../native/plain-decimal.js';
import { ROBINHOOD } from './robinhood-traits.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OURS = /^ord_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
/** The venue states no highest price: ten million million ticks are beyond any. */
const MOST_TICKS = 10n ** 13n;

/** `ord_` and 32 digits ↔ the same digits as a UUID, both ways one to one. */
export function toWireId(clientOrderId: string): string {
  return clientOrderId.replace(OURS, '$1-$2-$3-$4-$5');
}

export function fromWireId(value: unknown): string {
  return `ord_${uuidOf(value, 'client order id').replaceAll('-', '')}`;
}

export function uuidOf(value: unknown, what: string): string {
  const text = textOf(value, what, 36).toLowerCase();
  if (!UUID.test(text)) throw new UnreadableAnswer(`${what} is no UUID`);
  return text;
}

/** `BTC-USD` with its steps; null while it may not be traded both ways. */
export function readPair(row: unknown): ListedMarket | null {
  const pair = fieldsOf(row, 'trading pair');
  if (pair['status'] !== 'tradable') return null;
  const wireName = textOf(pair['symbol'], 'symbol', 40);
  const symbol = wireName.replace('-', '/');
  return { wireName, symbol, spec: () => specOf(symbol, pair) };
}

function specOf(symbol: string, pair: Fields): InstrumentSpec {
  const tickSize = plainDecimal(pair['quote_increment'], 'quote_increment');
  return {
    venue: ROBINHOOD,
    symbol,
    tickSize,
    stepSize: plainDecimal(pair['asset_increment'], 'asset_increment'),
    minPrice: tickSize,
    maxPrice: highestPrice(tickSize),
    minQuantity: plainDecimal(pair['min_order_size'], 'min_order_size'),
    maxQuantity: plainDecimal(pair['max_order_size'], 'max_order_size'),
    minNotional: '0',
    // Version 1 has no fee: what the venue earns is in the spread of the price.
    makerFeeRate: '0',
    takerFeeRate: '0',
  };
}

function highestPrice(tickSize: string): string {
  return formatScaled(parseScaled(tickSize) * MOST_TICKS);
}

export interface ReadOrder {
  order: VenueOrder;
  /** @throws UnreadableAnswer for a price off the tick grid, which no fill of ours can have */
  fills(): VenueFill[];
}

/**
 * Null in a market that is not ours.
 * @throws UnreadableAnswer also when the executions do not add up to what is filled
 */
export function readOrder(row: unknown, markets: Pick<Markets, 'ofName'>): ReadOrder | null {
  const told = fieldsOf(row, 'order');
  const market = markets.ofName(textOf(told['symbol'], 'symbol', 40));
  if (market === null) return null;
  const { instrument } = market;
  const venueOrderId = uuidOf(told['id'], 'order id');
  const filledLots = lotsOf(
    plainDecimal(told['filled_asset_quantity'], 'filled_asset_quantity'),
    instrument,
    'filled',
  );
  const executions = listOf(told['executions'] ?? [], 'executions').map((row) => readExecution(row, market));
  if (executions.reduce((sum, { lots }) => sum + lots, 0) !== filledLots) {
    throw new UnreadableAnswer(`the executions of order ${venueOrderId} do not add up to what is filled`);
  }
  const config = fieldsOf(told[`${textOf(told['type'], 'type', 20)}_order_config`] ?? {}, 'order config');
  const identity = {
    clientOrderId: fromWireId(told['client_order_id']),
    venueOrderId,
    symbol: instrument.symbol.toString(),
    side: sideOf(told['side'], 'side'),
  };
  const order: VenueOrder = {
    ...identity,
    status: statusOf(told['state'], filledLots),
    lots: sizeOf(config, market),
    filledLots,
    cumulativeQuoteUnits: executions.reduce((sum, { quoteUnits }) => sum + quoteUnits, 0n),
    priceTicks: priceOf(config, market),
    updatedAt: isoTimeOf(told['updated_at'], 'updated_at'),
  };
  return { order, fills: () => fillsOf(executions, identity, market) };
}

interface Execution {
  price: string;
  quantity: string;
  lots: number;
  quoteUnits: bigint;
  executedAt: EpochMs;
  time: string;
}

function readExecution(row: unknown, { instrument }: NativeMarket): Execution {
  const told = fieldsOf(row, 'execution');
  const price = plainDecimal(told['effective_price'], 'effective_price');
  const quantity = plainDecimal(told['quantity'], 'quantity');
  const lots = lotsOf(quantity, instrument, 'quantity');
  if (lots === 0) throw new UnreadableAnswer('an execution of nothing');
  const quoteUnits = multiplyScaled(amountUnitsOf(price, 'effective_price'), instrument.baseUnits(lots));
  const executedAt = isoTimeOf(told['timestamp'], 'timestamp');
  return { price, quantity, lots, quoteUnits, executedAt, time: told['timestamp'] as string };
}

/**
 * Executions have no id and no documented order: one is known by its order, time, price and quantity, and by how many
 * equal ones stand before it.
 */
function fillsOf(
  executions: readonly Execution[],
  identity: Pick<VenueFill, 'clientOrderId' | 'venueOrderId' | 'symbol' | 'side'>,
  { instrument }: NativeMarket,
): VenueFill[] {
  const seen = new Map<string, number>();
  return executions.map(({ price, quantity, lots, executedAt, time }) => {
    const content = `${time} ${price} ${quantity}`;
    const nth = (seen.get(content) ?? 0) + 1;
    seen.set(content, nth);
    const digest = hash('sha256', `${content} ${nth}`, 'hex').slice(0, 24);
    return {
      ...identity,
      venueTradeId: `${identity.venueOrderId}:${digest}`,
      priceTicks: ticksOf(price, instrument, 'effective_price'),
      lots,
      feeAsset: instrument.quote,
      feeUnits: 0n,
      // The venue does not tell; without a fee nothing depends on it.
      role: 'TAKER',
      executedAt,
    };
  });
}

/** A state that is not listed is one that has not ended. */
function statusOf(state: unknown, filledLots: number): VenueOrderStatus {
  if (state === 'filled' && filledLots > 0) return 'FILLED';
  if (state === 'filled') throw new UnreadableAnswer('a filled order with nothing filled');
  if (state === 'canceled') return 'CANCELED';
  if (state === 'failed') return filledLots > 0 ? 'CANCELED' : 'REJECTED';
  textOf(state, 'state', 40);
  return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

function sizeOf(config: Fields, { instrument }: NativeMarket): number | null {
  const size = config['asset_quantity'] ?? null;
  return size === null ? null : lotsOf(plainDecimal(size, 'asset_quantity'), instrument, 'asset_quantity');
}

function priceOf(config: Fields, { instrument }: NativeMarket): number | null {
  const price = config['limit_price'] ?? null;
  return price === null ? null : ticksOf(plainDecimal(price, 'limit_price'), instrument, 'limit_price');
}

/** What is still to be paid for an open order to buy, quote 10^-18. */
export function reservedUnits(order: VenueOrder, { instrument }: NativeMarket): bigint {
  if (order.side !== 'BUY' || order.lots === null || order.priceTicks === null) return 0n;
  return instrument.notionalUnits(order.priceTicks, order.lots - order.filledLots);
}
