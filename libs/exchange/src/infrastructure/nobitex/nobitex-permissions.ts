import type { KeyPermissions } from '../../domain/venue-credentials.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf, listOf, textOf } from '../ccxt/exact-values.js';

/** A session token is the account: it withdraws as well. */
export const TOKEN_PERMISSIONS: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: true,
  transfer: true,
  ipRestricted: null,
  accountIdentity: null,
};

/** Permissions that move nothing out. Of any other than these and WITHDRAW it cannot be told what it gives away. */
const HARMLESS: ReadonlySet<string> = new Set(['READ', 'TRADE', 'DEPOSIT']);

/**
 * `{"keys":[{"key":"<public key>","permissions":"READ,TRADE","ipAddressesWhitelist":[…]}]}`.
 * @throws UnreadableAnswer when the list does not hold this key
 */
export function permissionsIn(json: unknown, apiKey: string): KeyPermissions {
  const keys = listOf(fieldsOf(json, 'answer')['keys'], 'keys').map((row) => fieldsOf(row, 'key'));
  const own = keys.find(({ key }) => typeof key === 'string' && sameKey(key, apiKey));
  if (own === undefined) throw new UnreadableAnswer('the list of keys does not hold this one');
  const names = new Set(
    textOf(own['permissions'], 'permissions', 200)
      .toUpperCase()
      .split(/\s*,\s*/),
  );
  const withdraw = names.has('WITHDRAW');
  const clear = [...names].every((name) => HARMLESS.has(name));
  const addresses = own['ipAddressesWhitelist'];
  return {
    read: names.has('READ'),
    trade: names.has('TRADE'),
    withdraw,
    transfer: withdraw ? true : clear ? false : null,
    ipRestricted: Array.isArray(addresses) ? addresses.length > 0 : null,
    accountIdentity: null,
  };
}

function sameKey(one: string, other: string): boolean {
  return Buffer.from(one, 'base64').equals(Buffer.from(other, 'base64'));
}
