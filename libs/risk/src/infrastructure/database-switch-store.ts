import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database, SystemLog } from '@sextant/platform';
import { switchEvent } from '../application/account-kill-switch-table.js';
import { SwitchStore } from '../application/switch-store.js';
import type { OwnedBy } from '../application/switch-store.js';
import { strictness } from '../domain/kill-switch.js';
import type { KillSwitch, SwitchScope } from '../domain/kill-switch.js';

interface StoredSwitch {
  tenant_id: KillSwitch['tenantId'];
  scope_kind: SwitchScope['kind'];
  scope_value: string;
  switch_id: string;
  mode: KillSwitch['mode'];
  version: string;
  reason: string;
  actor: string;
  changed_ms: string;
  cancel_orders: boolean;
  trace_id: string | null;
}

const WORD = `switch_id, mode, version, reason, actor,
  (extract(epoch FROM changed_at) * 1000)::bigint AS changed_ms, cancel_orders, trace_id`;

const LOAD = `
SELECT tenant_id, scope_kind, scope_value, ${WORD} FROM kill_switch
UNION ALL
SELECT a.tenant_id, 'ACCOUNT', account_id, ${WORD} FROM account_kill_switch JOIN account a USING (account_id)`;

const STORE = `
INSERT INTO kill_switch AS known (tenant_id, scope_kind, scope_value, switch_id, mode, strictness, version, reason,
  actor, changed_at, cancel_orders, trace_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'epoch'::timestamptz + $10::bigint * interval '1 millisecond', $11, $12)
ON CONFLICT (tenant_id, scope_kind, scope_value) DO UPDATE
SET switch_id = excluded.switch_id, mode = excluded.mode, strictness = excluded.strictness,
    version = excluded.version, reason = excluded.reason, actor = excluded.actor, changed_at = excluded.changed_at,
    cancel_orders = excluded.cancel_orders, trace_id = excluded.trace_id
WHERE (known.version, known.strictness, known.switch_id) < (excluded.version, excluded.strictness, excluded.switch_id)
RETURNING 1`;

const OWNED = `
SELECT s.owner_address AS process, s.account_id AS "accountId" FROM account_stream s JOIN account a USING (account_id)
WHERE a.tenant_id = $1 AND s.owner_address = ANY ($2) ORDER BY s.account_id LIMIT 1000`;

@Injectable()
export class DatabaseSwitchStore extends SwitchStore {
  constructor(
    private readonly database: Database,
    private readonly log: SystemLog,
  ) {
    super();
  }

  override async load(): Promise<KillSwitch[]> {
    return (await this.database.query<StoredSwitch>(LOAD)).map(wordOf);
  }

  override async store(word: KillSwitch): Promise<void> {
    const { tenantId, scope, switchId, mode, version, reason, actor, at, cancelOrders, traceId } = word;
    const what = [tenantId, scope.kind, scope.value, switchId, mode, strictness(word), version];
    const values = [...what, reason, actor, at, cancelOrders, traceId];
    await this.database.transaction(async (client) => {
      const { rowCount } = await client.query(STORE, values);
      if (rowCount === 0) return;
      const event = { type: 'KillSwitchChanged', payload: switchEvent(word), occurredAt: at, actor, traceId };
      await this.log.append([event], client);
    });
  }

  override accountsOf(tenantId: TenantId, processes: readonly string[]): Promise<OwnedBy[]> {
    return this.database.query<{ process: string; accountId: AccountId }>(OWNED, [tenantId, [...processes]]);
  }
}

function wordOf(row: StoredSwitch): KillSwitch {
  return {
    switchId: row.switch_id,
    tenantId: row.tenant_id,
    scope: { kind: row.scope_kind, value: row.scope_value },
    mode: row.mode,
    version: Number(row.version),
    reason: row.reason,
    actor: row.actor,
    at: Number(row.changed_ms),
    cancelOrders: row.cancel_orders,
    traceId: row.trace_id,
  };
}
