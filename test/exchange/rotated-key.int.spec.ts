import { ExchangeGateways, VenueChannels } from '@sextant/exchange';
import type { ExchangeSession } from '@sextant/exchange';
import type { AccountId } from '@sextant/kernel';
import { Database, Metrics } from '@sextant/platform';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import { TestApp } from '../http/test-app.js';

const PATH = '/api/exchange-connections';
const KEYS = ['first', 'second', 'third', 'withdrawing'];
const apiKeyOf = (name: string) => name.padEnd(64, 'k');
const credentialOf = (name: string) => ({ apiKey: apiKeyOf(name), secret: `${name}-secret-of-a-rehearsal` });

let venue: RunningVenue;
let app: TestApp;
let connection: { connectionId: string; accountId: AccountId };
let session: ExchangeSession;

beforeAll(async () => {
  venue = await startVenue({
    accounts: [
      {
        accountId: 'rehearsal',
        keys: KEYS.map((name) => ({
          ...credentialOf(name),
          permissions: { enableWithdrawals: name === 'withdrawing', permitsUniversalTransfer: false },
        })),
        balances: { USDT: '100000' },
      },
    ],
  });
  const variables = {
    SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
    // The session of these tests is the only one: nobody takes the account over to drive it.
    SEXTANT__OWNERSHIP__BEATMS: '60000',
    SEXTANT__OWNERSHIP__LEASEMS: '300000',
  };
  app = await TestApp.start(variables, { scripted: false });
});
afterAll(async () => {
  await session?.close();
  await app.close();
  await venue.close();
});

function post(path: string, body: object) {
  return app.call('POST', path, { as: app.adminKey, body });
}

function add(credential: object) {
  return post(PATH, { venue: 'BINANCE', label: 'Rehearsal', endpoint: venue.url, credential });
}

function rotate(name: string) {
  return post(`${PATH}/${connection.connectionId}/rotate-credentials`, { credential: credentialOf(name) });
}

async function read() {
  return (await app.call('GET', `${PATH}/${connection.connectionId}`, { as: app.adminKey })).body;
}

/** Keys of the signed calls that the venue received from its `from`-th entry on. */
function keysSeen(from: number): Set<string> {
  const calls = venue.core.journal.read({ from, limit: 10_000 }).map((entry) => JSON.stringify(entry));
  return new Set(KEYS.filter((name) => calls.some((call) => call.includes(apiKeyOf(name)))));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a key against a venue that speaks the real protocol', () => {
  it('is refused when the venue says that it may withdraw', async () => {
    const { status, body } = await add(credentialOf('withdrawing'));
    expect([status, body.code]).toEqual([422, 'KEY_MAY_WITHDRAW']);
  });

  it('is refused when its secret is wrong', async () => {
    const { status, body } = await add({ ...credentialOf('first'), secret: 'a wrong secret of a rehearsal' });
    expect([status, body.code]).toEqual([422, 'CREDENTIAL_INVALID']);
  });

  it('leaves nothing behind of an address where it is not taken', async () => {
    const channels = app.app.get(VenueChannels, { strict: false });
    const { status } = await post(PATH, {
      ...{ venue: 'BINANCE', label: 'Nowhere', endpoint: 'http://127.0.0.1:9' },
      credential: credentialOf('first'),
    });
    expect(status).toBe(503);
    const nowhere = () => channels.of('BINANCE@127.0.0.1:9');
    while (nowhere() !== null) await pause(20);
    expect(await app.app.get(Metrics, { strict: false }).render()).not.toContain('127.0.0.1:9"');
  });

  it('is taken when it only trades, and its account can be read', async () => {
    const { status, body } = await add(credentialOf('first'));
    expect([status, body.permissions]).toEqual([
      201,
      { read: true, trade: true, withdraw: false, transfer: false, ipRestricted: expect.any(Boolean) },
    ]);
    connection = body;
    session = await app.app.get(ExchangeGateways, { strict: false }).of('BINANCE').open(connection.accountId);
    const balances = await session.balances();
    expect(balances).toMatchObject({
      outcome: 'CONFIRMED',
      value: [{ asset: 'USDT', freeUnits: 10n ** 23n }],
    });
  });

  it('shows how the way to its venue is doing', async () => {
    const { channel } = await read();
    expect(channel).toMatchObject({
      breakers: { PROTECTIVE: 'CLOSED', DATA: 'CLOSED' },
      halt: null,
      latencyMs: { p50: expect.any(Number) },
    });
    expect(channel.endpoints).toContainEqual(expect.objectContaining({ healthy: true }));
    expect(channel.budgets.map(({ scope }: { scope: string }) => scope)).toContain('ADDRESS');
  });
});

it('a key is rotated under a running session, and no call is refused for it', async () => {
  const outcomes: string[] = [];
  let reading = true;
  const readers = Array.from({ length: 3 }, async () => {
    while (reading) {
      outcomes.push((await session.balances()).outcome);
      await pause(100); // within what the venue allows a minute, however long the rotation takes
    }
  });
  const { status, body } = await rotate('second');
  expect([status, body.status]).toEqual([200, 'ACTIVE']);
  const answered = outcomes.length;
  while (outcomes.length < answered + 20) await pause(20);
  const from = venue.core.journal.lastSeq + 1;
  while (outcomes.length < answered + 40) await pause(20);
  reading = false;
  await Promise.all(readers);
  expect(new Set(outcomes)).toEqual(new Set(['CONFIRMED']));
  expect(keysSeen(from)).toEqual(new Set(['second']));
});

it('a key that is revoked at the venue is out of use by itself, and the next one brings the session back', async () => {
  venue.core.accounts.revoke(apiKeyOf('second'));
  expect(await session.balances()).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'CREDENTIAL_INVALID' },
  });
  while ((await read()).status !== 'INVALID') await pause(20);
  const from = venue.core.journal.lastSeq + 1;
  expect(await session.balances()).toMatchObject({ evidence: { kind: 'NOT_SENT' } });
  expect(keysSeen(from)).toEqual(new Set());
  expect((await rotate('third')).body.status).toBe('ACTIVE');
  expect(await session.balances()).toMatchObject({ outcome: 'CONFIRMED' });
});

it('nothing of any key is left in clear', async () => {
  const database = app.app.get(Database, { strict: false });
  const rows = await database.query<{ status: string; sealed: boolean }>(
    'SELECT status, ciphertext IS NOT NULL AS sealed FROM venue_credential ORDER BY created_at',
  );
  expect(rows.map(({ status, sealed }) => [status, sealed])).toEqual([
    ['DRAINING', true],
    ['DRAINING', true],
    ['CURRENT', true],
  ]);
  const dump = await app.dump();
  for (const name of KEYS) {
    expect(dump).not.toContain(apiKeyOf(name));
    expect(dump).not.toContain(credentialOf(name).secret);
  }
});

it('says when it is worth asking again, while the venue has banned us', async () => {
  venue.admin.start('banned', { ms: 45_000 });
  for (let count = 0; count < 2; count += 1) {
    const { status, headers, body } = await post(`${PATH}/${connection.connectionId}/validate`, {});
    expect([status, body.code]).toEqual([503, 'VENUE_VERDICT_MISSING']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(30);
  }
});
