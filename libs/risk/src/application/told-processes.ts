import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { ProcessPeers } from '@sextant/platform';
import { scopeKey } from '../domain/kill-switch.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import type { LiquidationProgress } from '../domain/liquidation-progress.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchFile } from './switch-file.js';

const TAKE = 'TakeKillSwitch';
const DESCRIBE = 'DescribeKillSwitches';

/** How long a process may take to say that it has a switch in force and on disk. */
const CONFIRM_MS = 1_000;
const DESCRIBE_MS = 500;

/** That a word is in force in a process. */
export interface Confirmation {
  process: string;
  confirmed: boolean;
  /** Its machine keeps the word over a crash, whatever the database does. */
  onDisk: boolean;
}

/** What a process has in force. */
export interface ProcessView {
  process: string;
  /** Scope → id of the last word; null: it did not answer. */
  switches: Record<string, string> | null;
  liquidations: LiquidationProgress[];
}

/** The switches of all processes that own accounts, by way of all of them. */
@Injectable()
export class ToldProcesses {
  /** Words that this process has written to its file. */
  private readonly onDisk = new Set<string>();

  constructor(
    private readonly peers: ProcessPeers,
    private readonly board: KillSwitchBoard,
    private readonly file: SwitchFile,
    private readonly clock: Clock,
  ) {}

  /** What this process does when another one, or the terminal, has something to say. */
  listen(): void {
    this.peers.handle(TAKE, (payload) => this.take(payload as unknown as KillSwitch));
    this.peers.handle(DESCRIBE, async () => {
      const switches = Object.fromEntries(this.board.on().map((word) => [scopeKey(word), word.switchId]));
      return { switches, liquidations: this.board.liquidations() as never };
    });
  }

  async tell(word: KillSwitch): Promise<Confirmation[]> {
    const answers = await this.peers.tell(TAKE, { ...word, scope: { ...word.scope } }, CONFIRM_MS);
    return answers.map(({ process, answer }) => {
      const { onDisk = false } = (answer ?? {}) as { onDisk?: boolean };
      return { process, confirmed: answer !== null, onDisk };
    });
  }

  async describe(): Promise<ProcessView[]> {
    const answers = await this.peers.tell(DESCRIBE, null, DESCRIBE_MS);
    return answers.map(({ process, answer }) => {
      const view = answer as unknown as Omit<ProcessView, 'process'> | null;
      return { process, switches: view?.switches ?? null, liquidations: view?.liquidations ?? [] };
    });
  }

  /** In force first: what takes time comes after. */
  private async take(word: KillSwitch): Promise<{ onDisk: boolean }> {
    const isNew = this.board.take(word);
    if (!isNew && this.onDisk.has(word.switchId)) return { onDisk: true };
    const onDisk = await this.file.append(word).then(
      () => true,
      () => false,
    );
    if (onDisk) this.onDisk.add(word.switchId);
    return { onDisk };
  }

  /** A word that this process found in its file, and has in force: the file and the others hear of it. */
  async passOn(word: KillSwitch): Promise<void> {
    this.onDisk.add(word.switchId);
    await this.confirm(word, this.peers.address);
    for (const { process, confirmed } of await this.tell(word)) {
      if (confirmed && process !== this.peers.address) await this.confirm(word, process);
    }
  }

  private async confirm({ switchId }: KillSwitch, process: string): Promise<void> {
    await this.file.confirm({ switchId, process, at: this.clock.now() }).catch(() => undefined);
  }
}
