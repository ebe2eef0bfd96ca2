import { asDatabaseFailure, migrate } from '@sextant/platform';
import { sextantModel } from '../../composition/src/index.js';
import { EXIT_OK } from './command.js';
import type { Command } from './command.js';
import { counted } from './table.js';
import { withServer } from './with-database.js';

export const migrateCommand: Command = {
  name: 'migrate',
  operands: [],
  options: [],
  summary: 'brings the database up to date and lists what ran',
  run: ({ line }) =>
    withServer({ mayCreate: true }, async (url) => {
      const ran = await migrate(url, sextantModel).catch((error: unknown) => {
        throw asDatabaseFailure(error);
      });
      for (const name of ran) line(name);
      line(
        ran.length === 0
          ? 'The database is up to date: nothing ran.'
          : `${counted(ran.length, 'migration')} ran. The database is up to date.`,
      );
      return { exitCode: EXIT_OK, json: { ran } };
    }),
};
