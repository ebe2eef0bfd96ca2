import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { REHEARSAL_KEY, REHEARSAL_SECRET, stillVenue } from '../exchange/chaos-target.js';
import type { SextantProcess } from '../support/sextant-process.js';
import { World } from './world.js';

const VARIABLES = {
  SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
  SEXTANT__EXECUTION__LIVETRADING: 'true',
};
const SLOW_PAGES = {
  target: 'REQUEST',
  match: { method: 'GET', path: '/api/v3/myTrades' },
  point: 'IN_TRANSIT',
  action: { kind: 'DELAY', ms: 400 },
  times: null,
};

let venue: RunningVenue;
let world: World;

beforeAll(async () => {
  [venue, world] = await Promise.all([stillVenue(), World.open()]);
}, 180_000);
afterAll(async () => {
  await world?.close();
  await venue?.close();
});

/** Somebody trades at the venue by hand. */
async function trade(side: 'BUY' | 'SELL', quantity: string): Promise<void> {
  const terms = { symbol: 'BTCUSDT', side, type: 'MARKET', quantity, timestamp: String(Date.now()) };
  const query = new URLSearchParams(terms).toString();
  const signature = createHmac('sha256', REHEARSAL_SECRET).update(query).digest('hex');
  const address = `${venue.url}/api/v3/order?${query}&signature=${signature}`;
  const answer = await fetch(address, { method: 'POST', headers: { 'X-MBX-APIKEY': REHEARSAL_KEY } });
  if (answer.status !== 200) throw new Error(await answer.text());
}

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    if (tries > 250) throw new Error(`it never came: ${JSON.stringify(value)}`);
    await delay(100);
  }
}

it('is imported to the venue’s figures, also when the process is killed on the way', async () => {
  for (let count = 0; count < 12; count += 1) await trade(count % 4 === 3 ? 'SELL' : 'BUY', '0.0005');
  const first = await world.api(VARIABLES);
  const get = async (at: SextantProcess, path: string) => (await world.call(at, 'GET', path)).body;
  const credential = { apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET };
  const connection = { venue: 'BINANCE', label: 'Rehearsal', endpoint: venue.url, credential };
  const { accountId } = (await world.call(first, 'POST', '/api/exchange-connections', { body: connection }))
    .body;
  const held = `/api/portfolio/balances?accountId=${accountId}`;
  await until(
    () => get(first, held),
    ({ data }) => data?.length > 0,
  );
  await fetch(`${venue.url}/admin/faults`, { method: 'POST', body: JSON.stringify(SLOW_PAGES) });
  const asked = await world.call(first, 'POST', '/api/portfolio/sync', { body: { accountId, history: {} } });
  expect(asked).toMatchObject({ status: 202, body: { kind: 'PORTFOLIO_IMPORT', accountId } });
  const job = asked.headers.get('location')!;
  await until(
    () => get(first, job),
    ({ checkpoint }) => checkpoint?.pages >= 1,
  );
  await first.stop('SIGKILL');

  const second = await world.api(VARIABLES);
  const ended = await until(
    () => get(second, job),
    ({ endedAt }) => endedAt !== null,
  );
  expect(ended).toMatchObject({ status: 'COMPLETED', progress: 1, attempts: 2 });
  expect(ended.result).toMatchObject({ booked: 12, known: 0, left: 0, skipped: 0, verdict: 'EQUAL' });
  // What the account was funded with, before all of it.
  expect(ended.result.heldBefore).toEqual([
    { asset: 'BTC', amount: '5' },
    { asset: 'USDT', amount: '100000' },
  ]);
  // Nine bought and three sold: what is left of them, less the fees in BTC, at what they cost.
  const { data } = await get(second, `/api/portfolio/positions?accountId=${accountId}`);
  expect(data).toMatchObject([{ symbol: 'BTC/USDT', side: 'LONG', quantity: '0.0029955' }]);
  expect(Number(data[0].averageEntryPrice)).toBeCloseTo(60_000.01, 5);
  expect(Number(data[0].realizedPnl)).toBeCloseTo(3 * 0.0005 * -0.01, 8);
  const books = await world.terminal('verify', '--account', accountId);
  expect(books).toMatchObject({ sound: true, streams: [{ streamId: accountId, findings: [] }] });
  expect(await second.stop()).toBe(0);
}, 180_000);
