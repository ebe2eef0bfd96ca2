import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricsCatalogue } from './metrics-catalogue.js';
import type {
  CounterName,
  GaugeName,
  HistogramName,
  MetricEntry,
  MetricLabels,
  MetricName,
} from './metrics-catalogue.js';
import { SeriesLimit } from './series-limit.js';

type Labels = Readonly<Record<string, string>>;

/** The metrics of this process, by the names and labels of the catalogue. */
export class Metrics {
  readonly registry = new Registry();
  private readonly counters = new Map<MetricName, SeriesLimit<Counter.Internal>>();
  private readonly gauges = new Map<MetricName, SeriesLimit<Gauge.Internal<string>>>();
  private readonly histograms = new Map<MetricName, SeriesLimit<Histogram.Internal<string>>>();

  private readonly collectors: (() => void | Promise<void>)[] = [];

  constructor(private readonly maxSeries = 1_000) {
    for (const name of Object.keys(metricsCatalogue) as MetricName[])
      this.declare(name, metricsCatalogue[name]);
  }

  increment<N extends CounterName>(name: N, labels: MetricLabels<N>, by = 1): void {
    this.counters
      .get(name)!
      .of(labels as Labels)
      .inc(by);
  }

  set<N extends GaugeName>(name: N, labels: MetricLabels<N>, value: number): void {
    this.gauges
      .get(name)!
      .of(labels as Labels)
      .set(value);
  }

  observe<N extends HistogramName>(name: N, labels: MetricLabels<N>, value: number): void {
    this.histograms
      .get(name)!
      .of(labels as Labels)
      .observe(value);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Calls `collect` before every rendering: for values that are cheaper to read than to follow. */
  beforeRender(collect: () => void | Promise<void>): void {
    this.collectors.push(collect);
  }

  /** Ends every series that has this value of the label: what it speaks of is no more. */
  forget(label: string, value: string): void {
    for (const series of [this.counters, this.gauges, this.histograms]) {
      for (const [name, limit] of series) {
        const metric = this.registry.getSingleMetric(name);
        for (const labels of limit.drop(label, value)) metric?.remove(labels);
      }
    }
  }

  /** Prometheus text format. */
  async render(): Promise<string> {
    await Promise.all(this.collectors.map((collect) => collect()));
    return this.registry.metrics();
  }

  private declare(name: MetricName, entry: MetricEntry): void {
    const { help, labels } = entry;
    const options = { name, help, labelNames: [...labels], registers: [this.registry] };
    const refused = (): void => this.refuse(name);
    if (entry.kind === 'counter') {
      const counter = new Counter(options);
      this.counters.set(
        name,
        new SeriesLimit(labels, this.maxSeries, (values) => counter.labels(values), refused),
      );
    } else if (entry.kind === 'gauge') {
      const gauge = new Gauge(options);
      this.gauges.set(
        name,
        new SeriesLimit(labels, this.maxSeries, (values) => gauge.labels(values), refused),
      );
    } else {
      const histogram = new Histogram({ ...options, buckets: [...entry.buckets] });
      this.histograms.set(
        name,
        new SeriesLimit(labels, this.maxSeries, (values) => histogram.labels(values), refused),
      );
    }
  }

  private refuse(metric: MetricName): void {
    if (metric !== 'metric_series_refused_total') this.increment('metric_series_refused_total', { metric });
  }
}
