import type { BalanceChanged } from '../engine/events.js';

type Cause = BalanceChanged['cause'];

export interface Balance {
  readonly free: bigint;
  readonly locked: bigint;
}

/** Set aside for one order, or for the orders of a list, of which only the dearest counts. */
interface Hold {
  readonly accountId: string;
  readonly asset: string;
  readonly needs: Map<number, bigint>;
  amount: bigint;
}

interface Funds {
  free: bigint;
  locked: bigint;
  told: bigint;
}

/** Where the other side of accounts' money stands; both may be negative. */
export const HOUSE = '@house';
export const FEES = '@fees';

/** Balances of all accounts, per asset, in units of 10⁻⁸. What comes in from outside is counted, so Σ is provable. */
export class Ledger {
  readonly #accounts = new Map<string, Map<string, Funds>>();
  readonly #holds = new Map<string, Hold>();
  readonly #changed = new Map<string, { accountId: string; asset: string; cause: Cause }>();
  readonly #deposited = new Map<string, bigint>();

  balance(accountId: string, asset: string): Balance {
    const { free, locked } = this.#accounts.get(accountId)?.get(asset) ?? { free: 0n, locked: 0n };
    return { free, locked };
  }

  /** Assets in the order in which the account first had them. */
  balances(accountId: string): [asset: string, balance: Balance][] {
    const funds = [...(this.#accounts.get(accountId) ?? [])];
    return funds.map(([asset, { free, locked }]) => [asset, { free, locked }]);
  }

  /** Money from or to the world outside. Refused, with `false`, when it would take more than is free. */
  deposit(accountId: string, asset: string, units: bigint, cause: Cause = 'DEPOSIT'): boolean {
    const funds = this.#funds(accountId, asset);
    if (funds.free + units < 0n) return false;
    funds.free += units;
    this.#deposited.set(asset, this.deposited(asset) + units);
    this.#note(accountId, asset, cause);
    return true;
  }

  /** Moves free money between two accounts; the venue's own accounts may go below zero. */
  transfer(from: string, to: string, asset: string, units: bigint): void {
    this.#funds(from, asset).free -= units;
    this.#funds(to, asset).free += units;
    this.#note(from, asset, 'TRADING');
    this.#note(to, asset, 'TRADING');
  }

  /** Sets the reservation of one order within its hold to `units`; `false` when too little is free. */
  hold(holdId: string, orderId: number, accountId: string, asset: string, units: bigint): boolean {
    const hold = this.#holds.get(holdId) ?? { accountId, asset, needs: new Map(), amount: 0n };
    const amount = dearest(hold.needs, orderId, units);
    if (amount - hold.amount > this.#funds(accountId, asset).free) return false;
    hold.needs.set(orderId, units);
    this.#holds.set(holdId, hold);
    this.#resize(hold, amount);
    return true;
  }

  release(holdId: string, orderId: number): void {
    const hold = this.#holds.get(holdId);
    if (hold === undefined) return;
    hold.needs.delete(orderId);
    if (hold.needs.size === 0) this.#holds.delete(holdId);
    this.#resize(hold, dearest(hold.needs, -1, 0n));
  }

  /** Pays out of a hold: `units` leave the account for good, and the hold shrinks by as much. */
  pay(holdId: string, orderId: number, to: string, units: bigint): void {
    const hold = this.#holds.get(holdId);
    const held = hold?.needs.get(orderId);
    if (hold === undefined || held === undefined || units > hold.amount) {
      throw new Error(`order ${orderId} pays ${units} out of a hold of ${hold?.amount ?? 0n}`);
    }
    hold.needs.set(orderId, held - units);
    hold.amount -= units;
    this.#funds(hold.accountId, hold.asset).locked -= units;
    this.#funds(to, hold.asset).free += units;
    this.#note(hold.accountId, hold.asset, 'TRADING');
    this.#note(to, hold.asset, 'TRADING');
  }

  /** All that ever came in from outside, less what went out. */
  deposited(asset: string): bigint {
    return this.#deposited.get(asset) ?? 0n;
  }

  /** Σ over all accounts, the venue's own included; equals `deposited` at every moment. */
  total(asset: string): bigint {
    let sum = 0n;
    for (const funds of this.#accounts.values()) {
      const found = funds.get(asset);
      if (found !== undefined) sum += found.free + found.locked;
    }
    return sum;
  }

  assets(): string[] {
    return [...new Set([...this.#accounts.values()].flatMap((funds) => [...funds.keys()]))];
  }

  takeChanges(at: number): BalanceChanged[] {
    if (this.#changed.size === 0) return [];
    const events: BalanceChanged[] = [];
    for (const { accountId, asset, cause } of this.#changed.values()) {
      const funds = this.#funds(accountId, asset);
      const { free, locked } = funds;
      const delta = free + locked - funds.told;
      funds.told = free + locked;
      events.push({ kind: 'BalanceChanged', accountId, asset, free, locked, delta, cause, at });
    }
    this.#changed.clear();
    return events;
  }

  /** Puts back what an event said; what is locked is locked again by the open orders themselves. */
  restore({ accountId, asset, free, locked, delta, cause }: BalanceChanged): void {
    const funds = this.#funds(accountId, asset);
    funds.free = free + locked;
    funds.told = funds.free;
    if (cause !== 'TRADING') this.#deposited.set(asset, this.deposited(asset) + delta);
  }

  #resize(hold: Hold, amount: bigint): void {
    const added = amount - hold.amount;
    if (added === 0n) return;
    const funds = this.#funds(hold.accountId, hold.asset);
    funds.free -= added;
    funds.locked += added;
    hold.amount = amount;
    this.#note(hold.accountId, hold.asset, 'TRADING');
  }

  #funds(accountId: string, asset: string): Funds {
    let funds = this.#accounts.get(accountId);
    if (funds === undefined) this.#accounts.set(accountId, (funds = new Map()));
    let found = funds.get(asset);
    if (found === undefined) funds.set(asset, (found = { free: 0n, locked: 0n, told: 0n }));
    return found;
  }

  #note(accountId: string, asset: string, cause: Cause): void {
    const key = `${accountId}\n${asset}`;
    if (!this.#changed.has(key) || cause !== 'TRADING') this.#changed.set(key, { accountId, asset, cause });
  }
}

function dearest(needs: ReadonlyMap<number, bigint>, orderId: number, units: bigint): bigint {
  let amount = units;
  for (const [id, need] of needs) if (id !== orderId && need > amount) amount = need;
  return amount;
}
