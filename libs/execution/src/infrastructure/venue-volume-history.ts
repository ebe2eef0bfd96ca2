import { Injectable } from '@nestjs/common';
import { AccountGateways } from '@sextant/exchange';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { VolumeHistory } from '../application/executions/volume-history.js';
import type { HourlyVolume } from '../domain/executions/volume-profile.js';

const HOUR_MS = 3_600_000;
const DAYS = 7;

/** Hourly candles of the last week, as the venue gives them. */
@Injectable()
export class VenueVolumeHistory extends VolumeHistory {
  constructor(private readonly gateways: AccountGateways) {
    super();
  }

  async hourly(
    { accountId, venue }: { accountId: AccountId; venue: string },
    symbol: string,
    now: EpochMs,
  ): Promise<HourlyVolume[]> {
    const marketData = (await this.gateways.of(accountId, venue))?.marketData;
    if (marketData === undefined) return [];
    const to = Math.floor(now / HOUR_MS) * HOUR_MS;
    const hours = DAYS * 24;
    const answer = await marketData.candles(symbol, '1h', { from: to - hours * HOUR_MS, to, limit: hours });
    if (answer.outcome !== 'CONFIRMED') return [];
    return answer.value.map(({ openTime, volume }) => ({ openTime, volume: Number(volume) }));
  }
}
