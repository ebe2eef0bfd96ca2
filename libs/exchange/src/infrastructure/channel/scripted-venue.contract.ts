import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface HeardRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export type Script = (request: HeardRequest, socket: Socket, number: number) => void;

/** A server on loopback that answers whatever bytes a test wants, and knows every request that reached it. */
export class ScriptedVenue {
  readonly heard: HeardRequest[] = [];
  connections = 0;
  url = '';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    public script: Script,
  ) {}

  static async start(script: Script = reply(200, '{}'), port = 0): Promise<ScriptedVenue> {
    const server = createServer();
    const venue = new ScriptedVenue(server, script);
    server.on('connection', (socket) => venue.listen(socket));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    venue.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return venue;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private listen(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let pending = '';
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (let read = readRequest(pending); read !== null; read = readRequest(pending)) {
        pending = read.rest;
        this.heard.push(read.request);
        this.script(read.request, socket, this.heard.length);
      }
    });
  }
}

/** A script that answers every request with this. */
export function reply(status: number, body: string | Buffer, headers: Record<string, string> = {}): Script {
  return (_, socket) => void socket.write(response(status, body, headers));
}

/** The bytes of an HTTP/1.1 answer. */
export function response(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Buffer {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

function readRequest(text: string): { request: HeardRequest; rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const length = Number(headers['content-length'] ?? 0);
  const start = end + 4;
  if (text.length < start + length) return null;
  const [method = '', path = ''] = first.split(' ');
  const body = text.slice(start, start + length);
  return { request: { method, path, headers, body }, rest: text.slice(start + length) };
}
