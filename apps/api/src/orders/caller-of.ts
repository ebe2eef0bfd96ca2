import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import type { Caller } from '@sextant/execution';
import { currentContext } from '@sextant/platform';
import type { Config } from '@sextant/platform';

const FORWARD_MARGIN_MS = 1_000;

/** Who asks, for the audit. */
export function callerOf(principal: Principal): Caller {
  return {
    tenantId: principal.tenantId,
    actor: actorOf(principal),
    traceId: currentContext().traceId ?? null,
  };
}

/** How long to wait for the venue: a command that another process executes is answered before this one gives it up. */
export function waitOf(asked: number | null, config: Config): number {
  const most = Math.max(0, config.get('api.timeoutMs') - FORWARD_MARGIN_MS);
  return Math.min(asked ?? config.get('execution.waitMs'), most);
}
