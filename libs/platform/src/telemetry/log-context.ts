import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span.js';

/** What every log line, span and stored event of a piece of work has in common. */
export interface LogContext {
  traceId?: string;
  orderId?: string;
  accountId?: string;
  /** True when this piece of work is traced; decided once, where the work enters the process. */
  sampled?: boolean;
  /** The innermost span of ours, or else the caller's span id, where the work is traced. */
  span?: Span;
  parentSpanId?: string | undefined;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with these ids added to the ones around it. */
export function withContext<T>(context: LogContext, work: () => T): T {
  const outer = storage.getStore();
  return storage.run(outer ? { ...outer, ...context } : context, work);
}

const NONE: LogContext = Object.freeze({});

/** The ids of the work going on now; empty outside of any. */
export function currentContext(): LogContext {
  return storage.getStore() ?? NONE;
}

/** Runs `work` outside of any: what it starts goes on when the request that happened to start it has ended. */
export function withoutContext<T>(work: () => T): T {
  return storage.exit(work);
}
