import { formatScaled } from '@sextant/kernel';
import type { AccountId, Instrument, Side } from '@sextant/kernel';
import { bodyHash } from '@sextant/platform';
import type { MarketView } from '@sextant/risk';
import type { OrderRequest } from '../requests/order-request.js';

/** A market order is valued with what the book may move until it is judged. */
const SLACK_PERCENT = 95n;

export interface ClosingRoom {
  /** Position in base, 10^-18; > 0 long. */
  positionUnits: bigint;
  /** Base that is neither sold nor reserved, 10^-18. */
  freeBaseUnits: bigint;
  market: MarketView | null;
  /** Largest value of one order, 10^-18 of quote. */
  maxNotionalUnits: bigint;
}

/** A position of which the venue takes no order: less than a lot, or than the least value. */
export function isDust(instrument: Instrument, positionUnits: bigint, market: MarketView | null): boolean {
  const lots = (positionUnits < 0n ? -positionUnits : positionUnits) / instrument.stepUnits;
  if (lots < BigInt(instrument.minLots)) return true;
  const ticks = positionUnits > 0n ? market?.bidTicks : market?.askTicks;
  return ticks !== undefined && lots * instrument.notionalUnits(ticks, 1) < instrument.minNotionalUnits;
}

/** What one market order may take off a position: whole lots, within every limit; null when no order is possible. */
export function closingLots(instrument: Instrument, room: ClosingRoom): { side: Side; lots: number } | null {
  const { positionUnits, freeBaseUnits, market, maxNotionalUnits } = room;
  const side: Side = positionUnits > 0n ? 'SELL' : 'BUY';
  const held = positionUnits > 0n ? smaller(positionUnits, freeBaseUnits) : -positionUnits;
  const whole = held / instrument.stepUnits;
  if (whole < BigInt(instrument.minLots)) return null;
  let lots = smaller(whole, BigInt(instrument.maxLots));
  const ticks = side === 'SELL' ? market?.bidTicks : market?.askTicks;
  if (ticks !== undefined) {
    const perLot = instrument.notionalUnits(ticks, 1);
    if (lots * perLot < instrument.minNotionalUnits) return null;
    lots = smaller(lots, (maxNotionalUnits * SLACK_PERCENT) / 100n / perLot);
  }
  return lots < BigInt(instrument.minLots) ? null : { side, lots: Number(lots) };
}

/** The same for the same switch, account, market and number: said twice, it is one order. Every venue takes its form. */
export function closingOrderId(
  switchId: string,
  accountId: AccountId,
  symbol: string,
  number: number,
): string {
  return `ord_${bodyHash({ switchId, accountId, symbol, number }).slice(0, 32)}`;
}

export function closingRequest(
  instrument: Instrument,
  { side, lots }: { side: Side; lots: number },
  clientOrderId: string,
  strategy: string | null,
): OrderRequest {
  return {
    symbol: instrument.spec.symbol,
    side,
    type: 'MARKET',
    quantity: formatScaled(instrument.baseUnits(lots)),
    quoteQuantity: null,
    price: null,
    timeInForce: null,
    postOnly: false,
    clientOrderId,
    strategy,
    tags: ['kill-switch'],
  };
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
