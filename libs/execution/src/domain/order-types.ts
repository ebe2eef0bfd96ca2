const WHOLE_BPS = 10_000;

export const orderTypes = [
  'MARKET',
  'LIMIT',
  'STOP_MARKET',
  'STOP_LIMIT',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT_LIMIT',
  'TRAILING_STOP_MARKET',
] as const;
export type OrderType = (typeof orderTypes)[number];

export const timesInForce = ['GTC', 'IOC', 'FOK', 'GTD'] as const;

/** True for an order that waits for a price before it is an order. */
export function hasTrigger(type: OrderType): boolean {
  return type !== 'MARKET' && type !== 'LIMIT';
}

/** What it is once its trigger has been touched. */
export function typeOnceTriggered(type: OrderType): 'MARKET' | 'LIMIT' {
  return type === 'LIMIT' || type === 'STOP_LIMIT' || type === 'TAKE_PROFIT_LIMIT' ? 'LIMIT' : 'MARKET';
}

/** True when the venue is to take what is there at once and drop the rest. */
export function isImmediate(type: OrderType, timeInForce: string): boolean {
  return type === 'MARKET' || (type === 'LIMIT' && (timeInForce === 'IOC' || timeInForce === 'FOK'));
}

/**
 * True when a price touches the trigger: a stop from the wrong side of the market, a take-profit from the right one. A
 * stop of a BUY waits for a price at or above it, a take-profit of a BUY for one at or below.
 */
export function touches(
  type: OrderType,
  side: 'BUY' | 'SELL',
  stopTicks: number,
  priceTicks: number,
): boolean {
  const profit = type === 'TAKE_PROFIT_MARKET' || type === 'TAKE_PROFIT_LIMIT';
  const upwards = (side === 'BUY') !== profit;
  return upwards ? priceTicks >= stopTicks : priceTicks <= stopTicks;
}

/**
 * Where a trailing stop stands for the best price since it began to trail, on the tick that is nearer to the market:
 * extreme · (1 ∓ bps / 10,000).
 */
export function trailingStopTicks(side: 'BUY' | 'SELL', extremeTicks: number, trailingBps: number): number {
  const sells = side === 'SELL';
  const scaled = BigInt(extremeTicks) * BigInt(sells ? WHOLE_BPS - trailingBps : WHOLE_BPS + trailingBps);
  const roundedUp = scaled + (sells ? BigInt(WHOLE_BPS - 1) : 0n);
  return Number(roundedUp / BigInt(WHOLE_BPS));
}
