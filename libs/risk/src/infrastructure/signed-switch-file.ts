import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { SwitchFile } from '../application/switch-file.js';
import type { SwitchReceipt } from '../application/switch-file.js';
import type { KillSwitch } from '../domain/kill-switch.js';

type Entry = { word: KillSwitch } | { receipt: SwitchReceipt };

/** Name of the file in the data directory. */
export const SWITCH_FILE = 'kill-switch.log';

/**
 * One signed JSON document a line, appended and flushed to disk. Several processes and the terminal append to the same
 * file; what carries no valid signature of this installation is ignored, and reported.
 */
export class SignedSwitchFile extends SwitchFile {
  private readonly path: string;
  /** Bytes of whole lines that were read. */
  private read = 0;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly secret: string,
    private readonly reject: (line: string) => void = () => undefined,
  ) {
    super();
    this.path = path.join(directory, SWITCH_FILE);
  }

  override async readNew(): Promise<{ words: KillSwitch[]; receipts: SwitchReceipt[] }> {
    const entries = (await this.inTurn(() => this.newLines())).map((line) => this.parse(line));
    const words: KillSwitch[] = [];
    const receipts: SwitchReceipt[] = [];
    for (const entry of entries) {
      if (entry === null) continue;
      if ('word' in entry) words.push(entry.word);
      else receipts.push(entry.receipt);
    }
    return { words, receipts };
  }

  override append(word: KillSwitch): Promise<void> {
    return this.write({ word });
  }

  override confirm(receipt: SwitchReceipt): Promise<void> {
    return this.write({ receipt });
  }

  /** Two that read at once would count the same bytes twice, and pass over as many that come later. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.reading.then(work);
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async newLines(): Promise<string[]> {
    if (!existsSync(this.path)) return [];
    const file = await open(this.path, 'r');
    try {
      const { size } = await file.stat();
      if (size < this.read) this.read = 0;
      if (size === this.read) return [];
      const bytes = Buffer.alloc(size - this.read);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.read);
      // A line that is still being written is read with its end: it may be cut in the middle of a letter.
      const whole = bytes.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      this.read += whole;
      return bytes
        .toString('utf8', 0, whole)
        .split('\n')
        .filter((line) => line !== '');
    } finally {
      await file.close();
    }
  }

  private async write(entry: Entry): Promise<void> {
    const isNew = !existsSync(this.path);
    if (isNew) await mkdir(this.directory, { recursive: true });
    const text = JSON.stringify(entry);
    const file = await open(this.path, 'a', 0o600);
    try {
      // The line feed before it ends what a crash may have left half written.
      await file.appendFile(`\n${JSON.stringify({ text, signature: this.sign(text) })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    if (isNew) await syncDirectory(this.directory);
  }

  private parse(line: string): Entry | null {
    try {
      const { text, signature } = JSON.parse(line) as { text: string; signature: string };
      const [expected, given] = [Buffer.from(this.sign(text)), Buffer.from(signature)];
      if (expected.length === given.length && timingSafeEqual(expected, given))
        return JSON.parse(text) as Entry;
    } catch {
      // Cut off by a crash, or not ours: the same as a wrong signature.
    }
    this.reject(line);
    return null;
  }

  private sign(text: string): string {
    return createHmac('sha256', this.secret).update(`kill-switch\n${text}`).digest('hex');
  }
}

/** A new name is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
