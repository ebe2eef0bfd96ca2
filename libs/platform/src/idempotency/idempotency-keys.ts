import type { JsonValue } from '@sextant/contracts';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { accountTable } from '../commit/index.js';

/** One used key, with what a replay needs. */
export interface IdempotencyRow {
  tenant_id: TenantId;
  /** Method and path as asked for: `POST /api/orders`. */
  route: string;
  key: string;
  /** The account acted on, or an empty text where the route concerns none. */
  account_id: AccountId | '';
  body_hash: string;
  /** What was created: a replay of an order answers with its current state. */
  resource_id: string | null;
  status: number;
  /** The original body; null where the replay reads the resource again. */
  body: JsonValue | null;
  created_at: EpochMs;
}

/** For the plans of account commands: the key is stored in the commit that has the effect. */
export const idempotencyKeys = accountTable<IdempotencyRow>({
  name: 'idempotency_key',
  columns: {
    tenant_id: 'text',
    route: 'text',
    key: 'text',
    account_id: 'text',
    body_hash: 'text',
    resource_id: 'text',
    status: 'int',
    body: 'jsonb',
    created_at: 'timestamptz',
  },
  key: ['account_id', 'tenant_id', 'route', 'key'],
  mode: 'INSERT',
});
