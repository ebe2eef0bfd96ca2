import type { AccountSpec, KeySpec, Permissions } from '../accounts/account.js';
import type { Accounts } from '../accounts/accounts.js';
import type { ClockSetting, VenueClock } from '../engine/clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/events.js';
import type { MarketStatus } from '../engine/market.js';
import type { SymbolRules } from '../orders/symbol-rules.js';
import type { SymbolTable } from '../orders/symbol-table.js';
import type { Ban, Limits } from '../rest/limits.js';
import type { EncodedEvent } from './event-codec.js';
import { decodeEvent, encodeEvent } from './event-codec.js';
import type { Entry, Journal } from './journal.js';

/** What the operator set up, as it is replayed. Balances are not part of it: they come back as events. */
export type Setup =
  | { readonly what: 'ACCOUNT'; readonly spec: AccountSpec }
  | { readonly what: 'KEY'; readonly accountId: string; readonly spec: KeySpec }
  | { readonly what: 'REVOKE'; readonly apiKey: string }
  | { readonly what: 'PERMISSIONS'; readonly apiKey: string; readonly permissions: Partial<Permissions> }
  | { readonly what: 'CAN_TRADE'; readonly accountId: string; readonly canTrade: boolean }
  | { readonly what: 'RULES'; readonly symbol: string; readonly changes: Partial<SymbolRules> }
  | { readonly what: 'STATUS'; readonly symbol: string; readonly status: MarketStatus }
  | { readonly what: 'BAN'; readonly ban: Ban }
  | ({ readonly what: 'CLOCK' } & Required<ClockSetting>);

/** One engine with its kind of accounts, as the journal knows it. */
export interface RecordedProduct {
  readonly engine: Engine;
  /** Puts one event back that was told before. */
  readonly restore: (event: EngineEvent) => void;
  /** After the last one. */
  readonly finishRestore: () => void;
  /** Puts back a note of its own. */
  readonly restoreNote?: (note: unknown) => void;
}

interface Parts {
  readonly journal: Journal;
  readonly clock: VenueClock;
  readonly accounts: Accounts;
  readonly symbols: SymbolTable;
  readonly limits: () => Limits;
}

/** Writes what happens into the journal, and makes it happen again when the journal is replayed. */
export class Recorder {
  readonly #products = new Map<string, RecordedProduct>();
  #isReplaying = false;

  constructor(private readonly parts: Parts) {}

  /** From now on the journal holds all that this engine tells, under the product's name. */
  attach(name: string, product: RecordedProduct): void {
    this.#products.set(name, product);
    const { journal } = this.parts;
    product.engine.listen((event) => {
      journal.record('event', event.at, { product: name, event: encodeEvent(event) });
    });
  }

  /** Keeps what a product knows beside its engine's events: plain JSON, bigints as text. */
  note(name: string, note: object): void {
    if (!this.#isReplaying)
      this.parts.journal.record('event', this.parts.clock.now(), { product: name, note });
  }

  setup(setup: Setup): void {
    if (!this.#isReplaying) this.parts.journal.record('setup', this.parts.clock.now(), { ...setup });
  }

  /** Puts the state back that the journal's file tells of; to be called once, before anything else happens. */
  replay(): void {
    this.#isReplaying = true;
    try {
      this.parts.journal.replay((entry) => this.#apply(entry));
      for (const product of this.#products.values()) product.finishRestore();
    } finally {
      this.#isReplaying = false;
    }
  }

  #apply(entry: Entry): void {
    if (entry.kind === 'setup') this.#applySetup(entry as unknown as Setup, entry.at);
    if (entry.kind !== 'event') return;
    const product = this.#products.get(String(entry['product']));
    if (entry['note'] !== undefined) product?.restoreNote?.(entry['note']);
    else product?.restore(decodeEvent(entry['event'] as EncodedEvent));
  }

  #applySetup(setup: Setup, at: number): void {
    const { accounts, symbols, limits } = this.parts;
    switch (setup.what) {
      case 'ACCOUNT':
        accounts.open(setup.spec, at);
        return;
      case 'KEY':
        accounts.addKey(setup.accountId, setup.spec, at);
        return;
      case 'REVOKE':
        accounts.revoke(setup.apiKey);
        return;
      case 'PERMISSIONS':
        accounts.permit(setup.apiKey, setup.permissions);
        return;
      case 'CAN_TRADE':
        accounts.allowTrading(setup.accountId, setup.canTrade);
        return;
      case 'RULES':
        symbols.change(setup.symbol, setup.changes);
        return;
      case 'STATUS':
        symbols.setStatus(setup.symbol, setup.status);
        return;
      case 'BAN':
        limits().ban(setup.ban);
        return;
      case 'CLOCK':
        // It says what the times beside it mean; after a restart the clock is the machine's again.
        return;
    }
  }
}
