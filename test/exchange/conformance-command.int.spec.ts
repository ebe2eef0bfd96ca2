import { setTimeout as sleep } from 'node:timers/promises';
import { ccxtTarget, conformanceCases, conformanceCommand, runConformanceCase } from '@sextant/exchange';
import type { ConformanceReport } from '@sextant/exchange';
import { readCommand } from '../../apps/venue/src/venue-command.js';
import { startVenue } from '../../apps/venue/src/venue.js';

/** Sockets that keep this process alive, the venue's ends of them among these. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

it.each([
  ['binance', 'BTC/USDT', []],
  ['binanceusdm', 'BTC/USDT:USDT', ['--speed', '0']],
])(
  '`npm run conformance -- %s` passes on %s of `npm run venue` %j and leaves no socket open',
  async (name, symbol, options) => {
    const before = sockets();
    const venue = await startVenue(readCommand(['--port', '0', ...options])!);
    const environment = {
      CONFORMANCE_API_KEY: 'visitor-key',
      CONFORMANCE_API_SECRET: 'visitor-secret',
      CONFORMANCE_SYMBOL: symbol,
      CONFORMANCE_REST: venue.url,
      CONFORMANCE_WS: venue.wsUrl,
    };
    let text = '';
    await conformanceCommand([name, '--json'], environment, (part) => {
      text += part;
    });
    const { cases } = JSON.parse(text) as ConformanceReport;
    for (let wait = 0; wait < 50 && sockets() > before; wait += 1) await sleep(20);
    const left = sockets() - before;
    await venue.close();
    expect(cases.filter(({ result }) => result === 'FAILED')).toEqual([]);
    expect(left).toBe(0);
  },
  120_000,
);

it('waits for the venue’s clock, which a slow answer tells late, before it opens positions', async () => {
  const venue = await startVenue(readCommand(['--port', '0', '--speed', '0'])!);
  const late = { match: { path: '/api/v3/time' }, action: { kind: 'DELAY', ms: 300 }, times: 1 } as const;
  venue.admin.setFault({ target: 'REQUEST', point: 'BEFORE_ACCEPT', ...late });
  const target = ccxtTarget({
    ccxtId: 'binance',
    endpoints: { rest: venue.url, ws: venue.wsUrl },
    credential: { apiKey: 'visitor-key', secret: 'visitor-secret', passphrase: null },
    symbol: 'BTC/USDT',
    moving: true,
  });
  const rests = conformanceCases.find(({ name }) => name.startsWith('a limit order rests'))!;
  const outcome = await runConformanceCase(target, rests);
  await venue.close();
  expect(outcome).toEqual({ result: 'PASSED', detail: '' });
});
