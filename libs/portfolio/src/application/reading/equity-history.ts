import { multiplyScaled, ONE } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { assertDetail } from './equity-detail.js';
import { sumEquity } from './equity-series.js';
import type { EquityBucket, EquityPoint, EquitySlot } from './equity-series.js';
import type { SqlReader } from './reservations.js';

export const DAY_MS = 86_400_000;

/** Most rows that one series is made of; beyond it several accounts are summed at coarser steps. */
const MOST_ROWS = 50_000;
/** The default of `portfolio.equityInterval`. */
const POINT_MS = 900_000;
const STEPS_MS = [300_000, 900_000, 3_600_000, 14_400_000, DAY_MS];

export interface EquityRange {
  accountIds: readonly AccountId[];
  /** What the values are stated in. */
  asset: string;
  /** Inclusive. */
  from: EpochMs;
  /** Exclusive. */
  to: EpochMs;
  /** Width of the intervals; they end at multiples of it. */
  bucketMs: number;
  /** How often accounts are valued; as by default when it is left out. */
  pointMs?: number;
}

/**
 * The value of the accounts together at the end of each UTC day in which one of them was valued, or as late in it as they
 * were; days without a point are absent, none is invented.
 */
export async function readEquityHistory(
  reader: SqlReader,
  accountIds: readonly AccountId[],
  asset: string,
  from: EpochMs,
  to: EpochMs,
): Promise<EquityPoint[]> {
  const buckets = await readEquityBuckets(reader, { accountIds, asset, from, to, bucketMs: DAY_MS });
  return buckets.map(({ at, equityUnits, flowUnits, complete }) => ({
    at,
    equityUnits,
    flowUnits,
    complete,
  }));
}

/** The same per interval (…, end] of any width, with the lowest and the highest value in it. */
export async function readEquityBuckets(reader: SqlReader, asked: EquityRange): Promise<EquityBucket[]> {
  const range = { ...asked, from: await sinceFirstPoint(reader, asked) };
  const { accountIds, asset, from, to, bucketMs } = range;
  const { condition, spacingMs } = assertDetail({ ...range, pointMs: range.pointMs ?? POINT_MS });
  const stepMs = sumStep(range, spacingMs);
  const slots = await reader.query<StoredSlot>(slotsOf(condition), [accountIds, asset, from, to, stepMs]);
  const before = await reader.query<StoredSlot>(BEFORE, [accountIds, asset, from]);
  return sumEquity(slots.map(readSlot), before.map(readSlot), bucketMs);
}

/** When the accounts were first valued in [from, to); null when they were not. */
export async function firstPointIn(
  reader: SqlReader,
  { accountIds, from, to }: Pick<EquityRange, 'accountIds' | 'from' | 'to'>,
): Promise<EpochMs | null> {
  const [row] = await reader.query<{ first: EpochMs | null }>(FIRST_POINT_IN, [accountIds, from, to]);
  return row?.first ?? null;
}

/** `from`, or where the history of the accounts begins when that is later: time without points costs nothing. */
export async function sinceFirstPoint(
  reader: SqlReader,
  { accountIds, from, to }: Pick<EquityRange, 'accountIds' | 'from' | 'to'>,
): Promise<EpochMs> {
  const [row] = await reader.query<{ first: EpochMs | null }>(FIRST_POINT, [accountIds]);
  return Math.max(from, row?.first ?? to);
}

/** How finely several accounts are summed: the finest step that keeps the number of rows bounded. */
function sumStep({ accountIds, from, to, bucketMs }: EquityRange, spacingMs: number): number {
  if (accountIds.length === 1) return bucketMs;
  const fits = STEPS_MS.find(
    (step) =>
      step >= spacingMs &&
      bucketMs % step === 0 &&
      (accountIds.length * Math.max(to - from, 1)) / step <= MOST_ROWS,
  );
  return fits ?? bucketMs;
}

