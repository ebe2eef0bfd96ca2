import { DomainError } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { Config } from '../config/config.js';
import { withContext } from './log-context.js';
import { logFields } from './log-fields.js';
import type { LogFields } from './log-record.js';
import { Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { NestLogger } from './nest-logger.js';
import { processLogger } from './process-logger.js';
import { scrubText } from './scrub-text.js';
import { SecretGuard } from './secret-guard.js';

let written: string[];
let logger: Logger;

beforeEach(() => {
  written = [];
  const destination = { write: (line: string) => written.push(line), flush: () => undefined };
  logger = Logger.create({ app: 'test', level: 'DEBUG', destination });
});

const CANARY = 'k9Xq2Vw7Zp4Lm8Rt1Bn5Yc3H';
const output = (): string => written.join('');
const lines = (): Record<string, unknown>[] =>
  written.map((line) => JSON.parse(line) as Record<string, unknown>);

/** Everything a reader of the log could find the secret by. */
function expectNoTrace(secret = CANARY): void {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ];
  for (const form of forms) expect(output().toLowerCase()).not.toContain(form.toLowerCase());
}

it('shows known fields and of every other one the type only', () => {
  logger.info('order accepted', {
    symbol: 'BTC/USDT',
    durationMs: 1.5,
    password: CANARY,
    body: { apiKey: CANARY },
    list: [CANARY],
    pin: 123_456,
    nothing: null,
    [CANARY]: 1,
  });
  expect(lines()[0]).toMatchObject({
    message: 'order accepted',
    symbol: 'BTC/USDT',
    durationMs: 1.5,
    password: '[string]',
    body: '[object]',
    list: '[array]',
    pin: '[number]',
    nothing: '[null]',
    '[name]': '[number]',
  });
  expectNoTrace();
});

it('a field does not take the place of what every line has', () => {
  logger.info('real', { message: 'forged', level: 'FATAL', time: 0 });
  expect(lines()[0]).toMatchObject({ message: 'real', level: 'INFO', messageField: '[string]' });
  expect(lines()[0]?.['time']).toMatch(/^\d{4}-/);
});

it('a list shows only under a name that is declared as one', () => {
  logger.info('x', { migrations: ['CreateAccounts', 7], symbol: ['BTC/USDT'], reason: ['a'] });
  expect(lines()[0]).toMatchObject({
    migrations: ['CreateAccounts', 7],
    symbol: '[array]',
    reason: '[array]',
  });
  new NestLogger(logger).log('Mapped {/x, GET} route', 'RouterExplorer');
  expect(written).toHaveLength(1);
});

it('an object under a known name does not come through either', () => {
  logger.info('x', { status: { token: CANARY }, symbol: [CANARY], reason: { toString: () => CANARY } });
  expect(lines()[0]).toMatchObject({ status: '[object]', symbol: '[array]', reason: '[object]' });
  expectNoTrace();
});

/** Errors as HTTP clients, venue libraries and drivers make them. */
const errors: Record<string, () => unknown> = {
  'request and response of an HTTP client': () =>
    Object.assign(new Error('Request failed'), {
      config: {
        headers: { 'X-MBX-APIKEY': CANARY },
        url: `https://api.example.com/order?signature=${CANARY}`,
      },
      response: { body: `{"apiKey":"${CANARY}"}`, headers: { 'set-cookie': CANARY } },
    }),
  'a URL in the message': () =>
    new Error(`GET https://user:${CANARY}@api.example.com/v3/order?sig=${CANARY} failed`),
  'a token in a URL path': () => new Error(`POST https://hooks.example.com/services/T0/B0/${CANARY} 404`),
  'a header in the message': () => new Error(`401 with Authorization: Bearer ${CANARY}`),
  'basic credentials': () =>
    new Error(`Authorization: Basic ${Buffer.from(`user:${CANARY}`).toString('base64')}`),
  'JSON in the message': () => new Error(`refused: {"secret":"${CANARY}","code":-2015}`),
  'a short secret with its name': () => new Error('login failed for password=hunter2 and pin: 4711'),
  'a connection string': () => new Error(`cannot connect to postgres://app:${CANARY}@db/sextant`),
  'a bare token': () => new Error(`unexpected value ${CANARY}`),
  'a JWT': () =>
    new Error(`bad token eyJhbGciOiJIUzI1NiJ9.${Buffer.from(CANARY).toString('base64url')}.${CANARY}`),
  'an API key of ours': () => new Error(`sx_1a2b3c4d_${CANARY}`),
  'a cause': () => new Error('outer', { cause: new Error('inner', { cause: new Error(`deep ${CANARY}`) }) }),
  'an aggregate': () =>
    new AggregateError([new Error(`a ${CANARY}`), { secret: CANARY }], `all failed ${CANARY}`),
  'the name of an error': () => Object.assign(new Error('x'), { name: CANARY, code: `E ${CANARY}` }),
  'a stack that repeats the message': () => {
    const error = new Error('x');
    error.stack = `Error: ${CANARY}\n  ${CANARY}\n    at run (file:///app/main.js:1:1)`;
    return error;
  },
  'the context of a domain error': () => new DomainError('X', 'refused', { key: CANARY }),
  'no error at all': () => ({ message: CANARY }),
  'a thrown text': () => `token ${CANARY}`,
};

