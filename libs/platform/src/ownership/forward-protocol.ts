import type { JsonObject, JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';

export const HEADERS = {
  time: 'x-sextant-time',
  nonce: 'x-sextant-nonce',
  owner: 'x-sextant-owner',
  signature: 'x-sextant-signature',
} as const;

/** How far the clocks of two processes may differ. */
export const MAX_SKEW_MS = 30_000;
export const MAX_BODY_BYTES = 1_048_576;

/** A command as it travels. The ids of the log context go along, so that one trace names both processes. */
export interface ForwardedCommand {
  type: string;
  payload: JsonValue;
  context: { traceId?: string; orderId?: string };
}

export type ForwardAnswer =
  | { kind: 'RESULT'; result: JsonValue }
  | { kind: 'NOT_OWNER' }
  | { kind: 'DOMAIN_ERROR'; code: string; detail: string; context: JsonObject }
  | { kind: 'FAILED' };

/** Where a process is told something that concerns no single account. */
export const PROCESS_PATH = '/internal/process/commands';

export function commandPath(accountId: string): string {
  return `/internal/accounts/${accountId}/commands`;
}

export function accountIdOf(path: string | undefined): string | null {
  return /^\/internal\/accounts\/([a-z]+_[0-9a-f]{32})\/commands$/.exec(path ?? '')?.[1] ?? null;
}

/** Amounts in the context of an error travel as text. */
export function domainErrorAnswer(error: DomainError): ForwardAnswer {
  const text = JSON.stringify(error.context, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return {
    kind: 'DOMAIN_ERROR',
    code: error.code,
    detail: error.message,
    context: JSON.parse(text) as JsonObject,
  };
}
