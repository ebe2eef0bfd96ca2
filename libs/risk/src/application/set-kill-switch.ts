import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import { AccountOwner, Timers } from '@sextant/platform';
import type { KillMode, KillSwitch, SwitchOrder } from '../domain/kill-switch.js';
import type { KillSwitchOutcome, Unconfirmed } from './kill-switch-answer.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchRecords } from './switch-records.js';
import { SwitchStore } from './switch-store.js';
import { ToldProcesses } from './told-processes.js';
import type { Confirmation } from './told-processes.js';

/** How long an answer waits for the database. The switch is in force long before. */
const STORE_WAIT_MS = 1_000;

/**
 * Switches on. HALT and REDUCE_ONLY need nothing but this process's memory and disk; LIQUIDATE needs the database.
 * @throws DomainError KILL_SWITCH_NEEDS_DATABASE (nothing happened), KILL_SWITCH_NOT_KEPT (in force, but a crash forgets it)
 */
export class SetKillSwitch extends Command<KillSwitchOutcome> {
  constructor(readonly order: SwitchOrder & { tenantId: TenantId; mode: KillMode }) {
    super();
  }
}

@CommandHandler(SetKillSwitch)
export class SetKillSwitchHandler implements ICommandHandler<SetKillSwitch> {
  constructor(
    private readonly board: KillSwitchBoard,
    private readonly records: SwitchRecords,
    private readonly processes: ToldProcesses,
    private readonly owner: AccountOwner,
    private readonly store: SwitchStore,
    private readonly timers: Timers,
  ) {}

  async execute({ order }: SetKillSwitch): Promise<KillSwitchOutcome> {
    if (order.mode === 'LIQUIDATE') await this.needDatabase();
    const before = this.board.last(order);
    const isOn = before?.mode === order.mode && before.cancelOrders === order.cancelOrders;
    const killSwitch = isOn ? before : this.board.draft(order);
    const told = await this.processes.tell(killSwitch);
    const isStored = await this.stored(killSwitch);
    // A process that began between the two may have read the database before the word was in it.
    const heard = isStored ? await this.processes.tell(killSwitch) : told;
    if (!isStored && !told.some(({ onDisk }) => onDisk)) throw notKept();
    return {
      killSwitch,
      changed: !isOn,
      keptIn: isStored ? 'DATABASE' : 'FILE',
      confirmed: heard.filter(({ confirmed }) => confirmed).map(({ process }) => process),
      unconfirmed: await this.silent(order.tenantId, heard),
    };
  }

  private async needDatabase(): Promise<void> {
    const there = this.records.refresh().then(() => true);
    const late = this.timers.sleep(STORE_WAIT_MS).then(() => false);
    if (await Promise.race([there.catch(() => false), late])) return;
    throw new DomainError(
      'KILL_SWITCH_NEEDS_DATABASE',
      'Closing positions places orders, and those need the database. HALT works without it.',
      { outcome: 'NOT_EXECUTED', retryAfterMs: 2_000 },
    );
  }

  private stored(word: KillSwitch): Promise<boolean> {
    const done = this.records.storeOne(word, this.owner).then(
      () => true,
      () => false,
    );
    return Promise.race([done, this.timers.sleep(STORE_WAIT_MS).then(() => false)]);
  }

  private async silent(tenantId: TenantId, heard: readonly Confirmation[]): Promise<Unconfirmed[]> {
    const processes = heard.filter(({ confirmed }) => !confirmed).map(({ process }) => process);
    if (processes.length === 0) return [];
    const late = this.timers.sleep(STORE_WAIT_MS).then(() => []);
    const owned = await Promise.race([this.store.accountsOf(tenantId, processes).catch(() => []), late]);
    return processes.map((process) => ({
      process,
      accountIds: owned.filter((each) => each.process === process).map(({ accountId }) => accountId),
    }));
  }
}

function notKept(): DomainError {
  return new DomainError(
    'KILL_SWITCH_NOT_KEPT',
    'The switch is in force, but neither the disk nor the database took it: a crash would forget it.',
    { outcome: 'UNKNOWN', retryAfterMs: 1_000 },
  );
}
