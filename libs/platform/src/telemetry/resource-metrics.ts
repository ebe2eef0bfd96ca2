import { readFile, statfs } from 'node:fs/promises';
import { collectDefaultMetrics } from 'prom-client';
import type { Config } from '../config/config.js';
import type { Lifecycle } from '../lifecycle/lifecycle.js';
import type { Metrics } from './metrics.js';

const HEALTH_VALUE = { UP: 1, DEGRADED: 0.5, DOWN: 0 } as const;

/**
 * What the machine gives this process, read when somebody asks for the metrics: event loop, memory, garbage
 * collection and CPU (prom-client's own), disk, network and the health of the components. Where the system has no `/proc` the
 * figures from there are absent.
 */
export class ResourceMetrics {
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
    private readonly lifecycle: Pick<Lifecycle, 'status'>,
  ) {}

  install(): void {
    collectDefaultMetrics({ register: this.metrics.registry });
    this.metrics.beforeRender(() => this.collect());
  }

  private async collect(): Promise<void> {
    for (const { name, health } of this.lifecycle.status().components) {
      this.metrics.set('component_up', { component: name }, HEALTH_VALUE[health.status]);
    }
    await Promise.all([this.disk(), this.io(), this.network()]);
  }

  private async disk(): Promise<void> {
    const system = await statfs(this.config.get('data.directory')).catch(() => null);
    if (system === null) return;
    this.metrics.set('disk_free_bytes', {}, system.bavail * system.bsize);
    this.metrics.set('disk_size_bytes', {}, system.blocks * system.bsize);
  }

  private async io(): Promise<void> {
    const text = await readFile('/proc/self/io', 'utf8').catch(() => '');
    const value = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    this.metrics.increment('process_disk_read_bytes_total', {}, this.grown('read', value('read_bytes')));
    this.metrics.increment('process_disk_written_bytes_total', {}, this.grown('write', value('write_bytes')));
  }

  private async network(): Promise<void> {
    const text = await readFile('/proc/self/net/dev', 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const [, name, figures] = /^\s*([\w.@-]+):\s*(.+)$/.exec(line) ?? [];
      if (name === undefined || figures === undefined || name === 'lo') continue;
      const columns = figures.split(/\s+/).map(Number);
      const labels = { interface: name };
      this.metrics.increment(
        'network_receive_bytes_total',
        labels,
        this.grown(`rx ${name}`, columns[0] ?? 0),
      );
      this.metrics.increment(
        'network_transmit_bytes_total',
        labels,
        this.grown(`tx ${name}`, columns[8] ?? 0),
      );
    }
  }

  /** What the system's own counter has gained since the last look; its reset counts as a new beginning. */
  private grown(counter: string, value: number): number {
    const before = this.seen.get(counter) ?? 0;
    this.seen.set(counter, value);
    return value >= before ? value - before : value;
  }
}
