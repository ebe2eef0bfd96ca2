import type { JsonObject } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import type { KillSwitch } from './kill-switch.js';
import type { OrderIntent } from './order-intent.js';
import type { Verdict } from './verdict.js';

export interface KillSwitchInput {
  intent: OrderIntent;
  /** Position in base, 10^-18; > 0 long. */
  positionUnits: bigint;
  /** Base that other live orders of this symbol and side may still trade, 10^-18. */
  openBaseUnits: bigint;
  /** The strictest switch that applies to the order; null when none does. */
  killSwitch: KillSwitch | null;
}

/**
 * KILL_SWITCH: HALT passes nothing, LIQUIDATE its own orders, REDUCE_ONLY what only makes a position smaller. What does
 * is measured in base, live orders of the same side included, so that several together never turn the position.
 */
export function judgeKillSwitch(input: KillSwitchInput): Verdict {
  const { intent, killSwitch } = input;
  if (killSwitch === null) return verdict(true, null, null, {});
  const { switchId, mode, scope, at, reason } = killSwitch;
  const inputs = { mode, scope: { ...scope }, since: at, reason, switchId };
  const isItsOwn = mode === 'LIQUIDATE' && (intent.liquidates ?? null) !== null;
  if (mode !== 'REDUCE_ONLY' && !isItsOwn) return verdict(false, null, null, inputs);
  // An amount of quote has no quantity before it is filled: nobody can say that it stays within the position.
  if (intent.lots === null) return verdict(false, null, null, inputs);
  const value = input.openBaseUnits + intent.instrument.baseUnits(intent.lots);
  const limit = reducibleUnits(input);
  return verdict(value <= limit, formatScaled(value), formatScaled(limit), inputs);
}

/** Base that orders of this side may take off the position in all; nothing on the side that adds to it. */
function reducibleUnits({ intent, positionUnits }: KillSwitchInput): bigint {
  const held = intent.side === 'SELL' ? positionUnits : -positionUnits;
  return held > 0n ? held : 0n;
}

function verdict(passed: boolean, value: string | null, limit: string | null, inputs: JsonObject): Verdict {
  return { rule: 'KILL_SWITCH', passed, value, limit, inputs };
}
