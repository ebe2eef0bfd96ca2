import { DomainError } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { KeyRing } from './key-ring.js';
import type { MasterKey } from './master-key.js';

const CURRENT = `SELECT kek_id FROM vault_master_key WHERE status = 'CURRENT'`;

/**
 * The master key that seals now. The database says which one that is, and cannot change its mind while the transaction
 * runs: a process with old keys never seals with one that a rotation has replaced.
 * @throws DomainError VAULT_KEY_MISSING
 */
export async function sealingKey(client: PoolClient, ring: KeyRing): Promise<MasterKey> {
  const { rows } = await client.query<{ kek_id: string }>(`${CURRENT} FOR SHARE`);
  const [current] = rows;
  if (current === undefined) throw keyMissing('The vault has no master key yet.');
  const key = ring.find(current.kek_id);
  if (key === null) throw keyMissing(`The master key ${current.kek_id} of the vault is not here.`);
  return key;
}

export function keyMissing(detail: string): DomainError {
  return new DomainError('VAULT_KEY_MISSING', detail);
}
