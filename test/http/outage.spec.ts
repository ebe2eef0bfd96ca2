import { asAdmin, testServerUrl } from '@sextant/testing';
import type { World } from './callers.js';
import { populate } from './callers.js';
import { TestApp } from './test-app.js';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await TestApp.start();
  world = await populate(app);
});
afterAll(() => app.close());

/** Takes the database away from the application, as a failing server would. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const name = app.databaseName;
  const server = await testServerUrl();
  await asAdmin(server, async (admin) => {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    try {
      await work();
    } finally {
      await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    }
  });
}

it('knows its principals while the database is away, lets no new ones in, and says 503 with a reason', async () => {
  const known = world.callers['trader key']!.headers;
  const token = world.callers['admin']!.headers;
  const call = (headers: Record<string, string>, path = '/api/market-data/symbols') =>
    app.call('GET', path, { headers });
  for (const headers of [known, token]) expect((await call(headers)).status).toBe(200);
  await withoutDatabase(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    for (const headers of [known, token]) expect((await call(headers)).status).toBe(200);
    const stranger = await call({ 'X-API-Key': `sx_aaaaaaaaaa_${'0'.repeat(64)}` });
    const query = await call(known, '/api/users/me');
    for (const answer of [stranger, query]) {
      expect([answer.status, answer.body.code, answer.body.retryable]).toEqual([
        503,
        'DATABASE_UNAVAILABLE',
        true,
      ]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.text).not.toMatch(/ECONN|postgres|sextant_|127\.0\.0\.1/);
    }
  });
  expect((await app.call('GET', '/api/users/me', { headers: known })).status).toBe(200);
});
