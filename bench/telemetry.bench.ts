import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpuSeconds } from './support/cpu.js';
import { load, median } from './support/load.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 64;

/** What is on besides the metrics, which are on always. */
const VARIANTS = {
  neither: { SEXTANT__APP__LOGLEVEL: 'WARN' },
  'one log line': { SEXTANT__APP__LOGLEVEL: 'INFO' },
  'tracing at 1 %': { SEXTANT__APP__LOGLEVEL: 'WARN', SEXTANT__TELEMETRY__TRACERATIO: '0.01' },
} as const;
type Variant = keyof typeof VARIANTS;

/**
 * What the log line and sampled tracing add to the server CPU of a request that passes every gate and is answered
 * from memory: the dearer the rest of a request, the smaller their share of it. Programs take turns.
 */
export async function run(report: Report): Promise<void> {
  const collector = await startCollector();
  const endpoint = { SEXTANT__TELEMETRY__OTLPENDPOINT: collector.url };
  const programs = new Map<Variant, SextantUnderLoad>();
  try {
    for (const name of Object.keys(VARIANTS) as Variant[]) {
      const variables = name === 'tracing at 1 %' ? { ...VARIANTS[name], ...endpoint } : VARIANTS[name];
      programs.set(name, await SextantUnderLoad.start(variables));
    }
    const cost = await microsPerRequest(programs);
    for (const [name, micros] of cost) report(`a request, ${name}`, micros, 'µs of server CPU');
    const plain = cost.get('neither')!;
    report(
      'share of one log line',
      (100 * (cost.get('one log line')! - plain)) / plain,
      '%',
      'goal at most 15',
    );
    report(
      'share of tracing at 1 %',
      (100 * (cost.get('tracing at 1 %')! - plain)) / plain,
      '%',
      `goal at most 10; the collector had ${collector.received()} posts`,
    );
    if (collector.received() === 0) throw new Error('no span reached the collector');
  } finally {
    await Promise.all([...programs.values()].map((program) => program.stop()));
    collector.close();
  }
}

/** Medians over the rounds. */
async function microsPerRequest(programs: Map<Variant, SextantUnderLoad>): Promise<Map<Variant, number>> {
  const requests = new Map<Variant, string>();
  for (const [name, program] of programs) {
    const headers = Object.entries(program.headers).map(([header, value]) => `${header}: ${value}\r\n`);
    requests.set(name, `GET /api/exchanges HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers.join('')}\r\n`);
  }
  const measured = new Map<Variant, number[]>();
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, program] of programs) {
      const before = cpuSeconds(program.address.pid);
      const seconds = round < 0 ? WARM_UP_SECONDS : SECONDS;
      const request = (): string => requests.get(name)!;
      const result = await load({ port: program.address.port, connections: CONNECTIONS, seconds, request });
      if (result.statuses[200] !== result.requests) {
        throw new Error(`${name} answered ${JSON.stringify(result.statuses)}`);
      }
      const micros = (1e6 * (cpuSeconds(program.address.pid) - before)) / result.requests;
      if (round >= 0) measured.set(name, [...(measured.get(name) ?? []), micros]);
    }
  }
  return new Map([...measured].map(([name, micros]) => [name, median(micros)]));
}

/** Takes whatever an OTLP exporter posts. */
async function startCollector() {
  let posts = 0;
  const server = createServer((request, response) => {
    posts += 1;
    request
      .resume()
      .once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received: () => posts, close: () => server.close() };
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
