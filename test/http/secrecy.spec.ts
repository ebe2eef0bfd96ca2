import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { RotateVault } from '@sextant/exchange';
import { Config, Logger, Tracing } from '@sextant/platform';
import { SCRIPTED_VENUE } from './scripted-exchange.js';
import { TestApp } from './test-app.js';

const PATH = '/api/exchange-connections';

/** Texts that stand nowhere else, one a class of secrets. */
const canaries = {
  apiKey: 'Qx7canary0api0key0of0a0connection0Za',
  secret: 'Wc3canary0secret/of+a=connection&0Yb',
  passphrase: 'a canary passphrase, of words alone',
  newApiKey: 'Ev9canary0api0key0that0takes0over0Xc',
  newSecret: 'Rb5canary0secret+that/takes=over&0Wd',
  newPassphrase: 'the canary passphrase that took over',
  refusedApiKey: 'Tn1canary0api0key0that0withdraws0Ve',
  refusedSecret: 'Yf8canary0secret0that0withdraws0&0Uf',
  echoedApiKey: 'Um2canary0api0key0that0is0echoed0Tg',
  echoedSecret: 'Ig6canary0secret0that0is0echoed0&0Sh',
  brokenApiKey: 'Ol4canary0api0key0of0a0broken0call0R',
  brokenSecret: 'Ph0canary0secret0of0a0broken0call0&Q',
  brokenPassphrase: 'some canary passphrase in a broken call',
  malformedSecret: 'Ad7canary0secret0in0a0malformed0body',
  querySecret: 'Sk9canary0secret0in0a0query0string0N',
  importedApiKey: 'Dj3canary0api0key0of0environment00Mi',
  importedSecret: 'Fp5canary0secret0of0environment0000L',
};

/** What leaves the process in any form: log, streams, answers, spans. */
const outputs: string[] = [];
const spans: string[] = [];

let app: TestApp;
let collector: ReturnType<typeof createServer>;
let masterKeys: string;
let restore: () => void;

beforeAll(async () => {
  collector = createServer((request, response) => {
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => spans.push(chunk));
    request.on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  restore = listenIn();
  app = await TestApp.start({
    SEXTANT__APP__LOGLEVEL: 'DEBUG',
    SEXTANT__APP__DEBUG: 'true',
    SEXTANT__TELEMETRY__OTLPENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    SEXTANT__TELEMETRY__TRACERATIO: '1',
    BINANCE_API_KEY: canaries.importedApiKey,
    BINANCE_API_SECRET: canaries.importedSecret,
  });
  const logger = app.app.get(Logger, { strict: false }) as unknown as {
    sink: { options: { destination: object } };
  };
  logger.sink.options.destination = { write: (line: string) => outputs.push(line), flush: () => undefined };
  const data = app.app.get(Config, { strict: false }).get('data.directory');
  masterKeys = readFileSync(path.join(data, 'secrets', 'exchange.vault.keys'), 'utf8').trim();
  await useEverything();
});
afterAll(async () => {
  await app.close();
  restore();
  collector.closeAllConnections();
  collector.close();
});

/** Hears what goes to the standard streams by any other way than the log. */
function listenIn(): () => void {
  const originals = [process.stdout, process.stderr].map((stream) => [stream, stream.write] as const);
  for (const [stream, write] of originals) {
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      outputs.push(Buffer.from(chunk as string).toString('latin1'));
      return write.call(stream, chunk, ...rest);
    }) as typeof stream.write;
  }
  return () => {
    for (const [stream, write] of originals) stream.write = write;
  };
}

async function call(method: string, pathname: string, body?: unknown): Promise<any> {
  const answer = await app.call(method, pathname, { as: app.adminKey, body });
  outputs.push(answer.text, JSON.stringify([...answer.headers]));
  return answer;
}

