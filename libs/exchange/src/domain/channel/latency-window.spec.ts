import { LatencyWindow } from './latency-window.js';

it('knows nothing of nothing, and the percentiles of the last 512', () => {
  const window = new LatencyWindow();
  expect(window.percentiles()).toBeNull();
  for (let count = 1; count <= 100; count += 1) window.add(count);
  expect(window.percentiles()).toEqual({ p50: 50, p95: 95, p99: 99 });
  for (let count = 0; count < 512; count += 1) window.add(7);
  expect(window.percentiles()).toEqual({ p50: 7, p95: 7, p99: 7 });
});
