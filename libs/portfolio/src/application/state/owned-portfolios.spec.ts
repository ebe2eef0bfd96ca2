import { parseScaled } from '@sextant/kernel';
import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import type { MarketData, Mark } from '@sextant/market-data';
import { Metrics } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { OwnedPortfolios } from './owned-portfolios.js';
import { PortfolioState } from './portfolio-state.js';

const marks = new Map<string, Mark>();
const own = { mark: (symbol: string) => marks.get(symbol) ?? null };
const marketData = { marksOf: (_venue: string) => own } as unknown as MarketData;

function portfolioWith(deposit: string): PortfolioState {
  const state = PortfolioState.empty('acc_1' as AccountId, 'PAPER');
  state.applyCash({
    fact: { kind: 'DEPOSIT', asset: 'USDT', units: parseScaled(deposit) },
    transactionId: 'ltx_1' as LedgerTransactionId,
    reference: 'deposit:1',
    occurredAt: 0,
    memo: {},
  });
  return state;
}

async function gauges(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.render()).split('\n');
  return lines.filter((line) => /^(positions_active|portfolio_risk_ratio)\b/.test(line)).sort();
}

it('shows open positions and the highest share of equity at risk, of the accounts that are owned', async () => {
  const metrics = new Metrics();
  const owned = new OwnedPortfolios(marketData, metrics);
  expect(await gauges(metrics)).toEqual(['portfolio_risk_ratio 0', 'positions_active 0']);
  const calm = portfolioWith('1000');
  const bold = portfolioWith('1000');
  owned.add(calm, 'USDT', 'PAPER');
  const leave = owned.add(bold, 'USDT', 'PAPER');
  calm.applyFill(aFill({ quantity: '1', price: '100' }));
  bold.applyFill(aFill({ quantity: '5', price: '100' }));
  marks.set('BTC/USDT', { priceUnits: parseScaled('100'), asOf: 0, stale: false });
  expect(await gauges(metrics)).toEqual(['portfolio_risk_ratio 0.5', 'positions_active 2']);
  marks.set('BTC/USDT', { priceUnits: parseScaled('100'), asOf: 0, stale: true });
  expect(await gauges(metrics)).toEqual(['portfolio_risk_ratio 0', 'positions_active 2']);
  marks.set('BTC/USDT', { priceUnits: parseScaled('200'), asOf: 0, stale: false });
  leave();
  // 900 USDT and 1 BTC at 200: 200 of 1100.
  expect(await gauges(metrics)).toEqual(['portfolio_risk_ratio 0.181818', 'positions_active 1']);
  calm.applyFill(aFill({ side: 'SELL', quantity: '1', price: '200' }));
  expect(await gauges(metrics)).toEqual(['portfolio_risk_ratio 0', 'positions_active 0']);
});
