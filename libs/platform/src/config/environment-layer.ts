import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { ConfigLayer, LayerEntry } from './config-layer.js';
import { IGNORED_PREFIX, otherVariables, plainVariables } from './plain-variables.js';
import { configKeys, schemaEntry } from './schema-entry.js';
import type { ConfigKey } from './config-schema.js';

export type Variables = Readonly<Record<string, string | undefined>>;

const PREFIX = 'SEXTANT__';
const FILE_SUFFIX = '_FILE';

const keysByVariable: ReadonlyMap<string, ConfigKey> = new Map([
  ...[...plainVariables].map(([variable, key]) => [normalised(variable), key] as const),
  ...configKeys.map((key) => [normalised(PREFIX + key.replaceAll('.', '__')), key] as const),
]);

/**
 * The keys that variables set: `SEXTANT__RISK__MAXDRAWDOWN` (letter case and single `_` do not matter), `PORT` and the
 * like, each also with `_FILE` for a secret. An empty variable counts as absent.
 */
export function environmentLayer(
  variables: Variables,
  sourceOf: (variable: string) => string,
  pinned: boolean,
): ConfigLayer {
  const entries: LayerEntry[] = [];
  for (const [variable, value] of Object.entries(variables)) {
    if (value === undefined || value === '') continue;
    const entry = entryOf(variable, value, sourceOf(variable));
    if (entry) entries.push(entry);
  }
  return { pinned, entries: [...entries, ...contradictions(entries)] };
}

/** A file of `NAME=value` lines, read like the environment but below it. */
export function envFileLayer(path: string): ConfigLayer {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const problem = `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    return { pinned: false, entries: [{ key: 'file', value: null, source: path, problem }] };
  }
  const layer = environmentLayer(parseEnv(text), (variable) => `${path}: ${variable}`, false);
  const strays = strayLines(text).map((line) => ({
    key: 'line',
    value: null,
    source: `${path}:${line}`,
    problem: 'is not NAME=value, and no comment either',
  }));
  return { ...layer, entries: [...layer.entries, ...strays] };
}

const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=\s*(["'`]?)/;

/** Numbers of the lines that the parser of Node passes over in silence. A quoted value may go on over lines. */
function strayLines(text: string): number[] {
  const strays: number[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const assignment = ASSIGNMENT.exec(line);
    if (assignment === null) {
      strays.push(at + 1);
      continue;
    }
    const [before, quote = ''] = assignment;
    if (quote === '' || line.includes(quote, before.length)) continue;
    const end = lines.findIndex((next, index) => index > at && next.includes(quote));
    // Without an end the quote stands for itself, and the value ends with its line.
    if (end > at) at = end;
  }
  return strays;
}

function entryOf(variable: string, value: string, source: string): LayerEntry | null {
  const key = keysByVariable.get(normalised(variable));
  if (key) return { key, value, source };
  if (variable.toUpperCase().endsWith(FILE_SUFFIX)) {
    const secret = keysByVariable.get(normalised(variable.slice(0, -FILE_SUFFIX.length)));
    if (secret) return secretFile(secret, value, source);
  }
  const upper = variable.toUpperCase();
  if (upper.startsWith(PREFIX)) {
    const path = variable.slice(PREFIX.length).split('__').join('.');
    return { key: path, value, source };
  }
  const ours =
    upper.startsWith('SEXTANT_') &&
    !upper.startsWith(IGNORED_PREFIX) &&
    !Object.hasOwn(otherVariables, upper);
  return ours ? { key: variable, value, source } : null;
}

function secretFile(key: ConfigKey, path: string, source: string): LayerEntry {
  if (!schemaEntry(key).secret)
    return { key, value: null, source, problem: 'only a secret may be given as a file' };
  try {
    return { key, value: readFileSync(path, 'utf8').replace(/\r?\n$/, ''), source };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      key,
      value: null,
      source,
      problem: `the file it names cannot be read (${code ?? 'unknown error'})`,
    };
  }
}

/** Two variables that mean the same key must not differ: nobody could tell which one holds. */
function contradictions(entries: readonly LayerEntry[]): LayerEntry[] {
  return entries.flatMap((entry, index) => {
    const other = entries
      .slice(0, index)
      .find(({ key, value }) => key === entry.key && value !== entry.value);
    return other ? [{ ...entry, problem: `differs from ${other.source}, which means the same key` }] : [];
  });
}

/** Upper case; a single `_` says nothing, `__` parts the segments. */
function normalised(variable: string): string {
  return variable
    .toUpperCase()
    .split('__')
    .map((segment) => segment.replaceAll('_', ''))
    .join('__');
}
