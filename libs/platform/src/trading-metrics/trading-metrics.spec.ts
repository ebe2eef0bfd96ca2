import type { JsonObject } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import type { CommitPlan, NewEvent } from '../commit/commit-plan.js';
import { AccountRuntime } from '../ownership/account-owner.js';
import type { AccountLease, AccountSession } from '../ownership/account-owner.js';
import { Metrics } from '../telemetry/metrics.js';
import { MeteredRuntime } from './metered-runtime.js';
import { TradingMetrics } from './trading-metrics.js';

const event = (type: string, payload: JsonObject, occurredAt = 1_000): NewEvent => ({
  type,
  payload: { symbol: 'BTC/USDT', side: 'BUY', ...payload },
  occurredAt,
});
const fill = { lastQuantity: '0.5', fee: { asset: 'BTC', amount: '0.0005' } };

it('counts orders, fills, fees, and how long the fill took', async () => {
  const metrics = new Metrics();
  const trading = new TradingMetrics(metrics);
  trading.count([event('OrderPlaced', { orderId: 'ord_1', strategy: null })]);
  trading.count([event('OrderPlaced', { orderId: 'ord_2', strategy: 'grid' }), event('OrderAccepted', {})]);
  trading.count([event('OrderPartiallyFilled', { orderId: 'ord_1', ...fill })]);
  trading.count([event('OrderFilled', { orderId: 'ord_1', ...fill }, 1_020)]);
  trading.count([event('OrderCanceled', { orderId: 'ord_2' })]);
  const text = await metrics.render();
  for (const line of [
    'orders_total{symbol="BTC/USDT",side="BUY",strategy="none"} 1',
    'orders_total{symbol="BTC/USDT",side="BUY",strategy="grid"} 1',
    'trades_total{symbol="BTC/USDT",side="BUY"} 2',
    'fees_total{asset="BTC"} 0.001',
    'order_fill_seconds_sum{symbol="BTC/USDT"} 0.02',
    'order_fill_ratio 0.5',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

it('an order that the venue reports complete without a further fill is no trade', async () => {
  const metrics = new Metrics();
  new TradingMetrics(metrics).count([
    event('OrderFilled', { orderId: 'ord_1', lastQuantity: null, fee: null }),
  ]);
  expect(await metrics.render()).not.toMatch(/^trades_total\{/m);
});

it('counts a commit when it is durable, and not one that was refused', async () => {
  const metrics = new Metrics();
  let refuse = false;
  const lease: AccountLease = {
    accountId: 'acc_1' as AccountId,
    epoch: 3,
    isHeld: () => true,
    commit: async () => {
      if (refuse) throw new Error('refused');
      return { lastSequence: 1, events: [] };
    },
  };
  let opened: AccountLease | undefined;
  class Runtime extends AccountRuntime {
    async open(own: AccountLease): Promise<AccountSession> {
      opened = own;
      return { execute: async () => null, close: async () => undefined };
    }
  }
  await new MeteredRuntime(new Runtime(), new TradingMetrics(metrics)).open(lease);
  expect([opened?.accountId, opened?.epoch, opened?.isHeld()]).toEqual(['acc_1', 3, true]);
  const plan: CommitPlan = { events: [event('OrderPlaced', { orderId: 'ord_1' })], rows: [], ledger: [] };
  await opened?.commit(plan);
  refuse = true;
  await expect(opened?.commit(plan)).rejects.toThrow('refused');
  expect(await metrics.render()).toContain('orders_total{symbol="BTC/USDT",side="BUY",strategy="none"} 1');
});
