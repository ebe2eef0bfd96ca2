import { request } from 'node:http';
import { accessMatrix, NO_OWNER } from './access-matrix.js';
import { populate } from './callers.js';
import type { World } from './callers.js';
import { TestApp } from './test-app.js';

interface Route {
  name: string;
  method: string;
  /** With ids of nothing in place of its parameters. */
  pathname: string;
  access: { accountParam?: string } | 'public';
  accountIn?: string;
}

let app: TestApp;
let world: World;
let routes: Route[];

beforeAll(async () => {
  app = await TestApp.start();
  world = await populate(app);
  const { paths } = (await app.call('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, any>>;
  };
  routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      pathname: path.replace(/\{(\w+)\}/g, (_, name: string) => nothing(operation, name)),
      access: operation['x-access'],
      accountIn: operation.parameters?.find((one: any) => one.name === operation['x-access']?.accountParam)
        ?.in,
    })),
  );
});
afterAll(() => app.close());

/** An id of the right form that nothing has. */
function nothing(operation: any, name: string): string {
  const pattern = operation.parameters?.find((parameter: any) => parameter.name === name)?.schema
    ?.pattern as string;
  return `${/^\^([a-z]+)_/.exec(pattern ?? '^acc_')?.[1] ?? 'x'}_${'0'.repeat(32)}`;
}

/** As the guard sees it: 401, 403, or past it, whatever came of it there. */
async function verdict(
  method: string,
  pathname: string,
  headers: Record<string, string>,
): Promise<number | 'PAST'> {
  const body = method === 'GET' ? undefined : {};
  const { status } = await app.call(method, pathname, { headers, body });
  expect(status).toBeLessThan(500);
  return status === 401 || status === 403 ? status : 'PAST';
}

it('has a row for every route, and a route for every row', () => {
  expect(Object.keys(accessMatrix).sort()).toEqual(routes.map(({ name }) => name).sort());
});

it('lets nobody in whose credentials are none', async () => {
  for (const { name, method, pathname } of routes) {
    const { may } = accessMatrix[name]!;
    for (const [stranger, headers] of Object.entries(world.strangers)) {
      // Signing in is for strangers; a wrong password is also 401.
      if (may === 'EVERYBODY') continue;
      expect([name, stranger, await verdict(method, pathname, headers)]).toEqual([name, stranger, 401]);
    }
  }
});

it('lets each caller past exactly the routes of its role and scopes', async () => {
  for (const { name, method, pathname } of routes) {
    const { may } = accessMatrix[name]!;
    if (may === 'EVERYBODY') continue;
    for (const [caller, { headers }] of Object.entries(world.callers)) {
      // Deciding within the use case is the guard's business no more: a user may change only their own password.
      const expected = may.includes(caller) ? 'PAST' : 403;
      const actual = await verdict(method, pathname, headers);
      const decidedInside = name === 'PATCH /api/users/{id}' && (caller === 'viewer' || caller === 'trader');
      expect([name, caller, actual]).toEqual([name, caller, decidedInside ? 403 : expected]);
    }
  }
});

it('answers 404 for what belongs to somebody else', async () => {
  for (const { name, method } of routes) {
    for (const { pathname, callers, body } of accessMatrix[name]!.foreign?.(world) ?? []) {
      for (const caller of callers) {
        const { headers } = world.callers[caller]!;
        const { status } = await app.call(method, pathname, {
          headers,
          body: method === 'GET' ? undefined : body,
        });
        const ownPasswordOnly = name.startsWith('PATCH /api/users') && !caller.startsWith('admin');
        expect([name, caller, status]).toEqual([name, caller, ownPasswordOnly ? 403 : 404]);
      }
    }
  }
});

it('has a foreign case for every route that names a resource', () => {
  const resources = routes.filter(({ name }) => name.includes('{') && !NO_OWNER.has(name));
  expect(resources.length).toBeGreaterThan(3);
  for (const { name, access } of resources) {
    const covered =
      accessMatrix[name]!.foreign !== undefined || (access !== 'public' && access.accountParam !== undefined);
    expect([name, covered]).toEqual([name, true]);
  }
});

it('answers 404 for an account of another tenant, or of nobody, wherever the request names it', async () => {
  const accountRoutes = routes.filter(
    ({ access }) => access !== 'public' && access.accountParam !== undefined,
  );
  expect(accountRoutes.length).toBeGreaterThan(10);
  for (const { name, method, pathname, access, accountIn } of accountRoutes) {
    const parameter = (access as { accountParam: string }).accountParam;
    for (const account of [world.foreignAccountId, `acc_${'0'.repeat(32)}`]) {
      const path = accountIn === 'path' ? pathname.replace(`acc_${'0'.repeat(32)}`, account) : pathname;
      const query = accountIn === 'query' ? `?${parameter}=${account}` : '';
      const body = method === 'GET' ? undefined : accountIn === undefined ? { [parameter]: account } : {};
      const { headers } = world.callers['admin key']!;
      const answer = await app.call(method, path + query, { headers, body });
      expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'ACCOUNT_NOT_FOUND']);
    }
  }
});

describe('a path or method in disguise gets no further than it would openly', () => {
  const disguises: [string, (pathname: string) => string][] = [
    ['encoded letters', (pathname) => pathname.replace('/api', '/%61p%69')],
    ['encoded twice', (pathname) => pathname.replace('/api', '/%2561pi')],
    ['encoded slashes', (pathname) => pathname.replaceAll('/', '%2f').replace('%2f', '/')],
    ['double slashes', (pathname) => pathname.replaceAll('/', '//')],
    ['a trailing slash', (pathname) => `${pathname}/`],
    ['a semicolon', (pathname) => `${pathname};x=1`],
    ['upper case', (pathname) => pathname.toUpperCase()],
    ['dot segments', (pathname) => pathname.replace('/api', '/docs/../api')],
    ['encoded dot segments', (pathname) => pathname.replace('/api', '/docs/%2e%2e/api')],
    ['a backslash', (pathname) => pathname.replace('/api/', '/api\\')],
    ['a full address', (pathname) => `http://localhost${pathname}`],
    ['a fragment', (pathname) => `${pathname}#x`],
    ['a tab', (pathname) => `${pathname}%09`],
  ];

  it.each(disguises)('%s', async (_name, disguise) => {
    for (const { name, method, pathname } of routes) {
      if (accessMatrix[name]!.may === 'EVERYBODY') continue;
      const status = await rawStatus(method, disguise(pathname), {});
      expect([name, [400, 401, 404, 405].includes(status)]).toEqual([name, true]);
    }
  });

  it.each([
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X-Original-URL',
    'X-Rewrite-URL',
  ])('%s', async (header) => {
    const viewer = world.callers['viewer key']!.headers;
    const value = header.includes('URL') ? '/api/users' : 'DELETE';
    const answer = await app.call('GET', '/api/users/me', { headers: { ...viewer, [header]: value } });
    expect([answer.status, answer.body.role]).toEqual([200, 'viewer']);
  });

  it('a forwarded address is not believed', async () => {
    const headers = { 'X-Forwarded-For': '10.0.0.1', 'X-Real-IP': '10.0.0.1' };
    await app.call('POST', '/api/auth/login', { body: { email: 'a@b.co', password: 'x' }, headers });
    const log = await app.events();
    expect(log.at(-1)).toMatchObject({ type: 'LoginFailed', payload: { address: '127.0.0.1' } });
  });
});

/** A request whose path is sent exactly as it is. */
function rawStatus(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject);
    call.end();
  });
}
