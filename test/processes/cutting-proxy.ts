import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** BEFORE: the statement never arrives. AFTER: it is committed, its answer is lost. DURING: whatever happens. */
export type CutMode = 'BEFORE' | 'AFTER' | 'DURING';

/** Stands between a process and a server, cuts a connection exactly at a commit, and makes all of them slow or still. */
export class CuttingProxy {
  private armed: CutMode | null = null;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private server: Server | null = null;
  cuts = 0;
  /** The same address as the target's, by way of the proxy. */
  url = '';

  /** How much later everything arrives. */
  lagMs = 0;
  /** Told of what a client sent, once it is on its way. */
  onSent: (chunk: Buffer) => void = () => undefined;
  private isStill = false;

  /** @param portOf where the server listens now; it may move */
  constructor(
    private readonly target: URL,
    private readonly portOf: () => number = () => Number(target.port || 5432),
  ) {}

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

  /** Connections stay open and carry nothing. */
  hold(): void {
    this.isStill = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** What was held arrives now. */
  release(): void {
    this.isStill = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(null));
  }

  private pair(client: Socket): void {
    if (!this.reachable) return void client.destroy();
    const upstream = connect(this.portOf(), this.target.hostname);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    let swallow = false;
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      const mode = this.armed !== null && chunk.includes('commit_') ? this.armed : null;
      if (mode !== null) {
        this.armed = null;
        this.cuts += 1;
      }
      if (mode === 'BEFORE') return end();
      this.carry(upstream, chunk);
      this.onSent(chunk);
      if (mode === 'DURING') setImmediate(end);
      if (mode === 'AFTER') swallow = true;
    });
    upstream.on('data', (chunk: Buffer) => (swallow ? end() : this.carry(client, chunk)));
    for (const socket of pair) {
      socket.setNoDelay(true);
      if (this.isStill) socket.pause();
      socket.on('error', end);
      socket.on('close', end);
    }
  }

  private carry(to: Socket, chunk: Buffer): void {
    if (this.lagMs === 0) to.write(chunk);
    else setTimeout(() => to.destroyed || to.write(chunk), this.lagMs);
  }
}
