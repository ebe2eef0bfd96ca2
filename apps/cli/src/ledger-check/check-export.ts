import { ExportCheck } from './export-check.js';
import { LineSplitter } from './split-lines.js';
import type { ExportVerdict } from './verdict.js';

/**
 * Verifies an exported ledger with nothing but the file: every hash, Σ = 0 of every entry, that each execution is
 * booked as what it was, that balances, positions and P&L are what the entries come to, the announced end. Whoever
 * writes the whole file anew with all its hashes is found by a `notedHash` from before: a chain that was only
 * continued still runs through it.
 *
 * Nothing here is shared with what books and exports: a mistake in both would hide itself.
 */
export async function checkExport(
  chunks: AsyncIterable<Uint8Array>,
  notedHash: string | null = null,
): Promise<ExportVerdict> {
  const check = new ExportCheck(notedHash);
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) if (!check.add(line)) return check.verdict();
  }
  for (const line of splitter.end()) check.add(line);
  return check.verdict();
}
