import { DomainError } from '@sextant/kernel';

export const MAX_JSON_DEPTH = 20;
/** In one object. */
export const MAX_OBJECT_KEYS = 200;
/** In all objects together: a hundred orders of a batch, each with every field. */
export const MAX_JSON_KEYS = 2_500;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Parses a request body. One pass over the text first refuses what `JSON.parse` would accept but nobody honest
 * sends: too deep, too many members, a member twice, members that reach for prototypes. The pass stops at the first
 * such thing, so hostile text costs less than honest text of the same length.
 * @throws DomainError JSON_MALFORMED, JSON_TOO_DEEP, JSON_TOO_MANY_KEYS, JSON_DUPLICATE_KEY, JSON_FORBIDDEN_KEY,
 * JSON_TEXT_INVALID
 */
export function readJson(text: string): unknown {
  inspect(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DomainError('JSON_MALFORMED', 'The body is not valid JSON.');
  }
  // Without an escape there can be neither U+0000 nor half a character: bytes became whole characters before.
  if (text.includes('\\u')) assertStorable(value);
  return value;
}

/** PostgreSQL stores neither U+0000 nor lone surrogates. */
function assertStorable(value: unknown): void {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\u0000')) return;
    throw new DomainError('JSON_TEXT_INVALID', 'A text holds U+0000 or half of a surrogate pair.');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    assertStorable(key);
    assertStorable(member);
  }
}

function inspect(text: string): void {
  const members: string[][] = [];
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = stringEnd(text, at);
        if (isFollowedByColon(text, end + 1)) {
          if (++keys > MAX_JSON_KEYS) {
            throw new DomainError('JSON_TOO_MANY_KEYS', `The body has more than ${MAX_JSON_KEYS} members.`);
          }
          admitKey(keyText(text, at, end), (members[depth] ??= []));
        }
        at = end;
        break;
      }
      case 123: // {
      case 91: // [
        if (++depth > MAX_JSON_DEPTH) {
          throw new DomainError('JSON_TOO_DEEP', `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
        }
        members[depth] = [];
        break;
      case 125: // }
      case 93: // ]
        if (depth > 0) depth--;
        break;
    }
  }
}

function admitKey(key: string, siblings: string[]): void {
  if (FORBIDDEN_KEYS.has(key)) {
    throw new DomainError('JSON_FORBIDDEN_KEY', `A member may not be called ${key}.`);
  }
  if (siblings.length >= MAX_OBJECT_KEYS) {
    throw new DomainError('JSON_TOO_MANY_KEYS', `An object has more than ${MAX_OBJECT_KEYS} members.`);
  }
  if (siblings.includes(key)) {
    const name = JSON.stringify(key.slice(0, 64));
    throw new DomainError('JSON_DUPLICATE_KEY', `The member ${name} stands twice in one object.`);
  }
  siblings.push(key);
}

/** Index of the closing quote; the text's length when there is none. */
function stringEnd(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end > 0 && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
  return code === 58;
}

function keyText(text: string, open: number, end: number): string {
  const raw = text.slice(open + 1, end);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}
