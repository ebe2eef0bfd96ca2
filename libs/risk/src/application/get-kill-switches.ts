import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { TenantId } from '@sextant/kernel';
import { Timers } from '@sextant/platform';
import { OPERATOR, scopeKey } from '../domain/kill-switch.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import type { LiquidationProgress } from '../domain/liquidation-progress.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { SwitchRecords } from './switch-records.js';
import { ToldProcesses } from './told-processes.js';

const REFRESH_MS = 500;

export type ActiveKillSwitch = {
  killSwitch: KillSwitch;
  /** Processes that own accounts and have it in force. */
  confirmed: string[];
  unconfirmed: string[];
  /** Of a LIQUIDATE switch: how far each account is. */
  liquidations: LiquidationProgress[];
};

/** What is on for a tenant, the operator's switches included; of those, what they do to its own accounts. Answers from memory when the database is away. */
export class GetKillSwitches extends Query<ActiveKillSwitch[]> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

@QueryHandler(GetKillSwitches)
export class GetKillSwitchesHandler implements IQueryHandler<GetKillSwitches> {
  constructor(
    private readonly board: KillSwitchBoard,
    private readonly records: SwitchRecords,
    private readonly processes: ToldProcesses,
    private readonly timers: Timers,
  ) {}

  async execute({ tenantId }: GetKillSwitches): Promise<ActiveKillSwitch[]> {
    await Promise.race([this.records.refresh().catch(() => undefined), this.timers.sleep(REFRESH_MS)]);
    const views = await this.processes.describe();
    const mine = this.board.on().filter((word) => word.tenantId === tenantId || word.tenantId === OPERATOR);
    return mine.map((killSwitch) => {
      const has = (switches: Record<string, string> | null) =>
        switches?.[scopeKey(killSwitch)] === killSwitch.switchId;
      return {
        killSwitch,
        confirmed: views.filter(({ switches }) => has(switches)).map(({ process }) => process),
        unconfirmed: views.filter(({ switches }) => !has(switches)).map(({ process }) => process),
        liquidations: views
          .flatMap(({ liquidations }) => liquidations)
          .filter((one) => one.switchId === killSwitch.switchId && one.tenantId === tenantId),
      };
    });
  }
}
