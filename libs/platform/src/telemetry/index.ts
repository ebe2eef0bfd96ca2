export { currentContext, withContext, withoutContext } from './log-context.js';
export type { LogContext } from './log-context.js';
export { logFields } from './log-fields.js';
export type { LogFields } from './log-record.js';
export { Logger } from './logger.js';
export type { LogDestination, LogLevel } from './logger.js';
export { Metrics } from './metrics.js';
export { metricsCatalogue } from './metrics-catalogue.js';
export type {
  CounterName,
  GaugeName,
  HistogramName,
  MetricEntry,
  MetricLabels,
  MetricName,
} from './metrics-catalogue.js';
export { scrubText } from './scrub-text.js';
export { SecretGuard } from './secret-guard.js';
export { descriptorDestination } from './log-destination.js';
export { NestLogger } from './nest-logger.js';
export { processLogger } from './process-logger.js';
export { ResourceMetrics } from './resource-metrics.js';
export { TelemetryServer } from './telemetry-server.js';
export { NO_SPAN } from './span.js';
export type { Span } from './span.js';
export { Tracing } from './tracing.js';
