import { IdentityComponent } from '@sextant/identity';
import type { Config } from '@sextant/platform';
import { Lifecycle, ShutdownHandler } from '@sextant/platform';
import { AppModule } from './app.module.js';
import type { AppParts } from './app.module.js';
import type { EarlyDatabase } from './early-database.js';
import { greeting } from './greeting.js';
import { createHttpApp, HttpServer } from './http/index.js';

/** Composes the application, starts its components and says where it is to be found. */
export async function startApi(
  config: Config,
  database: EarlyDatabase,
  { killPoint }: Pick<AppParts, 'killPoint'> = {},
): Promise<void> {
  const app = await createHttpApp(
    AppModule.forRoot(config, { embedded: database.embedded, killPoint }),
    config,
  );
  const server = new HttpServer(app, config);
  const lifecycle = app.get(Lifecycle);
  lifecycle.register(server);
  app.get(ShutdownHandler).install();
  database.handOver();
  if (!(await lifecycle.start())) {
    process.stderr.write('\nTold to stop before the start was through.\n');
    return;
  }
  const identity = app.get(IdentityComponent, { strict: false });
  process.stdout.write(
    greeting({ url: server.url, firstKey: identity.takeFirstKey(), docs: config.get('http.swagger') }),
  );
}
