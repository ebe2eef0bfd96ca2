import { closeSync, writeSync } from 'node:fs';
import { linesOf, openAt } from './journal-file.js';

/**
 * `request` what came in, before anything judged it · `answer` what went back, or that nothing did, and by which
 * fault · `event` what the engine did · `setup` accounts, keys, rules and bans, as the operator made them · `fault`
 * what a fault did to a stream.
 */
export const ENTRY_KINDS = ['request', 'answer', 'event', 'setup', 'fault'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface Entry {
  readonly seq: number;
  /** Venue time, epoch ms. */
  readonly at: number;
  readonly kind: EntryKind;
  readonly [field: string]: unknown;
}

export interface JournalOptions {
  /** Absent: the journal lives in memory and dies with the process. */
  readonly file?: string;
  /** How many entries of each kind stay in memory. */
  readonly keep?: number;
}

export interface JournalQuery {
  /** The first sequence number wanted. */
  readonly from?: number;
  readonly kind?: EntryKind;
  readonly limit?: number;
}

const KEEP = 100_000;
const LIMIT = 1_000;

/**
 * Append-only record of everything. With a file, nothing is answered before the entries that led to the answer are
 * written: a killed process has forgotten nothing that it told. A half-written last line is cut off at the next start.
 */
export class Journal {
  readonly #recent = new Map<EntryKind, Entry[]>(ENTRY_KINDS.map((kind) => [kind, []]));
  readonly #keep: number;
  readonly #file: string | null;
  #descriptor: number | null = null;
  #lines: string[] = [];
  #settled: (() => void)[] = [];
  #isScheduled = false;
  #seq = 0;

  constructor({ file, keep = KEEP }: JournalOptions = {}) {
    this.#keep = keep;
    this.#file = file ?? null;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** Reads what the file holds, oldest first, and then opens it for appending; called once, before anything else. */
  replay(apply: (entry: Entry) => void): void {
    if (this.#file === null) return;
    let end = 0;
    for (const line of linesOf(this.#file)) {
      const entry = JSON.parse(line.text) as Entry;
      this.#remember(entry);
      this.#seq = entry.seq;
      end = line.end;
      apply(entry);
    }
    this.#descriptor = openAt(this.#file, end);
  }

  record(kind: EntryKind, at: number, fields: Readonly<Record<string, unknown>>): number {
    const seq = (this.#seq += 1);
    const entry: Entry = { seq, at, kind, ...fields };
    this.#remember(entry);
    if (this.#descriptor !== null) {
      this.#lines.push(JSON.stringify(entry));
      this.#schedule();
    }
    return seq;
  }

  /** Runs `run` once all that was recorded until now is written. */
  whenWritten(run: () => void): void {
    if (this.#lines.length === 0) {
      run();
      return;
    }
    this.#settled.push(run);
  }

  read({ from = 1, kind, limit = LIMIT }: JournalQuery = {}): Entry[] {
    const wanted = (entry: Entry): boolean =>
      entry.seq >= from && (kind === undefined || entry.kind === kind);
    if (this.#file !== null && !this.#isInMemory(from, kind)) {
      this.flush();
      return this.#scan(this.#file, wanted, limit);
    }
    const lists = kind === undefined ? [...this.#recent.values()] : [this.#recent.get(kind) ?? []];
    return lists
      .flatMap((entries) => entries.slice(placeOf(entries, from)))
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit);
  }

  flush(): void {
    if (this.#descriptor !== null && this.#lines.length > 0) {
      writeSync(this.#descriptor, `${this.#lines.join('\n')}\n`);
      this.#lines = [];
    }
    const settled = this.#settled;
    this.#settled = [];
    for (const run of settled) run();
  }

  close(): void {
    this.flush();
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #scan(file: string, wanted: (entry: Entry) => boolean, limit: number): Entry[] {
    const found: Entry[] = [];
    for (const { text } of linesOf(file)) {
      const entry = JSON.parse(text) as Entry;
      if (wanted(entry)) found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }

  #isInMemory(from: number, kind: EntryKind | undefined): boolean {
    const kinds = kind === undefined ? ENTRY_KINDS : [kind];
    return kinds.every((one) => {
      const entries = this.#recent.get(one) ?? [];
      return entries.length < this.#keep || (entries[0]?.seq ?? 0) <= from;
    });
  }

  #remember(entry: Entry): void {
    const entries = this.#recent.get(entry.kind) ?? [];
    entries.push(entry);
    // Cut in large pieces: shifting one by one moves the whole array each time.
    if (entries.length >= 2 * this.#keep) entries.splice(0, entries.length - this.#keep);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}

function placeOf(entries: readonly Entry[], from: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).seq < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
