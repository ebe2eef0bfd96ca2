import { Injectable } from '@nestjs/common';
import { Clock, Ids } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { AccountSwitches } from '../domain/account-switches.js';
import { concernsAccount, isLater, nextSwitch, scopeKey } from '../domain/kill-switch.js';
import type { KillSwitch, SwitchOrder, SwitchSubject } from '../domain/kill-switch.js';
import { KillSwitches } from '../domain/kill-switches.js';
import type { LiquidationProgress } from '../domain/liquidation-progress.js';

/**
 * The kill switches as this process knows them: what every order of its accounts is judged by, without a read or a wait.
 * Where a word comes from (a request, another process, the file, the database) makes no difference.
 */
@Injectable()
export class KillSwitchBoard {
  private readonly switches = new KillSwitches();
  private readonly listeners = new Set<() => void>();
  /** Words that the database is not known to have. */
  private readonly unstored = new Map<string, KillSwitch>();
  private readonly progress = new Map<string, LiquidationProgress>();

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** In force when this returns. False when it is known, or a later word is. */
  take(word: KillSwitch): boolean {
    if (!this.switches.take(word)) return false;
    this.unstored.set(scopeKey(word), word);
    for (const listener of this.listeners) listener();
    return true;
  }

  /** The database has this word, or a later one of its scope. */
  isStored(word: KillSwitch): void {
    const open = this.unstored.get(scopeKey(word));
    if (open !== undefined && !isLater(open, word)) this.unstored.delete(scopeKey(word));
  }

  /** What the database is still to be told. */
  toStore(): KillSwitch[] {
    return [...this.unstored.values()];
  }

  /** The next word about a scope; nobody has heard it yet. */
  draft(order: SwitchOrder): KillSwitch {
    return nextSwitch(order, this.last(order), this.ids.next('ksw'), this.clock.now());
  }

  last(scope: Pick<KillSwitch, 'tenantId' | 'scope'>): KillSwitch | undefined {
    return this.switches.last(scope);
  }

  on(): readonly KillSwitch[] {
    return this.switches.on();
  }

  /** The switches as an account sees them. */
  of(account: Pick<SwitchSubject, 'tenantId' | 'accountId' | 'venue'>): AccountSwitches {
    return {
      inForce: ({ symbol, strategy }) =>
        this.switches.on().length === 0 ? null : this.switches.inForce({ ...account, symbol, strategy }),
      on: () => this.switches.on().filter((word) => concernsAccount(word, account)),
      storedVersion: () => this.storedVersion(account),
      report: (progress) => this.report(account.accountId, progress),
      onChange: (listener) => this.onChange(listener),
    };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** How far the liquidations of this process's accounts are. */
  liquidations(): LiquidationProgress[] {
    return [...this.progress.values()];
  }

  private storedVersion({ tenantId, accountId }: Pick<SwitchSubject, 'tenantId' | 'accountId'>): number {
    const scope = { tenantId, scope: { kind: 'ACCOUNT', value: accountId } } as const;
    return this.unstored.has(scopeKey(scope)) ? 0 : (this.last(scope)?.version ?? 0);
  }

  private report(accountId: AccountId, progress: LiquidationProgress | null): void {
    if (progress === null) {
      for (const [key, known] of this.progress) if (known.accountId === accountId) this.progress.delete(key);
      return;
    }
    this.progress.set(`${accountId} ${progress.switchId}`, progress);
  }
}
