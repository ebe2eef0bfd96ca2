import { RequestShape } from '../../apps/api/src/http/request-shape.js';
import { ModulesContainer } from '@nestjs/core';
import { routeHandlers } from '../../apps/api/src/http/routes.js';
import { TestApp } from './test-app.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: Schema;
    example?: unknown;
  }[];
  requestBody?: {
    content: Record<string, { schema: Schema; examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, { description: string; content?: Record<string, any> }>;
  'x-access'?: unknown;
}

let app: TestApp;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: any };
let operations: [string, Operation][];

beforeAll(async () => {
  app = await TestApp.start();
  document = (await app.call('GET', '/openapi.json')).body;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as [string, Operation],
    ),
  );
});
afterAll(() => app.close());

const schemaOf = (name: string): Schema => document.components.schemas[name];
const nameOf = (schema: Schema) =>
  /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? schema.allOf?.[0]?.$ref ?? '')?.[1];
const resolve = (schema: Schema): Schema => {
  const name = nameOf(schema);
  return name === undefined ? schema : schemaOf(name);
};

/** An example of a schema put together from those of its fields. */
function exampleOf(schema: Schema): unknown {
  if (schema.example !== undefined) return schema.example;
  const resolved = resolve(schema);
  if ([resolved.type].flat()[0] === 'array') return [exampleOf(resolved.items ?? {})];
  if (resolved.properties === undefined) return resolved.default;
  return Object.fromEntries(
    Object.entries(resolved.properties).map(([name, field]) => [name, exampleOf(field)]),
  );
}

/** What is wrong with a value, in words; empty when nothing is. */
function faults(schema: Schema, value: unknown, at: string): string[] {
  const {
    type: types,
    items,
    properties,
    required = [],
    enum: choices,
    pattern,
    ...bounds
  } = resolve(schema);
  if (value === null) return Array.isArray(types) && types.includes('null') ? [] : [`${at}: null`];
  const [type] = [types].flat();
  if (value === undefined) return [`${at}: no example`];
  if (choices !== undefined && !choices.includes(value)) return [`${at}: ${String(value)} is no choice`];
  if (type === 'string') {
    if (typeof value !== 'string') return [`${at}: not text`];
    const tooLong = value.length > (bounds.maxLength ?? Infinity) || value.length < (bounds.minLength ?? 0);
    const misfit = pattern !== undefined && !new RegExp(pattern).test(value);
    const noTime = bounds.format === 'date-time' && new Date(value).toISOString() !== value;
    return tooLong || misfit || noTime ? [`${at}: ${value} does not fit`] : [];
  }
  if (type === 'integer') {
    const number = value as number;
    const fits =
      Number.isInteger(number) &&
      number >= (bounds.minimum ?? -Infinity) &&
      number <= (bounds.maximum ?? Infinity);
    return fits ? [] : [`${at}: not such an integer`];
  }
  if (type === 'boolean') return typeof value === 'boolean' ? [] : [`${at}: not a flag`];
  if (type === 'array')
    return (value as unknown[]).flatMap((item, index) => faults(items ?? {}, item, `${at}/${index}`));
  const record = value as Record<string, unknown>;
  const missing = required.filter((name) => !(name in record)).map((name) => `${at}/${name}: missing`);
  const wrong = Object.entries(properties ?? {}).flatMap(([name, field]) =>
    name in record && record[name] !== undefined ? faults(field, record[name], `${at}/${name}`) : [],
  );
  return [...missing, ...wrong];
}

it('is served, with the UI beside it', async () => {
  expect(document.openapi).toBe('3.1.0');
  const page = await app.call('GET', '/docs');
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
});

it('has every route of the application', () => {
  const served = routeHandlers(app.app.get(ModulesContainer, { strict: false }));
  const ids = new Set(operations.map(([, { operationId }]) => operationId));
  const missing = served.filter(
    ({ controller, methodName }) => !ids.has(`${controller.name.replace(/Controller$/, '')}_${methodName}`),
  );
  expect(served.length).toBeGreaterThan(10);
  expect(missing.map(({ controller, methodName }) => `${controller.name}.${methodName}`)).toEqual([]);
  expect(ids.size).toBe(operations.length);
});

it('says of every operation what it does, who may, and what it answers', () => {
  const incomplete = operations.filter(([, operation]) => {
    const codes = Object.keys(operation.responses);
    const successes = codes.filter((code) => code.startsWith('2') || code === '304');
    const described = Object.values(operation.responses).every(({ description }) => description.length > 0);
    const texts = [operation.summary, operation.tags?.[0], operation['x-access']];
    return texts.some((text) => text === undefined || text === '') || successes.length === 0 || !described;
  });
  expect(incomplete.map(([name]) => name)).toEqual([]);
});

