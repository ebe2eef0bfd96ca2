import type { Config } from '../config/index.js';
import { Component } from '../lifecycle/component.js';
import { currentContext, withContext } from './log-context.js';
import type { LogContext } from './log-context.js';
import { NO_SPAN } from './span.js';
import type { Span, SpanRecorder } from './span.js';
import { formatTraceparent, parseTraceparent, randomHex } from './trace-ids.js';

/**
 * Manual spans, decided on before anything is allocated. Without `telemetry.otlpEndpoint` nothing of OpenTelemetry is
 * loaded; trace ids exist all the same, for logs and problem documents.
 */
export class Tracing extends Component {
  readonly name = 'tracing';
  private recorder: SpanRecorder | null = null;
  private threshold = 0;

  constructor(
    private readonly config: Config,
    private readonly app = 'sextant',
  ) {
    super();
  }

  async start(): Promise<void> {
    const endpoint = this.config.get('telemetry.otlpEndpoint');
    if (endpoint === null) return;
    const { startOpenTelemetry } = await import('./open-telemetry.js');
    this.use(startOpenTelemetry(this.app, endpoint));
  }

  /** Records into `recorder` from now on. */
  use(recorder: SpanRecorder): void {
    this.recorder = recorder;
    const sample = (ratio: string): void => {
      this.threshold = Number(ratio) * 2 ** 32;
    };
    sample(this.config.get('telemetry.traceRatio'));
    this.config.onChange('telemetry.traceRatio', sample);
  }

  async stop(): Promise<void> {
    await this.recorder?.shutdown();
  }

  /**
   * The context of work that enters the process. A caller's trace id is taken over; its wish to be sampled only
   * from `trusted` callers (our own processes), as anybody could ask for it.
   */
  enter(traceparent: string | undefined, trusted = false): LogContext {
    const parent = parseTraceparent(traceparent);
    const traceId = parent?.traceId ?? randomHex(16);
    if (this.recorder === null) return { traceId };
    const sampled = trusted && parent ? parent.sampled : this.chosen(traceId);
    return sampled ? { traceId, sampled, parentSpanId: parent?.spanId } : { traceId };
  }

  /** Starts a span under the current one; `NO_SPAN` when the work going on is not sampled. The caller ends it. */
  startSpan(name: string): Span {
    if (this.recorder === null) return NO_SPAN;
    const { sampled, traceId, span, parentSpanId } = currentContext();
    if (sampled !== true || traceId === undefined) return NO_SPAN;
    return this.recorder.start(name, traceId, span ?? parentSpanId ?? null);
  }

  /** Runs `work` inside a span of its own. */
  async inSpan<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
    const span = this.startSpan(name);
    if (!span.recording) return work(span);
    try {
      return await withContext({ span }, () => work(span));
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** The `traceparent` header for a call to another process; undefined outside of any traced or logged work. */
  traceparent(): string | undefined {
    const { traceId, span, sampled } = currentContext();
    if (traceId === undefined) return undefined;
    return formatTraceparent({ traceId, spanId: span?.spanId ?? randomHex(8), sampled: sampled === true });
  }

  /** By the trace id, so that every process chooses the same. */
  private chosen(traceId: string): boolean {
    return Number.parseInt(traceId.slice(24), 16) < this.threshold;
  }
}
