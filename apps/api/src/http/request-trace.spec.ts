import { Config, currentContext, Logger, Metrics, Tracing } from '@sextant/platform';
import type { Span } from '@sextant/platform';
import { fastify } from 'fastify';
import { traceRequests } from './request-trace.js';

/** What was recorded of each span, in order. */
type Recorded = Record<string, unknown> & { name: string; traceId: string };

function record(ratio: string) {
  const spans: Recorded[] = [];
  const tracing = new Tracing(Config.fromValues({ 'telemetry.traceRatio': ratio }));
  tracing.use({
    start: (name, traceId): Span => {
      const span: Recorded = { name, traceId };
      spans.push(span);
      return {
        spanId: '00000000000000aa',
        recording: true,
        set: (key, value) => (span[key] = value),
        fail: () => (span['failed'] = true),
        end: () => (span['ended'] = true),
      };
    },
    shutdown: async () => undefined,
  });
  const app = fastify();
  traceRequests(app, { logger: Logger.silent(), metrics: new Metrics(), tracing });
  const seen: (string | undefined)[] = [];
  app.get('/things/:id', async () => {
    await Promise.resolve();
    seen.push(currentContext().traceId, currentContext().span?.spanId);
    return {};
  });
  app.get('/broken', async (_request, reply) => reply.code(500).send({}));
  return { app, spans, seen };
}

it('a sampled request is a span from its arrival to its answer, and the parent of what it does', async () => {
  const { app, spans, seen } = record('1');
  await app.inject('/things/7');
  const [span] = spans;
  expect(spans).toEqual([
    {
      name: 'GET /things/:id',
      traceId: expect.any(String),
      method: 'GET',
      endpoint: '/things/:id',
      status: 200,
      ended: true,
    },
  ]);
  expect(seen).toEqual([span?.traceId, '00000000000000aa']);
});

it('an answer of 500 or more marks its span', async () => {
  const { app, spans } = record('1');
  await app.inject('/broken');
  expect(spans).toMatchObject([{ name: 'GET /broken', status: 500, failed: true, ended: true }]);
});

it('a request that is not sampled has a trace id and no span', async () => {
  const { app, spans, seen } = record('0');
  await app.inject('/things/7');
  expect(spans).toEqual([]);
  expect(seen).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), undefined]);
});