it('lists the codes of every problem, each with an example that is one', () => {
  for (const [name, operation] of operations) {
    const problems = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    expect([name, problems.length > 2]).toEqual([name, true]);
    for (const [status, { description, content }] of problems) {
      const { examples } = content?.['application/problem+json'] ?? {};
      for (const [code, { value }] of Object.entries<any>(examples ?? {})) {
        expect(description).toContain(`\`${code}\``);
        expect([code, value.code, String(value.status)]).toEqual([code, code, status]);
        expect(faults({ $ref: '#/components/schemas/ProblemDocument' }, value, name)).toEqual([]);
      }
      expect(Object.keys(examples ?? {}).length).toBeGreaterThan(0);
    }
  }
});

it('demands credentials wherever the guard does', () => {
  for (const [name, operation] of operations as [string, any][]) {
    const open = operation['x-access'] === 'public';
    expect([name, (operation.security ?? []).length === 0]).toEqual([name, open]);
    if (!open)
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '429']));
  }
});

it('describes every field and parameter, and gives an example that is valid', () => {
  const problems: string[] = [];
  for (const [name, schema] of Object.entries<Schema>(document.components.schemas)) {
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      if ((property.description ?? '') === '') problems.push(`${name}.${field}: not described`);
      problems.push(...faults(property, exampleOf(property), `${name}.${field}`));
    }
  }
  for (const [name, operation] of operations) {
    for (const parameter of operation.parameters ?? []) {
      if ((parameter.description ?? '') === '') problems.push(`${name} ${parameter.name}: not described`);
    }
  }
  expect(problems).toEqual([]);
});

it('gives an example of every body that the application accepts', () => {
  const bodies = routeHandlers(app.app.get(ModulesContainer, { strict: false })).flatMap(
    ({ controller, methodName }) => {
      const types = Reflect.getMetadata('design:paramtypes', controller.prototype, methodName) as unknown[];
      return types.filter((type) => typeof type === 'function' && type.name in document.components.schemas);
    },
  ) as (new () => object)[];
  expect(bodies.length).toBeGreaterThan(4);
  for (const type of new Set(bodies)) {
    expect(() => RequestShape.of(type).read(exampleOf(schemaOf(type.name)), 'BODY')).not.toThrow();
  }
});

it('has an example of every body that does what the route is for, sent as it stands', async () => {
  /** What an example cannot name: credentials and ids that exist here, and a key that this environment does not set. */
  const unsendable = [
    ...['POST /api/auth/login', 'POST /api/auth/refresh', 'POST /api/auth/logout'],
    ...['POST /api/exchange-connections', 'POST /api/exchange-connections/{id}/rotate-credentials'],
    ...['validate', 'connect', 'disconnect'].map((action) => `POST /api/exchange-connections/{id}/${action}`),
    'POST /api/executions/{id}/pause',
    // Of a LIVE account at a venue of perpetuals.
    ...['leverage', 'margin-mode', 'position-mode'].map((setting) => `PUT /api/accounts/{id}/${setting}`),
    ...['POST /api/api-keys/{id}/rotate', 'PATCH /api/users/{id}', 'PATCH /api/system/config'],
    ...['PATCH /api/orders/{id}', 'POST /api/orders/{id}/resolve'],
    'PUT /api/portfolio/wallets/{id}/holdings',
  ];
  const sent: string[] = [];
  const refused: unknown[] = [];
  const last = (name: string) => (name === 'POST /api/accounts' ? 1 : 0);
  const inOrder = operations.toSorted(([a], [b]) => last(a) - last(b));
  for (const [name, operation] of inOrder) {
    const body = operation.requestBody?.content['application/json'];
    if (body === undefined || unsendable.includes(name)) continue;
    for (const [key, { value }] of Object.entries(body.examples ?? {})) {
      const [method = '', path = ''] = name.split(' ');
      const answer = await app.call(method, path, { as: app.adminKey, body: value });
      sent.push(`${name} ${key}`);
      if (answer.status >= 300) refused.push([name, key, answer.status, answer.body]);
    }
  }
  expect(refused).toEqual([]);
  expect(sent).toEqual(expect.arrayContaining(['POST /api/orders market', 'PUT /api/risk/limits request']));
  expect(sent.length).toBeGreaterThan(10);
});

it('suggests nothing where nothing is needed', () => {
  const suggested = operations.flatMap(([name, { parameters = [] }]) =>
    parameters
      .filter(
        ({ required, schema, example }) => required !== true && (schema.example ?? example) !== undefined,
      )
      .map((parameter) => `${name} ${parameter.name}`),
  );
  expect(suggested).toEqual([]);
});
