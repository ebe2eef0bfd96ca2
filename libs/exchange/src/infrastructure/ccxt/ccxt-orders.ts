import type { EpochMs } from '@sextant/kernel';
import type { VenueBalance, VenueFill, VenueOrder, VenueOrderStatus } from '../../domain/venue-order.js';
import { UnreadableAnswer } from './exact-json.js';
import {
  amountUnitsOf,
  assetOf,
  fieldsOf,
  lotsOf,
  quoteOfAverage,
  refuseExponents,
  roleOf,
  sideOf,
  textOf,
  ticksOf,
  timeOf,
  unitsOf,
} from './exact-values.js';
import type { Fields } from './exact-values.js';
import type { CcxtInstrument } from './venue-profile.js';
import { ONE } from '@sextant/kernel';

/** Statuses of ccxt, and those of venues that it lets through unmapped. All of them still work at the venue. */
const WORKING: ReadonlySet<unknown> = new Set([
  'open',
  'canceling',
  'PENDING',
  'PENDING_NEW',
  'QUEUED',
  'CANCEL_QUEUED',
  'EDIT_QUEUED',
  'PENDING_CANCEL',
]);

const ENDED: Readonly<Record<string, VenueOrderStatus>> = {
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
};

/**
 * An order in ccxt's unified form. ccxt fills in what the venue left out (a closed order counts as filled), so what it
 * says must hold together: never more filled than ordered, no cost without a fill, no fill without a cost.
 */
export function readOrder(
  value: unknown,
  entry: CcxtInstrument,
  known: { clientOrderId: string; now: EpochMs; triggered?: boolean | undefined },
): VenueOrder {
  const order = fieldsOf(value, 'order');
  refuseExponents(order['info']);
  const { instrument, contractUnits } = entry;
  const isMarket = order['type'] === 'market';
  const filledLots = lotsOf(order['filled'], instrument, 'filled', contractUnits);
  const lots = isForQuote(order) ? null : lotsOf(order['amount'], instrument, 'amount', contractUnits);
  if (lots !== null && filledLots > lots) throw new UnreadableAnswer('more is filled than was ordered');
  const price = order['price'];
  return {
    clientOrderId: known.clientOrderId,
    venueOrderId: textOf(order['id'], 'order id'),
    symbol: instrument.symbol.toString(),
    side: sideOf(order['side'], 'side'),
    status: statusOf(order['status'], lots, filledLots),
    lots,
    filledLots,
    cumulativeQuoteUnits: quoteOf(order, instrument.baseUnits(filledLots)),
    priceTicks:
      isMarket || price === undefined || price === null ? null : ticksOf(price, instrument, 'price'),
    ...(known.triggered !== undefined && { triggered: known.triggered }),
    updatedAt: updatedAt(order, known.now),
  };
}

/** An order for an amount of quote tells no quantity, or tells what came of it. */
function isForQuote(order: Fields): boolean {
  if (order['type'] !== 'market') return false;
  if (order['amount'] === undefined || order['amount'] === null) return true;
  const info = (order['info'] ?? {}) as Fields;
  const asked = info['origQuoteOrderQty'];
  if (typeof asked === 'string' && /[1-9]/.test(asked)) return true;
  // Kraken's flag for a volume in quote; its stream names such a volume apart.
  const flags = info['oflags'];
  if (typeof flags === 'string' && flags.split(',').includes('viqc')) return true;
  if (info['cash_order_qty'] !== undefined) return true;
  return (
    info['tgtCcy'] === 'quote_ccy' || info['marketUnit'] === 'quoteCoin' || info['size_in_quote'] === true
  );
}

function statusOf(status: unknown, lots: number | null, filledLots: number): VenueOrderStatus {
  if (WORKING.has(status)) return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  // A closed order that is not filled: what the market did not take has expired.
  if (status === 'closed')
    return filledLots > 0 && (lots === null || filledLots === lots) ? 'FILLED' : 'EXPIRED';
  const ended = typeof status === 'string' ? ENDED[status] : undefined;
  if (ended === undefined) throw new UnreadableAnswer(`status ${String(status).slice(0, 40)}`);
  return ended;
}

