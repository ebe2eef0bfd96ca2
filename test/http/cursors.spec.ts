import { TestApp } from './test-app.js';
import type { Answer } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

function get(pathname: string): Promise<Answer> {
  return app.call('GET', pathname, { as: app.adminKey });
}

describe('a cursor', () => {
  it('belongs to the list that returned it', async () => {
    for (const name of ['second', 'third']) {
      const body = {
        name,
        kind: 'PAPER',
        balances: ['USDT', 'BTC'].map((asset) => ({ asset, amount: '1' })),
      };
      await app.call('POST', '/api/accounts', { as: app.adminKey, body });
    }
    const first = await get('/api/accounts?limit=1');
    expect(first.status).toBe(200);
    const { nextCursor } = first.body.page;
    expect(nextCursor).toEqual(expect.any(String));
    expect((await get(`/api/accounts?limit=1&cursor=${nextCursor}`)).status).toBe(200);
    for (const list of [
      'orders',
      'executions',
      'jobs',
      'fills',
      'users',
      'api-keys',
      'events',
      'portfolio/transactions',
    ]) {
      const answer = await get(`/api/${list}?cursor=${nextCursor}`);
      expect({ list, status: answer.status, code: answer.body.code }).toEqual({
        list,
        status: 400,
        code: 'CURSOR_INVALID',
      });
    }
  });

  it('of one account’s ledger is none of another’s', async () => {
    const { body } = await get('/api/accounts');
    const [, one, other] = body.data.map(
      ({ accountId }: { accountId: string }) => `/api/accounts/${accountId}/ledger/entries?limit=1`,
    );
    const { page } = (await get(one)).body;
    expect((await get(`${one}&cursor=${page.nextCursor}`)).status).toBe(200);
    expect(await get(`${other}&cursor=${page.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'CURSOR_INVALID' },
    });
  });
});
