import { singleTier } from '../../domain/perpetuals/margin-tiers.js';
import { units } from '../../domain/positions/fills.contract.js';
import { flatPosition } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import type { MarginMode } from '../margin/margin-tables.js';
import { contractViews } from './contract-view.js';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';

function held(symbol: string, quantity: string, cost: string, more: Partial<Position> = {}): Position {
  const openedAt = 1_700_000_000_000;
  const money = { signedUnits: units(quantity), costUnits: units(cost), openedAt };
  return { ...flatPosition(symbol), ...money, ...more };
}

function settings(marginMode: MarginMode) {
  const market = { leverage: 10, marginMode, tiers: singleTier(units('0.005'), 125) };
  return { hedged: false, markets: [BTC, ETH].map((symbol) => ({ symbol, ...market })) };
}

const marks = (prices: Record<string, string>) => (symbol: string) =>
  prices[symbol] === undefined ? null : units(prices[symbol]);
const wallet = () => units('2100');

it('shows an isolated position with its own margin', () => {
  const views = contractViews(
    [held(BTC, '0.5', '20000')],
    settings('ISOLATED'),
    wallet,
    marks({ [BTC]: '41000' }),
  );
  expect(views.get(BTC)).toMatchObject({
    leverage: 10,
    marginMode: 'ISOLATED',
    initialMargin: '2000',
    maintenanceMargin: '102.5',
    breakEvenPrice: '40000',
  });
  expect(views.get(BTC)!.liquidationPrice).toMatch(/^36180\.904/);
});

it('a cross position is liquidated later by what the wallet has beyond it, and sooner by what others have lost', () => {
  const one = held(BTC, '0.5', '20000');
  const alone = contractViews([one], settings('CROSS'), wallet, marks({ [BTC]: '40000' })).get(BTC);
  // (20000 − 2100) / (0.5 × 0.995)
  expect(alone!.liquidationPrice).toMatch(/^35979\.899/);
  const both = [one, held(ETH, '1', '2000')];
  const prices = marks({ [BTC]: '40000', [ETH]: '1800' });
  // The other has lost 200 and needs 9: (20000 − 1891) / 0.4975
  expect(contractViews(both, settings('CROSS'), wallet, prices).get(BTC)!.liquidationPrice).toMatch(/^36400/);
});

it('breaks even where fees and funding are earned back', () => {
  const position = held(BTC, '0.5', '20000', { feeUnits: units('8'), fundingUnits: units('-2') });
  const view = contractViews([position], settings('CROSS'), wallet, marks({})).get(BTC)!;
  expect(view.breakEvenPrice).toBe('40020');
});

it('what depends on a mark, on tiers or on settings that are not there is not known', () => {
  const position = held(BTC, '0.5', '20000');
  const unmarked = contractViews([position], settings('CROSS'), wallet, marks({})).get(BTC);
  expect(unmarked).toMatchObject({ leverage: 10, maintenanceMargin: null, liquidationPrice: null });
  const untold = contractViews([position], { hedged: false, markets: [] }, wallet, marks({ [BTC]: '40000' }));
  expect(untold.get(BTC)).toMatchObject({
    leverage: null,
    marginMode: null,
    initialMargin: null,
    maintenanceMargin: null,
    liquidationPrice: null,
  });
});

it('says nothing of spot and of what is flat', () => {
  const positions = [held('BTC/USDT', '1', '40000'), flatPosition(BTC)];
  expect(contractViews(positions, settings('CROSS'), wallet, marks({ [BTC]: '1' })).size).toBe(0);
});
