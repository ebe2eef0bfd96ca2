import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FaultRuleSpec } from '../faults/fault-rule.js';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const isMs: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isTexts: Check = (value) => isObject(value) && Object.values(value).every(isText);
/** Codes that a close frame can carry, and 1006, which means that there is none. */
const isCloseCode: Check = (value) =>
  isCount(value) &&
  (([1000, 1001, 1002, 1003, 1006] as unknown[]).includes(value) ||
    ((value as number) >= 1007 && (value as number) <= 1014) ||
    ((value as number) >= 3000 && (value as number) <= 4999));
/** Headers that Node can send: it would throw at the strike otherwise. */
const isHeaders: Check = (value) => {
  if (!isTexts(value)) return false;
  try {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
};
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const GARBAGE = oneOf('HTML', 'EMPTY', 'DEEP_JSON', 'BAD_UTF8', 'HUGE', 'NOT_JSON');
const COUNTED = { nth: maybe(isCount), every: maybe(isCount), probability: maybe(isShare) };

const MATCHES: Record<FaultRuleSpec['target'], Record<string, Check>> = {
  REQUEST: {
    method: maybe(isText),
    path: maybe(isText),
    account: maybe(isText),
    apiKey: maybe(isText),
    params: maybe(isTexts),
    ...COUNTED,
  },
  STREAM: { stream: maybe(isText), account: maybe(isText), event: maybe(isText), ...COUNTED },
};

/** Each action with what it takes. */
const ACTIONS: Record<FaultRuleSpec['target'], Record<string, Record<string, Check>>> = {
  REQUEST: {
    DROP: {},
    RESET: {},
    HANG: {},
    DELAY: { ms: isMs },
    STATUS: {
      status: (value) => Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599,
      code: maybe(Number.isSafeInteger),
      message: maybe(isText),
      body: maybe(isText),
      headers: maybe(isHeaders),
    },
    SLOW: { bytesPerSecond: isCount },
    TRUNCATE: { share: isShare, ending: maybe(oneOf('CLOSE', 'HANG')) },
    GARBAGE: { what: GARBAGE },
    DUPLICATE: { what: oneOf('REQUEST', 'ANSWER') },
    REWRITE: { fields: isTexts },
    FILL_NEW: { share: isShare },
    FILL_BEFORE_CANCEL: { share: isShare },
    FILL_AFTER_CANCEL: { share: isShare, delayMs: isMs },
  },
  STREAM: {
    DROP_FRAME: {},
    DUPLICATE: {},
    REORDER: { frames: isCount },
    STALL: { ms: (value) => value === null || isMs(value) },
    GAP: { frames: isCount },
    FLOOD: { frames: isCount },
    GARBAGE: { what: GARBAGE },
    DISCONNECT: { code: isCloseCode },
    DELAY: { ms: isMs },
  },
};

/** A rule as the operator sent it; throws a `TypeError` that names the field that is wrong. */
export function readFaultRule(body: unknown): FaultRuleSpec {
  if (!isObject(body)) throw new TypeError('a fault rule is an object');
  const { target } = body;
  if (target !== 'REQUEST' && target !== 'STREAM') throw new TypeError('target must be REQUEST or STREAM');
  checkFields('match', body['match'], MATCHES[target]);
  const action = isObject(body['action']) ? body['action'] : {};
  const { kind, ...fields } = action;
  const wanted = ACTIONS[target][String(kind)];
  if (wanted === undefined) {
    throw new TypeError(`action.kind must be one of ${Object.keys(ACTIONS[target]).join(', ')}`);
  }
  checkFields('action', fields, wanted);
  const points = oneOf('IN_TRANSIT', 'BEFORE_ACCEPT', 'AFTER_ACCEPT');
  if (target === 'REQUEST' && !points(body['point'])) {
    throw new TypeError('point must be IN_TRANSIT, BEFORE_ACCEPT or AFTER_ACCEPT');
  }
  const { times } = body;
  if (times !== undefined && times !== null && !isCount(times)) {
    throw new TypeError('times must be a whole number above 0, or null for always');
  }
  return { match: {}, ...body } as FaultRuleSpec;
}

function checkFields(name: string, value: unknown, checks: Record<string, Check>): void {
  const fields = value === undefined ? {} : value;
  if (!isObject(fields)) throw new TypeError(`${name} must be an object`);
  for (const field of Object.keys(fields)) {
    if (!Object.hasOwn(checks, field)) throw new TypeError(`${name}.${field} is not known here`);
  }
  for (const [field, check] of Object.entries(checks)) {
    if (!check(fields[field])) throw new TypeError(`${name}.${field} is missing or wrong`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
