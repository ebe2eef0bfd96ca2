import { hash } from 'node:crypto';
import type { EventEnvelope, JsonObject, JsonValue } from '@sextant/contracts';
import type { EpochMs } from '@sextant/kernel';
import type { LedgerTransactionPlan } from './commit-plan.js';

/** What stands before the first link of every chain. */
export const GENESIS_HASH = '0'.repeat(64);

/** What an event's hash covers, besides the hash before it and its payload. */
export interface HashedEvent {
  streamId: string;
  sequence: number;
  type: string;
  occurredAt: EpochMs;
  actor: string | null;
  traceId: string | null;
}

/**
 * SHA-256 (hex) over three lines: the previous hash; the event's facts as a JSON array; the payload's text exactly as
 * it is stored, which is what JSON.stringify makes of the payload.
 */
export function eventHash(previousHash: string, event: HashedEvent, payloadText: string): string {
  const { streamId, sequence, type, occurredAt, actor, traceId } = event;
  const facts = JSON.stringify([streamId, sequence, type, occurredAt, actor, traceId]);
  return hash('sha256', `${previousHash}\n${facts}\n${payloadText}`, 'hex');
}

/** True when the event continues the chain that ends in `previousHash`. */
export function continuesChain(previousHash: string, event: EventEnvelope): boolean {
  return eventHash(previousHash, event, JSON.stringify(event.payload)) === event.hash;
}

/**
 * SHA-256 (hex) over two lines: the previous hash, and the transaction as canonical JSON with the keys accountId,
 * chainSequence, kind, memo, occurredAt (epoch ms), postings [{account, amount, asset}], reference, transactionId;
 * amounts are decimal integers at scale 18 as text.
 */
export function ledgerHash(
  previousHash: string,
  accountId: string,
  chainSequence: number,
  transaction: LedgerTransactionPlan,
): string {
  const { transactionId, kind, reference, occurredAt, memo } = transaction;
  const postings = transaction.postings.map(({ account, asset, amount }) => ({
    account,
    amount: amount.toString(),
    asset,
  }));
  const facts = { accountId, chainSequence, kind, memo, occurredAt, postings, reference, transactionId };
  return linkHash(previousHash, facts);
}

/** SHA-256 (hex) over two lines: the previous hash, and the facts as canonical JSON. */
function linkHash(previousHash: string, facts: JsonObject): string {
  return hash('sha256', `${previousHash}\n${canonicalJson(facts)}`, 'hex');
}

/** SHA-256 (hex) of a text in UTF-8. */
export function textHash(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON without blanks, the keys of every object sorted by code unit. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`).join(',')}}`;
}
