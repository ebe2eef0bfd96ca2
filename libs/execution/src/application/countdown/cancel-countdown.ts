import type { VenueTraits } from '@sextant/exchange';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { ReadRow } from '../account/order-rows.js';
import { epochMs } from '../account/order-rows.js';

/** The dead man's switch of an account as it is stored: one row, that of the last word about it. */
export interface CancelCountdownRow {
  account_id: AccountId;
  state: 'ARMED' | 'DISARMED' | 'EXPIRED';
  seconds: number;
  keep_protective: boolean;
  /** The venue may be counting too, so its countdown is to be taken back. */
  at_venue: boolean;
  armed_at: EpochMs;
  expires_at: EpochMs;
  actor: string | null;
}

export const cancelCountdowns = accountTable<CancelCountdownRow>({
  name: 'cancel_countdown',
  columns: {
    account_id: 'text',
    state: 'text',
    seconds: 'int',
    keep_protective: 'boolean',
    at_venue: 'boolean',
    armed_at: 'timestamptz',
    expires_at: 'timestamptz',
    actor: 'text',
  },
  key: ['account_id'],
  mode: 'UPSERT',
});

/** OFF: never armed. */
export type CountdownView = {
  accountId: AccountId;
  state: 'OFF' | CancelCountdownRow['state'];
  seconds: number;
  keepProtective: boolean;
  armedAt: EpochMs | null;
  expiresAt: EpochMs | null;
  /** Whether the venue counts as well: then it also works while no process of ours does. */
  venueCounts: boolean;
};

export function countdownView(accountId: AccountId, row: CancelCountdownRow | null): CountdownView {
  if (row === null) {
    const never = { seconds: 0, keepProtective: true, armedAt: null, expiresAt: null, venueCounts: false };
    return { accountId, state: 'OFF', ...never };
  }
  const isArmed = row.state === 'ARMED';
  return {
    accountId,
    state: row.state,
    seconds: row.seconds,
    keepProtective: row.keep_protective,
    armedAt: row.armed_at,
    expiresAt: row.state === 'DISARMED' ? null : row.expires_at,
    venueCounts: isArmed && row.at_venue,
  };
}

export function countdownOfRow(row: ReadRow<CancelCountdownRow>): CancelCountdownRow {
  return {
    ...row,
    seconds: Number(row.seconds),
    armed_at: epochMs(row.armed_at),
    expires_at: epochMs(row.expires_at),
  };
}

/** What the venue is asked to count: never less than we do; null where it cannot, or would cancel what is to stay. */
export function secondsAtVenue(
  { countdown }: Pick<VenueTraits, 'countdown'>,
  seconds: number,
  keepProtective: boolean,
): number | null {
  if (countdown === undefined || keepProtective || seconds > countdown.maxSeconds) return null;
  return Math.max(seconds, countdown.minSeconds);
}
