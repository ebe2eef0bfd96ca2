import { verifyLedgerExport } from '@sextant/portfolio';
import type { LedgerExportFailure } from '@sextant/portfolio';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { UsageError } from './command-line.js';
import { fileLines } from './file-lines.js';
import { counted, table } from './table.js';

const BALANCE_COLUMN = 2;

export const ledgerVerify: Command = {
  name: 'ledger verify',
  operands: ['FILE'],
  options: ['noted-hash'],
  summary: 'verifies an exported ledger (NDJSON; - for stdin), without a database',
  run: async ({ operands, options, line }) => {
    const [file = ''] = operands;
    const notedHash = options['noted-hash'] ?? null;
    if (notedHash !== null && !/^[0-9a-f]{64}$/.test(notedHash))
      throw new UsageError('--noted-hash takes 64 hexadecimal digits.');
    const verdict = await verifyLedgerExport(fileLines(file), notedHash);
    const { verified, failure, balances, totals, entryCount, chainHead } = verdict;
    const rows = [
      ...balances.map(({ account, asset, balance }) => [account, asset, balance]),
      ...totals.map(({ asset, total }) => ['sum', asset, total]),
    ];
    for (const text of table(rows, [BALANCE_COLUMN])) line(text);
    const entries = counted(entryCount, 'entry', 'entries');
    line(
      failure === null
        ? `ok     ${verdict.accountId}  ${entries}, chain head ${chainHead}`
        : `WRONG  ${place(failure)}${failure.reason} Verified before it: ${entries}.`,
    );
    return { exitCode: verified ? EXIT_OK : EXIT_WRONG, json: { file, ...verdict } };
  },
};

function place({ line, sequence, transactionId }: LedgerExportFailure): string {
  if (line === null) return '';
  const entry = sequence === null ? '' : `, entry ${sequence}`;
  return `line ${line}${entry}${transactionId === null ? '' : ` (${transactionId})`}: `;
}
