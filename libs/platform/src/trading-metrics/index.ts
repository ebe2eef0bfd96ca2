export { MeteredRuntime } from './metered-runtime.js';
export { TradingMetrics } from './trading-metrics.js';
