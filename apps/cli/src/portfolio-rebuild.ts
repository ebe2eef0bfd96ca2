import { CommandBus } from '@nestjs/cqrs';
import { RebuildProjections } from '@sextant/portfolio';
import type { RebuildReport } from '@sextant/portfolio';
import { readAccountId } from './account-id.js';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { counted } from './table.js';
import { withContexts } from './with-database.js';

const ACTOR = 'cli';

export const portfolioRebuild: Command = {
  name: 'portfolio rebuild',
  operands: [],
  options: ['account', 'check'],
  summary:
    'makes balances and positions again from the ledger and writes what differs; --check only compares',
  run: ({ options, line }) => {
    const accountId = options.account === undefined ? null : readAccountId(options.account);
    const checkOnly = options.check === true;
    return withContexts(async (contexts) => {
      const reports: RebuildReport[] = [];
      const rebuild = new RebuildProjections(accountId, checkOnly, ACTOR);
      for await (const report of await contexts.get(CommandBus).execute(rebuild)) {
        reports.push(report);
        for (const text of describe(report)) line(text);
      }
      const left = reports.filter(({ equal, rebuilt }) => !equal && !rebuilt);
      return { exitCode: left.length === 0 ? EXIT_OK : EXIT_WRONG, json: { accounts: reports } };
    });
  },
};

function describe({ accountId, entryCount, equal, rebuilt, differences }: RebuildReport): string[] {
  const entries = counted(entryCount, 'ledger entry', 'ledger entries');
  if (equal) return [`ok       ${accountId}  ${entries}`];
  return [
    `${rebuilt ? 'REBUILT' : 'WRONG  '}  ${accountId}  ${entries}`,
    ...differences.map(({ what, live, ledger }) => `         ${what}: ${live}, by the ledger ${ledger}`),
  ];
}