it.each(Object.keys(errors))('an error with %s is logged without the secret', (name) => {
  logger.error('failed', { error: errors[name]!() });
  expectNoTrace();
  expect(output()).not.toMatch(/hunter2|4711/);
  expect(lines()[0]).toHaveProperty('error');
});

it('an error keeps its name, code, ordinary words and frames', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  logger.error('failed', { error });
  expect(lines()[0]?.['error']).toMatchObject({
    name: 'Error',
    code: 'ECONNREFUSED',
    message: 'connect ECONNREFUSED 127.0.0.1:5432',
    stack: expect.arrayContaining([expect.stringMatching(/^at .*redaction\.spec/)]),
  });
});

it('the message, the bound fields, the URL field and what Nest says are searched as well', () => {
  logger.info(`fetched https://x.example/a?token=${CANARY}`, {
    url: `https://u:${CANARY}@x.example/${CANARY}?s=${CANARY}`,
  });
  logger.child({ reason: `password: ${CANARY}` }).warn('y');
  new NestLogger(logger).error(new Error(`secret=${CANARY}`), CANARY, 'Router');
  expectNoTrace();
  expect(lines()[0]?.['url']).toBe('https://***@x.example/[redacted]');
  expect(lines()[2]).toMatchObject({ component: 'Router' });
});

it('a known secret does not come out in any field or form, short words of it included', () => {
  const config = Config.fromValues({
    'auth.jwtKey': 'correct horse battery staple',
    'database.url': 'postgres://a:tr0ub&dor@db/x',
  });
  const guard = new SecretGuard();
  const destination = { write: (line: string) => written.push(line), flush: () => undefined };
  const own = processLogger('test', config, new Metrics(), guard, destination);
  guard.protect('orchid');
  own.error('correct horse battery staple', { symbol: 'correct horse battery staple', method: 'orchid' });
  for (const encode of ['base64', 'base64url', 'hex'] as const) {
    own.error('x', { symbol: Buffer.from('correct horse battery staple').toString(encode) });
  }
  own.error('x', { symbol: encodeURIComponent('correct horse battery staple'), reason: 'tr0ub&dor' });
  expectNoTrace('correct horse battery staple');
  expect(output()).not.toMatch(/orchid|tr0ub/);
  expect(lines()).toHaveLength(5);
});

it('planted anywhere in nested data, a secret never comes out', () => {
  const secret = fc.constant(CANARY);
  const leaf = fc.oneof(secret, fc.string(), fc.integer(), fc.constant(null));
  const nested = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('record'), fc.array(tie('value'), { maxLength: 3 })),
    record: fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom(...Object.keys(logFields)), secret),
      tie('value'),
    ),
  }));
  // PLAIN fields come from closed sets by contract; the guard covers what the process knows
  const guard = new SecretGuard();
  guard.protect(CANARY);
  const destination = { write: (line: string) => written.push(line), flush: () => undefined };
  const guarded = Logger.create({ app: 'test', level: 'DEBUG', destination, guard });
  fc.assert(
    fc.property(nested.record as fc.Arbitrary<LogFields>, (fields) => {
      written = [];
      guarded.info('planted', fields);
      expect(written).toHaveLength(1);
      expectNoTrace();
    }),
  );
});

it('leaves ordinary text and our own ids alone', () => {
  const id = `ord_${'0123456789abcdef'.repeat(2)}`;
  for (const text of [
    'Component users did not start: relation "api_key" does not exist',
    `order ${id} of BTC/USDT is OUTCOME_UNKNOWN`,
    'migrations/1763600010000-create-account-stream',
  ]) {
    expect(scrubText(text)).toBe(text);
  }
});

it('is linear in hostile text: a quadratic search would not end before the time-out of the test', () => {
  for (const piece of ['a', 'a=', 'secret:', '"', 'bearer ', 'x://', '-_-', 'token="']) {
    expect(scrubText(piece.repeat(500_000))).toEqual(expect.any(String));
  }
});

it('adds the ids of the work going on', () => {
  withContext({ traceId: 't1', accountId: 'acc_1' }, () => {
    withContext({ orderId: 'ord_1' }, () => logger.info('inside'));
    logger.info('outside');
  });
  logger.info('alone');
  expect(lines()[0]).toMatchObject({ traceId: 't1', accountId: 'acc_1', orderId: 'ord_1' });
  expect(lines()[1]).not.toHaveProperty('orderId');
  expect(lines()[2]).not.toHaveProperty('traceId');
});

it('writes what the level asks for, and follows a change of it', () => {
  const config = Config.fromValues({ 'app.logLevel': 'WARN' });
  const destination = { write: (line: string) => written.push(line), flush: () => undefined };
  const own = processLogger('test', config, new Metrics(), new SecretGuard(), destination);
  own.info('unheard');
  config.applyOverrides(new Map([['app.logLevel', 'DEBUG']]));
  own.debug('heard');
  expect(lines().map(({ message, level }) => [message, level])).toEqual([['heard', 'DEBUG']]);
});
