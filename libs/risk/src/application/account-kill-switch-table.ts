import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable, write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import { OPERATOR } from '../domain/kill-switch.js';
import type { KillMode, KillSwitch } from '../domain/kill-switch.js';

/** The last word about the switch of one account. What was said before is in the account's event stream. */
export interface AccountKillSwitchRow {
  account_id: AccountId;
  switch_id: string;
  /** Null: released. */
  mode: KillMode | null;
  version: number;
  reason: string;
  actor: string;
  changed_at: EpochMs;
  cancel_orders: boolean;
  trace_id: string | null;
}

export const accountKillSwitches = accountTable<AccountKillSwitchRow>({
  name: 'account_kill_switch',
  columns: {
    account_id: 'text',
    switch_id: 'text',
    mode: 'text',
    version: 'bigint',
    reason: 'text',
    actor: 'text',
    changed_at: 'timestamptz',
    cancel_orders: 'boolean',
    trace_id: 'text',
  },
  key: ['account_id'],
  mode: 'UPSERT',
});

/** The account command that stores the word about its switch; the payload is the `KillSwitch`. */
export const KEEP_KILL_SWITCH = 'KeepKillSwitch';

/** What storing a word about an account's switch writes. */
export function keepKillSwitch(accountId: AccountId, word: KillSwitch): CommitPlan {
  const { switchId, mode, version, reason, actor, at, cancelOrders, traceId } = word;
  const row = {
    account_id: accountId,
    switch_id: switchId,
    mode,
    version,
    reason,
    actor,
    changed_at: at,
    cancel_orders: cancelOrders,
    trace_id: traceId,
  };
  const event = { type: 'KillSwitchChanged', payload: switchEvent(word), occurredAt: at, actor, traceId };
  return { rows: [write(accountKillSwitches, row)], events: [event], ledger: [] };
}

/** The payload of `KillSwitchChanged`. */
export function switchEvent(word: KillSwitch): JsonObject {
  const { switchId, tenantId, scope, mode, version, reason, cancelOrders } = word;
  const payload: JsonObject = { switchId, scope: { ...scope }, mode, version, reason, cancelOrders };
  // An operator's switch is everybody's: the audit shows what names no tenant to all of them.
  return tenantId === OPERATOR ? payload : { ...payload, tenantId };
}
