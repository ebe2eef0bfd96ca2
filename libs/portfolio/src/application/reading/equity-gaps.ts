import type { AccountId, EpochMs } from '@sextant/kernel';
import { assertDetail } from './equity-detail.js';
import type { EquityRange } from './equity-history.js';
import type { SqlReader } from './reservations.js';

/** A time in which the account was not valued although it existed: its process was down. */
export interface EquityGap {
  accountId: AccountId;
  /** Of the last point before it. */
  from: EpochMs;
  /** Of the first point after it; of the end of what was asked for, while it lasts. */
  to: EpochMs;
}

/** How far apart two neighbouring points are at most. */
export interface PointSpacing {
  intervalMs: number;
  /** Older points are those of full hours … */
  fineSince: EpochMs;
  /** … and still older ones those of 00:00 UTC. */
  hourlySince: EpochMs;
}

export const MOST_GAPS = 500;
const HOUR_MS = 3_600_000;

interface StoredGap {
  account_id: AccountId;
  since: EpochMs;
  until: EpochMs;
}

/**
 * Where points are missing in [from, to): more than one in a row; the newest `MOST_GAPS`, in order of time. Of very many
 * account-days only hours or whole days that are missing.
 */
export async function readEquityGaps(
  reader: SqlReader,
  range: Pick<EquityRange, 'accountIds' | 'from' | 'to' | 'bucketMs'>,
  spacing: PointSpacing,
): Promise<EquityGap[]> {
  const { accountIds, from, to } = range;
  const { intervalMs, fineSince, hourlySince } = spacing;
  const { condition, spacingMs } = assertDetail({ ...range, pointMs: intervalMs });
  const widths = [intervalMs, HOUR_MS, 24 * HOUR_MS].map((width) => 2 * Math.max(width, spacingMs));
  const params = [accountIds, from, to, fineSince, hourlySince, ...widths, MOST_GAPS];
  const rows = await reader.query<StoredGap>(gapsAmong(condition), params);
  return rows
    .reverse()
    .map(({ account_id, since, until }) => ({ accountId: account_id, from: since, to: until }));
}

function gapsAmong(condition: string): string {
  return `
  WITH point AS (
    SELECT account_id, round(date_part('epoch', taken_at) * 1000) AS at FROM portfolio_snapshot
    WHERE account_id = ANY ($1) AND taken_at >= to_timestamp($2::float8 / 1000)
      AND taken_at < to_timestamp($3::float8 / 1000) AND ${condition}
    UNION ALL
    SELECT asked.account_id, last.at FROM unnest($1::text[]) asked (account_id)
    CROSS JOIN LATERAL (
      SELECT round(date_part('epoch', taken_at) * 1000) AS at FROM portfolio_snapshot
      WHERE account_id = asked.account_id AND taken_at < to_timestamp($2::float8 / 1000)
      ORDER BY taken_at DESC LIMIT 1) last
  ), step AS (
    SELECT account_id, at AS since, lead(at, 1, $3::float8) OVER (PARTITION BY account_id ORDER BY at) AS until
    FROM point)
  SELECT account_id, since, until FROM step
  WHERE until - since > CASE WHEN since >= $4::float8 THEN $6::float8
    WHEN since >= $5::float8 THEN $7::float8 ELSE $8::float8 END
  ORDER BY since DESC, account_id LIMIT $9`;
}
