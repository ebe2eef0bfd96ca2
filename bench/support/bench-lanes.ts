import type { AccountId } from '@sextant/kernel';
import { CommitLane, GENESIS_HASH, GroupAccountCommit } from '@sextant/platform';
import type { BenchDatabase } from './bench-database.js';

/** Accounts that this process owns. */
export async function benchLanes(
  { database, client }: Pick<BenchDatabase, 'database' | 'client'>,
  count: number,
): Promise<CommitLane[]> {
  const commit = new GroupAccountCommit(database);
  const lanes: CommitLane[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = `acc_${n.toString(16).padStart(32, '0')}` as AccountId;
    const opened = { events: [{ type: 'Opened', payload: {}, occurredAt: 0 }], rows: [], ledger: [] };
    const { events } = await commit.openStream(id, opened);
    const position = { seq: 1, eventHash: events[0]?.hash ?? '', ledgerSeq: 0, ledgerHash: GENESIS_HASH };
    lanes.push(new CommitLane(id, 'bench', 1, position));
  }
  await client.query(`UPDATE account_stream SET owner_address = 'bench'`);
  return lanes;
}
