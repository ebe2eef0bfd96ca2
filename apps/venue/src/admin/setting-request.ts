import type { ClockSetting } from '../engine/clock.js';
import { FAITHFUL } from '../faults/quirks.js';
import type { Quirks } from '../faults/quirks.js';
import { LIMITS } from '../rest/limits.js';
import type { LimitSettings } from '../rest/limits.js';
import {
  between,
  checkFields,
  isCount,
  isFlag,
  isMs,
  isName,
  isSignedAmounts,
  maybe,
  oneOf,
  orNull,
} from './checks.js';
import type { Check, Checks } from './checks.js';
import type { IncidentOptions } from './incident.js';
import { readChanges } from './read-changes.js';

const TEN_YEARS_MS = 315_360_000_000;
/** The last millisecond of the year 9999. */
const LAST_MS = 253_402_300_799_999;

const CLOCK = { offsetMs: 0, frozenAt: null as number | null };
const CLOCK_CHECKS = {
  offsetMs: between(-TEN_YEARS_MS, TEN_YEARS_MS),
  frozenAt: orNull(between(0, LAST_MS)),
} satisfies Record<keyof typeof CLOCK, Check>;

const QUIRK_CHECKS: Record<keyof Quirks, Check> = {
  clientIds: oneOf('OPEN_ONLY', 'FOREVER', 'NONE'),
  findsByClientId: isFlag,
  hasValidityWindow: isFlag,
  visibilityLagMs: isMs,
  archiveAfterMs: orNull(isMs),
  forgetsUnfilled: isFlag,
  lateFeeMs: orNull(isMs),
  roundsToLots: isCount,
  sharesTradeIds: isFlag,
  misstatedBalances: isSignedAmounts,
  deniesFunds: isFlag,
  isInMaintenance: isFlag,
};

const LIMIT_CHECKS: Record<keyof LimitSettings, Check> = {
  weightPerMinute: isCount,
  ordersPer10Seconds: isCount,
  ordersPerDay: isCount,
  rawRequestsPer5Minutes: isCount,
  refusalsBeforeBan: between(0, Number.MAX_SAFE_INTEGER),
};

const INCIDENT: Checks = {
  account: maybe(isName),
  symbol: maybe(isName),
  ms: maybe(isMs),
  times: maybe(isCount),
  product: maybe(oneOf('spot', 'futures')),
};

/** How far frozen time is moved at once. */
export const isAdvance: Check = between(0, TEN_YEARS_MS);

export function readQuirks(body: unknown): Partial<Quirks> {
  return checked(readChanges(body, FAITHFUL), QUIRK_CHECKS);
}

export function readClock(body: unknown): ClockSetting {
  return checked(readChanges(body, CLOCK), CLOCK_CHECKS);
}

export function readLimits(body: unknown): Partial<LimitSettings> {
  return checked(readChanges(body, LIMITS), LIMIT_CHECKS);
}

/** What narrows an incident; nothing at all is fine. Throws a `TypeError` that names the field. */
export function readIncident(body: unknown): IncidentOptions {
  return checkFields(body ?? {}, INCIDENT) as IncidentOptions;
}

function checked<Changes extends object>(changes: Changes, checks: Checks): Changes {
  for (const [name, value] of Object.entries(changes)) {
    if (checks[name]?.(value) !== true) throw new TypeError(`${name} cannot be ${JSON.stringify(value)}`);
  }
  return changes;
}
