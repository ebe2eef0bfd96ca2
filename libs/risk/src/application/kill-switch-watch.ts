import { Clock } from '@sextant/kernel';
import { AccountOwner, Component, Logger, Metrics, Timers } from '@sextant/platform';
import type { Cancel, ComponentHealth } from '@sextant/platform';
import { killModes, switchScopes } from '../domain/kill-switch.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchRecords } from './switch-records.js';
import { ToldProcesses } from './told-processes.js';

/** How often the file is looked at: what the operator's terminal wrote is in force within this. */
const FILE_MS = 50;

export interface WatchParts {
  board: KillSwitchBoard;
  records: SwitchRecords;
  processes: ToldProcesses;
  owner: AccountOwner;
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  logger: Pick<Logger, 'warn'>;
  /** How often the database is read and told what it does not have: the interval of the heartbeat. */
  beatMs: number;
}

/** Keeps the switches of this process equal to those of the file, the database and the other processes. */
export class KillSwitchWatch extends Component {
  readonly name = 'kill-switch';
  override readonly dependsOn: readonly string[] = ['database'];
  private endings: Cancel[] = [];
  private refreshed = true;
  private storing = false;

  constructor(private readonly parts: WatchParts) {
    super();
    // Before any other process can reach this one.
    parts.processes.listen();
  }

  override async start(): Promise<void> {
    const { board, records, timers, beatMs } = this.parts;
    this.endings = [board.onChange(() => this.measure())];
    await records.refresh();
    this.measure();
    this.endings.push(timers.every(FILE_MS, () => this.readFile()));
    this.endings.push(timers.every(beatMs, () => this.beat()));
  }

  override async stop(): Promise<void> {
    for (const end of this.endings.splice(0)) end();
  }

  override health(): ComponentHealth {
    const facts = { on: this.parts.board.on().length, toStore: this.parts.board.toStore().length };
    if (this.refreshed) return { status: 'UP', facts };
    return { status: 'DEGRADED', detail: 'Kill switches are kept on the disk alone at the moment.', facts };
  }

  /** What the operator's terminal wrote goes to the other processes too: they may be on machines without this file. */
  private async readFile(): Promise<void> {
    const { records, processes, logger } = this.parts;
    try {
      await records.readFile();
      for (const word of records.foundWords()) await processes.passOn(word);
    } catch (error) {
      logger.warn('The file of the kill switches could not be read', { error });
    }
  }

  private async beat(): Promise<void> {
    const { records, owner, logger } = this.parts;
    try {
      await records.refresh();
      this.refreshed = true;
    } catch (error) {
      if (this.refreshed) logger.warn('The kill switches could not be read from the database', { error });
      this.refreshed = false;
      return;
    }
    // Not waited for: an owner that does not answer must not keep this process from reading.
    if (this.storing) return;
    this.storing = true;
    void records.storeOpen(owner).finally(() => (this.storing = false));
  }

  private measure(): void {
    const { board, metrics } = this.parts;
    for (const mode of killModes) {
      for (const scope of switchScopes) {
        const on = board.on().filter((word) => word.mode === mode && word.scope.kind === scope);
        metrics.set('kill_switch_active', { mode, scope }, on.length);
      }
    }
  }
}
