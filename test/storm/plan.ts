import { Draws } from './random.js';

/** Steps of the order path at which a process dies. The named ones are in the process; the others show from outside. */
export const INSIDE = ['K2', 'K3', 'K5', 'K6', 'K8', 'K9', 'K10', 'K11', 'K12', 'K13'] as const;
export const OUTSIDE = ['K1', 'K4', 'K7', 'K14', 'K15'] as const;
/** Killed there, or stopped for so long and then let go on. */
export type KillPlan = { step: string; count: number; pauseMs?: number };

/** What happens to processes, connections and the database while clients trade. */
export type Disaster =
  | { kind: 'KILL' | 'PAUSE' | 'STOP'; target: number; afterMs: number; forMs: number }
  | { kind: 'CUT' | 'STALL' | 'SLOW'; between: 'DATABASE' | 'VENUE'; afterMs: number; forMs: number }
  | { kind: 'CUT_COMMIT'; mode: 'BEFORE' | 'AFTER' | 'DURING'; afterMs: number; forMs: number }
  | { kind: 'KILL_DATABASE'; afterMs: number; forMs: number }
  | { kind: 'CLOCK' | 'MOVE'; by: number; afterMs: number; forMs: number }
  | { kind: 'MAINTENANCE' | 'BAN' | 'RESTART_STREAMS' | 'ROTATE'; afterMs: number; forMs: number };

export interface VenueFault {
  name: string;
  rule: Record<string, unknown>;
}

/** Everything that is decided before a schedule begins. */
export interface Schedule {
  seed: number;
  /** What runs beside the first API. */
  second: 'api' | 'worker' | null;
  liveAccounts: number;
  paperAccount: boolean;
  quirks: Record<string, unknown>;
  faults: VenueFault[];
  disasters: Disaster[];
  kills: KillPlan[];
  workMs: number;
  clients: number;
  /** How likely each thing is that a client does. */
  habits: Record<Habit, number>;
}

/** Habits that send something under a key. */
export const PLACING = [
  'MARKET',
  'LIMIT',
  'MAKER',
  'IOC',
  'STOP',
  'TWINS',
  'BATCH',
  'BRACKET',
  'OCO',
  'OTO',
  'EXECUTION',
] as const;
export type Placing = (typeof PLACING)[number];

export const HABITS = [
  ...PLACING,
  'CANCEL',
  'AMEND',
  'CONTROL',
  'CANCEL_GROUP',
  'CANCEL_ALL',
  'SWITCH',
] as const;
export type Habit = (typeof HABITS)[number];

export function isPlacing(habit: Habit): habit is Placing {
  return (PLACING as readonly Habit[]).includes(habit);
}

/** A class of things is there or not, so that a schedule is extreme in some rather than mild in all. */
const PRESENCE = 0.5;

export function drawSchedule(seed: number): Schedule {
  const draws = new Draws(seed);
  const workMs = draws.between(3_000, 7_000);
  const kills = drawKills(draws.fork());
  // Somebody has to take over from one that is stopped for a while.
  const twoOf = kills.some(({ pauseMs }) => pauseMs !== undefined) ? 0.8 : 0.4;
  return {
    seed,
    second: draws.chance(twoOf) ? draws.pick(['api', 'worker'] as const) : null,
    liveAccounts: draws.chance(0.3) ? 2 : 1,
    paperAccount: draws.chance(0.3),
    quirks: drawQuirks(draws.fork()),
    faults: drawFaults(draws.fork()),
    disasters: drawDisasters(draws.fork(), workMs),
    kills,
    workMs,
    clients: draws.between(2, 6),
    habits: drawHabits(draws.fork()),
  };
}

/** What a venue of this kind may be like. What our adapter's traits rule out is not drawn. */
function drawQuirks(draws: Draws): Record<string, unknown> {
  return {
    clientIds: draws.pick(['OPEN_ONLY', 'OPEN_ONLY', 'FOREVER']),
    visibilityLagMs: draws.chance(PRESENCE) ? draws.between(0, 1_500) : 0,
  };
}

