import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** BEFORE: the statement never arrives. AFTER: it is committed, its answer is lost. DURING: whatever happens. */
export type CutMode = 'BEFORE' | 'AFTER' | 'DURING';

/** Stands between a process and PostgreSQL, and cuts a connection exactly at a commit. */
export class CuttingProxy {
  private armed: CutMode | null = null;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private server: Server | null = null;
  cuts = 0;
  /** The same address as the target's, by way of the proxy. */
  url = '';

  constructor(private readonly target: URL) {}

  async listen(): Promise<void> {
    const server = createServer((client) => this.pair(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    const address = new URL(this.target);
    address.hostname = '127.0.0.1';
    address.port = String((server.address() as AddressInfo).port);
    this.url = address.href;
  }

  /** Cuts the next commit. */
  arm(mode: CutMode): void {
    this.armed = mode;
  }

  /** While closed to new connections, the database is out of reach. */
  reachable = true;

  /** Cuts everything now. */
  cutAll(): void {
    for (const [client, upstream] of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(null));
  }

  private pair(client: Socket): void {
    if (!this.reachable) return void client.destroy();
    const upstream = connect(Number(this.target.port || 5432), this.target.hostname);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    let swallow = false;
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk) => {
      const mode = this.armed !== null && chunk.includes('commit_') ? this.armed : null;
      if (mode !== null) {
        this.armed = null;
        this.cuts += 1;
      }
      if (mode === 'BEFORE') return end();
      upstream.write(chunk);
      if (mode === 'DURING') setImmediate(end);
      if (mode === 'AFTER') swallow = true;
    });
    upstream.on('data', (chunk) => (swallow ? end() : client.write(chunk)));
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
  }
}
