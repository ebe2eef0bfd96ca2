import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import { AccountOwner, Timers } from '@sextant/platform';
import { OPERATOR } from '../domain/kill-switch.js';
import type { KillSwitch, SwitchOrder } from '../domain/kill-switch.js';
import type { KillSwitchOutcome } from './kill-switch-answer.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchRecords } from './switch-records.js';
import { ToldProcesses } from './told-processes.js';

const STORE_WAIT_MS = 3_000;

/**
 * Releases the switch of exactly one scope: stored first, in force then. Nothing is released that the database has not heard
 * of, so that no crash brings half of it back.
 * @throws DomainError KILL_SWITCH_NOT_ON, KILL_SWITCH_BY_OPERATOR, KILL_SWITCH_NEEDS_DATABASE
 */
export class ReleaseKillSwitch extends Command<KillSwitchOutcome> {
  constructor(readonly order: Omit<SwitchOrder, 'mode' | 'cancelOrders'> & { tenantId: TenantId }) {
    super();
  }
}

@CommandHandler(ReleaseKillSwitch)
export class ReleaseKillSwitchHandler implements ICommandHandler<ReleaseKillSwitch> {
  constructor(
    private readonly board: KillSwitchBoard,
    private readonly records: SwitchRecords,
    private readonly processes: ToldProcesses,
    private readonly owner: AccountOwner,
    private readonly timers: Timers,
  ) {}

  async execute({ order }: ReleaseKillSwitch): Promise<KillSwitchOutcome> {
    await this.inTime(this.records.refresh(), 'NOT_EXECUTED');
    this.assertOn(order);
    const killSwitch = this.board.draft({ ...order, mode: null, cancelOrders: false });
    await this.inTime(this.records.storeOne(killSwitch, this.owner), 'UNKNOWN');
    const told = await this.processes.tell(killSwitch);
    return {
      killSwitch,
      changed: true,
      keptIn: 'DATABASE',
      confirmed: told.filter(({ confirmed }) => confirmed).map(({ process }) => process),
      unconfirmed: told
        .filter(({ confirmed }) => !confirmed)
        .map(({ process }) => ({ process, accountIds: [] })),
    };
  }

  private assertOn(order: Pick<KillSwitch, 'tenantId' | 'scope'>): void {
    const { mode = null } = this.board.last(order) ?? {};
    if (mode !== null) return;
    if ((this.board.last({ ...order, tenantId: OPERATOR })?.mode ?? null) !== null) {
      throw new DomainError(
        'KILL_SWITCH_BY_OPERATOR',
        "The operator switched this on at the terminal; 'sextant release' releases it.",
      );
    }
    throw new DomainError('KILL_SWITCH_NOT_ON', 'No kill switch is on for exactly this scope.', {
      pointer: '/scope',
    });
  }

  private async inTime(work: Promise<void>, outcome: 'NOT_EXECUTED' | 'UNKNOWN'): Promise<void> {
    const done = work.then(() => true);
    const late = this.timers.sleep(STORE_WAIT_MS).then(() => false);
    if (await Promise.race([done.catch(() => false), late])) return;
    throw new DomainError(
      'KILL_SWITCH_NEEDS_DATABASE',
      'A release is stored before it is in force, and the database does not answer.',
      { outcome, retryAfterMs: 2_000 },
    );
  }
}
