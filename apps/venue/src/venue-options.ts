import type { AccountSpec } from './accounts/account.js';
import type { ClockSetting } from './engine/clock.js';
import type { FaultRuleSpec } from './faults/fault-rule.js';
import type { Quirks } from './faults/quirks.js';
import type { FuturesOptions } from './futures/futures.js';
import type { JournalOptions } from './journal/journal.js';
import type { MarketOptions } from './market/market-sources.js';
import type { SymbolRules } from './orders/symbol-rules.js';
import type { LimitSettings } from './rest/limits.js';
import type { SocketLimits } from './streams/socket-door.js';
import type { VenueCore, VenuePart } from './venue-core.js';

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
  /** Draws a whole mix of faults and quirks from this seed. */
  readonly chaos?: number;
  /** Where prices come from. */
  readonly market?: MarketOptions;
  readonly futures?: FuturesOptions;
  readonly streams?: Partial<SocketLimits>;
}
