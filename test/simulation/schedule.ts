import { databaseFaults, faultKinds, requestFaults, streamFaults } from './chaos.js';
import type { FaultMix } from './chaos.js';
import { mix, Random } from './random.js';
import { drawAmend, drawBatch, drawPlace, symbols } from './draw-orders.js';
import type { AmendCommand, BatchCommand, PlaceCommand, Side } from './draw-orders.js';
import type { VenueCharacter } from './simulated-venue.js';

export type { PlaceCommand } from './draw-orders.js';

/** One thing that happens to the platform, at the venue, or to the machines. `of` counts from the newest. */
export type Action =
  | PlaceCommand
  | { kind: 'retry'; of: number; changed: boolean }
  | { kind: 'cancel'; of: number }
  | { kind: 'cancelAll'; symbol: string | null }
  | AmendCommand
  | { kind: 'cancelGroup'; of: number }
  | BatchCommand
  | { kind: 'fill'; of: number; part: number }
  | { kind: 'venueEnds'; of: number; state: 'CANCELED' | 'EXPIRED' }
  | { kind: 'handPlace'; symbol: string; side: Side; lots: number; named: boolean; takes: boolean }
  | { kind: 'handCancel'; of: number }
  | { kind: 'move'; symbol: string; ticks: number }
  | { kind: 'sync' }
  | { kind: 'halt'; cancels: boolean; ms: number }
  | { kind: 'kill'; waitMs: number }
  | { kind: 'takeOver'; pauseMs: number; waitMs: number }
  | { kind: 'clockJump'; ms: number }
  | { kind: 'databaseAway'; ms: number }
  | { kind: 'venueAway'; ms: number }
  | { kind: 'withdraw'; asset: string }
  | { kind: 'wait'; ms: number };

/** `salt` seeds whatever chance decides from this command to the next. */
export type Command = Action & {
  salt: number;
  afterMs: number;
  /** Replaces the mix of faults from here on; for schedules that are written by hand. */
  faults?: FaultMix;
};

/** A whole history, before it happens. */
export interface Schedule {
  seed: number;
  character: VenueCharacter;
  faults: FaultMix;
  commands: readonly Command[];
  /** Whether it is stopped and started once more when all is over. */
  restarts: boolean;
}

const OPEN_IDS = 'UNIQUE_WHILE_OPEN';
const taken = ['REQUEST_DELAYED', 'ANSWER_LOST', 'ERROR_AFTER', 'ANSWER_GARBLED'] as const;
const actions: Readonly<Partial<Record<Action['kind'], number>>> = {
  place: 14,
  retry: 4,
  cancel: 4,
  cancelAll: 1,
  amend: 7,
  cancelGroup: 0.7,
  batch: 1.2,
  fill: 9,
  venueEnds: 1,
  handPlace: 1,
  handCancel: 0.5,
  move: 4,
  sync: 0.5,
  halt: 0.5,
  kill: 1.5,
  takeOver: 1,
  clockJump: 0.3,
  databaseAway: 0.5,
  venueAway: 0.5,
  withdraw: 0.4,
  wait: 2,
};

/** Draws everything that a seed decides in advance. */
export function drawSchedule(seed: number): Schedule {
  const random = new Random(mix(seed, 1));
  const character = drawCharacter(random);
  const faults = drawFaults(random);
  const count = random.int(4, 24);
  const commands: Command[] = [];
  for (let index = 0; index < count; index += 1) {
    const action = index === 0 ? drawPlace(random) : drawAction(random);
    const afterMs = random.weighted({ 0: 2, 15: 3, 120: 3, 700: 2 });
    commands.push({ ...action, salt: index + 2, afterMs: random.int(0, Number(afterMs)) });
  }
  return { seed, character, faults, commands, restarts: random.chance(0.25) };
}