const POINTS = ['BEFORE_ACCEPT', 'AFTER_ACCEPT'] as const;

function drawFaults(draws: Draws): VenueFault[] {
  const presence = draws.pick([0.05, 0.2, 0.35, 0.6]);
  const faults: VenueFault[] = [];
  const onRequests = { path: '/api/v3/order*' };
  const actions: (() => Record<string, unknown>)[] = [
    () => ({ kind: 'DROP' }),
    () => ({ kind: 'RESET' }),
    () => ({ kind: 'HANG' }),
    () => ({ kind: 'DELAY', ms: draws.between(50, 4_900) }),
    () => ({ kind: 'STATUS', status: draws.pick([500, 502, 503, 504]) }),
    () => ({ kind: 'SLOW', bytesPerSecond: draws.between(50, 2_000) }),
    () => ({ kind: 'TRUNCATE', share: draws.share(), ending: draws.pick(['CLOSE', 'HANG']) }),
    () => ({ kind: 'GARBAGE', what: draws.pick(['HTML', 'EMPTY', 'NOT_JSON', 'BAD_UTF8', 'DEEP_JSON']) }),
  ];
  for (const action of actions) {
    for (const point of POINTS) {
      const made = action();
      const probability = draws.share() * 0.15;
      if (!draws.chance(presence)) continue;
      const rule = {
        target: 'REQUEST',
        match: { ...onRequests, probability },
        point,
        action: made,
        times: null,
      };
      faults.push({ name: `${String(made['kind'])} ${point}`, rule });
    }
  }
  faults.push(
    ...rare(
      draws,
      presence,
      'DUPLICATE ANSWER',
      { kind: 'DUPLICATE', what: 'ANSWER' },
      'AFTER_ACCEPT',
      'GET',
    ),
  );
  const cancels = { kind: 'FILL_BEFORE_CANCEL', share: draws.share() };
  faults.push(...rare(draws, presence, 'FILL_BEFORE_CANCEL', cancels, 'BEFORE_ACCEPT', 'DELETE'));
  const late = { kind: 'FILL_AFTER_CANCEL', share: draws.share(), delayMs: draws.between(0, 1_500) };
  faults.push(...rare(draws, presence, 'FILL_AFTER_CANCEL', late, 'AFTER_ACCEPT', 'DELETE'));
  faults.push(
    ...rare(draws, presence, 'FILL_NEW', { kind: 'FILL_NEW', share: draws.share() }, 'AFTER_ACCEPT', 'POST'),
  );
  return [...faults, ...drawFrameFaults(draws, presence)];
}

function rare(
  draws: Draws,
  presence: number,
  name: string,
  action: Record<string, unknown>,
  point: string,
  method: string,
): VenueFault[] {
  const match = { method, path: '/api/v3/order', probability: 0.1 + draws.share() * 0.5 };
  const rule = { target: 'REQUEST', match, point, action, times: null };
  return draws.chance(presence) ? [{ name, rule }] : [];
}

function drawFrameFaults(draws: Draws, presence: number): VenueFault[] {
  const frames: Record<string, unknown>[] = [
    { kind: 'DROP_FRAME' },
    { kind: 'DUPLICATE' },
    { kind: 'REORDER', frames: draws.between(1, 3) },
    { kind: 'GAP', frames: draws.between(2, 8) },
    { kind: 'STALL', ms: draws.between(500, 4_000) },
    { kind: 'DISCONNECT', code: 1006 },
    { kind: 'DELAY', ms: draws.between(10, 1_000) },
  ];
  return frames.flatMap((action) => {
    const onUser = draws.chance(0.6);
    const probability = draws.share() * (onUser ? 0.3 : 0.01);
    const match = onUser ? { stream: 'user', probability } : { probability };
    const name = `${onUser ? 'user' : 'any'} frame ${String(action['kind'])}`;
    return draws.chance(presence) ? [{ name, rule: { target: 'STREAM', match, action, times: null } }] : [];
  });
}

