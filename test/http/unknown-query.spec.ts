import { ModulesContainer } from '@nestjs/core';
import { routeHandlers } from '../../apps/api/src/http/routes.js';
import { openApiDocument } from '../../apps/api/src/http/openapi.js';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

it('is refused on every route that is read, also on those without any parameter', async () => {
  const { body } = await app.call('GET', '/api/accounts', { as: app.adminKey });
  const id = body.data[0].accountId as string;
  const paths = Object.entries(openApiDocument(app.app).paths)
    .filter(([, item]) => item.get !== undefined)
    .map(([path]) => path.replace(/\{\w+\}/g, id));
  expect(paths.length).toBeGreaterThan(20);
  expect(routeHandlers(app.app.get(ModulesContainer)).length).toBeGreaterThan(paths.length);
  for (const path of paths) {
    const answer = await app.call('GET', `${path}?nope=1`, { as: app.adminKey });
    const errors = (answer.body.errors ?? []) as { pointer: string; code: string }[];
    expect([path, answer.status]).toEqual([path, 400]);
    if (answer.body.code === 'ID_MALFORMED') continue;
    const named = errors.filter(({ code }) => code === 'FIELD_UNKNOWN').map(({ pointer }) => pointer);
    expect([path, named]).toEqual([path, ['/nope']]);
  }
});

it('is refused where something is done, before it is done', async () => {
  const count = async () =>
    (await app.call('GET', '/api/accounts', { as: app.adminKey })).body.data.length as number;
  const before = await count();
  const body = { name: 'never', balances: [{ asset: 'USDT', amount: '1' }] };
  const answer = await app.call('POST', '/api/accounts?dryRun=true', { as: app.adminKey, body });
  expect(answer).toMatchObject({ status: 400, body: { code: 'FIELD_UNKNOWN' } });
  expect(await count()).toBe(before);
});

it('says nothing to somebody who may not ask', async () => {
  expect((await app.call('GET', '/api/users/me?nope=1')).status).toBe(401);
});
