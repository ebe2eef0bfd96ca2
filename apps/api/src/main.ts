import 'reflect-metadata';
import { IdentityComponent } from '@sextant/identity';
import { exitCodeOf, Lifecycle, loadConfig, ShutdownHandler, sizeThreadPool } from '@sextant/platform';
import { AppModule } from './app.module.js';
import { greeting } from './greeting.js';
import { createHttpApp, HttpServer } from './http/index.js';

async function main(): Promise<void> {
  const config = loadConfig();
  sizeThreadPool(config.get('worker.threads'));
  const app = await createHttpApp(AppModule.forRoot(config), config);
  const server = new HttpServer(app, config);
  const lifecycle = app.get(Lifecycle);
  lifecycle.register(server);
  app.get(ShutdownHandler).install();
  if (!(await lifecycle.start())) {
    process.stderr.write('\nTold to stop before the start was through.\n');
    return;
  }
  const identity = app.get(IdentityComponent, { strict: false });
  process.stdout.write(
    greeting({ url: server.url, firstKey: identity.takeFirstKey(), docs: config.get('http.swagger') }),
  );
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
  // A failed start leaves nothing running that is worth waiting for.
  process.exit();
}
