import type { AccountId, EpochMs } from '@sextant/kernel';
import type { HourlyVolume } from '../../domain/executions/volume-profile.js';

/** What the venue of an account, as the account reaches it, says of the volume of past hours. */
export abstract class VolumeHistory {
  /** The hours of the last days before `now`; empty where the venue keeps none, or does not answer. */
  abstract hourly(
    account: { accountId: AccountId; venue: string },
    symbol: string,
    now: EpochMs,
  ): Promise<HourlyVolume[]>;
}
