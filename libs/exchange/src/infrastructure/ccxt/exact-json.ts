/** A venue's answer, or a part of it, is not what its protocol says. Nothing of it is used. */
export class UnreadableAnswer extends Error {
  constructor(detail: string) {
    super(detail.slice(0, 300));
    this.name = 'UnreadableAnswer';
  }
}

/** What could not be read, whatever a reader threw at it: of an error of the runtime its kind and the start of its message. */
export function unreadable(error: unknown): { code: 'UNREADABLE_ANSWER'; detail: string } {
  if (error instanceof UnreadableAnswer) return { code: 'UNREADABLE_ANSWER', detail: error.message };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { code: 'UNREADABLE_ANSWER', detail: `${name}: ${message.slice(0, 120).replace(/\s+/g, ' ')}` };
}

const MAX_DEPTH = 32;

/**
 * Parses JSON without a float ever standing for a price: a number that is no safe integer comes out as the digits the
 * venue wrote. Whether those digits are acceptable (an exponent is not) is the reader's to say.
 * @throws UnreadableAnswer for text that is no JSON, is nested too deep, or sets a prototype.
 */
export function parseExactJson(text: string): unknown {
  const plain = parse(text);
  if (!hasInexactNumber(plain, 0)) return plain;
  return parse(text, exactNumber);
}

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return (JSON.parse as (text: string, reviver?: Reviver) => unknown)(text, reviver);
  } catch {
    throw new UnreadableAnswer(`the body (${text.length} characters) is no JSON`);
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

const exactNumber: Reviver = (_key, value, context) =>
  typeof value === 'number' && !isExact(value) ? (context.source ?? String(value)) : value;

function isExact(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function hasInexactNumber(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return !isExact(value);
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= MAX_DEPTH) throw new UnreadableAnswer(`the body is nested deeper than ${MAX_DEPTH}`);
  let inexact = false;
  for (const key in value) {
    if (key === '__proto__') throw new UnreadableAnswer('the body sets a prototype');
    inexact = hasInexactNumber((value as Record<string, unknown>)[key], depth + 1) || inexact;
  }
  return inexact;
}
