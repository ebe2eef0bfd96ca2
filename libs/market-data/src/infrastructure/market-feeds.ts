import type { Clock } from '@sextant/kernel';
import { Component } from '@sextant/platform';
import type { Cancel, ComponentHealth, Metrics, Timers } from '@sextant/platform';
import { FreshnessWatch } from '../application/freshness-watch.js';
import type { MarketData } from '../application/market-data.js';
import type { StreamState } from '../application/stream-log.js';
import type { MarketEventLog } from './market-event-log.js';

const WATCH_MS = 1_000;

/** The feeds of all venues as one part of the process: what they are like, and their end. */
export class MarketFeeds extends Component {
  readonly name = 'market-feeds';
  override readonly dependsOn = ['database'];

  private readonly watch: FreshnessWatch;
  private cancelWatch: Cancel = () => undefined;

  constructor(
    private readonly marketData: MarketData,
    metrics: Metrics,
    private readonly events: MarketEventLog,
    clock: Clock,
    private readonly timers: Timers,
    /** What has to be known before anything is followed. */
    private readonly prepare: () => Promise<void> = async () => undefined,
  ) {
    super();
    this.watch = new FreshnessWatch(marketData, clock, (type, payload) => events.record(type, payload));
    metrics.beforeRender(() => this.gauge(metrics));
  }

  /** Each market begins with its first follower; what accounts have to do with is known before they are opened. */
  override async start(): Promise<void> {
    await this.prepare();
    this.cancelWatch = this.timers.every(WATCH_MS, () => this.watch.look());
  }

  override async stop(): Promise<void> {
    this.cancelWatch();
    for (const markets of this.marketData.all()) markets.close();
    await this.events.flushed();
  }

  /** A market that is not live is no fault of this process: orders of it are refused, everything else goes on. */
  override health(): ComponentHealth {
    const facts: Record<string, { live: number; waiting: number }> = {};
    for (const { venue, stream, state } of this.marketData.streams()) {
      if (stream !== 'depth') continue;
      const count = (facts[venue] ??= { live: 0, waiting: 0 });
      count[state === 'LIVE' ? 'live' : 'waiting'] += 1;
    }
    return { status: 'UP', facts: { markets: facts } };
  }

  private gauge(metrics: Metrics): void {
    for (const markets of this.marketData.all()) {
      const { venue } = markets;
      const fresh = markets.freshness();
      const live = fresh.filter((one) => one.fresh).length;
      metrics.set('market_data_markets', { venue, state: 'live' }, live);
      metrics.set('market_data_markets', { venue, state: 'stale' }, fresh.length - live);
      for (const [stream, ageMs] of oldest(markets.streams())) {
        metrics.set('market_data_oldest_seconds', { venue, stream }, ageMs / 1_000);
      }
    }
  }
}

function oldest(streams: readonly StreamState[]): Map<string, number> {
  const ages = new Map<string, number>();
  for (const { stream, ageMs } of streams) ages.set(stream, Math.max(ages.get(stream) ?? 0, ageMs ?? 0));
  return ages;
}
