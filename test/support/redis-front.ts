import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { BreakableRedis } from './breakable-redis.js';

/** Stands before a Redis that the test did not start, and breaks the way to it instead. */
export class RedisFront implements BreakableRedis {
  private server: Server | null = null;
  private port = 0;
  private readonly sockets = new Set<Socket>();
  private held = false;

  private constructor(private readonly target: URL) {}

  static async start(url: string): Promise<RedisFront> {
    const front = new RedisFront(new URL(url));
    await front.restart();
    return front;
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.toString();
  }

  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    this.held = false;
    for (const socket of this.sockets) socket.destroy();
    if (server === null) return;
    server.close();
    await once(server, 'close');
  }

  async restart(): Promise<void> {
    const server = createServer((inbound) => this.join(inbound));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async pause(ms: number): Promise<void> {
    this.held = true;
    for (const socket of this.sockets) socket.pause();
    setTimeout(() => {
      this.held = false;
      for (const socket of this.sockets) socket.resume();
    }, ms).unref();
  }

  close(): Promise<void> {
    return this.kill();
  }

  private join(inbound: Socket): void {
    const outbound = connect(Number(this.target.port || 6379), this.target.hostname);
    const pair = [inbound, outbound];
    for (const [at, socket] of pair.entries()) {
      const other = pair[1 - at]!;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => other.write(chunk));
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      if (this.held) socket.pause();
    }
  }
}
