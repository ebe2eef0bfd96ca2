import { algorithms, executionStatuses, orderStatuses } from '@sextant/execution';
import type { ExecutionPreview, ExecutionSummaryView, ExecutionView, SliceView } from '@sextant/execution';
import { Field } from '../http/index.js';
import { AmountAnswer, ReasonAnswer, VerdictAnswer } from '../orders/order-answers.js';

const AN_HOUR = '2026-01-01T00:00:00.000Z';

const iso = (epochMs: number) => new Date(epochMs).toISOString();
const isoOrNull = (epochMs: number | null) => (epochMs === null ? null : iso(epochMs));

export class WaitingAnswer {
  @Field.text({
    description:
      'A rule of risk, LIMIT_PRICE (the market is beyond `limitPrice`), MARKET_STALE, or the code that refused a slice.',
    example: 'LIMIT_PRICE',
  })
  code!: string;

  @Field.time({ description: 'Since when.', example: AN_HOUR })
  since!: string;
}

export class SliceAnswer {
  @Field.integer({
    description: 'Its number; one beyond the plan made up for what was left over.',
    example: 0,
  })
  slice!: number;

  @Field.time({
    description: 'When it was to be sent; null where the market decides.',
    nullable: true,
    example: AN_HOUR,
  })
  plannedAt!: string | null;

  @Field.decimal({
    description: 'How much it was to be; null where the market decides.',
    nullable: true,
    example: '0.0005',
  })
  plannedQuantity!: string | null;

  @Field.time({ description: 'When it was sent; null while it was not.', nullable: true, example: AN_HOUR })
  sentAt!: string | null;

  @Field.id('ord', { description: 'Its order.', nullable: true })
  orderId!: string | null;

  @Field.choice(orderStatuses, { description: 'Where that is.', nullable: true, example: 'FILLED' })
  orderStatus!: string | null;

  @Field.decimal({ description: 'Its limit price.', nullable: true, example: '61250.1' })
  price!: string | null;

  @Field.decimal({ description: 'How much was sent.', nullable: true, example: '0.0005' })
  sentQuantity!: string | null;

  @Field.decimal({ description: 'How much of it filled.', example: '0.0005' })
  filledQuantity!: string;

  static of(slice: SliceView): SliceAnswer {
    return { ...slice, plannedAt: isoOrNull(slice.plannedAt), sentAt: isoOrNull(slice.sentAt) };
  }
}

/** An execution without its slices, as lists have it. */
export class ExecutionSummary {
  @Field.id('exe', { description: 'Id of the execution.' })
  id!: string;

  @Field.id('acc', { description: 'Its account.' })
  accountId!: string;

  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: string;

  @Field.choice(algorithms, { description: 'How.', example: 'TWAP' })
  algorithm!: string;

  @Field.choice(executionStatuses, {
    description: 'SCHEDULED before its start. COMPLETED with a `reason` did not fill everything.',
    example: 'RUNNING',
  })
  status!: string;

  @Field.object(() => ReasonAnswer, {
    description: 'Why it ended as it did, or null.',
    nullable: true,
    example: { code: 'TIME_OVER', detail: 'Its time was over before everything was filled.' },
  })
  reason!: ReasonAnswer | null;

  @Field.object(() => WaitingAnswer, {
    description: 'Why it sends nothing although it is running, or null.',
    nullable: true,
    example: { code: 'LIMIT_PRICE', since: AN_HOUR },
  })
  waitingFor!: WaitingAnswer | null;

  @Field.decimal({ description: 'Base quantity of the whole.', example: '0.01' })
  quantity!: string;

  @Field.decimal({ description: 'Base filled so far: the sum over its orders.', example: '0.005' })
  filledQuantity!: string;

  @Field.decimal({ description: 'cumulativeQuote / filledQuantity.', nullable: true, example: '61250.1' })
  averagePrice!: string | null;

  @Field.decimal({ description: 'Quote paid or received so far, before fees.', example: '306.2505' })
  cumulativeQuote!: string;

  @Field.list(() => AmountAnswer, { description: 'Fees by asset as charged; positive is paid.' })
  fees!: AmountAnswer[];

  @Field.decimal({
    description: 'Mid of the book when it started; what its cost is measured against.',
    nullable: true,
    example: '61250',
  })
  arrivalPrice!: string | null;

  @Field.decimal({
    description:
      'Implementation shortfall of what is filled (Perold, 1988): side · (averagePrice − arrivalPrice) / arrivalPrice in ' +
      'basis points; positive is adverse, fees stand beside it.',
    nullable: true,
    example: '0.016326530612244898',
  })
  shortfallBps!: string | null;

