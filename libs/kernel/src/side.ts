export type Side = 'BUY' | 'SELL';
export type LiquidityRole = 'MAKER' | 'TAKER';

/** +1 for a buy, −1 for a sell. */
export function sideSign(side: Side): 1 | -1 {
  return side === 'BUY' ? 1 : -1;
}
