import type { AccountSpec, KeySpec, Permissions } from '../accounts/account.js';
import { formatUnits, unitsOf } from '../engine/amounts.js';
import type { ClockSetting } from '../engine/clock.js';
import type { MarketStatus } from '../engine/market.js';
import type { Side } from '../engine/order.js';
import { Random } from '../engine/random.js';
import type { FaultRule, FaultRuleSpec } from '../faults/fault-rule.js';
import type { FaultMix } from '../faults/fault-mix.js';
import { drawFaultMix } from '../faults/fault-mix.js';
import type { Quirks } from '../faults/quirks.js';
import type { Entry, JournalQuery } from '../journal/journal.js';
import type { SymbolRules } from '../orders/symbol-rules.js';
import type { VenueCore } from '../venue-core.js';

export interface Deposit {
  readonly accountId: string;
  readonly asset: string;
  /** Decimal text; negative takes money out. */
  readonly amount: string;
  readonly cause?: 'DEPOSIT' | 'WITHDRAWAL' | 'ADJUSTMENT';
}

/** What the venue's operator can do to it while it runs. */
export class Operator {
  /** Counts what was said of maintenance: only the latest word ends it. */
  private maintenance = 0;

  constructor(readonly core: VenueCore) {}

  openAccount(spec: AccountSpec): void {
    this.core.accounts.open(spec, this.core.clock.now());
    // Without the balances: they are events, and would come back twice.
    this.core.recorder.setup({ what: 'ACCOUNT', spec: { ...spec, balances: {} } });
    for (const [asset, amount] of Object.entries(spec.balances ?? {})) {
      this.deposit({ accountId: spec.accountId, asset, amount });
    }
  }

  addKey(accountId: string, spec: KeySpec): void {
    this.core.accounts.addKey(accountId, spec, this.core.clock.now());
    this.core.recorder.setup({ what: 'KEY', accountId, spec });
  }

  /** Throws for a key that is unknown or was revoked before. */
  revokeKey(apiKey: string): void {
    this.needLiveKey(apiKey);
    this.core.accounts.revoke(apiKey);
    this.core.recorder.setup({ what: 'REVOKE', apiKey });
  }

  setPermissions(apiKey: string, permissions: Partial<Permissions>): void {
    this.needLiveKey(apiKey);
    this.core.accounts.permit(apiKey, permissions);
    this.core.recorder.setup({ what: 'PERMISSIONS', apiKey, permissions });
  }

  allowTrading(accountId: string, canTrade: boolean): void {
    this.core.accounts.allowTrading(accountId, canTrade);
    this.core.recorder.setup({ what: 'CAN_TRADE', accountId, canTrade });
  }

  /** Throws when the account has less than is taken. */
  deposit({ accountId, asset, amount, cause }: Deposit): void {
    this.needAccount(accountId);
    const units = unitsOf(amount);
    this.core.engine.settleNow(() => {
      const isTaken = this.core.ledger.deposit(accountId, asset, units, cause ?? causeOf(units));
      if (!isTaken) throw new RangeError(`${accountId} has less than ${amount} ${asset}`);
    });
  }

  changeRules(symbol: string, changes: Partial<SymbolRules>): SymbolRules {
    const { rules } = this.core.symbols.change(symbol, changes);
    this.core.recorder.setup({ what: 'RULES', symbol, changes });
    return rules;
  }

  setStatus(symbol: string, status: MarketStatus): void {
    this.core.symbols.setStatus(symbol, status);
    this.core.recorder.setup({ what: 'STATUS', symbol, status });
  }

  /** The market's other participants: sizes and trades in ticks and lots of the symbol's grid. */
  houseLevel(symbol: string, side: Side, ticks: number, lots: number): void {
    this.core.engine.house.setLevel(symbol, side, ticks, lots);
  }

  houseTrade(symbol: string, aggressor: Side, ticks: number, lots: number): void {
    this.core.engine.house.trade(symbol, aggressor, ticks, lots);
  }

  setFault(spec: FaultRuleSpec): FaultRule {
    return this.core.faults.set(spec);
  }

  removeFault(id: string): boolean {
    return this.core.faults.remove(id);
  }

  /** Ends all faults and quirks; bans, rules and keys stay as they are. */
  calm(): void {
    this.core.faults.clear();
    this.core.quirks.clear();
    this.maintenance += 1;
  }

  /** A whole mix of faults and quirks, drawn from a seed; whatever was set before is over. */
  unleash(seed: number): FaultMix {
    const mix = drawFaultMix(new Random(seed));
    this.calm();
    for (const rule of mix.rules) this.core.faults.set(rule);
    this.core.quirks.set(mix.quirks);
    return mix;
  }

  setQuirks(quirks: Partial<Quirks>, accountId: string | null = null): void {
    if (accountId !== null) this.needAccount(accountId);
    if (quirks.isInMaintenance !== undefined) this.maintenance += 1;
    this.core.quirks.set(quirks, accountId);
  }

  /** Down for everybody: for so long, or until it is taken back. What is said of it meanwhile holds. */
  closeForMaintenance(ms: number | null): void {
    this.setQuirks({ isInMaintenance: true });
    const own = this.maintenance;
    if (ms === null) return;
    this.core.clock.after(ms, () => {
      if (own === this.maintenance) this.setQuirks({ isInMaintenance: false });
    });
  }

  setClock(setting: ClockSetting): void {
    this.core.clock.set(setting);
    this.core.recorder.setup({ what: 'CLOCK', ...this.core.clock.setting() });
  }

  ban(of: string, forMs: number): void {
    this.core.limits.ban({ of, until: this.core.clock.now() + forMs, count: 1 });
  }

  journal(query: JournalQuery): Entry[] {
    this.core.journal.flush();
    return this.core.journal.read(query);
  }

  /** Per asset: what came in from outside, and what all accounts hold, fees and house included. They are equal. */
  conservation(): { asset: string; deposited: string; held: string }[] {
    const { ledger } = this.core;
    return ledger.assets().map((asset) => ({
      asset,
      deposited: formatUnits(ledger.deposited(asset)),
      held: formatUnits(ledger.total(asset)),
    }));
  }

  protected needAccount(accountId: string): void {
    if (this.core.accounts.find(accountId) === null) throw new RangeError(`no account ${accountId}`);
  }

  private needLiveKey(apiKey: string): void {
    if (this.core.accounts.key(apiKey)?.revoked === true) throw new RangeError(`key ${apiKey} was revoked`);
  }
}

function causeOf(units: bigint): 'DEPOSIT' | 'WITHDRAWAL' {
  return units < 0n ? 'WITHDRAWAL' : 'DEPOSIT';
}
