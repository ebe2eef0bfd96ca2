import type { JsonObject, JsonValue } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import { GENESIS_HASH, linkHash } from '@sextant/platform';
import { unbalancedAsset } from '../../domain/ledger/posting.js';
import type { Posting } from '../../domain/ledger/posting.js';
import { TrialBalance } from '../../domain/ledger/trial-balance.js';

export interface LedgerExportFailure {
  /** Of the file, counted from 1; null where no single line is wrong. */
  line: number | null;
  /** Place in the chain of the entry that is wrong, and its id where it can be read. */
  sequence: number | null;
  transactionId: string | null;
  reason: string;
}

/** The verdict on an exported ledger. What is added up is what was verified, up to the failure. */
export interface LedgerExportVerdict {
  accountId: string | null;
  entryCount: number;
  chainHead: string;
  verified: boolean;
  failure: LedgerExportFailure | null;
  balances: { account: string; asset: string; balance: string }[];
  totals: { asset: string; total: string }[];
}

interface Header {
  accountId: string;
  entryCount: number;
  chainHead: string;
}

/**
 * Verifies what `ExportLedger` wrote, with nothing but the file: every hash, Σ = 0 of every entry, the announced end.
 * Whoever changes the file and makes all its hashes anew is found by a `notedHash` from before: a chain that was
 * only continued still runs through it.
 *
 * @param lines the file's lines as bytes, each with its line feed. A byte that differs is found, whichever it is.
 */
export async function verifyLedgerExport(
  lines: AsyncIterable<Uint8Array>,
  notedHash: string | null = null,
): Promise<LedgerExportVerdict> {
  const check = new LedgerExportCheck(notedHash);
  for await (const line of lines) if (!check.add(line)) break;
  return check.verdict();
}

/** A line that is not what an export says there; the message is the reason. */
class BadLine extends Error {}

class LedgerExportCheck {
  private readonly balance = new TrialBalance();
  private header: Header | null = null;
  private head = GENESIS_HASH;
  private entryCount = 0;
  private lineCount = 0;
  private failure: LedgerExportFailure | null = null;
  private metNotedHash: boolean;

  constructor(private readonly notedHash: string | null) {
    this.metNotedHash = notedHash === null || notedHash === GENESIS_HASH;
  }

  /** False when the line is wrong: no later one can be right. */
  add(line: Uint8Array): boolean {
    this.lineCount += 1;
    let transactionId: string | null = null;
    try {
      const value = readLine(line);
      if (this.header === null) this.header = readHeader(value);
      else {
        const entry = objectIn(value['entry']);
        transactionId = typeof entry['transactionId'] === 'string' ? entry['transactionId'] : null;
        this.addEntry(value, entry, this.header);
      }
      return true;
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      const sequence = this.header === null ? null : this.entryCount + 1;
      this.failure = { line: this.lineCount, sequence, transactionId, reason: error.message };
      return false;
    }
  }

  verdict(): LedgerExportVerdict {
    this.failure ??= this.wrongEnd();
    return {
      accountId: this.header?.accountId ?? null,
      entryCount: this.entryCount,
      chainHead: this.head,
      verified: this.failure === null,
      failure: this.failure,
      balances: this.balance.lines().map(({ account, asset, amount }) => {
        return { account, asset, balance: formatScaled(amount) };
      }),
      totals: this.balance.totals().map(({ asset, amount }) => ({ asset, total: formatScaled(amount) })),
    };
  }

  private addEntry(value: JsonObject, entry: JsonObject, { accountId, entryCount }: Header): void {
    const { previousHash, hash } = value;
    requireKeys(value, ['entry', 'hash', 'previousHash']);
    if (this.entryCount === entryCount) throw new BadLine(`The first line announces ${entryCount} entries.`);
    if (entry['accountId'] !== accountId) throw new BadLine('It belongs to another account.');
    const sequence = this.entryCount + 1;
    if (entry['chainSequence'] !== sequence) throw new BadLine(`Entry ${sequence} is missing.`);
    if (previousHash !== this.head) throw new BadLine('It does not continue the entry before it.');
    if (hash !== linkHash(this.head, entry))
      throw new BadLine('Its contents are not those that were hashed.');
    const postings = readPostings(entry['postings']);
    const off = unbalancedAsset(postings);
    if (off !== null) throw new BadLine(`Its postings of ${off} do not sum to zero.`);
    this.balance.add(postings);
    this.head = hash;
    this.entryCount = sequence;
    this.metNotedHash ||= hash === this.notedHash;
  }

  private wrongEnd(): LedgerExportFailure | null {
    const at = (line: number | null, sequence: number | null, reason: string) => {
      return { line, sequence, transactionId: null, reason };
    };
    if (this.header === null) return at(1, null, 'The file is empty.');
    const { entryCount, chainHead } = this.header;
    if (this.entryCount < entryCount) {
      const next = this.entryCount + 1;
      return at(this.lineCount + 1, next, `The file ends here; it announces ${entryCount} entries.`);
    }
    if (chainHead !== this.head) return at(1, null, 'The chain does not end in the hash that it says.');
    return this.metNotedHash ? null : at(null, null, 'The chain does not run through the hash noted before.');
  }
}

/** @throws BadLine unless the bytes are exactly what an export would write for the value. */
function readLine(line: Uint8Array): JsonObject {
  let text: string;
  let value: JsonValue;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw new BadLine('It is not a line of JSON in UTF-8.');
  }
  if (`${JSON.stringify(value)}\n` !== text) throw new BadLine('It is not written as an export writes it.');
  return objectIn(value);
}

function readHeader(value: JsonObject): Header {
  const { format, version, accountId, entryCount, chainHead } = value;
  if (format !== 'sextant-ledger') throw new BadLine('It does not say that a ledger of Sextant follows.');
  if (version !== 1) throw new BadLine('Its format has a version that is unknown here.');
  requireKeys(value, ['accountId', 'chainHead', 'entryCount', 'format', 'version']);
  if (typeof accountId === 'string' && Number.isSafeInteger(entryCount) && typeof chainHead === 'string')
    return { accountId, entryCount: Number(entryCount), chainHead };
  throw new BadLine('It does not say what follows.');
}

function readPostings(value: JsonValue | undefined): Posting[] {
  if (!Array.isArray(value) || value.length === 0) throw new BadLine('It has no postings.');
  return value.map((line) => {
    const { account, asset, amount } = objectIn(line);
    if (typeof account !== 'string' || typeof asset !== 'string' || !/^-?\d+$/.test(String(amount)))
      throw new BadLine('It has a posting without account, asset or whole amount.');
    return { account, asset, amount: BigInt(String(amount)) };
  });
}

function objectIn(value: JsonValue | undefined): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new BadLine('It is not a line of an exported ledger.');
}

function requireKeys(value: JsonObject, keys: readonly string[]): void {
  if (Object.keys(value).sort().join() !== keys.join()) {
    throw new BadLine('It has other fields than an export writes.');
  }
}
