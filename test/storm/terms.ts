import type { Route } from './history.js';
import type { Placing } from './plan.js';
import type { Draws } from './random.js';

/** Around the last price of the market that everybody trades in. */
const SYMBOL = 'BTCUSDT';
const NEAR = 0.0004;
/** So long an execution goes on at most, seconds: it ends soon after the storm. */
const LONGEST_S = 6;

type Terms = Record<string, unknown>;
type Side = 'BUY' | 'SELL';

/** What somebody with this habit sends, and where to. */
export function drawTerms(
  habit: Placing,
  draws: Draws,
  last: number,
  name: string,
): { route: Route; terms: Terms } {
  switch (habit) {
    case 'BATCH': {
      const kinds = Array.from({ length: draws.between(2, 5) }, () =>
        draws.pick(['LIMIT', 'MAKER', 'MARKET', 'IOC'] as const),
      );
      const orders = kinds.map((kind, index) => ({
        ...orderTerms(kind, draws, last),
        clientOrderId: `${name}.${index}`,
      }));
      return { route: '/api/orders/batch', terms: { orders } };
    }
    case 'OCO':
    case 'OTO':
      return { route: '/api/order-groups', terms: groupTerms(habit, draws, last) };
    case 'BRACKET':
      return { route: '/api/orders', terms: bracketTerms(draws, last) };
    case 'EXECUTION':
      return { route: '/api/executions', terms: executionTerms(draws, last) };
    default:
      return { route: '/api/orders', terms: orderTerms(habit, draws, last) };
  }
}

type Single = Exclude<Placing, 'BATCH' | 'OCO' | 'OTO' | 'BRACKET' | 'EXECUTION'>;

function orderTerms(habit: Single, draws: Draws, last: number): Terms {
  const side = draws.pick(['BUY', 'SELL'] as const);
  const base = { symbol: SYMBOL, side, quantity: `0.00${draws.between(1, 9)}` };
  if (habit === 'MARKET') return { ...base, type: 'MARKET' };
  if (habit === 'IOC')
    return { ...base, type: 'LIMIT', timeInForce: 'IOC', price: worse(side, last, -0.001) };
  if (habit === 'MAKER' || habit === 'TWINS')
    return { ...base, type: 'LIMIT', price: worse(side, last, draws.share() * NEAR) };
  const price = worse(side, last, 0.1 + draws.share() * 0.2);
  if (habit !== 'STOP') return { ...base, type: 'LIMIT', price };
  // Near it is touched soon; far away it lives through everything.
  const stop = worse(side, last, draws.chance(0.3) ? -draws.share() * NEAR : -0.2);
  return { ...base, type: 'STOP_LIMIT', stopPrice: stop, price: stop };
}

/** An entry that buys at once, soon or never, and what closes it. */
function bracketTerms(draws: Draws, last: number): Terms {
  const entry = orderTerms(draws.pick(['MARKET', 'IOC', 'MAKER', 'MAKER', 'LIMIT']), draws, last);
  const price = entry['price'] === undefined ? {} : { price: worse('BUY', last, draws.share() * NEAR) };
  return {
    ...entry,
    ...price,
    side: 'BUY',
    stopLoss: { stopPrice: worse('BUY', last, apart(draws)) },
    ...(draws.chance(0.7) && { takeProfit: { price: worse('SELL', last, apart(draws)) } }),
  };
}

function groupTerms(type: 'OCO' | 'OTO', draws: Draws, last: number): Terms {
  const quantity = `0.00${draws.between(1, 9)}`;
  if (type === 'OTO') {
    const entry = { side: 'BUY', type: 'LIMIT', quantity, price: worse('BUY', last, draws.share() * NEAR) };
    const stop = worse('BUY', last, apart(draws));
    const exit = draws.chance(0.5)
      ? { side: 'SELL', type: 'STOP_LIMIT', stopPrice: stop, price: stop }
      : { side: 'SELL', type: 'STOP_MARKET', stopPrice: stop };
    return { symbol: SYMBOL, type, legs: [entry, exit] };
  }
  const side = draws.pick(['BUY', 'SELL'] as const);
  const limit = { side, type: 'LIMIT', quantity, price: worse(side, last, apart(draws)) };
  const stop = worse(side, last, -apart(draws));
  return { symbol: SYMBOL, type, legs: [limit, { side, type: 'STOP_LIMIT', stopPrice: stop, price: stop }] };
}

function executionTerms(draws: Draws, last: number): Terms {
  const side = draws.pick(['BUY', 'SELL'] as const);
  const algorithm = draws.pick(['TWAP', 'TWAP', 'ICEBERG', 'POV'] as const);
  const common = {
    ...{ symbol: SYMBOL, side, algorithm, durationSeconds: draws.between(2, LONGEST_S) },
    ...{ seed: draws.between(0, 1_000_000), sizeJitter: draws.pick(['0', '0.3']) },
  };
  const quantity = `0.0${draws.between(1, 4)}`;
  if (algorithm === 'ICEBERG') {
    const limitPrice = worse(side, last, draws.share() * NEAR);
    return { ...common, quantity, limitPrice, displayQuantity: `0.00${draws.between(1, 4)}` };
  }
  const slices = draws.between(2, 6);
  const urgency = draws.pick(['PASSIVE', 'AGGRESSIVE']);
  const limit = draws.chance(0.5) && { limitPrice: worse(side, last, -0.002) };
  const pace = algorithm === 'POV' && { participationRate: draws.pick(['0.05', '0.3']) };
  return { ...common, quantity, slices, urgency, ...limit, ...pace };
}

/** Touched soon, or hardly ever. */
function apart(draws: Draws): number {
  return draws.chance(0.5) ? 0.0001 + draws.share() * NEAR : 0.02 + draws.share() * 0.1;
}

/** By that share on the side of the last price where it waits; less than nothing is beyond it. */
export function worse(side: Side, last: number, by: number): string {
  return (last * (side === 'BUY' ? 1 - by : 1 + by)).toFixed(2);
}
