import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Config } from '../config/config.js';
import { withContext } from './log-context.js';
import { Tracing } from './tracing.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
let collector: Server;
let bodies: Buffer[];
let paths: string[];

beforeAll(async () => {
  bodies = [];
  paths = [];
  collector = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));

it('sends the spans of chosen requests, with the trace id of the log and without secrets', async () => {
  const { port } = collector.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const tracing = new Tracing(
    Config.fromValues({ 'telemetry.otlpEndpoint': endpoint, 'telemetry.traceRatio': '1' }),
  );
  await tracing.start();
  const own = tracing.enter(undefined);
  await withContext(own, () =>
    tracing.inSpan('root-span', async (span) => {
      span.set('symbol', 'BTC/USDT');
      span.set('password', 'k9Xq2Vw7Zp4Lm8Rt1Bn5Yc3H');
      await tracing
        .inSpan('inner-span', () => Promise.reject(new Error('sent k9Xq2Vw7Zp4Lm8Rt1Bn5Yc3H')))
        .catch(() => undefined);
    }),
  );
  await withContext(tracing.enter(PARENT, true), () =>
    tracing.inSpan('continued-span', async () => undefined),
  );
  await tracing.stop();
  const sent = Buffer.concat(bodies);
  expect(new Set(paths)).toEqual(new Set(['POST /v1/traces']));
  for (const name of ['root-span', 'inner-span', 'continued-span', 'BTC/USDT'])
    expect(sent.includes(name)).toBe(true);
  expect(sent.includes('k9Xq2Vw7')).toBe(false);
  for (const hex of [own.traceId!, '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']) {
    expect([hex, sent.includes(Buffer.from(hex, 'hex'))]).toEqual([hex, true]);
  }
});
