import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Config, ConfigOverrides, Database, loadConfig, Logger, SystemLog, Timers } from '@sextant/platform';
import { EXIT_OK } from './command.js';
import type { Command } from './command.js';
import { table } from './table.js';
import { withContexts } from './with-database.js';

export const config: Command = {
  name: 'config',
  operands: [],
  options: ['overrides'],
  summary: 'the configuration in effect, with sources, secrets masked',
  run: async ({ options, line }) => {
    const effective = options.overrides === true ? await withContexts(withOverrides) : loadConfig();
    const values = effective
      .effective()
      .map(({ key, value, source, dynamic }) => ({ key, value, source, dynamic }));
    const rows = values.map(({ key, value, source }) => [key, JSON.stringify(value), source]);
    for (const text of table([['key', 'value', 'source'], ...rows])) line(text);
    line(`Environment: ${effective.environment}.`);
    return { exitCode: EXIT_OK, json: { environment: effective.environment, values } };
  },
};

async function withOverrides(contexts: INestApplicationContext): Promise<Config> {
  const effective = contexts.get(Config);
  const overrides = new ConfigOverrides(
    effective,
    contexts.get(Database),
    contexts.get(SystemLog),
    contexts.get(Clock),
    contexts.get(Timers),
    Logger.silent(),
  );
  await overrides.start();
  await overrides.stop();
  return effective;
}
