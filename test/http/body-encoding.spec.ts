import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

async function post(headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${app.url}/api/orders/preview`, {
    method: 'POST',
    headers: { 'X-API-Key': app.adminKey, ...headers },
    body,
  });
  return { status: response.status, code: ((await response.json()) as { code: string }).code };
}

const text = (value: string) => new Uint8Array(Buffer.from(value));
const JSON_TYPE = 'application/json';

it.each(['utf-16', 'latin1', 'us-ascii', '"utf-16le"', ''])(
  'a body in the charset %j is 415',
  async (charset) => {
    const answer = await post({ 'Content-Type': `${JSON_TYPE}; charset=${charset}` }, text('{}'));
    expect(answer).toEqual({ status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' });
  },
);

it.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('a body in %s is read', async (charset) => {
  const answer = await post({ 'Content-Type': `${JSON_TYPE}; charset=${charset}` }, text('{"a":1}'));
  expect(answer).toEqual({ status: 400, code: 'REQUEST_INVALID' });
});

it.each(['gzip', 'br', 'identity', 'x'])('a body with Content-Encoding %s is 415', async (encoding) => {
  const answer = await post({ 'Content-Type': JSON_TYPE, 'Content-Encoding': encoding }, text('{}'));
  expect(answer).toEqual({ status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' });
});

it.each([[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]])(
  'bytes that are no UTF-8 are refused: %j %j',
  async (...bytes) => {
    const body = Buffer.concat([Buffer.from('{"symbol":"'), Buffer.from(bytes), Buffer.from('"}')]);
    const answer = await post({ 'Content-Type': JSON_TYPE }, new Uint8Array(body));
    expect(answer).toEqual({ status: 400, code: 'JSON_MALFORMED' });
  },
);
