import type { AccountSpec } from '../accounts/account.js';
import { Accounts } from '../accounts/accounts.js';
import { Ledger } from '../accounts/ledger.js';
import { SpotSettlement } from '../accounts/spot-settlement.js';
import { Engine } from './engine.js';
import type { EngineEvent } from './events.js';
import type { MarketRules } from './market.js';
import type { Order, OrderTerms } from './order.js';

/** Round numbers: a tick is 1 quote, a lot is 1 base, so that a price times a quantity reads as money. */
export const ROUND: MarketRules = {
  symbol: 'AAABBB',
  base: 'AAA',
  quote: 'BBB',
  tickSize: '1',
  stepSize: '1',
};

const PLENTY = { AAA: '1000000', BBB: '1000000000' };

/** An engine on the spot ledger for specs, with accounts that have plenty unless told otherwise. */
export class TradingFloor {
  readonly ledger = new Ledger();
  readonly accounts = new Accounts();
  readonly events: EngineEvent[] = [];
  readonly settlement = new SpotSettlement({
    ledger: this.ledger,
    accounts: this.accounts,
    market: (symbol) => this.engine.market(symbol),
  });
  at = 1_000;
  readonly engine: Engine = new Engine({ settlement: this.settlement, now: () => this.at });
  #orders = 0;

  constructor(...accountIds: string[]) {
    this.engine.addMarket(ROUND);
    this.engine.listen((event) => this.events.push(event));
    for (const accountId of accountIds) this.open({ accountId, keys: [], balances: PLENTY });
  }

  open(spec: AccountSpec): void {
    this.accounts.open({ fees: { maker: '0', taker: '0' }, ...spec }, this.at);
    this.engine.settleNow(() => {
      for (const [asset, amount] of Object.entries(spec.balances ?? {})) {
        this.ledger.deposit(spec.accountId, asset, BigInt(amount) * 100_000_000n);
      }
    });
  }

  terms(accountId: string, terms: Partial<OrderTerms>): OrderTerms {
    return {
      accountId,
      symbol: ROUND.symbol,
      clientOrderId: `order-${(this.#orders += 1)}`,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      postOnly: false,
      ticks: null,
      lots: null,
      quoteBudget: null,
      trigger: null,
      stp: 'EXPIRE_MAKER',
      orderListId: -1,
      attributes: {},
      ...terms,
    };
  }

  place(accountId: string, terms: Partial<OrderTerms>): Order {
    return this.engine.place(this.terms(accountId, terms));
  }

  buy(accountId: string, ticks: number, lots: number, terms: Partial<OrderTerms> = {}): Order {
    return this.place(accountId, { side: 'BUY', ticks, lots, ...terms });
  }

  sell(accountId: string, ticks: number, lots: number, terms: Partial<OrderTerms> = {}): Order {
    return this.place(accountId, { side: 'SELL', ticks, lots, ...terms });
  }

  /** Free and locked, in whole units of the asset. */
  balance(accountId: string, asset: string): { free: number; locked: number } {
    const { free, locked } = this.ledger.balance(accountId, asset);
    return { free: Number(free) / 1e8, locked: Number(locked) / 1e8 };
  }

  depth(): { bids: readonly (readonly [number, number])[]; asks: readonly (readonly [number, number])[] } {
    const { bids, asks } = this.engine.depth(ROUND.symbol);
    return { bids, asks };
  }

  /** @throws Error when the ledger's promises are broken */
  assertBalanced(): void {
    const broken = this.imbalance();
    if (broken !== null) throw new Error(broken);
  }

  /** The first broken promise of the ledger, or null: Σ is what came in, nobody is below zero. */
  imbalance(): string | null {
    for (const asset of this.ledger.assets()) {
      if (this.ledger.total(asset) !== this.ledger.deposited(asset)) return `${asset} does not add up`;
      for (const { accountId } of this.accounts.all()) {
        const { free, locked } = this.ledger.balance(accountId, asset);
        if (free < 0n || locked < 0n) return `${accountId} has ${free} free and ${locked} locked ${asset}`;
      }
    }
    return null;
  }
}
