import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span as OtelSpan, Tracer } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { addFields, describeError } from './log-record.js';
import type { Span, SpanRecorder } from './span.js';
import { randomHex } from './trace-ids.js';

/** Lets a root span carry the trace id that the request already has in the log. */
class ChosenTraceIds {
  next: string | null = null;

  generateTraceId(): string {
    const chosen = this.next ?? randomHex(16);
    this.next = null;
    return chosen;
  }

  generateSpanId(): string {
    return randomHex(8);
  }
}

class RecordedSpan implements Span {
  readonly recording = true;
  readonly spanId: string;
  readonly within: Context;

  constructor(
    private readonly span: OtelSpan,
    parent: Context,
  ) {
    this.spanId = span.spanContext().spanId;
    this.within = trace.setSpan(parent, span);
  }

  set(name: string, value: string | number | boolean): void {
    const attributes: Record<string, unknown> = {};
    addFields(attributes, { [name]: value });
    for (const [key, shown] of Object.entries(attributes)) this.span.setAttribute(key, shown as string);
  }

  fail(error: unknown): void {
    const described = describeError(error, 0);
    const message = typeof described === 'string' ? described : String(described['message']);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    if (typeof described !== 'string') this.span.setAttribute('exception.type', String(described['name']));
  }

  end(): void {
    this.span.end();
  }
}

class OpenTelemetrySpans implements SpanRecorder {
  constructor(
    private readonly tracer: Tracer,
    private readonly ids: ChosenTraceIds,
    private readonly sdk: Pick<NodeSDK, 'shutdown'>,
  ) {}

  start(name: string, traceId: string, parent: Span | string | null): Span {
    const within = this.contextOf(traceId, parent);
    if (within === ROOT_CONTEXT) this.ids.next = traceId;
    return new RecordedSpan(this.tracer.startSpan(name, {}, within), within);
  }

  async shutdown(): Promise<void> {
    await this.sdk.shutdown();
    trace.disable();
    context.disable();
  }

  private contextOf(traceId: string, parent: Span | string | null): Context {
    if (parent instanceof RecordedSpan) return parent.within;
    if (typeof parent !== 'string') return ROOT_CONTEXT;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent, traceFlags: 1, isRemote: true });
  }
}

/**
 * Loads and starts the SDK: OTLP over HTTP to `endpoint`, batched; no automatic instrumentation (it costs 30–58 % of the
 * requests), no metrics, no logs. The exporter reads its other settings (headers, compression) from `OTEL_*` variables.
 */
export function startOpenTelemetry(app: string, endpoint: string): SpanRecorder {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ??= endpoint;
  const ids = new ChosenTraceIds();
  const sdk = new NodeSDK({
    serviceName: app,
    idGenerator: ids,
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return new OpenTelemetrySpans(trace.getTracer('sextant'), ids, sdk);
}
