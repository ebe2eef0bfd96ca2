import { units } from '../positions/fills.contract.js';
import { flatPosition } from '../positions/position.js';
import { heldMargin } from './held-margin.js';

const held = (symbol: string, quantity: string, cost: string) => ({
  ...flatPosition(symbol),
  signedUnits: units(quantity),
  costUnits: units(cost),
});
const long = held('BTC/USDT:USDT', '0.5', '20000');
const ten = () => 10;

it('adds initial margin and what has been lost by the mark, of one settlement asset', () => {
  const others = [
    held('BTC/USDT', '1', '40000'),
    held('ETH/USDC:USDC', '1', '2000'),
    flatPosition('X/USDT:USDT'),
  ];
  const mark = () => units('39000');
  expect(heldMargin([long, ...others], 'USDT', ten, mark)).toBe(units('2500'));
});

it('a gain is no money yet, and a mark that is missing tells nothing', () => {
  expect(heldMargin([long], 'USDT', ten, () => units('41000'))).toBe(units('2000'));
  expect(heldMargin([long], 'USDT', ten, () => null)).toBe(units('2000'));
});
