interface Described {
  help: string;
  labels: readonly string[];
}

export type MetricEntry =
  | (Described & { kind: 'counter' })
  | (Described & { kind: 'gauge' })
  | (Described & { kind: 'histogram'; buckets: readonly number[] });

function defineMetrics<const T extends Record<string, MetricEntry>>(entries: T): T {
  return entries;
}

/** Every metric of ours; process metrics of prom-client (`process_*`, `nodejs_*`) come on top. */
export const metricsCatalogue = defineMetrics({
  api_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the first byte of a request to the end of its answer.',
    labels: [],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  api_requests_total: {
    kind: 'counter',
    help: 'Requests answered; the endpoint is the route with its parameters by name.',
    labels: ['endpoint', 'method', 'status'],
  },
  component_up: {
    kind: 'gauge',
    help: '1 when the component is UP, 0.5 when DEGRADED, 0 when DOWN.',
    labels: ['component'],
  },
  disk_free_bytes: {
    kind: 'gauge',
    help: 'Space left where the data directory lies.',
    labels: [],
  },
  disk_size_bytes: {
    kind: 'gauge',
    help: 'Size of the file system where the data directory lies.',
    labels: [],
  },
  event_consumer_events_total: {
    kind: 'counter',
    help: 'Events of the log that a consumer has passed.',
    labels: ['consumer'],
  },
  event_consumer_failures_total: {
    kind: 'counter',
    help: 'Attempts of a consumer that failed and were counted against a stream.',
    labels: ['consumer'],
  },
  event_consumer_parked_total: {
    kind: 'counter',
    help: 'Streams that a consumer parked after its last attempt.',
    labels: ['consumer'],
  },
  event_loop_stalls_total: {
    kind: 'counter',
    help: 'Times the event loop stood still longer than lifecycle.stallMs.',
    labels: [],
  },
  exchange_key_checks_total: {
    kind: 'counter',
    help: 'Checks of venue keys by what they came to: SOUND, DANGEROUS, INVALID, UNDECIDED.',
    labels: ['venue', 'finding'],
  },
  fees_total: {
    kind: 'counter',
    help: 'Fees paid, in units of the asset. For charts; the ledger has the exact amounts.',
    labels: ['asset'],
  },
  job_attempt_seconds: {
    kind: 'histogram',
    help: 'How long a process worked on a job at one go.',
    labels: ['kind'],
    buckets: [0.01, 0.1, 1, 10, 60, 600, 3_600, 36_000],
  },
  job_attempts_repeated_total: {
    kind: 'counter',
    help: 'Attempts at a job that failed, waited or were cut off by a stop, and are followed by another one.',
    labels: ['kind'],
  },
  jobs_ended_total: {
    kind: 'counter',
    help: 'Jobs that ended: COMPLETED, FAILED or CANCELED.',
    labels: ['kind', 'status'],
  },
  jobs_open: {
    kind: 'gauge',
    help: 'Jobs of all processes that wait (QUEUED) or are worked on (RUNNING), as last looked at.',
    labels: ['kind', 'status'],
  },
  kill_switch_active: {
    kind: 'gauge',
    help: 'Kill switches that are on, as this process knows them.',
    labels: ['mode', 'scope'],
  },
  log_lines_total: {
    kind: 'counter',
    help: 'Log lines written.',
    labels: ['level'],
  },
  market_data_candle_trades_total: {
    kind: 'counter',
    help: 'Trades that candles were to be made of: TAKEN, REPEATED, LATE (their candle was closed), IMPLAUSIBLE (their time).',
    labels: ['verdict'],
  },
  market_data_markets: {
    kind: 'gauge',
    help: 'Markets that are fed: live where their prices may be traded on, stale where not.',
    labels: ['venue', 'state'],
  },
  market_data_oldest_seconds: {
    kind: 'gauge',
    help: 'Time since the stream that was silent for longest was heard of.',
    labels: ['venue', 'stream'],
  },
  market_data_refused_total: {
    kind: 'counter',
    help: 'Values of feeds that were not taken, or not to be traded on, by reason.',
    labels: ['venue', 'reason'],
  },
  market_data_resubscribed_total: {
    kind: 'counter',
    help: 'Feeds that said nothing and were made anew.',
    labels: ['venue'],
  },
  metric_series_refused_total: {
    kind: 'counter',
    help: 'Observations counted under "other" because the metric had too many label combinations.',
    labels: ['metric'],
  },
  network_receive_bytes_total: {
    kind: 'counter',
    help: 'Bytes received by the network interfaces the process sees, loopback left out.',
    labels: ['interface'],
  },
  network_transmit_bytes_total: {
    kind: 'counter',
    help: 'Bytes sent by the network interfaces the process sees, loopback left out.',
    labels: ['interface'],
  },
  order_fill_ratio: {
    kind: 'gauge',
    help: 'Share of the orders that ended which ended filled, since the process started.',
    labels: [],
  },
  order_fill_seconds: {
    kind: 'histogram',
    help: 'Time from the acceptance of an order to its last fill.',
    labels: ['symbol'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600],
  },
  orders_total: {
    kind: 'counter',
    help: 'Orders that passed risk and were made durable.',
    labels: ['symbol', 'side', 'strategy'],
  },
  portfolio_accounts_differing: {
    kind: 'gauge',
    help: 'Accounts of this process whose balances or positions were not the fold of their ledger at the last daily check.',
    labels: [],
  },
  portfolio_checks_total: {
    kind: 'counter',
    help: 'Daily comparisons of the balances and positions of an account with the fold of its ledger.',
    labels: ['outcome'],
  },
  portfolio_risk_ratio: {
    kind: 'gauge',
    help: 'The highest share of equity at risk among the accounts of this process.',
    labels: [],
  },
  positions_active: {
    kind: 'gauge',
    help: 'Open positions of the accounts of this process.',
    labels: [],
  },
  process_disk_read_bytes_total: {
    kind: 'counter',
    help: 'Bytes this process made the system fetch from storage.',
    labels: [],
  },
  process_disk_written_bytes_total: {
    kind: 'counter',
    help: 'Bytes this process made the system send to storage.',
    labels: [],
  },
  rate_limits_local_total: {
    kind: 'counter',
    help: 'Requests counted for this process alone because Redis is configured and was not to be had.',
    labels: ['bucket'],
  },
  redis_commands_total: {
    kind: 'counter',
    help: 'Commands to Redis: ok, late (no reply in redis.budgetMs), failed, skipped (not sent because of such).',
    labels: ['outcome'],
  },
  trades_total: {
    kind: 'counter',
    help: 'Fills booked.',
    labels: ['symbol', 'side'],
  },
  users_active: {
    kind: 'gauge',
    help: 'Users that made a request in the last five minutes.',
    labels: [],
  },
  venue_breaker_open: {
    kind: 'gauge',
    help: '1 while calls of the class to the venue are stopped, 0.5 while one is tried, else 0.',
    labels: ['venue', 'class'],
  },
  venue_budget_used_ratio: {
    kind: 'gauge',
    help: 'Share of a limit of the venue that is used; of the keys it applies to, the highest.',
    labels: ['venue', 'limit'],
  },
  venue_cache_reads_total: {
    kind: 'counter',
    help: 'Reads by where they were answered from: fresh, venue, or stale (the venue could not be asked).',
    labels: ['venue', 'outcome'],
  },
  venue_call_seconds: {
    kind: 'histogram',
    help: 'Time from the first byte of a request to the last one of its answer.',
    labels: ['venue', 'class'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  venue_calls_in_flight: {
    kind: 'gauge',
    help: 'Calls under way.',
    labels: ['venue'],
  },
  venue_calls_queued: {
    kind: 'gauge',
    help: 'Calls that wait for budget or a connection.',
    labels: ['venue'],
  },
  venue_calls_total: {
    kind: 'counter',
    help: 'Calls by what became of them: answered by status class (2xx … 5xx), or the code of why not.',
    labels: ['venue', 'class', 'outcome'],
  },
  venue_clock_offset_ms: {
    kind: 'gauge',
    help: 'Clock of the venue minus that of this machine.',
    labels: ['venue'],
  },
  venue_clock_uncertainty_ms: {
    kind: 'gauge',
    help: 'How wrong that may be.',
    labels: ['venue'],
  },
  venue_connections: {
    kind: 'gauge',
    help: 'Connections of this process to venues, by state: busy with a call, or idle and kept for the next one.',
    labels: ['state'],
  },
  venue_endpoint_up: {
    kind: 'gauge',
    help: '1 while the endpoint is used, 0 while others are.',
    labels: ['venue', 'endpoint'],
  },
  venue_halted: {
    kind: 'gauge',
    help: '1 while the venue has banned this installation.',
    labels: ['venue'],
  },
  venue_retries_total: {
    kind: 'counter',
    help: 'Reads that were sent again.',
    labels: ['venue'],
  },
});

export type MetricName = keyof typeof metricsCatalogue;

type NameOfKind<K> = {
  [N in MetricName]: (typeof metricsCatalogue)[N]['kind'] extends K ? N : never;
}[MetricName];
export type CounterName = NameOfKind<'counter'>;
export type GaugeName = NameOfKind<'gauge'>;
export type HistogramName = NameOfKind<'histogram'>;

/** The label values an observation carries; `{}` for a metric without labels. */
export type MetricLabels<N extends MetricName> = {
  readonly [L in (typeof metricsCatalogue)[N]['labels'][number]]: string;
};