  @Field.decimal({ description: 'The same in quote.', nullable: true, example: '0.0005' })
  shortfallQuote!: string | null;

  @Field.decimal({
    description: 'Base that public trades showed from its start to its last slice, while it was watched.',
    example: '1.5',
  })
  observedQuantity!: string;

  @Field.decimal({
    description: 'filledQuantity / observedQuantity, a fraction.',
    nullable: true,
    example: '0.003333333333333333',
  })
  participation!: string | null;

  @Field.decimal({ description: 'Bound of every order of it.', nullable: true, example: null })
  limitPrice!: string | null;

  @Field.time({ description: 'When it begins.', example: AN_HOUR })
  startAt!: string;

  @Field.time({
    description: 'When it ends at the latest; null: when it is filled.',
    nullable: true,
    example: AN_HOUR,
  })
  endAt!: string | null;

  @Field.choice(['PASSIVE', 'AGGRESSIVE'], {
    description: 'How its orders are priced.',
    example: 'AGGRESSIVE',
  })
  urgency!: string;

  @Field.integer({ description: 'How far past the best price an aggressive slice may go.', example: 50 })
  maxSlippageBps!: number;

  @Field.integer({ description: 'How many times its plan a slice is at most.', example: 2 })
  maxSliceFactor!: number;

  @Field.decimal({ description: 'POV: share of the traded volume.', nullable: true, example: null })
  participationRate!: string | null;

  @Field.decimal({ description: 'ICEBERG: how much is shown.', nullable: true, example: null })
  displayQuantity!: string | null;

  @Field.decimal({ description: 'How much smaller or larger a slice may be drawn.', example: '0' })
  sizeJitter!: string;

  @Field.decimal({ description: 'How far into its interval a slice may be drawn.', example: '0' })
  timeJitter!: string;

  @Field.integer({ description: 'What the plan was drawn with.', example: 42 })
  seed!: number;

  @Field.choice(['REQUEST', 'HISTORY'], {
    description: "VWAP: whether the weights came with the request or from the venue's hourly volume.",
    nullable: true,
    example: null,
  })
  profileSource!: string | null;

  @Field.text({ description: 'The strategy behind it.', nullable: true, example: null })
  strategy!: string | null;

  @Field.texts({ description: 'Your words.', example: [] })
  tags!: string[];

  @Field.time({ description: 'When it was made.', example: AN_HOUR })
  createdAt!: string;

  @Field.time({ description: 'When it started.', nullable: true, example: AN_HOUR })
  startedAt!: string | null;

  @Field.time({ description: 'When it changed last; its orders have their own.', example: AN_HOUR })
  updatedAt!: string;

  @Field.time({
    description: 'When it had ended and so had its last order: nothing more can be filled.',
    nullable: true,
    example: null,
  })
  closedAt!: string | null;

  @Field.integer({ description: 'Grows with every change.', example: 2 })
  version!: number;

  static summaryOf(this: void, view: ExecutionSummaryView): ExecutionSummary {
    const { waitingFor, startAt, endAt, createdAt, startedAt, updatedAt, closedAt } = view;
    return {
      ...view,
      waitingFor: waitingFor && { ...waitingFor, since: iso(waitingFor.since) },
      startAt: iso(startAt),
      endAt: isoOrNull(endAt),
      createdAt: iso(createdAt),
      startedAt: isoOrNull(startedAt),
      updatedAt: iso(updatedAt),
      closedAt: isoOrNull(closedAt),
    };
  }
}

export class ExecutionAnswer extends ExecutionSummary {
  @Field.list(() => SliceAnswer, { description: 'What was planned, sent and filled, in order.' })
  slices!: SliceAnswer[];

  static of(this: void, { slices, ...view }: ExecutionView): ExecutionAnswer {
    return { ...ExecutionSummary.summaryOf(view), slices: slices.map(SliceAnswer.of) };
  }
}

export class ExecutionPreviewAnswer {
  @Field.object(() => ExecutionAnswer, { description: 'What it would be, with its plan.' })
  execution!: ExecutionAnswer;

  @Field.flag({ description: 'Whether it would be taken, and its first slice sent, now.', example: true })
  approved!: boolean;

  @Field.list(() => VerdictAnswer, {
    description: 'The rules on its first slice; of the whole, whether it can be afforded.',
  })
  verdicts!: VerdictAnswer[];

  @Field.object(() => AmountAnswer, {
    description:
      'What the whole takes at the present price. Nothing of it is set aside: each slice reserves for itself.',
  })
  value!: AmountAnswer;

  static of({ execution, approved, verdicts, value }: ExecutionPreview): ExecutionPreviewAnswer {
    return {
      execution: ExecutionAnswer.of(execution),
      approved,
      verdicts,
      value,
    };
  }
}
