import type { ChannelState } from '@sextant/exchange';
import { Field } from '../http/index.js';

const LATENCY = { p50: 12, p95: 30, p99: 80 };
const HALT = { until: '2026-01-31T12:00:00.000Z', reason: 'The venue banned this address.' };
const CLOCK = { offsetMs: 3, uncertaintyMs: 8, safe: true };

/** Swagger shows no example of an object that may be null unless it is given. */
export const CHANNEL_EXAMPLE = {
  breakers: {
    PROTECTIVE: 'CLOSED',
    CANCEL: 'CLOSED',
    RECONCILE: 'CLOSED',
    ENTRY: 'CLOSED',
    DATA: 'CLOSED',
  },
  budgets: [],
  queued: 0,
  inFlight: 0,
  endpoints: [],
  latencyMs: LATENCY,
  halt: null,
  pausedUntil: null,
  clock: CLOCK,
};

const BREAKERS = ['CLOSED', 'OPEN', 'HALF_OPEN'];
const CLASS = { description: 'The breaker of this class of calls.', example: 'CLOSED' };

export class BreakersAnswer {
  @Field.choice(BREAKERS, CLASS)
  PROTECTIVE!: string;

  @Field.choice(BREAKERS, CLASS)
  CANCEL!: string;

  @Field.choice(BREAKERS, CLASS)
  RECONCILE!: string;

  @Field.choice(BREAKERS, CLASS)
  ENTRY!: string;

  @Field.choice(BREAKERS, CLASS)
  DATA!: string;
}

export class BudgetAnswer {
  @Field.text({ description: 'Name of the limit.', example: 'REQUEST_WEIGHT' })
  rule!: string;

  @Field.choice(['ADDRESS', 'KEY'], { description: 'Whose limit it is.', example: 'ADDRESS' })
  scope!: string;

  @Field.integer({ description: 'The limit in a window.', example: 6000 })
  limit!: number;

  @Field.integer({ description: 'Length of the window in milliseconds.', example: 60_000 })
  windowMs!: number;

  @Field.integer({ description: 'Spent in the present window.', example: 40 })
  used!: number;

  @Field.integer({ description: 'What an entry could still spend; cancels may spend more.', example: 5000 })
  leftForEntries!: number;
}

export class EndpointAnswer {
  @Field.text({ description: 'Which of the venue’s interfaces.', example: 'spot' })
  base!: string;

  @Field.text({ description: 'Address.', example: 'https://api.binance.com' })
  endpoint!: string;

  @Field.flag({ description: 'In use.', example: true })
  healthy!: boolean;

  @Field.integer({ description: 'Failures in a row.', example: 0 })
  consecutiveFailures!: number;

  @Field.integer({ description: 'Requests on their way.', example: 0 })
  inFlight!: number;
}

export class LatencyAnswer {
  @Field.integer({ description: 'Half of the answers came sooner.', example: 12 })
  p50!: number;

  @Field.integer({ description: '95 of 100 came sooner.', example: 30 })
  p95!: number;

  @Field.integer({ description: '99 of 100 came sooner.', example: 80 })
  p99!: number;
}

export class HaltAnswer {
  @Field.time({ description: 'Until when nothing is sent.', example: '2026-01-31T12:00:00.000Z' })
  until!: string;

  @Field.text({ description: 'Why.', example: 'The venue banned this address.', maxLength: 500 })
  reason!: string;
}

export class VenueClockAnswer {
  @Field.integer({ description: 'Venue minus this machine; null while unknown.', nullable: true, example: 3 })
  offsetMs!: number | null;

  @Field.integer({ description: 'The offset is true to ± this.', nullable: true, example: 8 })
  uncertaintyMs!: number | null;

  @Field.flag({ description: 'Known well enough to open positions.', example: true })
  safe!: boolean;
}

export class ChannelAnswer {
  @Field.object(() => BreakersAnswer, { description: 'Circuit breakers by class of calls.' })
  breakers!: BreakersAnswer;

  @Field.list(() => BudgetAnswer, { description: 'Rate budgets: those of this address, and of this key.' })
  budgets!: BudgetAnswer[];

  @Field.integer({ description: 'Calls that wait.', example: 0 })
  queued!: number;

  @Field.integer({ description: 'Calls on their way.', example: 0 })
  inFlight!: number;

  @Field.list(() => EndpointAnswer, { description: 'Where the venue is reached.' })
  endpoints!: EndpointAnswer[];

  @Field.object(() => LatencyAnswer, {
    description: 'Round trips in milliseconds.',
    nullable: true,
    example: LATENCY,
  })
  latencyMs!: LatencyAnswer | null;

  @Field.object(() => HaltAnswer, {
    description: 'A ban, kept over restarts; else null.',
    nullable: true,
    example: HALT,
  })
  halt!: HaltAnswer | null;

  @Field.time({ description: 'A Retry-After that is being waited for.', nullable: true, example: null })
  pausedUntil!: string | null;

  @Field.object(() => VenueClockAnswer, { description: "The venue's clock." })
  clock!: VenueClockAnswer;

  static of(state: ChannelState): ChannelAnswer {
    const { breakers, queued, inFlight, endpoints, latencyMs, halt, pausedUntil, clock } = state;
    return {
      ...{ breakers, queued, inFlight, endpoints },
      budgets: state.budgets.map(({ credentialId, ...budget }) => ({
        ...budget,
        scope: credentialId === null ? 'ADDRESS' : 'KEY',
        used: Math.round(budget.used),
        leftForEntries: Math.floor(budget.leftForEntries),
      })),
      latencyMs: latencyMs === null ? null : rounded(latencyMs),
      halt: halt === null ? null : { until: iso(halt.until), reason: halt.reason },
      pausedUntil: pausedUntil === null ? null : iso(pausedUntil),
      clock: { ...clock, offsetMs: round(clock.offsetMs), uncertaintyMs: round(clock.uncertaintyMs) },
    };
  }
}

function rounded({ p50, p95, p99 }: LatencyAnswer): LatencyAnswer {
  return { p50: Math.round(p50), p95: Math.round(p95), p99: Math.round(p99) };
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
