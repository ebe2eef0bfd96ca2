import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { AccountDirectory } from '@sextant/portfolio';
import type { HourlyVolume } from '../../domain/executions/volume-profile.js';
import type { ExecutionRequest } from './execution-request.js';
import { VolumeHistory } from './volume-history.js';

/** The history that a VWAP without weights of its own is drawn from. Asked before the account is: it takes a network. */
@Injectable()
export class HourlyVolumes {
  constructor(
    private readonly history: VolumeHistory,
    private readonly accounts: AccountDirectory,
    private readonly markets: MarketData,
    private readonly clock: Clock,
  ) {}

  async neededBy(
    { algorithm, volumeProfile, symbol }: ExecutionRequest,
    accountId: AccountId,
    tenantId: TenantId,
  ): Promise<HourlyVolume[]> {
    if (algorithm !== 'VWAP' || volumeProfile !== null) return [];
    const { venue } = await this.accounts.resolve(tenantId, accountId);
    return this.history.hourly(
      { accountId, venue },
      this.markets.resolveSymbol(symbol, venue),
      this.clock.now(),
    );
  }
}