interface StoredSlot {
  account_id: AccountId;
  slot: EpochMs;
  at: EpochMs;
  equity: string | null;
  complete: boolean;
  low: string | null;
  high: string | null;
  flow: string;
  unconverted: string;
  rate: string | null;
}

function readSlot(row: StoredSlot): EquitySlot {
  const rate = row.rate === null ? null : BigInt(row.rate);
  return {
    accountId: row.account_id,
    slot: row.slot,
    at: row.at,
    equityUnits: unitsOrNull(row.equity),
    complete: row.complete,
    lowUnits: unitsOrNull(row.low),
    highUnits: unitsOrNull(row.high),
    flowUnits: BigInt(row.flow),
    unconvertedUnits: BigInt(row.unconverted),
    convert: rate === null ? null : (units) => (rate === ONE ? units : multiplyScaled(units, rate)),
  };
}

function unitsOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

/** Points in the asset $2. A value in another asset is rounded to whole units: 10^-18 of it. */
const CONVERTED = `
  SELECT s.account_id, s.taken_at, round(date_part('epoch', s.taken_at) * 1000) AS at, r.rate,
    CASE WHEN s.asset = $2 THEN s.equity ELSE round(s.equity * r.rate / 1e18) END AS equity,
    s.complete AND r.rate IS NOT NULL AS complete,
    CASE WHEN s.asset = $2 THEN s.flow ELSE round(s.flow * r.rate / 1e18) END AS flow, s.flow AS own_flow
  FROM portfolio_snapshot s
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.asset = $2 THEN 1e18::numeric ELSE (s.rates ->> $2)::numeric END AS rate) r`;

function slotsOf(condition: string): string {
  return `
    SELECT account_id, ceil(at / $5::float8) * $5::float8 AS slot, max(at) AS at,
      (array_agg(equity ORDER BY at DESC))[1]::text AS equity,
      (array_agg(complete ORDER BY at DESC))[1] AS complete,
      min(equity)::text AS low, max(equity)::text AS high,
      coalesce(sum(flow), 0)::text AS flow,
      coalesce(sum(own_flow) FILTER (WHERE rate IS NULL), 0)::text AS unconverted,
      (array_agg(rate ORDER BY at DESC))[1]::text AS rate
    FROM (${CONVERTED}
      WHERE s.account_id = ANY ($1) AND s.taken_at >= to_timestamp($3::float8 / 1000)
        AND s.taken_at < to_timestamp($4::float8 / 1000) AND ${condition}) point
    GROUP BY account_id, slot ORDER BY slot, account_id`;
}

const FIRST_POINT = `
  SELECT min(round(date_part('epoch', first.taken_at) * 1000)) AS first
  FROM unnest($1::text[]) asked (account_id)
  CROSS JOIN LATERAL (
    SELECT taken_at FROM portfolio_snapshot s WHERE s.account_id = asked.account_id
    ORDER BY taken_at LIMIT 1) first`;

const FIRST_POINT_IN = `
  SELECT min(round(date_part('epoch', first.taken_at) * 1000)) AS first
  FROM unnest($1::text[]) asked (account_id)
  CROSS JOIN LATERAL (
    SELECT taken_at FROM portfolio_snapshot s WHERE s.account_id = asked.account_id
      AND s.taken_at >= to_timestamp($2::float8 / 1000) AND s.taken_at < to_timestamp($3::float8 / 1000)
    ORDER BY taken_at LIMIT 1) first`;

const BEFORE = `
  SELECT last.account_id, 0 AS slot, last.at, last.equity::text AS equity, last.complete,
    NULL AS low, NULL AS high, '0' AS flow, '0' AS unconverted, NULL AS rate
  FROM unnest($1::text[]) asked (account_id)
  CROSS JOIN LATERAL (${CONVERTED}
    WHERE s.account_id = asked.account_id AND s.taken_at < to_timestamp($3::float8 / 1000)
    ORDER BY s.taken_at DESC LIMIT 1) last`;
