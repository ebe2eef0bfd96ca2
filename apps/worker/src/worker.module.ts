import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Config } from '@sextant/platform';
import { ContextsModule } from '../../composition/src/index.js';
import type { ProcessOptions } from '../../composition/src/index.js';

/** The composition of a worker: every context, no HTTP. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config, parts: Pick<ProcessOptions, 'killPoint'> = {}): DynamicModule {
    return { module: WorkerModule, imports: [ContextsModule.forRoot({ app: 'worker', config, ...parts })] };
  }
}
