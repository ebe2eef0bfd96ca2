import { resolve } from 'node:path';
import { isDecimalText, parseScaled } from '@sextant/kernel';
import type { ConfigEntry, ConfigScalar } from './config-entry.js';

/** A value as a file or a variable writes it. */
export type RawValue = string | null | readonly string[];

export type ReadValue = { value: ConfigScalar } | { problem: string };

/** Reads the text of a value by its entry; a refusal says what is allowed, not what was given. */
export function readValue(entry: ConfigEntry, raw: RawValue): ReadValue {
  if (raw === null)
    return entry.default === null ? { value: null } : { problem: `must be ${allowed(entry)}` };
  const value =
    entry.type === 'list' ? readList(raw) : typeof raw === 'string' ? readScalar(entry, raw) : undefined;
  return value === undefined ? { problem: `must be ${allowed(entry)}` } : { value };
}

/** What a key takes, in words. */
export function allowed(entry: ConfigEntry): string {
  switch (entry.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${entry.min} to ${entry.max}`;
    case 'decimal':
      return `a decimal in plain notation from ${entry.min} to ${entry.max}`;
    case 'enum':
      return `one of ${entry.values.join(', ')}`;
    case 'list':
      return 'a list of texts (comma separated in a variable)';
    case 'path':
      return 'a path';
    case 'url':
      return `a URL that begins with ${entry.protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
    case 'secret':
      return `a text of at least ${entry.minLength} characters`;
    case 'string':
      return entry.pattern?.says ?? 'a text';
  }
}

function readScalar(entry: ConfigEntry, text: string): ConfigScalar | undefined {
  switch (entry.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'integer':
      return readInteger(text, entry.min, entry.max);
    case 'decimal':
      return isDecimalText(text) && within(text, entry.min, entry.max) ? text : undefined;
    case 'enum':
      return entry.values.find((value) => value.toUpperCase() === text.toUpperCase());
    case 'path':
      return text === '' ? undefined : resolve(text);
    case 'url':
      return entry.protocols.includes(protocolOf(text)) ? text : undefined;
    case 'secret':
      return text;
    case 'string':
      return text !== '' && (entry.pattern?.matches.test(text) ?? true) ? text : undefined;
    case 'list':
      return undefined;
  }
}

function readInteger(text: string, min: number, max: number): number | undefined {
  if (!/^-?\d{1,15}$/.test(text.replace(/(?<=\d)_(?=\d)/g, ''))) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return value >= min && value <= max ? value : undefined;
}

function readList(raw: string | readonly string[]): readonly string[] {
  const items = typeof raw === 'string' ? raw.split(',') : raw;
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function within(text: string, min: string, max: string): boolean {
  const value = parseScaled(text);
  return value >= parseScaled(min) && value <= parseScaled(max);
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}