function quoteOf(order: Fields, filledBase: bigint): bigint {
  if (filledBase === 0n) return 0n;
  const info = (order['info'] ?? {}) as Fields;
  // OKX tells only an average; ccxt's cost is the same product, cut.
  const average = info['avgPx'];
  if (typeof average === 'string' && average !== '') return quoteOfAverage(average, filledBase, 'average');
  const cost = sumTold(info, quoteOfAverage(order['cost'], ONE, 'cost'));
  if (cost === 0n) throw new UnreadableAnswer('filled for nothing');
  return cost;
}

/** Kraken's digits of a sum. */
const SUM_UNITS = 10n ** 13n;

/**
 * Kraken tells what an order cost in five digits, and an average in as many as a price has. ccxt's product with the average
 * is exact where all was at one price, and too far off elsewhere.
 */
function sumTold(info: Fields, product: bigint): bigint {
  // Coinbase tells it whole, and an average of so many digits that the product is nearly that.
  const value = info['filled_value'];
  if (typeof value === 'string' && /[1-9]/.test(value)) return quoteOfAverage(value, ONE, 'filled value');
  const told = info['cum_cost'] ?? (info['vol_exec'] === undefined ? undefined : info['cost']);
  if (told === undefined) return product;
  const sum = quoteOfAverage(told, ONE, 'cost');
  const difference = sum > product ? sum - product : product - sum;
  return difference <= SUM_UNITS ? product : sum;
}

function updatedAt(order: Fields, now: EpochMs): EpochMs {
  const told = order['lastUpdateTimestamp'] ?? order['lastTradeTimestamp'] ?? order['timestamp'];
  return told === undefined || told === null ? now : timeOf(told, 'time');
}

/** @throws UnreadableAnswer also while the venue has not told the fee: a fill is read again, never booked without it. */
export function readFill(value: unknown, entry: CcxtInstrument, clientOrderId: string): VenueFill {
  const trade = fieldsOf(value, 'trade');
  refuseExponents(trade['info']);
  const { instrument, contractUnits } = entry;
  const fee = trade['fee'];
  if (fee === undefined || fee === null || (fee as Fields)['cost'] === undefined) {
    throw new UnreadableAnswer('the fee of a trade is not told yet');
  }
  const { cost, currency } = fee as Fields;
  const lots = lotsOf(trade['amount'], instrument, 'amount', contractUnits);
  if (lots === 0) throw new UnreadableAnswer('a trade of nothing');
  return {
    venueTradeId: textOf(trade['id'], 'trade id'),
    venueOrderId: textOf(trade['order'], 'order of the trade'),
    clientOrderId,
    symbol: instrument.symbol.toString(),
    side: sideOf(trade['side'], 'side'),
    priceTicks: ticksOf(trade['price'], instrument, 'price'),
    lots,
    feeAsset: assetOf(currency, 'fee asset'),
    feeUnits: unitsOf(cost, 'fee'),
    // A venue that does not say: the dearer of the two. Money does not depend on it, the fee is as charged.
    role: roleOf(trade['takerOrMaker']) ?? 'TAKER',
    executedAt: timeOf(trade['timestamp'], 'time'),
  };
}

/** Assets with nothing in them are left out; so are names that are no asset of ours (staked or locked variants). */
export function readBalances(value: unknown): VenueBalance[] {
  const answer = fieldsOf(value, 'balances');
  const free = fieldsOf(answer['free'], 'free balances');
  const used = fieldsOf(answer['used'], 'used balances');
  const balances: VenueBalance[] = [];
  for (const asset of Object.keys(free)) {
    if (!/^[A-Z0-9]{1,20}$/.test(asset)) continue;
    const freeUnits = amountUnitsOf(free[asset], `free ${asset}`);
    const told = used[asset];
    const lockedUnits = told === undefined || told === null ? 0n : amountUnitsOf(told, `locked ${asset}`);
    if (freeUnits > 0n || lockedUnits > 0n) balances.push({ asset, freeUnits, lockedUnits });
  }
  return balances;
}
