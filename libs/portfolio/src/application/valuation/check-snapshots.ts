import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { ownerAccount } from '../../domain/ledger/ledger-account.js';
import type { SqlReader } from '../reading/reservations.js';
import { epochMs } from '../reading/stored-rows.js';

/** A stored point that holds something else than the ledger up to its sequence. */
export interface SnapshotDifference {
  takenAt: EpochMs;
  ledgerSequence: number;
  asset: string;
  snapshot: string;
  ledger: string;
}

export interface SnapshotCheck {
  checked: number;
  differences: SnapshotDifference[];
}

interface StoredPoint {
  taken_at: EpochMs;
  ledger_sequence: string;
  holdings: { asset: string; total: string }[];
}

const PAGE = 1_000;
const MOST_TOLD = 100;

/**
 * Compares every equity point of an account with the fold of its ledger at the sequence that it names. One pass over both,
 * a page at a time.
 */
export async function checkSnapshots(
  reader: SqlReader,
  accountId: AccountId,
  venue: string,
): Promise<SnapshotCheck> {
  const totals = new Map<string, bigint>();
  const differences: SnapshotDifference[] = [];
  let checked = 0;
  for (let [after, sequence] = [0, 0]; ;) {
    const points = await reader.query<StoredPoint>(POINTS, [accountId, after, PAGE]);
    const moved = await movedBetween(reader, accountId, ownerAccount('wallet', venue), sequence, points);
    for (const point of points) {
      const { taken_at: takenAt, ledger_sequence } = point;
      const ledgerSequence = Number(ledger_sequence);
      if (ledgerSequence > sequence) add(totals, moved.get(ledgerSequence) ?? []);
      sequence = Math.max(sequence, ledgerSequence);
      const found = compare(point, totals).map((one) => ({ takenAt, ledgerSequence, ...one }));
      differences.push(...found.slice(0, MOST_TOLD - differences.length));
    }
    checked += points.length;
    if (points.length < PAGE) return { checked, differences };
    after = points.at(-1)!.taken_at;
  }
}

interface Moved {
  ledger_sequence: string;
  asset: string;
  units: string;
}

/** What the wallet gained from each sequence that a point names to the next. */
async function movedBetween(
  reader: SqlReader,
  accountId: AccountId,
  wallet: string,
  from: number,
  points: readonly StoredPoint[],
): Promise<Map<number, Moved[]>> {
  const sequences = [...new Set(points.map(({ ledger_sequence }) => Number(ledger_sequence)))];
  const rows = await reader.query<Moved>(MOVED, [accountId, wallet, from, sequences]);
  return Map.groupBy(rows, ({ ledger_sequence }) => Number(ledger_sequence));
}

function add(totals: Map<string, bigint>, moved: readonly Moved[]): void {
  for (const { asset, units } of moved) totals.set(asset, (totals.get(asset) ?? 0n) + BigInt(units));
}

function compare({ holdings }: StoredPoint, totals: ReadonlyMap<string, bigint>) {
  const held = new Map(holdings.map(({ asset, total }) => [asset, parseScaled(total, 18)]));
  return [...new Set([...held.keys(), ...totals.keys()])]
    .filter((asset) => (held.get(asset) ?? 0n) !== (totals.get(asset) ?? 0n))
    .map((asset) => ({
      asset,
      snapshot: formatScaled(held.get(asset) ?? 0n),
      ledger: formatScaled(totals.get(asset) ?? 0n),
    }));
}

const POINTS = `
  SELECT ${epochMs('taken_at')}, ledger_sequence, valuation -> 'holdings' AS holdings
  FROM portfolio_snapshot WHERE account_id = $1 AND taken_at > to_timestamp($2::float8 / 1000)
  ORDER BY portfolio_snapshot.taken_at LIMIT $3`;

const MOVED = `
  SELECT stop.ledger_sequence, posting.asset, sum(posting.amount)::text AS units
  FROM (SELECT named AS ledger_sequence, lag(named, 1, $3::bigint) OVER (ORDER BY named) AS previous
    FROM unnest($4::bigint[]) named WHERE named > $3::bigint) stop
  JOIN ledger_transaction entry ON entry.account_id = $1
    AND entry.chain_sequence > stop.previous AND entry.chain_sequence <= stop.ledger_sequence
  JOIN ledger_posting posting ON posting.account_id = $1 AND posting.transaction_id = entry.transaction_id
    AND posting.account = $2
  GROUP BY stop.ledger_sequence, posting.asset`;
