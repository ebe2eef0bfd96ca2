import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

export interface Heard {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** Milliseconds of this process; null while it waits for its answer. */
  from: number;
  to: number | null;
}

export interface Told {
  status: number;
  body: unknown;
}

/** What becomes of an answer; a number is the status that a gateway says in the venue's place. */
export type Harm = 'DROP' | 'RESET' | 'TRUNCATE' | 500 | 502 | 503 | 504;

export interface DoorFault {
  path: string;
  /** BEFORE: the venue never sees the request; AFTER: it has done what it asks. */
  when: 'BEFORE' | 'AFTER';
  harm: Harm;
}

interface Dialect {
  answer(heard: Heard): Told | Promise<Told>;
  connect(socket: WebSocket): void;
}

/** HTTP and WebSockets on one loopback port, with faults that each hit one request. */
export class LoopbackDoor {
  readonly heard: Heard[] = [];
  /** By path: by how much its answers are late. */
  readonly lateMs = new Map<string, number>();
  private readonly faults: DoorFault[] = [];
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly sockets: WebSocketServer,
    private readonly dialect: Dialect,
  ) {}

  static async open(dialect: Dialect): Promise<LoopbackDoor> {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    const door = new LoopbackDoor(server, sockets, dialect);
    sockets.on('connection', (socket) => dialect.connect(socket));
    server.on('connection', (connection) => {
      door.connections.add(connection);
      connection.on('close', () => door.connections.delete(connection));
    });
    server.on('request', (request, response) => void door.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  get wsUrl(): string {
    return `ws://${this.host}`;
  }

  heardOf(path: string): Heard[] {
    return this.heard.filter((each) => each.path === path);
  }

  harmNext(fault: DoorFault): void {
    this.faults.push(fault);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    this.server.close();
    for (const connection of this.connections) connection.destroy();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const heard = await read(request);
    this.heard.push(heard);
    const index = this.faults.findIndex(({ path }) => path === heard.path);
    const fault = index < 0 ? null : this.faults.splice(index, 1)[0]!;
    const told = fault?.when === 'BEFORE' ? { status: 200, body: {} } : await this.dialect.answer(heard);
    const lateMs = this.lateMs.get(heard.path);
    if (lateMs !== undefined) await sleep(lateMs);
    heard.to = performance.now();
    if (fault === null) return send(response, told);
    harm(response, told, fault.harm);
  }
}

async function read(request: IncomingMessage): Promise<Heard> {
  const from = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://loopback');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    from,
    to: null,
  };
}

function send(response: ServerResponse, { status, body }: Told): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function harm(response: ServerResponse, { body }: Told, kind: Harm): void {
  const { socket } = response;
  if (kind === 'DROP') return void socket?.destroy();
  if (kind === 'RESET') return void socket?.resetAndDestroy();
  if (kind !== 'TRUNCATE') {
    response.writeHead(kind, { 'content-type': 'text/html' }).end('<html>gateway</html>');
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length + 40 });
  response.write(text.slice(0, text.length / 2), () => socket?.destroy());
}
