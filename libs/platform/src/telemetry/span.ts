/** One timed piece of work. Attribute names follow the log's allow-list; other values show their type only. */
export interface Span {
  readonly spanId: string;
  readonly recording: boolean;
  set(name: string, value: string | number | boolean): void;
  fail(error: unknown): void;
  end(): void;
}

/** The span of everything that is not traced: one object for all, every call does nothing. */
export const NO_SPAN: Span = Object.freeze({
  spanId: '0000000000000000',
  recording: false,
  set: () => undefined,
  fail: () => undefined,
  end: () => undefined,
});

/** What records spans, once an endpoint is configured. */
export interface SpanRecorder {
  start(name: string, traceId: string, parent: Span | string | null): Span;
  shutdown(): Promise<void>;
}
