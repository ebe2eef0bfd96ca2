import { createHash } from 'node:crypto';
import { decimalText } from './decimal.js';
import { readEntry } from './entry.js';
import { GENESIS, HashLinks } from './hash-links.js';
import { readHeader } from './header.js';
import type { Header } from './header.js';
import { Projections } from './projections.js';
import { Refold } from './refold.js';
import type { ExportFailure, ExportVerdict } from './verdict.js';
import { fieldsOf, parseLine, requireKeys, WrongLine } from './wrong-line.js';

const TRANSACTION_ID = /"transactionId":"([^"\\]{1,80})"\}\}\n$/;

/**
 * One pass over the lines: first line, entries, projections, seal. The seal is the SHA-256 of the first line and of
 * those of the projections; the entries have their chain.
 */
export class ExportCheck {
  private readonly links = new HashLinks();
  private readonly refold = new Refold();
  private readonly outside = createHash('sha256');
  private header: Header | null = null;
  private projections: Projections | null = null;
  private projectionCount = 0;
  private sealed = false;
  private entryCount = 0;
  private lineCount = 0;
  private failure: ExportFailure | null = null;
  private metNotedHash: boolean;

  constructor(private readonly notedHash: string | null) {
    this.metNotedHash = notedHash === null || notedHash === GENESIS;
  }

  /** False when the line is wrong: no later one can be right. */
  add(line: Buffer): boolean {
    this.lineCount += 1;
    try {
      this.take(line);
      return true;
    } catch (error) {
      if (!(error instanceof WrongLine)) throw error;
      const inChain = this.header !== null && this.entryCount < this.header.entryCount;
      this.failure = {
        line: error.line ?? this.lineCount,
        sequence: inChain ? this.entryCount + 1 : null,
        transactionId: inChain
          ? (TRANSACTION_ID.exec(line.toString('latin1', Math.max(0, line.length - 120)))?.[1] ?? null)
          : null,
        reason: error.message,
      };
      return false;
    }
  }

  verdict(): ExportVerdict {
    this.failure ??= this.wrongEnd();
    return {
      accountId: this.header?.accountId ?? null,
      entryCount: this.entryCount,
      chainHead: this.links.head,
      projectionCount: this.projectionCount,
      verified: this.failure === null,
      failure: this.failure,
      ...this.addedUp(),
    };
  }

  private take(line: Buffer): void {
    if (this.header === null) {
      this.header = readHeader(parseLine(line));
      this.outside.update(line);
    } else if (this.sealed) throw new WrongLine('Nothing may follow the seal.');
    else if (this.entryCount < this.header.entryCount) this.entry(line, this.header);
    else this.behindEntries(line, this.header);
  }

  private entry(line: Buffer, { accountId }: Header): void {
    const { head } = this.links;
    try {
      const bytes = this.links.add(line);
      const fields = fieldsOf(JSON.parse(bytes.toString('utf8')));
      this.refold.add(readEntry(fields, accountId, this.entryCount + 1));
    } catch (error) {
      this.links.head = head;
      throw error instanceof SyntaxError ? new WrongLine('It is not a line of JSON in UTF-8.') : error;
    }
    this.entryCount += 1;
    this.metNotedHash ||= this.links.head === this.notedHash;
  }

  private behindEntries(line: Buffer, { entryCount, chainHead }: Header): void {
    if (chainHead !== this.links.head)
      throw new WrongLine('The chain does not end in the hash that it says.', 1);
    this.projections ??= new Projections(this.refold);
    const fields = parseLine(line);
    if ('previousHash' in fields) throw new WrongLine(`The first line announces ${entryCount} entries.`);
    if (!('seal' in fields)) {
      this.projections.take(fields);
      this.projectionCount += 1;
      this.outside.update(line);
      return;
    }
    requireKeys(fields, ['seal']);
    this.projections.end();
    if (fields['seal'] !== this.outside.digest('hex')) throw new WrongLine('The seal is of another file.');
    this.sealed = true;
  }

  private wrongEnd(): ExportFailure | null {
    const at = (line: number | null, sequence: number | null, reason: string) => {
      return { line, sequence, transactionId: null, reason };
    };
    if (this.header === null) return at(1, null, 'The file is empty.');
    const { entryCount } = this.header;
    const next = this.entryCount < entryCount ? this.entryCount + 1 : null;
    if (next !== null)
      return at(this.lineCount + 1, next, `The file ends here; it announces ${entryCount} entries.`);
    if (!this.sealed) return at(this.lineCount + 1, null, 'The file ends here, without its seal.');
    return this.metNotedHash ? null : at(null, null, 'The chain does not run through the hash noted before.');
  }

  private addedUp(): Pick<ExportVerdict, 'balances' | 'totals'> {
    const totals = new Map<string, bigint>();
    const balances = [...this.refold.trial]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([line, amount]) => {
        const space = line.lastIndexOf(' ');
        const [account, asset] = [line.slice(0, space), line.slice(space + 1)];
        totals.set(asset, (totals.get(asset) ?? 0n) + amount);
        return { account, asset, balance: decimalText(amount) };
      });
    const sums = [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
    return { balances, totals: sums.map(([asset, amount]) => ({ asset, total: decimalText(amount) })) };
  }
}
