import { Config } from '../config/config.js';
import { currentContext, withContext } from './log-context.js';
import { NO_SPAN } from './span.js';
import type { Span, SpanRecorder } from './span.js';
import { Tracing } from './tracing.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

class Recorder implements SpanRecorder {
  readonly spans: {
    name: string;
    traceId: string;
    parent: string | null;
    ended: boolean;
    failed: boolean;
  }[] = [];
  stopped = false;

  start(name: string, traceId: string, parent: Span | string | null): Span {
    const from = parent !== null && typeof parent !== 'string' ? parent.spanId : parent;
    const record = { name, traceId, parent: from, ended: false, failed: false };
    const spanId = String(this.spans.push(record)).padStart(16, '0');
    return {
      spanId,
      recording: true,
      set: () => undefined,
      fail: () => (record.failed = true),
      end: () => (record.ended = true),
    };
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
  }
}

function tracing(traceRatio: string): { tracing: Tracing; recorder: Recorder; config: Config } {
  const config = Config.fromValues({ 'telemetry.traceRatio': traceRatio });
  const recorder = new Recorder();
  const one = new Tracing(config);
  one.use(recorder);
  return { tracing: one, recorder, config };
}

describe('without an endpoint', () => {
  const off = new Tracing(Config.fromValues());

  it('every piece of work has a trace id, its own or the caller’s, and no span', async () => {
    await off.start();
    const own = off.enter(undefined);
    expect(own).toEqual({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(off.enter(undefined).traceId).not.toBe(own.traceId);
    expect(off.enter(PARENT)).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c' });
    withContext(own, () => {
      expect(off.startSpan('x')).toBe(NO_SPAN);
      expect(off.traceparent()).toMatch(new RegExp(`^00-${own.traceId}-[0-9a-f]{16}-00$`));
    });
    expect(off.traceparent()).toBeUndefined();
  });
});

it.each([
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra',
  'x'.repeat(10_000),
  '',
])('the header %.60p is not taken over', (header) => {
  const { tracing: one } = tracing('1');
  expect(one.enter(header, true)).toMatchObject({ traceId: expect.not.stringMatching(/^0af7|^0+$/i) });
});

it('takes a later version of the header by its first fields', () => {
  const { tracing: one } = tracing('1');
  const header = 'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what.comes';
  expect(one.enter(header, true)).toMatchObject({ sampled: true, parentSpanId: 'b7ad6b7169203331' });
});

it('samples the configured share, and follows a change of it', () => {
  const { tracing: one, config } = tracing('0.1');
  const share = (): number => {
    let sampled = 0;
    for (let index = 0; index < 10_000; index += 1) sampled += one.enter(undefined).sampled ? 1 : 0;
    return sampled / 10_000;
  };
  expect(share()).toBeGreaterThan(0.07);
  expect(share()).toBeLessThan(0.13);
  config.applyOverrides(new Map([['telemetry.traceRatio', '0']]));
  expect(share()).toBe(0);
  config.applyOverrides(new Map([['telemetry.traceRatio', '1']]));
  expect(share()).toBe(1);
});

it('lets only our own processes decide on sampling', () => {
  const { tracing: none } = tracing('0');
  expect(none.enter(PARENT)).not.toHaveProperty('sampled');
  expect(none.enter(PARENT, true)).toMatchObject({ sampled: true, parentSpanId: 'b7ad6b7169203331' });
  const { tracing: all } = tracing('1');
  expect(all.enter(PARENT.replace(/01$/, '00'), true)).not.toHaveProperty('sampled');
});

it('spans nest, carry the trace id, end, and tell a failure', async () => {
  const { tracing: one, recorder } = tracing('1');
  const context = one.enter(PARENT, true);
  await withContext(context, async () => {
    await one.inSpan('outer', async (outer) => {
      expect(currentContext().span).toBe(outer);
      expect(one.traceparent()).toBe(`00-0af7651916cd43dd8448eb211c80319c-${outer.spanId}-01`);
      await one.inSpan('inner', () => Promise.reject(new Error('no'))).catch(() => undefined);
    });
  });
  expect(recorder.spans).toMatchObject([
    {
      name: 'outer',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parent: 'b7ad6b7169203331',
      ended: true,
      failed: false,
    },
    { name: 'inner', parent: '0000000000000001', ended: true, failed: true },
  ]);
});

it('allocates no span and runs the work as it is when the request was not chosen', async () => {
  const { tracing: one, recorder } = tracing('0');
  const seen = await withContext(one.enter(undefined), () => one.inSpan('x', async (span) => span));
  expect(seen).toBe(NO_SPAN);
  expect(recorder.spans).toEqual([]);
});

it('stops the recorder with the process', async () => {
  const { tracing: one, recorder } = tracing('1');
  await one.stop();
  expect(recorder.stopped).toBe(true);
});
