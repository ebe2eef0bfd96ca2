import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { IdentityComponent } from '@sextant/identity';
import { Config, Database, Logger, ManualClock, ManualTimers } from '@sextant/platform';
import { CredentialImport } from '../../apps/api/src/credential-import.js';
import { TestApp } from './test-app.js';

const FIRST = { key: 'first-api-key-of-the-environment', secret: 'first-secret-of-the-environment' };
const SECOND = { key: 'second-api-key-of-the-environment', secret: 'second-secret-of-the-environment' };

let app: TestApp;
let lines: string[];
let timers: ManualTimers;

beforeEach(async () => {
  app = await TestApp.start();
  lines = [];
  timers = new ManualTimers(new ManualClock(0));
});
afterEach(() => app.close());

/** One start of a process with this pair in its environment. */
async function start({
  key,
  secret,
}: {
  key: string | null;
  secret: string | null;
}): Promise<CredentialImport> {
  const of = <T>(type: new (...args: never[]) => T): T => app.app.get(type, { strict: false });
  const values = { 'exchange.binance.apiKey': key, 'exchange.binance.apiSecret': secret };
  const destination = { write: (line: string) => void lines.push(line), flush: () => undefined };
  const logger = Logger.create({ app: 'test', level: 'DEBUG', destination });
  const started = new CredentialImport(
    Config.fromValues(values),
    ...([of(IdentityComponent), of(CommandBus), of(QueryBus), timers, logger] as const),
  );
  await started.start();
  await started.stop();
  return started;
}

async function connections() {
  const { body } = await app.call('GET', '/api/exchange-connections', { as: app.adminKey });
  return body.data as { venue: string; keyHint: string; version: number; accountId: string }[];
}

it('takes a pair in once, however often the process starts', async () => {
  for (let count = 0; count < 3; count += 1) await start(FIRST);
  expect(await connections()).toEqual([
    expect.objectContaining({ venue: 'BINANCE', keyHint: 'ment', version: 1 }),
  ]);
  expect(app.exchange.asked).toHaveLength(1);
  expect(lines.at(-1)).toContain('it can be unset');
});

it('rotates the connection of an earlier pair to a later one', async () => {
  await start(FIRST);
  await start(SECOND);
  await start(SECOND);
  expect(await connections()).toEqual([expect.objectContaining({ version: 2 })]);
  const rows = await app.app
    .get(Database, { strict: false })
    .query('SELECT status FROM venue_credential ORDER BY created_at, credential_id');
  expect(rows).toEqual([{ status: 'DRAINING' }, { status: 'CURRENT' }]);
});

it('asks again while the venue is silent, without holding up the start', async () => {
  app.exchange.isSilent(FIRST.key);
  const waiting = new Promise<void>((resolve) => {
    const { setTimer } = timers;
    timers.setTimer = (delayMs, run) => {
      resolve();
      return setTimer.call(timers, delayMs, run);
    };
  });
  const of = <T>(type: new (...args: never[]) => T): T => app.app.get(type, { strict: false });
  const values = { 'exchange.binance.apiKey': FIRST.key, 'exchange.binance.apiSecret': FIRST.secret };
  const started = new CredentialImport(
    Config.fromValues(values),
    ...([of(IdentityComponent), of(CommandBus), of(QueryBus), timers, Logger.silent()] as const),
  );
  await started.start();
  await waiting;
  expect(await connections()).toEqual([]);
  app.exchange.says(FIRST.key, {});
  await timers.advance(60_000);
  await started.stop();
  expect(await connections()).toHaveLength(1);
});

it('gives up on a key that may withdraw, and says so without the key', async () => {
  app.exchange.says(FIRST.key, { withdraw: true });
  await start(FIRST);
  expect([await connections(), timers.armed]).toEqual([[], 0]);
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ level: 'ERROR', error: { code: 'KEY_MAY_WITHDRAW' } });
  expect(lines.join('')).not.toContain(FIRST.key);
});

it('does nothing without a pair', async () => {
  await start({ key: null, secret: null });
  expect([app.exchange.asked, await connections(), lines]).toEqual([[], [], []]);
});
