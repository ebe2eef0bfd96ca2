import type { Config } from '@sextant/platform';
import type { FailureClass } from '../../domain/channel/answer-class.js';
import type { BudgetRule } from '../../domain/channel/channel-profile.js';
import type { WireOptions } from './wire.js';

/** The `exchange.*` keys that a channel is made with. */
export interface ChannelSettings {
  timeoutMs: number;
  queueWaitMs: number;
  queueLength: number;
  /** How long after `prepare` a request may still begin. */
  freshMs: number;
  connectionsPerHost: number;
  breaker: { failures: number; halfOpenMs: number; urgentHalfOpenMs: number };
  retries: Readonly<Record<FailureClass, number>>;
  retryFirstMs: number;
  retryLongestMs: number;
  reserve: number;
  pauseAllowance: number;
  /** For venues whose adapter states no limits. */
  defaultBudgets: readonly BudgetRule[];
  endpoints: { failuresToLeave: number; tryAgainAfterMs: number };
  clockIntervalMs: number;
}

const MINUTE_MS = 60_000;

/** Signed requests that were begun later than this after signing are signed anew. */
const FRESH_MS = 1_000;

export function channelSettings(config: Config): ChannelSettings {
  return {
    timeoutMs: config.get('exchange.timeoutMs'),
    queueWaitMs: config.get('exchange.queueWaitMs'),
    queueLength: config.get('exchange.queueLength'),
    freshMs: FRESH_MS,
    connectionsPerHost: config.get('exchange.pool.perHost'),
    breaker: {
      failures: config.get('exchange.breaker.failures'),
      halfOpenMs: config.get('exchange.breaker.halfOpenMs'),
      urgentHalfOpenMs: config.get('exchange.breaker.urgentHalfOpenMs'),
    },
    retries: {
      NETWORK: config.get('exchange.retry.network'),
      RATE_LIMIT: config.get('exchange.retry.rateLimit'),
      BUSY: config.get('exchange.retry.busy'),
      AUTH: config.get('exchange.retry.auth'),
    },
    retryFirstMs: config.get('exchange.retry.firstPauseMs'),
    retryLongestMs: config.get('exchange.retry.longestPauseMs'),
    reserve: Number(config.get('exchange.budget.reserve')),
    pauseAllowance: config.get('exchange.budget.pauseAllowance'),
    defaultBudgets: defaultBudgets(config),
    endpoints: {
      failuresToLeave: config.get('exchange.endpoint.failures'),
      tryAgainAfterMs: config.get('exchange.endpoint.retryMs'),
    },
    clockIntervalMs: config.get('exchange.clockIntervalMs'),
  };
}

export function wireOptions(config: Config): WireOptions {
  return {
    connectionsPerHost: config.get('exchange.pool.perHost'),
    keepAliveMs: config.get('exchange.pool.keepAliveMs'),
    connectTimeoutMs: config.get('exchange.connectTimeoutMs'),
    headersTimeoutMs: config.get('exchange.headersTimeoutMs'),
    dnsCacheMs: config.get('exchange.dnsCacheMs'),
    largestBody: config.get('exchange.largestBody'),
    proxyUrl: config.get('exchange.proxyUrl'),
  };
}

/** A key's calls, all and by kind; public market data counts for the address, apart from them. */
function defaultBudgets(config: Config): BudgetRule[] {
  const perKey = { windowMs: MINUTE_MS, scope: 'CREDENTIAL', counts: 'WEIGHT' } as const;
  return [
    {
      ...perKey,
      name: 'global',
      limit: config.get('exchange.budget.globalPerMinute'),
      buckets: ['trading', 'account'],
    },
    {
      ...perKey,
      name: 'trading',
      limit: config.get('exchange.budget.tradingPerMinute'),
      buckets: ['trading'],
    },
    {
      ...perKey,
      name: 'account',
      limit: config.get('exchange.budget.accountPerMinute'),
      buckets: ['account'],
    },
    {
      name: 'marketData',
      limit: config.get('exchange.budget.marketDataPerMinute'),
      windowMs: MINUTE_MS,
      scope: 'ADDRESS',
      buckets: ['marketData'],
      counts: 'WEIGHT',
    },
  ];
}
