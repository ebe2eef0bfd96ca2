import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ComponentHealth, Config } from '@sextant/platform';
import { Component } from '@sextant/platform';

/** Listens when everything else runs; stops listening first, and lets running requests finish. */
export class HttpServer extends Component {
  readonly name = 'http-server';
  override readonly dependsOn = 'EVERYTHING_ELSE';

  constructor(
    private readonly app: NestFastifyApplication,
    private readonly config: Config,
  ) {
    super();
  }

  async start(): Promise<void> {
    const host = this.config.get('http.host') ?? '127.0.0.1';
    await this.app.listen(this.config.get('http.port'), host);
  }

  async stop(): Promise<void> {
    await this.app.getHttpAdapter().close();
  }

  override health(): ComponentHealth {
    const { server } = this.app.getHttpAdapter().getInstance() as unknown as {
      server: { listening: boolean };
    };
    return server.listening ? { status: 'UP' } : { status: 'DOWN', detail: 'Not listening.' };
  }

  /** Where people reach it: `http://localhost:3000`. */
  get url(): string {
    const { address, family, port } = this.app.getHttpServer().address() as AddressInfo;
    const local = address === '127.0.0.1' || address === '::1' || address === '0.0.0.0' || address === '::';
    const host = family === 'IPv6' ? `[${address}]` : address;
    return `http://${local ? 'localhost' : host}:${port}`;
  }
}
