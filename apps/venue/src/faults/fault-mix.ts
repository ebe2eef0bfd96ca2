import type { Random } from '../engine/random.js';
import type { FaultPoint, FaultRuleSpec, RequestAction, StreamAction } from './fault-rule.js';
import type { Quirks } from './quirks.js';

/** A venue's bad days, drawn from a seed: each class of fault is there or not, rare or frequent. */
export interface FaultMix {
  readonly seed: number;
  readonly rules: readonly FaultRuleSpec[];
  readonly quirks: Partial<Quirks>;
}

/** Half of the classes are absent, so that a mix is extreme in some rather than mild in all. */
const PRESENCE = 0.5;
/** Faults of requests strike at most this share of them, faults of streams of their frames. */
const REQUEST_RATE = 0.15;
const STREAM_RATE = 0.01;

const POINTS: readonly FaultPoint[] = ['BEFORE_ACCEPT', 'AFTER_ACCEPT'];

type Draw<Action> = (random: Random) => Action;

const WIRE: readonly Draw<RequestAction>[] = [
  () => ({ kind: 'DROP' }),
  () => ({ kind: 'RESET' }),
  () => ({ kind: 'HANG' }),
  (random) => ({ kind: 'DELAY', ms: 10 + random.below(2_000) }),
  (random) => ({ kind: 'STATUS', status: [500, 502, 503, 504][random.below(4)] as number }),
  (random) => ({ kind: 'SLOW', bytesPerSecond: 50 + random.below(2_000) }),
  (random) => ({ kind: 'TRUNCATE', share: random.next(), ending: random.below(2) === 0 ? 'CLOSE' : 'HANG' }),
  (random) => ({
    kind: 'GARBAGE',
    what: (['HTML', 'EMPTY', 'NOT_JSON', 'BAD_UTF8'] as const)[random.below(4)] as 'HTML',
  }),
  () => ({ kind: 'DUPLICATE', what: 'REQUEST' }),
];

const CANCELS: readonly Draw<RequestAction>[] = [
  (random) => ({ kind: 'FILL_BEFORE_CANCEL', share: random.next() }),
  (random) => ({ kind: 'FILL_AFTER_CANCEL', share: random.next(), delayMs: random.below(1_500) }),
];

const FRAMES: readonly Draw<StreamAction>[] = [
  () => ({ kind: 'DROP_FRAME' }),
  () => ({ kind: 'DUPLICATE' }),
  (random) => ({ kind: 'REORDER', frames: 1 + random.below(3) }),
  (random) => ({ kind: 'GAP', frames: 2 + random.below(8) }),
  (random) => ({ kind: 'STALL', ms: 1_000 + random.below(20_000) }),
  (random) => ({ kind: 'FLOOD', frames: 20 + random.below(200) }),
  () => ({ kind: 'DISCONNECT', code: 1006 }),
  (random) => ({ kind: 'DELAY', ms: random.below(1_000) }),
];

/** The same seed draws the same mix. */
export function drawFaultMix(random: Random): FaultMix {
  const rules: FaultRuleSpec[] = [];
  for (const make of WIRE) {
    for (const point of POINTS) {
      if (random.next() >= PRESENCE) continue;
      const match = { path: '/api/v3/order*', probability: random.next() * REQUEST_RATE };
      rules.push({ target: 'REQUEST', match, point, action: make(random), times: null });
    }
  }
  for (const make of CANCELS) {
    if (random.next() >= PRESENCE) continue;
    const action = make(random);
    const point = action.kind === 'FILL_BEFORE_CANCEL' ? 'BEFORE_ACCEPT' : 'AFTER_ACCEPT';
    const match = { method: 'DELETE', path: '/api/v3/order', probability: random.next() };
    rules.push({ target: 'REQUEST', match, point, action, times: null });
  }
  for (const make of FRAMES) {
    if (random.next() >= PRESENCE) continue;
    const match = { probability: random.next() * STREAM_RATE };
    rules.push({ target: 'STREAM', match, action: make(random), times: null });
  }
  return { seed: random.seed, rules, quirks: drawQuirks(random) };
}

function drawQuirks(random: Random): Partial<Quirks> {
  return {
    clientIds: (['OPEN_ONLY', 'OPEN_ONLY', 'FOREVER'] as const)[random.below(3)] as Quirks['clientIds'],
    visibilityLagMs: random.next() < PRESENCE ? random.below(2_000) : 0,
    lateFeeMs: random.next() < PRESENCE ? random.below(2_000) : null,
    sharesTradeIds: random.next() < PRESENCE,
    forgetsUnfilled: random.next() < PRESENCE / 2,
  };
}