function drawDisasters(draws: Draws, workMs: number): Disaster[] {
  const disasters: Disaster[] = [];
  const at = (): number => draws.between(200, workMs);
  const some = (probability: number, most: number): number =>
    draws.chance(probability) ? draws.between(1, most) : 0;
  for (let n = some(0.5, 2); n > 0; n -= 1) {
    const kind = draws.pick(['KILL', 'KILL', 'PAUSE', 'STOP'] as const);
    const forMs = draws.between(100, 2_500);
    disasters.push({ kind, target: draws.between(0, 1), afterMs: at(), forMs });
  }
  for (let n = some(0.5, 3); n > 0; n -= 1) {
    const kind = draws.pick(['CUT', 'STALL', 'SLOW'] as const);
    const between = draws.pick(['DATABASE', 'VENUE'] as const);
    disasters.push({ kind, between, afterMs: at(), forMs: draws.between(100, 1_500) });
  }
  for (let n = some(0.4, 3); n > 0; n -= 1) {
    const mode = draws.pick(['BEFORE', 'AFTER', 'DURING'] as const);
    disasters.push({ kind: 'CUT_COMMIT', mode, afterMs: at(), forMs: 0 });
  }
  if (draws.chance(0.12)) disasters.push({ kind: 'KILL_DATABASE', afterMs: at(), forMs: 0 });
  for (const kind of ['MAINTENANCE', 'BAN', 'RESTART_STREAMS', 'ROTATE'] as const) {
    if (draws.chance(0.15)) disasters.push({ kind, afterMs: at(), forMs: draws.between(300, 2_000) });
  }
  if (draws.chance(0.15)) {
    const by = draws.pick([-1, 1]) * draws.pick([400, 3_000, 60_000]);
    disasters.push({ kind: 'CLOCK', by, afterMs: at(), forMs: draws.between(500, 4_000) });
  }
  for (let n = some(0.5, 3); n > 0; n -= 1) {
    disasters.push({ kind: 'MOVE', by: (draws.share() - 0.5) * 0.006, afterMs: at(), forMs: 0 });
  }
  return disasters.sort((a, b) => a.afterMs - b.afterMs);
}

/** A process that starts or ends is not stopped there. */
const ONLY_KILLED = ['K14', 'K15'] as const;

/** Processes die there one after the other, each at the n-th time that it comes by. */
function drawKills(draws: Draws): KillPlan[] {
  const count = draws.pick([0, 1, 1, 2]);
  return Array.from({ length: count }, () => {
    const step = draws.pick([...INSIDE, ...OUTSIDE]);
    const pauseMs = draws.between(3_000, 6_000);
    const isPaused = draws.chance(0.3) && !(ONLY_KILLED as readonly string[]).includes(step);
    return { step, count: draws.between(1, 8), ...(isPaused && { pauseMs }) };
  });
}

function drawHabits(draws: Draws): Record<Habit, number> {
  const weights = HABITS.map((habit) => [habit, draws.share() ** 2 * BASE[habit]] as const);
  return Object.fromEntries(weights) as Record<Habit, number>;
}

const BASE: Record<Habit, number> = {
  MARKET: 1,
  LIMIT: 1,
  MAKER: 1,
  IOC: 0.7,
  STOP: 0.4,
  TWINS: 0.6,
  BATCH: 0.4,
  BRACKET: 0.8,
  OCO: 0.5,
  OTO: 0.4,
  EXECUTION: 0.4,
  CANCEL: 1,
  AMEND: 1.2,
  CONTROL: 0.3,
  CANCEL_GROUP: 0.2,
  CANCEL_ALL: 0.15,
  SWITCH: 0.1,
};
