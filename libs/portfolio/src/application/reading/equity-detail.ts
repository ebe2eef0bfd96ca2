import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Points that one answer is made of: about half a second of the database's time. */
const MOST_READ = 50_000;

/** Which points of the history are read. */
export interface EquityDetail {
  /** SQL over the columns of `portfolio_snapshot`, as its partial indexes have it. */
  condition: string;
  /** How far apart they are. */
  spacingMs: number;
}

export interface EquityExtent {
  accountIds: readonly unknown[];
  from: EpochMs;
  to: EpochMs;
  bucketMs: number;
  /** How often accounts are valued. */
  pointMs: number;
}

/** The finest points of the history that are few enough, or null: all of them, those of full hours, those of midnights. */
export function equityDetail({ accountIds, from, to, bucketMs, pointMs }: EquityExtent): EquityDetail | null {
  const details: EquityDetail[] = [
    { condition: 'true', spacingMs: pointMs },
    { condition: `(kind IN ('DAY', 'HOUR') OR flow <> 0)`, spacingMs: HOUR_MS },
    { condition: `(kind = 'DAY' OR flow <> 0)`, spacingMs: DAY_MS },
  ];
  const fits = ({ condition, spacingMs }: EquityDetail) =>
    (condition === 'true' || spacingMs <= bucketMs) &&
    (accountIds.length * (to - from)) / spacingMs <= MOST_READ;
  return details.find(fits) ?? null;
}

/** @throws DomainError EQUITY_RANGE_INVALID */
export function assertDetail(extent: EquityExtent): EquityDetail {
  const detail = equityDetail(extent);
  if (detail !== null) return detail;
  throw new DomainError(
    'EQUITY_RANGE_INVALID',
    'That is too much to add up at once: ask for less time, a wider interval, or fewer accounts.',
    { pointer: '/interval' },
  );
}
