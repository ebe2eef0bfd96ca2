import type { GatewayOutcome } from '../gateway-outcome.js';
import type { KeyPermissions } from '../venue-credentials.js';

/**
 * What a check of a key came to. SOUND: it may stay in use. DANGEROUS: it may take money out, or nobody knows that it may
 * not. INVALID: the venue does not take it. UNDECIDED: the venue gave no verdict, so nothing is known that was not before.
 */
export type PermissionFinding =
  | { finding: 'SOUND'; permissions: KeyPermissions }
  | { finding: 'DANGEROUS'; code: DangerCode; detail: string; permissions: KeyPermissions }
  | { finding: 'INVALID'; code: string; detail: string }
  | { finding: 'UNDECIDED'; code: string; detail: string; retryAfterMs?: number };

export type DangerCode = 'KEY_MAY_WITHDRAW' | 'KEY_PERMISSIONS_UNKNOWN';

/** A venue that tells nothing of its keys. */
export const UNTOLD: KeyPermissions = {
  read: null,
  trade: null,
  withdraw: null,
  transfer: null,
  ipRestricted: null,
  accountIdentity: null,
};

/** The refusals that are about the key. Any other one (a ban, a region, a full budget) says nothing of it. */
const OF_THE_KEY: ReadonlySet<string> = new Set(['CREDENTIAL_INVALID', 'PERMISSION_DENIED']);

/**
 * Judges what a venue says of a key. Rights that it does not tell count as held, unless a person took that upon
 * themselves (`acknowledged`); a right that it does tell is never overruled.
 */
export function judgePermissions(
  outcome: GatewayOutcome<KeyPermissions>,
  acknowledged: boolean,
): PermissionFinding {
  if (outcome.outcome === 'UNKNOWN') return { finding: 'UNDECIDED', ...outcome.reason };
  if (outcome.outcome === 'REFUSED') {
    const { code, detail } = outcome.reason;
    if (code === 'UNSUPPORTED') return judgeRights(UNTOLD, acknowledged);
    // Known without asking: it is no key of this venue's at all.
    const malformed = code === 'CREDENTIAL_INVALID' && outcome.evidence.kind === 'NOT_SENT';
    if (malformed) return { finding: 'INVALID', code: 'CREDENTIAL_MALFORMED', detail };
    if (OF_THE_KEY.has(code)) return { finding: 'INVALID', code, detail };
    return { finding: 'UNDECIDED', ...outcome.reason };
  }
  return judgeRights(outcome.value, acknowledged);
}

function judgeRights(permissions: KeyPermissions, acknowledged: boolean): PermissionFinding {
  const { withdraw, transfer, read } = permissions;
  if (withdraw === true || transfer === true) {
    const what = withdraw === true ? 'withdraw' : 'transfer funds out of the account';
    const detail = `The key may ${what}. Make one that may read and trade, nothing else.`;
    return { finding: 'DANGEROUS', code: 'KEY_MAY_WITHDRAW', detail, permissions };
  }
  if (read === false) {
    return { finding: 'INVALID', code: 'PERMISSION_DENIED', detail: 'The key may not read the account.' };
  }
  if ((withdraw === null || transfer === null) && !acknowledged) {
    const detail = 'The venue does not tell whether the key may withdraw or transfer.';
    return { finding: 'DANGEROUS', code: 'KEY_PERMISSIONS_UNKNOWN', detail, permissions };
  }
  return { finding: 'SOUND', permissions };
}
