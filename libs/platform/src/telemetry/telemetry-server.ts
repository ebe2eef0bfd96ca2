import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.js';
import { Component } from '../lifecycle/component.js';
import type { Lifecycle } from '../lifecycle/lifecycle.js';
import type { Metrics } from './metrics.js';

/**
 * `/metrics`, `/health/live` and `/health/ready` on a port of their own, without a sign-in: for a private network, and for
 * processes that have no API. Off unless `telemetry.port` is set.
 */
export class TelemetryServer extends Component {
  readonly name = 'telemetry-server';
  private server: Server | null = null;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly lifecycle: Pick<Lifecycle, 'ready'>,
  ) {
    super();
  }

  async start(): Promise<void> {
    const port = this.config.get('telemetry.port');
    if (port === null) return;
    const server = createServer((request, response) => void this.answer(request, response));
    server.requestTimeout = 5_000;
    server.maxConnections = 64;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.config.get('telemetry.host'), resolve);
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }

  /** The port it listens on; null when off. */
  get port(): number | null {
    return (this.server?.address() as AddressInfo | null)?.port ?? null;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.method === 'GET' ? request.url : undefined;
    if (path === '/metrics') {
      const text = await this.metrics.render();
      response.writeHead(200, { 'content-type': this.metrics.contentType }).end(text);
    } else if (path === '/health/live') {
      send(response, 200, 'UP');
    } else if (path === '/health/ready') {
      const ready = this.lifecycle.ready();
      send(response, ready ? 200 : 503, ready ? 'UP' : 'DOWN');
    } else {
      response.writeHead(404).end();
    }
  }
}

function send(response: ServerResponse, status: number, health: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ status: health }));
}
