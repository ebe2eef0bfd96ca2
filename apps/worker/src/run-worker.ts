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
import type { ProcessOptions } from '../../composition/src/index.js';
import { WorkerModule } from './worker.module.js';

type Parts = Pick<ProcessOptions, 'killPoint'>;

/** The worker process, to its end; a start that fails ends it with the documented exit code. */
export async function runWorker(parts: Parts = {}): Promise<void> {
  try {
    await work(parts);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
    process.exit();
  }
}

/** Takes its share of the accounts and of the event consumers until it is told to stop. */
async function work(parts: Parts): Promise<void> {
  const config = loadConfig();
  sizeThreadPool(config.get('worker.threads'));
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, parts), {
    bufferLogs: true,
  });
  app.useLogger(new NestLogger(app.get(Logger)));
  app.get(ShutdownHandler).install();
  if (!(await app.get(Lifecycle).start())) {
    process.stderr.write('\nTold to stop before the start was through.\n');
    return;
  }
  process.stdout.write('Sextant worker is ready\n');
}
