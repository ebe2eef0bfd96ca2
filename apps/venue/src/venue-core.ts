import type { AccountSpec } from './accounts/account.js';
import type { Accounts } from './accounts/accounts.js';
import type { Ledger } from './accounts/ledger.js';
import type { ClockSetting, VenueClock } from './engine/clock.js';
import type { Engine } from './engine/engine.js';
import type { Random } from './engine/random.js';
import type { FaultBook } from './faults/fault-book.js';
import type { FaultRuleSpec } from './faults/fault-rule.js';
import type { QuirkBook, Quirks } from './faults/quirks.js';
import type { Journal, JournalOptions } from './journal/journal.js';
import type { SymbolRules } from './orders/symbol-rules.js';
import type { SymbolTable } from './orders/symbol-table.js';
import type { Authenticator } from './rest/authenticator.js';
import type { UpgradeDoor } from './rest/http-server.js';
import type { Limits, LimitSettings } from './rest/limits.js';
import type { Pipeline } from './rest/pipeline.js';
import type { RouteTable } from './rest/routes.js';

/** What the parts of the venue share. */
export interface VenueCore {
  readonly seed: number;
  readonly random: Random;
  readonly clock: VenueClock;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly symbols: SymbolTable;
  readonly accounts: Accounts;
  readonly routes: RouteTable;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  readonly pipeline: Pipeline;
  readonly faults: FaultBook;
  readonly quirks: QuirkBook;
  readonly journal: Journal;
}

/** A part adds routes and listeners to the core when it is made, and may take WebSocket handshakes. */
export interface VenuePart {
  readonly upgrade?: UpgradeDoor;
  /** After the journal was replayed and the port is open. */
  readonly start?: () => void;
  readonly close?: () => void | Promise<void>;
}

export type VenuePartFactory = (core: VenueCore, options: VenueOptions) => VenuePart;

export interface VenueOptions {
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly seed?: number;
  readonly clock?: ClockSetting;
  readonly journal?: JournalOptions;
  readonly symbols?: readonly SymbolRules[];
  readonly accounts?: readonly AccountSpec[];
  readonly limits?: Partial<LimitSettings>;
  readonly quirks?: Partial<Quirks>;
  readonly faults?: readonly FaultRuleSpec[];
}