function drawCharacter(random: Random): VenueCharacter {
  const tradeIds = random.pick(['UNIQUE_PER_ACCOUNT', 'UNIQUE_PER_SYMBOL', 'REUSED'] as const);
  const orderIds = random.pick(['UNIQUE_PER_ACCOUNT', 'UNIQUE_PER_SYMBOL'] as const);
  const fees = random.pick(['RECEIVED_ASSET', 'RECEIVED_ASSET', 'THIRD_ASSET', 'REBATE', 'NONE'] as const);
  const pushesOwnEvents = random.chance(0.8);
  const lagMs = random.pick([0, 150, 700, 2_000, 2_000]);
  const amend = random.pick(['REPLACE', 'DOWN', 'ANY', 'ANY'] as const);
  const beside = { pushesOwnEvents, amend, endsByTime: random.chance(0.4) };
  const kind = random.weighted({ WINDOW: 7, REOPEN: 2, NEVER: 1 });
  if (kind === 'REOPEN') {
    const rules = {
      clientOrderIds: 'UNIQUE_FOR_EVER',
      windowMs: null,
      lagMs: 0,
      orderIds,
      tradeIds,
      fees,
    } as const;
    return { rules, absenceProof: 'AFTER_REOPEN', ...beside };
  }
  const clientOrderIds = random.pick([OPEN_IDS, OPEN_IDS, OPEN_IDS, 'UNIQUE_FOR_EVER'] as const);
  if (kind === 'NEVER') {
    const rules = { clientOrderIds, windowMs: null, lagMs, orderIds, tradeIds, fees };
    return { rules, absenceProof: 'NEVER', ...beside };
  }
  const windowMs = random.pick([500, 1_000, 2_000]);
  return {
    rules: { clientOrderIds, windowMs, lagMs, orderIds, tradeIds, fees },
    absenceProof: 'AFTER_WINDOW',
    ...beside,
  };
}

/** Each kind of fault is on or off for the whole schedule, so that some schedules are extreme in one. */
function drawFaults(random: Random): FaultMix {
  const faults: FaultMix = {};
  const level = random.pick([0.05, 0.2, 0.5]);
  const on = random.pick([0.15, 0.4, 0.7]);
  for (const kind of faultKinds) {
    if (!random.chance(on)) continue;
    const isStep = kind === 'KILLED_AT' || kind === 'PAUSED_AT';
    const among = isStep ? 8 : kindsBeside(kind) / 2;
    faults[kind] = (level * random.int(1, 4)) / among;
  }
  // What others lost money by: taken by the venue, and nobody was told.
  if (random.chance(0.55)) for (const kind of taken) faults[kind] = Math.max(faults[kind] ?? 0, 0.15);
  return faults;
}

function kindsBeside(kind: string): number {
  const family = [requestFaults, streamFaults, databaseFaults].find((kinds) =>
    (kinds as readonly string[]).includes(kind),
  );
  return family?.length ?? 1;
}

function drawAction(random: Random): Action {
  const kind = random.weighted(actions);
  const of = random.int(0, 5);
  switch (kind) {
    case 'place':
      return drawPlace(random);
    case 'retry':
      return { kind, of, changed: random.chance(0.15) };
    case 'amend':
      return drawAmend(random, of);
    case 'batch':
      return drawBatch(random, of);
    case 'cancel':
    case 'cancelGroup':
    case 'handCancel':
      return { kind, of };
    case 'cancelAll':
      return { kind, symbol: random.pick([null, ...symbols]) };
    case 'fill':
      return { kind, of, part: random.pick([0.1, 0.5, 1]) };
    case 'venueEnds':
      return { kind, of, state: random.pick(['CANCELED', 'EXPIRED']) };
    case 'handPlace':
      return { kind, ...drawHand(random) };
    case 'move':
      return { kind, symbol: random.pick(symbols), ticks: random.int(-2_500, 2_500) };
    case 'takeOver':
      return { kind, pauseMs: random.int(200, 4_000), waitMs: random.pick([0, 900, 1_600]) };
    case 'kill':
      return { kind, waitMs: random.pick([0, 300, 1_600, 1_600]) };
    case 'clockJump':
      return { kind, ms: random.pick([-86_400_000, -5_000, -800, 800, 5_000, 86_400_000]) };
    case 'databaseAway':
    case 'venueAway':
      return { kind, ms: random.int(200, 6_000) };
    case 'withdraw':
      return { kind, asset: random.pick(['USDT', 'BTC']) };
    case 'halt':
      return { kind, cancels: random.chance(0.5), ms: random.int(100, 3_000) };
    case 'wait':
      return { kind, ms: random.pick([50, 400, 1_500, 5_000]) };
    default:
      return { kind } as Action;
  }
}

function drawHand(random: Random) {
  const side = random.pick(['BUY', 'SELL'] as const);
  const symbol = random.pick(symbols);
  return { symbol, side, lots: random.int(20, 300), named: random.chance(0.7), takes: random.chance(0.4) };
}
