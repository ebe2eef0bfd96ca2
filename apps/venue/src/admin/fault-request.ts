import type { FaultRuleSpec } from '../faults/fault-rule.js';
import {
  between,
  checkFields,
  isCloseCode,
  isCount,
  isHeaders,
  isMs,
  isObject,
  isShare,
  isText,
  isTexts,
  maybe,
  oneOf,
  orNull,
} from './checks.js';
import type { Checks } from './checks.js';

/** Frames at once: more of them would be the venue's own end. */
const isFrames = between(1, 100_000);
const GARBAGE = oneOf('HTML', 'EMPTY', 'DEEP_JSON', 'BAD_UTF8', 'HUGE', 'NOT_JSON');
const COUNTED = { nth: maybe(isCount), every: maybe(isCount), probability: maybe(isShare) };

const MATCHES: Record<FaultRuleSpec['target'], Checks> = {
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
const ACTIONS: Record<FaultRuleSpec['target'], Record<string, Checks>> = {
  REQUEST: {
    DROP: {},
    RESET: {},
    HANG: {},
    DELAY: { ms: isMs },
    STATUS: {
      status: between(200, 599),
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
    REORDER: { frames: isFrames },
    STALL: { ms: orNull(isMs) },
    GAP: { frames: isFrames },
    FLOOD: { frames: isFrames },
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
  checkFields(body['match'] === undefined ? {} : body['match'], MATCHES[target], 'match.');
  const action = isObject(body['action']) ? body['action'] : {};
  const { kind, ...fields } = action;
  const wanted = Object.hasOwn(ACTIONS[target], String(kind)) ? ACTIONS[target][String(kind)] : undefined;
  if (wanted === undefined) {
    throw new TypeError(`action.kind must be one of ${Object.keys(ACTIONS[target]).join(', ')}`);
  }
  checkFields(fields, wanted, 'action.');
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
