import { Injectable } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner, Logger } from '@sextant/platform';
import { OPERATOR } from '../domain/kill-switch.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import { KEEP_KILL_SWITCH } from './account-kill-switch-table.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchFile } from './switch-file.js';
import { SwitchStore } from './switch-store.js';

/** Brings what is stored of the switches onto the board, and what is on the board into the database. */
@Injectable()
export class SwitchRecords {
  private reading: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  /** Words of the file that the other processes are still to be told. */
  private readonly found: KillSwitch[] = [];
  /** Words that the database did not take and that were complained about. */
  private readonly complained = new Set<string>();

  constructor(
    private readonly board: KillSwitchBoard,
    private readonly file: SwitchFile,
    private readonly store: SwitchStore,
    private readonly logger: Logger,
  ) {}

  /** What the file has new, in force. */
  async readFile(): Promise<void> {
    const { words } = await this.file.readNew();
    for (const word of words) {
      if (this.board.take(word)) this.found.push(word);
    }
  }

  /** What the file had new since the last call, as far as it still stands: the terminal writes there. */
  foundWords(): KillSwitch[] {
    return this.found.splice(0).filter((word) => this.board.last(word) === word);
  }

  /**
   * Everything that the database and the file have at the time of the call is in force when this resolves. Calls that come
   * while one reads share the one after it. @throws DomainError DATABASE_…
   */
  refresh(): Promise<void> {
    if (this.reading === null) {
      this.reading = this.read().finally(() => (this.reading = null));
      return this.reading;
    }
    this.next ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        return this.refresh();
      });
    return this.next;
  }

  /** Stores one word; resolves when the database has it. @throws DomainError when it cannot be reached */
  async storeOne(word: KillSwitch, owner: AccountOwner): Promise<void> {
    if (word.scope.kind === 'ACCOUNT' && word.tenantId !== OPERATOR) {
      await owner.execute(word.scope.value as AccountId, KEEP_KILL_SWITCH, {
        ...word,
        scope: { ...word.scope },
      });
    } else {
      await this.store.store(word);
    }
    this.board.isStored(word);
  }

  /** Stores what the database does not have yet. What it does not take now, it is asked again. */
  async storeOpen(owner: AccountOwner): Promise<void> {
    for (const word of this.board.toStore()) {
      await this.storeOne(word, owner).catch((error: unknown) => this.notStored(word, error));
    }
  }

  private async read(): Promise<void> {
    await this.readFile();
    for (const word of await this.store.load()) {
      this.board.take(word);
      this.board.isStored(word);
    }
  }

  private notStored(word: KillSwitch, error: unknown): void {
    const { switchId, scope } = word;
    // A word of another database that was kept in this data directory.
    if (error instanceof DomainError && error.code === 'ACCOUNT_UNKNOWN') this.board.isStored(word);
    if (this.complained.has(switchId)) return;
    this.complained.add(switchId);
    this.logger.warn('A kill switch is not stored in the database yet', {
      switchId,
      scope: { ...scope },
      error,
    });
  }
}
