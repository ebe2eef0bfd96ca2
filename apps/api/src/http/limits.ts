import { isUtf8 } from 'node:buffer';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '@sextant/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readJson } from './json-reader.js';
import { described } from './problem.js';
import { spend } from './rate-limit.js';
import type { RateLimiter } from './rate-limiter.js';

export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_HEADER_BYTES = 8 * 1024;
export const MAX_URL_LENGTH = 4 * 1024;
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;

/** The body exactly as it was sent; what a signature covers. */
export function rawBodyOf(request: FastifyRequest): string {
  return (request as { rawBody?: string }).rawBody ?? '';
}

/** JSON in UTF-8 is the only body there is; every other content type, charset or encoding answers 415. */
export function parseJsonBodies(fastify: FastifyInstance): void {
  fastify.decorateRequest('rawBody', '');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const text = textOf(request, body as Buffer);
      (request as unknown as { rawBody: string }).rawBody = text;
      done(null, text === '' ? undefined : readJson(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/** @throws DomainError CONTENT_TYPE_UNSUPPORTED, JSON_MALFORMED */
function textOf({ headers }: FastifyRequest, body: Buffer): string {
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset) || headers['content-encoding'] !== undefined) {
    throw described('CONTENT_TYPE_UNSUPPORTED');
  }
  // Node would put U+FFFD where a character is broken: what was signed or meant is then something else.
  if (!isUtf8(body)) throw new DomainError('JSON_MALFORMED', 'The body is not valid UTF-8.');
  return body.toString('utf8');
}

/** Before anything of a request is read: whether any are taken, its URL's length, the budget of its address. */
export function limitRequests(fastify: FastifyInstance, limiter: RateLimiter): void {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.addHook('onRequest', async (request, reply) => {
    if (stopping) throw described('SERVICE_STOPPING');
    if (request.headers.host === undefined && request.raw.httpVersion !== '1.0') {
      throw described('REQUEST_MALFORMED');
    }
    if (request.url.length > MAX_URL_LENGTH) throw described('URL_TOO_LONG');
    // PostgreSQL stores no U+0000, and nothing here is named by one.
    if (request.url.includes('%00')) throw described('REQUEST_MALFORMED');
    // Whoever watches the process must hear it when others use the address's budget up.
    if (!request.url.startsWith('/health/')) await spend(limiter, 'address', request.ip, reply);
  });
}

/** Closes connections beyond `most` from one address at once. */
export function limitSockets(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > most) socket.destroy();
  });
}
