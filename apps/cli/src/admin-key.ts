import { CommandBus } from '@nestjs/cqrs';
import { IssueAdminKey } from '@sextant/identity';
import { EXIT_OK } from './command.js';
import type { Command } from './command.js';
import { withContexts } from './with-database.js';

export const adminKey: Command = {
  name: 'admin-key',
  operands: [],
  options: ['email'],
  summary: 'issues an API key to an administrator who has lost the last one',
  run: ({ options, line }) =>
    withContexts(async (contexts) => {
      const issued = await contexts.get(CommandBus).execute(new IssueAdminKey(options.email ?? null, 'cli'));
      line(`API key of ${issued.email} (${issued.keyId}), shown this once:`);
      line(issued.key);
      line('Earlier keys still work. Revoke the lost ones: DELETE /api/api-keys/{id}.');
      return { exitCode: EXIT_OK, json: issued };
    }),
};
