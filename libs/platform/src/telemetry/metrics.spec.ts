import { Metrics } from './metrics.js';
import { metricsCatalogue } from './metrics-catalogue.js';

it('has the names and labels of the seeds', () => {
  const labels = Object.fromEntries(
    Object.entries(metricsCatalogue).map(([name, entry]) => [name, entry.labels]),
  );
  expect(labels).toMatchObject({
    orders_total: ['symbol', 'side', 'strategy'],
    order_fill_seconds: ['symbol'],
    api_requests_total: ['endpoint', 'method', 'status'],
    api_request_duration_seconds: [],
    portfolio_risk_ratio: [],
    positions_active: [],
    order_fill_ratio: expect.any(Array),
    trades_total: expect.any(Array),
    fees_total: expect.any(Array),
    users_active: expect.any(Array),
  });
});

it.each(Object.entries(metricsCatalogue))('%s is well declared', (name, { kind, help }) => {
  expect(name).toMatch(/^[a-z][a-z_]*[a-z]$/);
  expect(name.endsWith('_total')).toBe(kind === 'counter');
  expect(help).toMatch(/\.$/);
});

it('counts, sets and observes', async () => {
  const metrics = new Metrics();
  metrics.increment('orders_total', { symbol: 'BTC/USDT', side: 'BUY', strategy: 'none' });
  metrics.increment('orders_total', { symbol: 'BTC/USDT', side: 'BUY', strategy: 'none' }, 2);
  metrics.set('positions_active', {}, 4);
  metrics.observe('order_fill_seconds', { symbol: 'BTC/USDT' }, 0.02);
  const text = await metrics.render();
  expect(text).toContain('orders_total{symbol="BTC/USDT",side="BUY",strategy="none"} 3');
  expect(text).toContain('positions_active 4');
  expect(text).toContain('order_fill_seconds_bucket{le="0.025",symbol="BTC/USDT"} 1');
});

it('nobody fills the memory by inventing label values', async () => {
  const metrics = new Metrics(10);
  for (let index = 0; index < 5_000; index += 1) {
    metrics.increment('orders_total', { symbol: `S${index}`, side: 'BUY', strategy: 'x'.repeat(500) });
  }
  const text = await metrics.render();
  const series = text.split('\n').filter((line) => line.startsWith('orders_total{'));
  expect(series).toHaveLength(11);
  expect(series.at(-1)).toBe('orders_total{symbol="other",side="other",strategy="other"} 4990');
  expect(text).toContain('metric_series_refused_total{metric="orders_total"} 4990');
  expect(text.length).toBeLessThan(20_000);
});

it('forgets what speaks of something that is no more, and takes it up again', async () => {
  const metrics = new Metrics();
  for (const venue of ['BINANCE', 'BINANCE@127.0.0.1:9']) {
    metrics.increment('venue_retries_total', { venue });
    metrics.increment('venue_calls_total', { venue, class: 'DATA', outcome: '2xx' });
    metrics.set('venue_halted', { venue }, 1);
    metrics.observe('venue_call_seconds', { venue, class: 'DATA' }, 1);
  }
  metrics.forget('venue', 'BINANCE@127.0.0.1:9');
  const text = await metrics.render();
  expect(text).not.toContain('127.0.0.1');
  expect(text).toContain('venue_calls_total{venue="BINANCE",class="DATA",outcome="2xx"} 1');
  metrics.increment('venue_retries_total', { venue: 'BINANCE@127.0.0.1:9' });
  expect(await metrics.render()).toContain('venue_retries_total{venue="BINANCE@127.0.0.1:9"} 1');
});

it('asks for values when somebody looks', async () => {
  const metrics = new Metrics();
  let asked = 0;
  metrics.beforeRender(() => metrics.set('users_active', {}, (asked += 1)));
  await metrics.render();
  expect(await metrics.render()).toContain('users_active 2');
});
