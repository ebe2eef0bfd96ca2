import { createReadStream } from 'node:fs';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { UsageError } from './command-line.js';
import { checkExport } from './ledger-check/check-export.js';
import type { ExportFailure } from './ledger-check/verdict.js';
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
    const verdict = await checkExport(bytesOf(file), notedHash);
    const { verified, failure, balances, totals, entryCount, projectionCount, chainHead } = verdict;
    const rows = [
      ...balances.map(({ account, asset, balance }) => [account, asset, balance]),
      ...totals.map(({ asset, total }) => ['sum', asset, total]),
    ];
    for (const text of table(rows, [BALANCE_COLUMN])) line(text);
    const entries = counted(entryCount, 'entry', 'entries');
    line(
      failure === null
        ? `ok     ${verdict.accountId}  ${entries}, ${counted(projectionCount, 'projection')}, chain head ${chainHead}`
        : `WRONG  ${place(failure)}${failure.reason} Verified before it: ${entries}.`,
    );
    return { exitCode: verified ? EXIT_OK : EXIT_WRONG, json: { file, ...verdict } };
  },
};

const CHUNK_BYTES = 1 << 20;

/** A file; `-` is stdin. */
function bytesOf(file: string): AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

function place({ line, sequence, transactionId }: ExportFailure): string {
  if (line === null) return '';
  const entry = sequence === null ? '' : `, entry ${sequence}`;
  return `line ${line}${entry}${transactionId === null ? '' : ` (${transactionId})`}: `;
}
