import { algorithms, executionStatuses } from '@sextant/execution';
import type { ExecutionRequest, ExecutionStatus } from '@sextant/execution';
import type { AccountId, Side } from '@sextant/kernel';
import { DecimalString, Field, PageQuery } from '../http/index.js';

const ACCOUNT = 'The account; may be left out when there is exactly one.';
const DAY_S = 86_400;

/** What is to be worked off and how, as `POST /api/executions` and its preview take it. */
export class StartExecutionRequest {
  static readonly examples = {
    twap: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', algorithm: 'TWAP', quantity: '0.01', durationSeconds: 600 },
      ...{ slices: 20, sizeJitter: '0.2', timeJitter: '0.5', seed: 42 },
    },
    vwap: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', algorithm: 'VWAP', quantity: '0.01', durationSeconds: 3600 },
      volumeProfile: ['1', '2', '3', '2', '1'],
    },
    iceberg: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', algorithm: 'ICEBERG', quantity: '0.01' },
      ...{ limitPrice: '50000', displayQuantity: '0.002' },
    },
    pov: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', algorithm: 'POV', quantity: '0.01', durationSeconds: 600 },
      ...{ participationRate: '0.1', urgency: 'PASSIVE' },
    },
  };

  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'The market; BTCUSDT and BTC-USDT are understood.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: Side;

  @Field.choice(algorithms, {
    description:
      'TWAP: equal slices over the time. VWAP: as a volume profile weighs the time. POV: a share of what is traded. ' +
      'ICEBERG: one visible part at a time at `limitPrice`.',
    example: 'TWAP',
  })
  algorithm!: ExecutionRequest['algorithm'];

  @DecimalString({ description: 'Base quantity of the whole.', example: '0.01', positive: true })
  quantity!: string;

  @DecimalString({
    description: 'No order of it is priced beyond this; ICEBERG rests at it.',
    example: '61250.1',
    positive: true,
    optional: true,
  })
  limitPrice?: string;

  @Field.time({
    description: 'When it begins; at once when left out.',
    example: '2100-01-01T00:00:00.000Z',
    optional: true,
  })
  startAt?: number;

  @Field.time({
    description: 'Nothing is sent from here on. This or `durationSeconds`.',
    example: '2100-01-01T01:00:00.000Z',
    optional: true,
  })
  endAt?: number;

  @Field.integer({
    description: 'The same from the start on; TWAP, VWAP and POV need one of the two.',
    example: 600,
    min: 1,
    max: 7 * DAY_S,
    optional: true,
  })
  durationSeconds?: number;

  @Field.integer({
    description:
      'How many slices, or looks of a POV; about one a minute when left out, of a VWAP one a weight. Not for ICEBERG.',
    example: 20,
    min: 1,
    max: 1_000,
    optional: true,
  })
  slices?: number;

  @Field.choice(['PASSIVE', 'AGGRESSIVE'], {
    description:
      'AGGRESSIVE takes the other side of the book (LIMIT IOC), as unless said; PASSIVE rests at its own until the next slice.',
    example: 'AGGRESSIVE',
    optional: true,
  })
  urgency?: NonNullable<ExecutionRequest['urgency']>;

  @Field.integer({
    description: 'How far past the best price an aggressive slice may go, basis points; 50 unless said.',
    example: 50,
    min: 0,
    max: 500,
    optional: true,
  })
  maxSlippageBps?: number;

  @Field.integer({
    description: 'No slice is larger than its plan times this, however much is behind; 2 unless said.',
    example: 2,
    min: 1,
    max: 10,
    optional: true,
  })
  maxSliceFactor?: number;

  @DecimalString({
    description: 'POV: share of the traded volume, 0.0001 to 0.5.',
    example: '0.1',
    positive: true,
    optional: true,
  })
  participationRate?: string;

  @DecimalString({
    description: 'ICEBERG: how much is shown at a time.',
    example: '0.002',
    positive: true,
    optional: true,
  })
  displayQuantity?: string;

  @DecimalString({
    description:
      'How much smaller or larger a slice may be drawn, a fraction up to 0.5; a part of an ICEBERG smaller.',
    example: '0.2',
    nonNegative: true,
    optional: true,
  })
  sizeJitter?: string;

  @DecimalString({
    description: 'How far into its interval a slice may be drawn, a fraction up to 0.9.',
    example: '0.5',
    nonNegative: true,
    optional: true,
  })
  timeJitter?: string;

  @Field.integer({
    description: 'What the plan is drawn with: the same seed, the same plan. Drawn when left out, and shown.',
    example: 42,
    min: 0,
    max: 2_147_483_647,
    optional: true,
  })
  seed?: number;

  @Field.texts({
    description:
      "VWAP: weights of equal intervals, decimals. When left out, from the venue's hourly volume of the last week.",
    example: ['1', '2', '1'],
    min: 1,
    max: 1_000,
    maxLength: 20,
    optional: true,
  })
  volumeProfile?: string[];

  @Field.text({
    description: 'Name of the strategy behind it; shown on its orders and the position.',
    example: 'grid',
    maxLength: 64,
    optional: true,
  })
  strategy?: string;

  @Field.texts({ description: 'Words of yours, on its orders.', example: ['demo'], max: 10, optional: true })
  tags?: string[];
}

/** The request in the words of the core: what was left out is null. */
export function requestOf(body: StartExecutionRequest): ExecutionRequest {
  return {
    symbol: body.symbol,
    side: body.side,
    algorithm: body.algorithm,
    quantity: body.quantity,
    limitPrice: body.limitPrice ?? null,
    startAt: body.startAt ?? null,
    endAt: body.endAt ?? null,
    durationSeconds: body.durationSeconds ?? null,
    slices: body.slices ?? null,
    urgency: body.urgency ?? null,
    maxSlippageBps: body.maxSlippageBps ?? null,
    maxSliceFactor: body.maxSliceFactor ?? null,
    participationRate: body.participationRate ?? null,
    displayQuantity: body.displayQuantity ?? null,
    sizeJitter: body.sizeJitter ?? null,
    timeJitter: body.timeJitter ?? null,
    seed: body.seed ?? null,
    volumeProfile: body.volumeProfile ?? null,
    strategy: body.strategy ?? null,
    tags: body.tags ?? [],
  };
}

export class PauseExecutionRequest {
  @Field.flag({
    description: 'Also cancels the order of it that rests at the venue.',
    optional: true,
    default: false,
  })
  cancelResting?: boolean;
}

export class ListExecutionsQuery extends PageQuery {
  @Field.id('acc', { description: 'Only executions of this account.', optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'Only executions in this market.', optional: true })
  symbol?: string;

  @Field.choices(executionStatuses, {
    description: 'Only executions in one of these states.',
    optional: true,
  })
  status?: ExecutionStatus[];
}