/** Every way that a secret can take: taken, refused, echoed, malformed, rotated, encrypted anew, used, thrown away. */
async function useEverything(): Promise<void> {
  const { exchange } = app;
  const credential = (apiKey: string, secret: string, passphrase?: string) => ({
    venue: SCRIPTED_VENUE,
    label: 'Canary',
    credential: { apiKey, secret, ...(passphrase === undefined ? {} : { passphrase }) },
  });
  const { refusedApiKey, refusedSecret, echoedApiKey, echoedSecret, brokenApiKey, brokenSecret } = canaries;
  exchange.says(refusedApiKey, { withdraw: true });
  exchange.refuses(
    echoedApiKey,
    'CREDENTIAL_INVALID',
    `key ${echoedApiKey}, signed with ${echoedSecret} (${Buffer.from(echoedSecret).toString('base64')}): wrong`,
  );
  exchange.breaksOn(brokenApiKey);
  const answers = [
    await call('POST', PATH, credential(canaries.apiKey, canaries.secret, canaries.passphrase)),
    await call('POST', PATH, credential(refusedApiKey, refusedSecret)),
    await call('POST', PATH, credential(echoedApiKey, echoedSecret)),
    await call('POST', PATH, credential(brokenApiKey, brokenSecret, canaries.brokenPassphrase)),
    await call('POST', PATH, credential('a key', canaries.malformedSecret)),
    await call('POST', PATH, credential('key', `${canaries.malformedSecret}\u0000`)),
    await call('POST', PATH, `{"credential":{"secret":"${canaries.malformedSecret}"`),
    await call('POST', PATH, {
      ...credential('key', canaries.malformedSecret),
      extra: canaries.malformedSecret,
    }),
    await call('GET', `${PATH}?secret=${canaries.querySecret}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 422, 422, 503, 400, 400, 400, 400, 400]);
  const { connectionId } = answers[0]!.body;
  const { newApiKey, newSecret, newPassphrase } = canaries;
  const rotated = await call('POST', `${PATH}/${connectionId}/rotate-credentials`, {
    credential: { apiKey: newApiKey, secret: newSecret, passphrase: newPassphrase },
  });
  expect(rotated.status).toBe(200);
  for (const action of ['validate', 'disconnect', 'connect'])
    await call('POST', `${PATH}/${connectionId}/${action}`, {});
  for (const kind of ['DATA_KEYS', 'MASTER_KEY'] as const) {
    await app.app.get(CommandBus, { strict: false }).execute(new RotateVault(kind, 'test'));
  }
  for (const pathname of [PATH, `${PATH}/${connectionId}`, '/api/events?limit=500', '/api/system/config']) {
    expect((await call('GET', pathname)).status).toBe(200);
  }
  await imported();
}

async function imported(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await call('GET', `${PATH}?limit=500`);
    if (body.data.some(({ venue }: { venue: string }) => venue === 'BINANCE')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the key of the environment was not imported');
}

/** The text as it is, and as anything on its way might write it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const middle = Math.ceil(secret.length / 2);
  return [
    secret,
    secret.toLowerCase(),
    secret.slice(0, middle),
    secret.slice(middle),
    [...secret].reverse().join(''),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64url'),
    ...[0, 1, 2].map((shift) => base64Inside(bytes, shift)),
    bytes.toString('utf16le'),
  ];
}

/** The part of its base64 that is the same whatever stands around it, when it begins at this place of three. */
function base64Inside(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return text.slice(shift === 0 ? 0 : 4, -4);
}

function foundIn(where: string): string[] {
  const all = Object.entries({ ...canaries, masterKeys });
  return all
    .filter(([, secret]) => formsOf(secret).some((form) => where.includes(form)))
    .map(([name]) => name);
}

it('the net would catch them', () => {
  for (const [name, secret] of Object.entries(canaries)) {
    for (const form of formsOf(secret)) expect(foundIn(`…${form}…`)).toContain(name);
  }
  const wrapped = Buffer.from(`{"n":1,"secret":"${canaries.secret}"}`).toString('base64');
  expect(foundIn(wrapped)).toEqual(['secret']);
});

it('the keys were used: the venue has seen them', () => {
  const seen = app.exchange.asked.map(({ apiKey }) => apiKey);
  const { apiKey, newApiKey, importedApiKey, echoedApiKey } = canaries;
  expect(seen).toEqual(expect.arrayContaining([apiKey, newApiKey, importedApiKey, echoedApiKey]));
});

it('no secret is in an answer, a log line at DEBUG or a standard stream', () => {
  expect(outputs.some((text) => text.includes('An adapter failed to ask'))).toBe(true);
  expect(outputs.filter((text) => foundIn(text).length > 0)).toEqual([]);
});

it('no secret is in a span', async () => {
  await app.app.get(Tracing, { strict: false }).stop();
  expect(spans.join('')).toContain('sextant-api');
  expect(foundIn(spans.join(''))).toEqual([]);
});

it('no secret is in a metric', async () => {
  const { status, text } = await app.call('GET', '/metrics', { as: app.adminKey });
  expect(status).toBe(200);
  expect(text).toContain('exchange_key_checks_total');
  expect(foundIn(text)).toEqual([]);
});

it('no secret is in a table, not even in one of ciphertexts', async () => {
  const dump = await app.dump();
  expect(dump).toContain(canaries.newApiKey.slice(-4));
  expect(foundIn(dump)).toEqual([]);
});

it('no secret is in the description of the API or of the process', async () => {
  for (const pathname of ['/openapi.json', '/api/system/health', '/health/ready']) {
    const { text } = await app.call('GET', pathname, { as: app.adminKey });
    expect(foundIn(text)).toEqual([]);
  }
});
