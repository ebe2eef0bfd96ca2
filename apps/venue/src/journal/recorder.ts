import type { AccountSpec, KeySpec, Permissions } from '../accounts/account.js';
import type { MarketStatus } from '../engine/market.js';
import type { SymbolRules } from '../orders/symbol-rules.js';
import type { Ban } from '../rest/limits.js';
import type { VenueCore } from '../venue-core.js';
import type { EncodedEvent } from './event-codec.js';
import { decodeEvent, encodeEvent } from './event-codec.js';
import type { Entry } from './journal.js';

/** What the operator set up, as it is replayed. Balances are not part of it: they come back as events. */
export type Setup =
  | { readonly what: 'ACCOUNT'; readonly spec: AccountSpec }
  | { readonly what: 'KEY'; readonly accountId: string; readonly spec: KeySpec }
  | { readonly what: 'REVOKE'; readonly apiKey: string }
  | { readonly what: 'PERMISSIONS'; readonly apiKey: string; readonly permissions: Partial<Permissions> }
  | { readonly what: 'CAN_TRADE'; readonly accountId: string; readonly canTrade: boolean }
  | { readonly what: 'RULES'; readonly symbol: string; readonly changes: Partial<SymbolRules> }
  | { readonly what: 'STATUS'; readonly symbol: string; readonly status: MarketStatus }
  | { readonly what: 'BAN'; readonly ban: Ban };

/** Writes what happens into the journal, and makes it happen again when the journal is replayed. */
export class Recorder {
  #isReplaying = false;

  constructor(private readonly core: VenueCore) {
    core.engine.listen((event) => {
      const scope = 'spot';
      core.journal.record('event', event.at, { scope, event: encodeEvent(event) });
    });
  }

  setup(setup: Setup): void {
    if (!this.#isReplaying) this.core.journal.record('setup', this.core.clock.now(), { ...setup });
  }

  /** Puts the state back that the journal's file tells of; to be called once, before anything else happens. */
  replay(): void {
    this.#isReplaying = true;
    try {
      this.core.journal.replay((entry) => this.#apply(entry));
      this.core.engine.finishRestore();
    } finally {
      this.#isReplaying = false;
    }
  }

  #apply(entry: Entry): void {
    if (entry.kind === 'setup') this.#applySetup(entry as unknown as Setup, entry.at);
    if (entry.kind !== 'event' || entry['scope'] !== 'spot') return;
    const event = decodeEvent(entry['event'] as EncodedEvent);
    if (event.kind === 'BalanceChanged') this.core.ledger.restore(event);
    else this.core.engine.restore(event);
  }

  #applySetup(setup: Setup, at: number): void {
    const { accounts, symbols, limits } = this.core;
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
        limits.ban(setup.ban);
    }
  }
}
