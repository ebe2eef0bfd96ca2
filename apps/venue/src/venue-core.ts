import type { Accounts } from './accounts/accounts.js';
import type { Ledger } from './accounts/ledger.js';
import type { VenueClock } from './engine/clock.js';
import type { Engine } from './engine/engine.js';
import type { Random } from './engine/random.js';
import type { FaultBook } from './faults/fault-book.js';
import type { QuirkBook } from './faults/quirks.js';
import type { Journal } from './journal/journal.js';
import type { Recorder } from './journal/recorder.js';
import type { SymbolTable } from './orders/symbol-table.js';
import type { Authenticator } from './rest/authenticator.js';
import type { SideDoor, UpgradeDoor } from './rest/http-server.js';
import type { Limits } from './rest/limits.js';
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
  /** Where an engine is made to outlive the process. */
  readonly recorder: Recorder;
}

/** A part adds routes and listeners to the core when it is made, and may take WebSocket handshakes. */
export interface VenuePart {
  readonly upgrade?: UpgradeDoor;
  /** What the operator can do with this part. */
  readonly door?: SideDoor;
  /** After the journal was replayed and the port is open. */
  readonly start?: () => void;
  readonly close?: () => void | Promise<void>;
}
