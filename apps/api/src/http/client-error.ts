import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { described, PROBLEM_TYPE, problemOf } from './problem.js';

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** `Expect` of anything but `100-continue`, which Node itself fulfils. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request, response) => {
    const problem = problemOf(described('EXPECTATION_UNKNOWN'), '/', '');
    response.writeHead(problem.status, {
      'Content-Type': PROBLEM_TYPE,
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
    });
    response.end(JSON.stringify(problem));
  });
}

/** Answers what never became a request: bytes that are no HTTP, headers too large, a client too slow. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(described(CODES[error.code ?? ''] ?? 'REQUEST_MALFORMED'), '/', '');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
