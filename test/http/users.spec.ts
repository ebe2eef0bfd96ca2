import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

it('says who holds the first key', async () => {
  const me = await app.call('GET', '/api/users/me', { as: app.adminKey });
  expect(me.status).toBe(200);
  expect(me.body).toMatchObject({
    role: 'admin',
    status: 'ACTIVE',
    email: 'admin@sextant.local',
    hasPassword: false,
  });
});
