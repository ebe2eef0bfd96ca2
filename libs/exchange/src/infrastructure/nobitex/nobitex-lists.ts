import type { EpochMs } from '@sextant/kernel';
import type { VenueOrder } from '../../domain/venue-order.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf } from '../ccxt/exact-values.js';
import { isoTimeOf } from '../native/iso-time.js';
import type { Markets, NativeMarket } from '../native/markets.js';
import { toWireId } from './nobitex-names.js';
import { readOrder } from './nobitex-values.js';
import type { ReadTrade } from './nobitex-values.js';

/** The order that was asked for. @throws UnreadableAnswer when it is another one */
export function readAsked(
  row: unknown,
  markets: Pick<Markets, 'ofName'>,
  market: NativeMarket,
  clientOrderId: string,
): VenueOrder {
  const order = readOrder(row, markets, market);
  if (order === null || order.clientOrderId !== clientOrderId) {
    throw new UnreadableAnswer('the answer is of another order');
  }
  return order;
}

/** Of an order that is not looked for only its time counts: one odd order does not hide another. */
export function readListed(
  row: unknown,
  markets: Markets,
  market: NativeMarket,
  clientOrderId: string,
): { order: VenueOrder | null; createdAt: EpochMs } {
  const told = fieldsOf(row, 'order');
  if (!('clientOrderId' in told)) throw new UnreadableAnswer('the list does not tell client order ids');
  const createdAt = isoTimeOf(told['created_at'], 'created_at');
  const asked = told['clientOrderId'] === toWireId(clientOrderId);
  return { order: asked ? readOrder(told, markets, market) : null, createdAt };
}

/** Trades from `next` on by their ids, each once: pages overlap when a trade happens between two of them. */
export function inOrder(trades: readonly (ReadTrade | null)[], next: bigint): ReadTrade[] {
  const byId = new Map(trades.filter((trade) => trade !== null).map((trade) => [trade.id, trade]));
  return [...byId.values()].filter(({ id }) => id >= next).sort((one, other) => (one.id < other.id ? -1 : 1));
}
