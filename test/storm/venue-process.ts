import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const MAIN = path.join(import.meta.dirname, '..', '..', 'dist', 'apps', 'venue', 'src', 'main.js');

export interface VenueKey {
  accountId: string;
  apiKey: string;
  secret: string;
}

/** The chaos venue as a process of its own: its journal is a file that this side only reads. */
export class VenueProcess {
  url = '';
  readonly journalFile: string;

  private constructor(
    private readonly child: ChildProcess,
    folder: string,
  ) {
    this.journalFile = path.join(folder, 'venue.jsonl');
  }

  static async start(folder: string, seed: number, keys: readonly VenueKey[]): Promise<VenueProcess> {
    const accounts = keys.map(({ accountId, apiKey, secret }) => ({
      accountId,
      keys: [{ apiKey, secret }],
      balances: { USDT: '1000000', BTC: '20', ETH: '200' },
    }));
    const file = path.join(folder, 'venue-accounts.json');
    writeFileSync(file, JSON.stringify(accounts));
    const journal = path.join(folder, 'venue.jsonl');
    const args = ['--port', '0', '--seed', String(seed), '--limits', 'off', '--journal', journal];
    const child = spawn(process.execPath, [MAIN, ...args, '--accounts', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const venue = new VenueProcess(child, folder);
    await venue.listening();
    return venue;
  }

  private async listening(): Promise<void> {
    let printed = '';
    for await (const chunk of this.child.stdout!) {
      printed += String(chunk);
      const found = /REST\s+(http:\/\/\S+)\/api\/v3/.exec(printed)?.[1];
      if (found === undefined) continue;
      this.url = found;
      this.child.stdout!.resume();
      return;
    }
    throw new Error(`the venue did not start: ${printed}`);
  }

  async admin<T = any>(method: string, route: string, body?: unknown): Promise<T> {
    const answer = await this.ask(`${this.url}/admin${route}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Its server closes idle connections, now and then just when one is used again. */
  private async ask(url: string, init: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetch(url, init);
      } catch (error) {
        if (attempt === 5 || this.child.exitCode !== null) throw error;
      }
    }
  }

  /** Every entry that matters here; what the market did is left out. */
  async journal(): Promise<VenueEntry[]> {
    const lines = (await readFile(this.journalFile, 'utf8')).split('\n');
    const entries: VenueEntry[] = [];
    for (const line of lines) {
      if (line === '' || line.includes('"kind":"BookChanged"') || line.includes('"kind":"Traded"')) continue;
      if (line.endsWith('}')) entries.push(JSON.parse(line));
    }
    return entries;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

export interface VenueEntry {
  seq: number;
  at: number;
  kind: 'request' | 'answer' | 'event' | 'setup' | 'fault';
  [field: string]: any;
}
