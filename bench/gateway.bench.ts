import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { standaloneChannels } from '@sextant/exchange';
import type { CallIntent, ChannelProfile, PreparedRequest, VenueChannel } from '@sextant/exchange';
import { Config } from '@sextant/platform';
import { Agent } from 'undici';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const CALLS = 30_000;
const WIRE_CALLS = 8_000;
const ROUNDS = 7;

const ORDER: CallIntent = {
  class: 'ENTRY',
  bucket: 'trading',
  weight: 1,
  credentialId: 'key_1',
  idempotentRead: false,
};

/**
 * What the channel adds to a call: budget, queue, bulkhead, breaker, deadline, clock, metrics. In process:
 * the call is withheld where bytes would leave, so that nothing else is measured. Over loopback: beside the
 * same request by undici alone, in turns.
 */
export async function run(report: Report): Promise<void> {
  const server = answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const channels = await standaloneChannels({ config: Config.fromValues({ 'exchange.pool.perHost': 10 }) });
  const agent = new Agent({ connections: 10 });
  try {
    const channel = channels.open(profile(url));
    const inProcess = await medianOf(() => micros(CALLS, () => withheld(channel)));
    report('overhead of a call, in process', inProcess, 'µs', 'goal at most 25');
    const alone: number[] = [];
    const guarded: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const bare = await micros(WIRE_CALLS, () => byUndici(agent, url));
      const full = await micros(WIRE_CALLS, () => sent(channel, url));
      if (round < 0) continue;
      alone.push(bare);
      guarded.push(full);
    }
    report('a call over loopback, undici alone', median(alone), 'µs');
    report('a call over loopback, through the channel', median(guarded), 'µs');
    report('difference', median(guarded.map((value, index) => value - (alone[index] ?? 0))), 'µs');
  } finally {
    await channels.stop();
    await agent.close();
    server.close();
  }
}

function profile(url: string): ChannelProfile {
  const windows = { limit: 1e9, windowMs: 60_000, counts: 'WEIGHT' } as const;
  return {
    venue: 'BENCH',
    endpoints: { api: [url] },
    budgets: [
      { ...windows, name: 'weight', scope: 'ADDRESS', buckets: ['trading', 'marketData', 'account'] },
      { ...windows, name: 'orders', scope: 'CREDENTIAL', buckets: ['trading'], only: 'ENTRY_AND_PROTECTIVE' },
    ],
    headersToBudget: () => [{ rule: 'weight', used: 1 }],
    serverTime: null,
    validityWindowMs: null,
    allowLoopback: true,
  };
}

async function withheld(channel: VenueChannel): Promise<void> {
  const answer = await channel.call(ORDER, () => ({ withhold: 'measured' }));
  if (answer.kind !== 'NOT_SENT' || answer.code !== 'WITHHELD') throw new Error(JSON.stringify(answer));
}

async function sent(channel: VenueChannel, url: string): Promise<void> {
  const request: PreparedRequest = { method: 'POST', url: `${url}/order`, headers: {}, body: '{}' };
  const answer = await channel.call(ORDER, () => request);
  if (answer.kind !== 'ANSWER') throw new Error(JSON.stringify(answer));
}

async function byUndici(agent: Agent, url: string): Promise<void> {
  const answer = await agent.request({ origin: url, path: '/order', method: 'POST', body: '{}' });
  await answer.body.text();
}

/** Microseconds of one call, one after the other. */
async function micros(count: number, call: () => Promise<void>): Promise<number> {
  const started = performance.now();
  for (let done = 0; done < count; done += 1) await call();
  return ((performance.now() - started) * 1_000) / count;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  await measure();
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) values.push(await measure());
  return median(values);
}

/** Answers every request with the same bytes. */
function answering(bytes: string) {
  return createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (chunk.includes('\r\n\r\n')) socket.write(bytes);
    });
  });
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
