import { hash } from 'node:crypto';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';

export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** Printable ASCII without quote and backslash: what survives a header unchanged, quoted or bare. */
const KEY = /^[\x21\x23-\x5b\x5d-\x7e](?:[\x20\x21\x23-\x5b\x5d-\x7e]*[\x21\x23-\x5b\x5d-\x7e])?$/;

/**
 * Reads the `Idempotency-Key` header, quoted (a structured-field string) or bare; null when it was not sent.
 * @throws DomainError IDEMPOTENCY_KEY_MALFORMED
 */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  const text = typeof header === 'string' ? header : header.length === 1 ? (header[0] ?? '') : '';
  const quoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  const key = quoted ? text.slice(1, -1) : text;
  if (key.length > MAX_IDEMPOTENCY_KEY_LENGTH || !KEY.test(key)) {
    throw new DomainError(
      'IDEMPOTENCY_KEY_MALFORMED',
      `Idempotency-Key is 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters, quoted or bare.`,
    );
  }
  return key;
}

/** SHA-256 (hex) of the parsed body with sorted members: spelling and order of the text do not matter. */
export function bodyHash(parsedBody: JsonValue | object | undefined): string {
  return hash('sha256', canonicalJson(parsedBody), 'hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Record<string, unknown>;
  let members = '';
  for (const key of Object.keys(record).sort()) {
    if (record[key] === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(record[key])}`;
  }
  return `{${members}}`;
}
