import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetVaultStatus, RotateVault } from '@sextant/exchange';
import type { RotationReport, VaultStatus } from '@sextant/exchange';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { counted, table } from './table.js';
import { withContexts } from './with-database.js';

const ACTOR = 'cli';

const status: Command = {
  name: 'vault status',
  operands: [],
  options: [],
  summary: 'which master keys the stored venue credentials need, and whether they are here',
  run: ({ line }) =>
    withContexts(async (contexts) => {
      const found = await contexts.get(QueryBus).execute(new GetVaultStatus());
      for (const text of describe(found)) line(text);
      const sound = found.keys.every(({ here, rows }) => here || rows === 0) && found.unfinished.length === 0;
      return { exitCode: sound ? EXIT_OK : EXIT_WRONG, json: found };
    }),
};

const rotate: Command = {
  name: 'vault rotate',
  operands: [],
  options: ['data-keys'],
  summary: 'puts a new master key in the place of the old one, beside a running Sextant',
  run: ({ options, line }) =>
    withContexts(async (contexts) => {
      const kind = options['data-keys'] === true ? 'DATA_KEYS' : 'MASTER_KEY';
      const report = await contexts.get(CommandBus).execute(new RotateVault(kind, ACTOR));
      for (const text of outcomeOf(report)) line(text);
      return { exitCode: report.unreadable.length === 0 ? EXIT_OK : EXIT_WRONG, json: report };
    }),
};

export const vaultCommands: readonly Command[] = [status, rotate];

function describe({ keys, credentials, oldestSealedAt, unfinished }: VaultStatus): string[] {
  const rows = keys.map((key) => [
    key.kekId,
    key.status,
    key.here ? 'yes' : key.status === 'RETIRED' ? '-' : 'NO',
    key.rows.toLocaleString('en-US'),
  ]);
  const since =
    oldestSealedAt === null ? '' : `, the oldest sealed ${new Date(oldestSealedAt).toISOString()}`;
  return [
    ...table([['master key', 'status', 'here', 'credentials'], ...rows], [3]),
    `${counted(credentials, 'credential')} in the vault${since}.`,
    ...keys
      .filter(({ here, rows: needed }) => !here && needed > 0)
      .map(({ kekId }) => `MISSING  ${kekId}: exchange.vault.key or exchange.vault.keyFile must have it.`),
    ...unfinished.map(({ kind, startedAt }) => {
      const again = kind === 'DATA_KEYS' ? 'vault rotate --data-keys' : 'vault rotate';
      return `UNFINISHED  ${kind}, begun ${new Date(startedAt).toISOString()}: '${again}' goes on with it.`;
    }),
  ];
}

function outcomeOf({ kind, resumed, changed, unreadable, kekId, retired }: RotationReport): string[] {
  const what = kind === 'DATA_KEYS' ? 'encrypted anew' : `wrapped with the master key ${kekId}`;
  return [
    ...(resumed ? ['Went on with a rotation that had been interrupted.'] : []),
    `${counted(changed, 'credential')} ${what}.`,
    ...retired.map((id) => `The master key ${id} is needed no more.`),
    ...unreadable.map((id) => `UNREADABLE  ${id}: give its connection another key, then run this again.`),
  ];
}
