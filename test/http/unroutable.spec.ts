import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

const LONG = 'a'.repeat(3000);

it.each([
  ['GET', '/api/nothing', 404, 'ROUTE_UNKNOWN'],
  ['PUT', '/api/accounts', 405, 'METHOD_NOT_ALLOWED'],
  ['GET', '/api/orders/%zz', 400, 'REQUEST_MALFORMED'],
  ['GET', '/api/orders/by-client-id/LONG/x', 400, 'ID_MALFORMED'],
  ['GET', '/api/portfolio/positions/LONG', 422, 'UNKNOWN_SYMBOL'],
] as const)('%s %s answers %d, with all headers and a trace', async (method, path, status, code) => {
  const answer = await app.call(method, path.replace('LONG', LONG), { as: app.adminKey });
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.body.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
