import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId, Clock } from '@sextant/kernel';
import type { Logger } from '../telemetry/index.js';
import { withContext } from '../telemetry/index.js';
import {
  accountIdOf,
  domainErrorAnswer,
  HEADERS,
  MAX_BODY_BYTES,
  MAX_SKEW_MS,
  PROCESS_PATH,
} from './forward-protocol.js';
import type { ForwardAnswer, ForwardedCommand } from './forward-protocol.js';
import { SeenNonces } from './forward-signature.js';
import type { ForwardSignature } from './forward-signature.js';
import { NotOwner } from './owned-account.js';

/** Without an account it is for the process. */
type Execute = (accountId: AccountId | null, type: string, payload: JsonValue) => Promise<JsonValue>;

/** Takes commands from the other processes of the installation. */
export class ForwardServer {
  private readonly nonces = new SeenNonces(2 * MAX_SKEW_MS);
  private server: Server | null = null;

  constructor(
    private readonly signature: ForwardSignature,
    private readonly clock: Clock,
    private readonly logger: Pick<Logger, 'error'>,
    private readonly ownAddress: () => string,
    private readonly execute: Execute,
  ) {}

  /** @returns the port. */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => void this.serve(request, response));
    server.requestTimeout = 10_000;
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return;
    server.closeIdleConnections();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      const accountId = accountIdOf(request.url) as AccountId | null;
      const known = request.method === 'POST' && (accountId !== null || request.url === PROCESS_PATH);
      if (body === null || !known || !this.authentic(request, body)) {
        response.writeHead(body === null ? 413 : known ? 401 : 404).end();
        return;
      }
      const answer = JSON.stringify(await this.answer(request, accountId, body));
      const nonce = String(request.headers[HEADERS.nonce]);
      const signature = this.signature.sign(['answer', nonce, answer]);
      response
        .writeHead(200, { 'content-type': 'application/json', [HEADERS.signature]: signature })
        .end(answer);
    } catch (error) {
      this.logger.error('Forwarded command could not be answered', { error });
      response.destroy();
    }
  }

  private authentic(request: IncomingMessage, body: string): boolean {
    const { headers, url = '' } = request;
    const [time, nonce, owner] = [headers[HEADERS.time], headers[HEADERS.nonce], headers[HEADERS.owner]].map(
      String,
    );
    const parts = ['command', time ?? '', nonce ?? '', owner ?? '', url, body];
    if (!this.signature.verify(parts, headers[HEADERS.signature])) return false;
    if (!(Math.abs(this.clock.now() - Number(time)) <= MAX_SKEW_MS)) return false;
    return this.nonces.use(nonce ?? '', this.clock.monotonicMs());
  }

  private async answer(
    request: IncomingMessage,
    accountId: AccountId | null,
    body: string,
  ): Promise<ForwardAnswer> {
    if (request.headers[HEADERS.owner] !== this.ownAddress()) return { kind: 'NOT_OWNER' };
    const { type, payload, context } = JSON.parse(body) as ForwardedCommand;
    try {
      const result = await withContext({ ...context, ...(accountId && { accountId }) }, () =>
        this.execute(accountId, type, payload),
      );
      return { kind: 'RESULT', result };
    } catch (error) {
      if (error instanceof NotOwner) return { kind: 'NOT_OWNER' };
      if (error instanceof DomainError) return domainErrorAnswer(error);
      this.logger.error('Forwarded command failed', { accountId, error });
      return { kind: 'FAILED' };
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
