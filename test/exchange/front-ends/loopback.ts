import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { HttpReply } from '../../../apps/venue/src/rest/http-reply.js';

export interface Call {
  method: string;
  path: string;
  /** As it was sent, without the question mark. */
  query: string;
  params: Readonly<Record<string, string>>;
  body: string;
  headers: IncomingHttpHeaders;
}

export interface Told {
  status: number;
  body: unknown;
}

/** A venue's protocol: what it says to a request and on a connection. */
export interface Dialect {
  answer(call: Call): Promise<Told> | Told;
  connect(socket: WebSocket, path: string): void;
}

/** What becomes of an answer, or of a request that has had no effect yet. */
export type Harm =
  { kind: 'DROP' | 'RESET' | 'HANG' | 'TRUNCATE' } | { kind: 'STATUS'; status: number; body: string };

interface Fault {
  path: string;
  point: 'BEFORE' | 'AFTER';
  harm: Harm;
}

const LOST: Told = { status: 200, body: { time: 'the request was lost before it was read' } };

/** A server on the loopback that speaks one dialect, keeps what it was asked, and can hurt the next answer of a path. */
export class Loopback {
  readonly calls: Call[] = [];
  /** What came in over WebSockets. */
  readonly frames: string[] = [];
  private readonly faults: Fault[] = [];
  private readonly server: Server;
  private readonly sockets: WebSocketServer;

  private constructor(private readonly dialect: Dialect) {
    this.server = createServer((request, response) => void this.take(request, response));
    this.sockets = new WebSocketServer({ server: this.server });
    this.sockets.on('connection', (socket, { url }) => {
      dialect.connect(socket, pathOf(url));
      socket.on('message', (frame: Buffer) => this.frames.push(frame.toString()));
    });
  }

  static async open(dialect: Dialect): Promise<Loopback> {
    const loopback = new Loopback(dialect);
    await new Promise<void>((resolve) => loopback.server.listen(0, '127.0.0.1', resolve));
    return loopback;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get wsUrl(): string {
    return this.url.replace('http', 'ws');
  }

  /** Strikes the next call of the path, once. */
  harm(path: string, point: Fault['point'], harm: Harm): void {
    this.faults.push({ path, point, harm });
  }

  /** Breaks every connection of a stream. */
  cutStreams(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cutStreams();
    this.sockets.close();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(request);
    this.calls.push(call);
    const index = this.faults.findIndex(({ path }) => path === call.path);
    const fault = index < 0 ? null : this.faults.splice(index, 1)[0]!;
    const told = fault?.point === 'BEFORE' ? LOST : await this.dialect.answer(call);
    send(new HttpReply(response), told, fault?.harm ?? null);
  }
}

function send(reply: HttpReply, { status, body }: Told, harm: Harm | null): void {
  const whole = { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  if (harm === null) reply.send(whole);
  else if (harm.kind === 'TRUNCATE') reply.send(whole, { share: 0.5 });
  else if (harm.kind === 'STATUS') reply.send({ ...whole, status: harm.status, body: harm.body });
  else reply.abandon(harm.kind);
}

async function callOf(request: IncomingMessage): Promise<Call> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk as string;
  const { url = '/', method = 'GET', headers } = request;
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const params = Object.fromEntries(new URLSearchParams(query));
  return { method, path: pathOf(url), query, params, body, headers };
}

function pathOf(url = '/'): string {
  return url.split('?')[0]!;
}
