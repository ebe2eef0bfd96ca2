import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  exitCodeOf,
  Lifecycle,
  loadConfig,
  Logger,
  NestLogger,
  ShutdownHandler,
  sizeThreadPool,
} from '@sextant/platform';
import { WorkerModule } from './worker.module.js';

/** Takes its share of the accounts and of the event consumers until it is told to stop. */
async function main(): Promise<void> {
  const config = loadConfig();
  sizeThreadPool(config.get('worker.threads'));
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), { bufferLogs: true });
  app.useLogger(new NestLogger(app.get(Logger)));
  app.get(ShutdownHandler).install();
  if (!(await app.get(Lifecycle).start())) {
    process.stderr.write('\nTold to stop before the start was through.\n');
    return;
  }
  process.stdout.write('Sextant worker is ready\n');
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
  process.exit();
}
