import { describeInput } from './describe-input.js';
import { DomainError } from './domain-error.js';

declare const prefix: unique symbol;

/** `<prefix>_<32 hex digits of a UUID v7>`; sorts by creation time within a prefix. */
export type Id<P extends string> = string & { readonly [prefix]: P };

export type AccountId = Id<'acc'>;
export type OrderId = Id<'ord'>;
export type FillId = Id<'fil'>;
export type LedgerTransactionId = Id<'ltx'>;
export type TenantId = Id<'ten'>;
export type UserId = Id<'usr'>;
export type ApiKeyId = Id<'key'>;
export type SessionId = Id<'ses'>;

/** Where ids come from. Random stays out of the domain: ids arrive as arguments. */
export abstract class Ids {
  abstract next<P extends string>(prefix: P): Id<P>;
}

/** @throws DomainError ID_MALFORMED when the text is not an id with that prefix. */
export function parseId<P extends string>(prefix: P, text: string): Id<P> {
  if (typeof text === 'string' && text.length === prefix.length + 33 && text.startsWith(`${prefix}_`)) {
    if (/^[0-9a-f]{32}$/.test(text.slice(prefix.length + 1))) return text as Id<P>;
  }
  throw new DomainError('ID_MALFORMED', `${describeInput(text)} is not an id of the form ${prefix}_….`);
}
