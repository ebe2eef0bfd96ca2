import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpReply } from './http-reply.js';
import type { Pipeline } from './pipeline.js';

const MAX_BODY_BYTES = 1 << 20;

/** Answers a path of its own, outside the venue's protocol (the operator's API); false when it is not its path. */
export type SideDoor = (request: IncomingMessage, response: ServerResponse, body: string) => boolean;

/** Takes a WebSocket handshake; false when it is not its path. */
export type UpgradeDoor = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

export interface HttpServerOptions {
  readonly pipeline: Pipeline;
  readonly sideDoors: readonly SideDoor[];
  readonly upgradeDoors: readonly UpgradeDoor[];
}

/** The raw node server: reads a request whole and hands it to the pipeline. */
export class HttpServer {
  readonly #server: Server;
  readonly #pipeline: Pipeline;
  readonly #sideDoors: readonly SideDoor[];

  constructor({ pipeline, sideDoors, upgradeDoors }: HttpServerOptions) {
    this.#pipeline = pipeline;
    this.#sideDoors = sideDoors;
    this.#server = createServer({ keepAliveTimeout: 30_000 }, (request, response) =>
      this.#read(request, response),
    );
    this.#server.on('upgrade', (request, socket, head) => {
      if (!upgradeDoors.some((door) => door(request, socket, head))) socket.destroy();
    });
  }

  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve());
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > MAX_BODY_BYTES) request.destroy();
    });
    request.on('end', () => this.#take(request, response, body));
    request.on('error', () => response.destroy());
  }

  #take(request: IncomingMessage, response: ServerResponse, body: string): void {
    if (this.#sideDoors.some((door) => door(request, response, body))) return;
    const { url = '/', method = 'GET', headers } = request;
    const mark = url.indexOf('?');
    const apiKey = headers['x-mbx-apikey'];
    this.#pipeline.receive(
      {
        channel: 'HTTP',
        method,
        path: mark === -1 ? url : url.slice(0, mark),
        query: mark === -1 ? '' : url.slice(mark + 1),
        body,
        headers,
        ip: request.socket.remoteAddress ?? '',
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      },
      new HttpReply(response),
    );
  }
}
