import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';

/** What a switch leaves allowed, the least strict first. The strictest of those that apply wins. */
export const killModes = ['REDUCE_ONLY', 'LIQUIDATE', 'HALT'] as const;
export type KillMode = (typeof killModes)[number];

/** What a switch is on for. `value` names it; empty for ALL. */
export const switchScopes = ['ACCOUNT', 'STRATEGY', 'SYMBOL', 'VENUE', 'ALL'] as const;
export type SwitchScope = { readonly kind: (typeof switchScopes)[number]; readonly value: string };

/** In place of a tenant: the operator's switch, for everybody. Only the terminal sets and releases it. */
export const OPERATOR = '*';

/**
 * The last word about one scope: what is on, or that it was released. It travels between processes, files and the
 * database as it is; whoever knows several of the same scope keeps the later one.
 */
export type KillSwitch = {
  readonly switchId: string;
  readonly tenantId: TenantId | typeof OPERATOR;
  readonly scope: SwitchScope;
  /** Null: released. */
  readonly mode: KillMode | null;
  /** Grows with each word about the scope, and with the clock, so that a process that missed some is still later. */
  readonly version: number;
  readonly reason: string;
  readonly actor: string;
  readonly at: EpochMs;
  /** Whether resting orders of the scope are cancelled. */
  readonly cancelOrders: boolean;
  readonly traceId: string | null;
};

/** What somebody wants of a scope. */
export interface SwitchOrder {
  tenantId: KillSwitch['tenantId'];
  scope: SwitchScope;
  mode: KillMode | null;
  reason: string;
  actor: string;
  cancelOrders: boolean;
  traceId: string | null;
}

/** What an order is seen by. */
export interface SwitchSubject {
  tenantId: TenantId;
  accountId: AccountId;
  venue: string;
  symbol: string;
  strategy: string | null;
}

/** One text a scope: what words about the same thing have in common. */
export function scopeKey({ tenantId, scope }: Pick<KillSwitch, 'tenantId' | 'scope'>): string {
  return `${tenantId} ${scope.kind} ${scope.value}`;
}

/** The next word about a scope that `before` was the last one about. */
export function nextSwitch(
  order: SwitchOrder,
  before: KillSwitch | undefined,
  switchId: string,
  now: EpochMs,
): KillSwitch {
  return { ...order, switchId, version: Math.max((before?.version ?? 0) + 1, now), at: now };
}

/** Two words of the same number were said at the same time: the stricter stands. */
export function isLater(word: KillSwitch, than: KillSwitch): boolean {
  if (word.version !== than.version) return word.version > than.version;
  if (strictness(word) !== strictness(than)) return strictness(word) > strictness(than);
  return word.switchId > than.switchId;
}

/** 0 when released. */
export function strictness({ mode }: Pick<KillSwitch, 'mode'>): number {
  return mode === null ? 0 : killModes.indexOf(mode) + 1;
}

/** Whether anything of an account can fall under the switch, whatever the market or the strategy. */
export function concernsAccount(
  { tenantId, scope }: KillSwitch,
  account: Pick<SwitchSubject, 'tenantId' | 'accountId' | 'venue'>,
): boolean {
  if (tenantId !== OPERATOR && tenantId !== account.tenantId) return false;
  if (scope.kind === 'ACCOUNT') return scope.value === account.accountId;
  return scope.kind !== 'VENUE' || scope.value === account.venue;
}

/** Whether the switch is about this order. */
export function covers(word: KillSwitch, subject: SwitchSubject): boolean {
  if (!concernsAccount(word, subject)) return false;
  const { kind, value } = word.scope;
  if (kind === 'SYMBOL') return value === subject.symbol;
  return kind !== 'STRATEGY' || value === subject.strategy;
}
