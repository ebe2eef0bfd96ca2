import type { LogContext, Logger, Metrics, Span, Tracing } from '@sextant/platform';
import { withContext } from '@sextant/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

interface TracedRequest {
  trace?: LogContext;
  principal?: { userId: string; keyId: string | null };
}

/** What every request is reported with. */
export interface RequestTelemetry {
  logger: Logger;
  metrics: Metrics;
  tracing: Tracing;
}

/**
 * Puts every request into a context of its own (trace id for logs, problems and events), and reports it once when its
 * answer is out: one log line, one count, one duration, and a span when it is sampled.
 */
export function traceRequests(
  fastify: FastifyInstance,
  { logger, metrics, tracing }: RequestTelemetry,
): void {
  fastify.decorateRequest('trace');
  fastify.addHook('onRequest', (request, _reply, done) => {
    const context = enterTrace(request, tracing);
    withContext(context, () => {
      const { method, routeOptions } = request;
      if (context.sampled === true)
        context.span = tracing.startSpan(`${method} ${routeOptions.url ?? 'unknown'}`);
      done();
    });
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const endpoint = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    const status = String(reply.statusCode);
    const durationMs = Math.round(reply.elapsedTime * 1000) / 1000;
    metrics.increment('api_requests_total', { endpoint, method, status });
    metrics.observe('api_request_duration_seconds', {}, durationMs / 1000);
    const { principal, trace } = request as TracedRequest;
    const who = principal === undefined ? {} : { userId: principal.userId, keyId: principal.keyId };
    const line = { method, endpoint, status: reply.statusCode, durationMs, traceId: trace?.traceId, ...who };
    logger.info('Request', line);
    endSpan(trace?.span, line);
    done();
  });
}

/** Gives the request its trace: the caller's, or a new one. */
export function enterTrace(request: FastifyRequest, tracing: Tracing): LogContext {
  const { traceparent } = request.headers;
  const context = tracing.enter(typeof traceparent === 'string' ? traceparent : undefined);
  (request as TracedRequest).trace = context;
  return context;
}

/** The trace id under which the log has the request. */
export function traceIdOf(request: FastifyRequest): string {
  return (request as TracedRequest).trace?.traceId ?? '';
}

/** Our own failures mark the span; what the client did wrong does not. */
function endSpan(span: Span | undefined, line: { method: string; endpoint: string; status: number }): void {
  if (span === undefined) return;
  span.set('method', line.method);
  span.set('endpoint', line.endpoint);
  span.set('status', line.status);
  if (line.status >= 500) span.fail(`status ${line.status}`);
  span.end();
}
