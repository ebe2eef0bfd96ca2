import { connect } from 'node:net';
import { TestApp } from './test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.close());

/** What comes back for these bytes; the server is asked to close behind it. */
function answerTo(head: string): Promise<{ status: number; type: string; body: { code: string } }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]);
      const type = /^content-type: (\S+?);?\s/im.exec(text)?.[1] ?? '';
      const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
      resolve({ status, type, body: JSON.parse(json) });
    });
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  });
}

const PROBLEM = 'application/problem+json';

it('a request without a Host gets a problem document', async () => {
  const answer = await answerTo('GET /api/users/me HTTP/1.1');
  expect(answer).toMatchObject({ status: 400, type: PROBLEM, body: { code: 'REQUEST_MALFORMED' } });
});

it('an expectation that is none gets a problem document', async () => {
  const answer = await answerTo('GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: nope');
  expect(answer).toMatchObject({ status: 417, type: PROBLEM, body: { code: 'EXPECTATION_UNKNOWN' } });
});

it('bytes that are no HTTP get a problem document', async () => {
  const answer = await answerTo('GET /api NONSENSE');
  expect(answer).toMatchObject({ status: 400, type: PROBLEM, body: { code: 'REQUEST_MALFORMED' } });
});
