import { logFields } from './log-fields.js';
import type { LogFieldKind } from './log-fields.js';
import { scrubText, scrubUrl } from './scrub-text.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** Names a line has by itself: a field must not take their place. */
const OF_EVERY_LINE = new Set(['level', 'time', 'message']);
const LONGEST_PLAIN = 200;
const MOST_NAMES = 50;
const DEEPEST_CAUSE = 3;
const MOST_FRAMES = 12;

const kinds = new Map<string, LogFieldKind>(Object.entries(logFields));

/** Copies the fields that may be seen into `record`; of any other only the type. */
export function addFields(record: Record<string, unknown>, fields: LogFields, stacks = true): void {
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    const kind = kinds.get(name);
    if (kind === undefined) record[safeName(name)] = typeOf(value);
    else record[name] = visible(kind, value, stacks);
  }
}

function visible(kind: LogFieldKind, value: unknown, stacks: boolean): unknown {
  if (kind === 'ERROR') return describeError(value, 0, stacks);
  if (kind === 'NAMES' && Array.isArray(value)) {
    return value.slice(0, MOST_NAMES).map((name: unknown) => visible('PLAIN', name, stacks));
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string') return typeOf(value);
  if (kind === 'TEXT') return scrubText(value);
  if (kind === 'URL') return scrubUrl(value);
  return value.length > LONGEST_PLAIN ? `${value.slice(0, LONGEST_PLAIN)}…` : value;
}

/** Name, code, scrubbed message, frames and causes; never the other properties (request, headers, body, parameters). */
export function describeError(
  error: unknown,
  depth: number,
  stacks = true,
): Record<string, unknown> | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? scrubText(error) : typeOf(error);
  const described: Record<string, unknown> = {
    name: scrubText(String(error.name)),
    message: scrubText(error.message),
  };
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' || (typeof code === 'string' && /^\w{1,64}$/.test(code)))
    described['code'] = code;
  const frames = stacks ? framesOf(error) : [];
  if (frames.length > 0) described['stack'] = frames;
  if (depth < DEEPEST_CAUSE && error.cause !== undefined)
    described['cause'] = describeError(error.cause, depth + 1, stacks);
  if (depth < DEEPEST_CAUSE && error instanceof AggregateError) {
    described['errors'] = error.errors
      .slice(0, 3)
      .map((inner: unknown) => describeError(inner, depth + 1, stacks));
  }
  return described;
}

/** The first line of a stack repeats the message, which may hold anything. */
function framesOf(error: Error): string[] {
  const lines = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  return lines
    .filter((line) => /^\s+at [^\n]*$/.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => line.trim().slice(0, LONGEST_PLAIN));
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return '[array]';
  if (value === null) return '[null]';
  return `[${typeof value}]`;
}

/** A field name can carry a secret as well, where it comes from data. */
function safeName(name: string): string {
  if (OF_EVERY_LINE.has(name)) return `${name}Field`;
  return /^[a-zA-Z]\w{0,39}$/.test(name) && scrubText(name) === name ? name : '[name]';
}
