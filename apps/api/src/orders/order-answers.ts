import { orderStatuses, orderTypes, timesInForce } from '@sextant/execution';
import type { FillView, OrderAudit, OrderPreview, OrderView, PreviewedTerms } from '@sextant/execution';
import type { JsonObject } from '@sextant/contracts';
import { Field, ProblemDocument } from '../http/index.js';
import { SizingAnswer, sizingExample } from './sizing-answer.js';
import { UnprotectedAnswer } from './unprotected-answer.js';
import { ConditionAnswers, conditionAnswers } from './condition-fields.js';

const iso = (epochMs: number) => new Date(epochMs).toISOString();

export class AmountAnswer {
  @Field.text({ description: 'The asset.', example: 'BTC' })
  asset!: string;

  @Field.decimal({ description: 'How much of it.', example: '0.000001' })
  amount!: string;
}

export class PendingAnswer {
  @Field.choice(['SUBMIT', 'CANCEL', 'AMEND'], {
    description: 'What is on its way to the venue.',
    example: 'SUBMIT',
  })
  kind!: string;

  @Field.time({ description: 'Since when.', example: '2026-01-01T00:00:00.000Z' })
  since!: string;

  @Field.choice(['IN_FLIGHT', 'UNKNOWN'], {
    description: 'UNKNOWN: sent, and no verdict came.',
    example: 'IN_FLIGHT',
  })
  outcome!: string;
}

export class ReasonAnswer {
  @Field.text({ description: 'Stable code.', example: 'EXPIRED_BY_RULE' })
  code!: string;

  @Field.text({ description: 'The same in words.', maxLength: 1000, example: 'Cancelled as asked for.' })
  detail!: string;
}

export class VenueOrderAnswer {
  @Field.text({ description: 'The id that the venue got for it.', example: 'grid-7-L3-0001' })
  clientOrderId!: string;

  @Field.text({ description: "The venue's id; null while it is not known.", nullable: true, example: '42' })
  venueOrderId!: string | null;

  @Field.decimal({ description: 'Base quantity that it was placed for.', example: '0.001' })
  quantity!: string;

  @Field.decimal({ description: 'Limit price, or null.', nullable: true, example: '61250.1' })
  price!: string | null;

  @Field.decimal({ description: 'Base that it filled.', example: '0' })
  filledQuantity!: string;
}

export class OrderAnswer extends ConditionAnswers {
  @Field.id('ord', { description: 'Id of the order.' })
  id!: string;

  @Field.id('acc', { description: 'Its account.' })
  accountId!: string;

  @Field.text({ description: 'Your id of it; ours when you sent none.', example: 'grid-7-L3-0001' })
  clientOrderId!: string;

  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.text({ description: "The venue's id of it.", nullable: true, example: '42' })
  venueOrderId!: string | null;

  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: string;

  @Field.choice(orderTypes, { description: 'Its type.', example: 'MARKET' })
  type!: string;

  @Field.choice(timesInForce, { description: 'How long it stands.', example: 'IOC' })
  timeInForce!: string;

  @Field.flag({ description: 'Never takes.', example: false })
  postOnly!: boolean;

  @Field.decimal({
    description: 'Base quantity; null when it is for an amount of quote.',
    nullable: true,
    example: '0.001',
  })
  quantity!: string | null;

  @Field.decimal({ description: 'Quote to trade before fees, or null.', nullable: true, example: null })
  quoteQuantity!: string | null;

  @Field.decimal({ description: 'Limit price; null for MARKET.', nullable: true, example: null })
  price!: string | null;

  @Field.choice(orderStatuses, {
    description: 'Where it is. Denied: by us; rejected: by the venue.',
    example: 'FILLED',
  })
  status!: string;

  @Field.object(() => PendingAnswer, {
    example: { kind: 'SUBMIT', since: '2026-01-01T00:00:00.000Z', outcome: 'IN_FLIGHT' },
    description: 'What has no verdict yet, or null.',
    nullable: true,
  })
  pending!: PendingAnswer | null;

  @Field.list(() => VenueOrderAnswer, {
    description:
      'What the venue has had of it, the first one first: an amendment may put another one in its place.',
  })
  venueOrders!: VenueOrderAnswer[];

  @Field.decimal({ description: 'Base filled so far.', example: '0.001' })
  filledQuantity!: string;

  @Field.decimal({
    description: 'cumulativeQuote / filledQuantity; null while unfilled.',
    nullable: true,
    example: '61250.1',
  })
  averagePrice!: string | null;

  @Field.decimal({ description: 'Quote paid or received so far, before fees.', example: '61.2501' })
  cumulativeQuote!: string;

  @Field.list(() => AmountAnswer, { description: 'Fees by asset as charged; positive is paid.' })
  fees!: AmountAnswer[];

  @Field.object(() => ReasonAnswer, {
    example: { code: 'CANCELED_ON_REQUEST', detail: 'Cancelled as asked for.' },
    description: 'Why it is where it is, where that needs a reason.',
    nullable: true,
  })
  reason!: ReasonAnswer | null;

  @Field.text({ description: 'The strategy behind it.', nullable: true, example: null })
  strategy!: string | null;

  @Field.texts({ description: 'Your words.', example: [] })
  tags!: string[];

  @Field.choice(['SEXTANT', 'EXTERNAL'], {
    description: 'EXTERNAL: made at the venue by somebody else.',
    example: 'SEXTANT',
  })
  origin!: string;

  @Field.flag({ description: 'True: no proof can be had, a person has to look.', example: false })
  needsAttention!: boolean;

  @Field.time({ description: 'When it was made.', example: '2026-01-01T00:00:00.000Z' })
  createdAt!: string;

  @Field.time({ description: 'When it changed last.', example: '2026-01-01T00:00:00.000Z' })
  updatedAt!: string;

  @Field.integer({ description: 'Grows with every change.', example: 3 })
  version!: number;

  static of(view: OrderView): OrderAnswer {
    const { pending, conditions: _, sizing: __, ...rest } = view;
    return {
      ...rest,
      ...conditionAnswers(view),
      pending: pending && { ...pending, since: iso(pending.since) },
      createdAt: iso(view.createdAt),
      updatedAt: iso(view.updatedAt),
    };
  }
}

export class BatchItemAnswer {
  @Field.integer({ description: 'The status that the item would have had by itself.', example: 201 })
  status!: number;

  @Field.object(() => OrderAnswer, { description: 'The order; absent where there is none.', optional: true })
  order?: OrderAnswer;

  @Field.object(() => ProblemDocument, {
    description: 'Why not; absent when it went well. A denied or rejected order is named by `orderId`.',
    optional: true,
  })
  problem?: ProblemDocument;
}

export class BatchAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.list(() => BatchItemAnswer, {
    description: 'The orders, then the cancellations, each in the order of the request.',
  })
  items!: BatchItemAnswer[];
}

export class AmendedOrderAnswer extends OrderAnswer {
  @Field.flag({
    description:
      "Whether it keeps its place in the venue's queue; null where it has none, or nothing changed.",
    nullable: true,
    example: false,
  })
  queuePriorityKept!: boolean | null;
}

export class CanceledOrderAnswer extends OrderAnswer {
  @Field.list(() => UnprotectedAnswer, { description: 'Positions that nothing protects any more.' })
  unprotected!: UnprotectedAnswer[];
}

export class OrdersAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.list(() => OrderAnswer, {
    description: 'The orders whose cancellation was asked for, as they are now.',
    max: 200_000,
  })
  orders!: OrderAnswer[];

  @Field.texts({
    description: 'Ids of the executions that ended with them; empty for a repeated request.',
    example: [],
    max: 100,
  })
  executions!: string[];

  @Field.list(() => UnprotectedAnswer, {
    description: 'Positions that nothing protects any more; empty for a repeated request.',
  })
  unprotected!: UnprotectedAnswer[];
}

export class FeeChangeAnswer extends AmountAnswer {
  @Field.id('ltx', { description: 'The ledger transaction that booked it.' })
  transactionId!: string;
}

export class FillAnswer {
  @Field.id('fil', { description: 'Id of the fill.' })
  id!: string;

  @Field.id('ord', { description: 'Its order.' })
  orderId!: string;

  @Field.id('acc', { description: 'Its account.' })
  accountId!: string;

  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.text({ description: "The venue's id of the order.", example: '42' })
  venueOrderId!: string;

  @Field.text({ description: "The venue's id of the trade.", example: '43' })
  venueTradeId!: string;

  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: string;

  @Field.decimal({ description: 'Base traded.', example: '0.001' })
  quantity!: string;

  @Field.decimal({ description: 'At this price.', example: '61250.1' })
  price!: string;

  @Field.decimal({ description: 'price × quantity.', example: '61.2501' })
  quoteQuantity!: string;

  @Field.object(() => AmountAnswer, { description: 'What was charged with it; negative is a rebate.' })
  fee!: AmountAnswer;

  @Field.list(() => FeeChangeAnswer, {
    description: 'What the venue charged later, or gave back; with `fee` it is what the fill cost.',
  })
  feeChanges!: FeeChangeAnswer[];

  @Field.choice(['MAKER', 'TAKER'], { description: 'Which side of the trade.', example: 'TAKER' })
  role!: string;

  @Field.time({ description: "When, by the venue's clock.", example: '2026-01-01T00:00:00.000Z' })
  executedAt!: string;

  static of(view: FillView): FillAnswer {
    return { ...view, executedAt: iso(view.executedAt) };
  }
}

export class VerdictAnswer {
  @Field.text({ description: 'Code of the rule.', example: 'MAX_ORDER_NOTIONAL' })
  rule!: string;

  @Field.flag({ description: 'Whether the order passes it.', example: true })
  passed!: boolean;

  @Field.decimal({
    description: 'What the order would make of it; null where nothing is measured.',
    nullable: true,
    example: '61.25',
  })
  value!: string | null;

  @Field.decimal({ description: 'The limit.', nullable: true, example: '100000' })
  limit!: string | null;

  @Field.facts({ example: { asset: 'USDT' }, description: 'What else the rule looked at.' })
  inputs!: JsonObject;
}

export class PreviewTermsAnswer {
  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: string;

  @Field.choice(orderTypes, { description: 'Its type.', example: 'MARKET' })
  type!: string;

  @Field.choice(timesInForce, { description: 'How long it would stand.', example: 'IOC' })
  timeInForce!: string;

  @Field.flag({ description: 'Never takes.', example: false })
  postOnly!: boolean;

  @Field.decimal({ description: 'Base quantity, or null.', nullable: true, example: '0.001' })
  quantity!: string | null;

  @Field.decimal({ description: 'Quote to trade, or null.', nullable: true, example: null })
  quoteQuantity!: string | null;

  @Field.decimal({ description: 'Limit price, or null.', nullable: true, example: null })
  price!: string | null;

  @Field.decimal({ description: 'Trigger price, or null.', nullable: true, example: null })
  stopPrice!: string | null;

  @Field.choice(['SEXTANT', 'VENUE'], {
    description: 'Who would watch the trigger: this installation, or the venue; null without one.',
    nullable: true,
    example: null,
  })
  heldBy!: string | null;
}

export class PreviewLegAnswer {
  @Field.text({ description: 'Its place in the group.', example: 'STOP_LOSS' })
  leg!: string;

  @Field.choice(['AFTER_ENTRY', 'HELD_HERE'], {
    description:
      'AFTER_ENTRY: from the first fill of the entry on, for what is filled. HELD_HERE: its price is watched at once.',
    example: 'AFTER_ENTRY',
  })
  begins!: string;

  @Field.object(() => PreviewTermsAnswer, { description: "It on the venue's grid." })
  order!: PreviewTermsAnswer;
}

export class FeeForecastAnswer {
  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @Field.decimal({ description: 'Amount; null when there is no price.', nullable: true, example: '61.25' })
  amount!: string | null;

  @Field.decimal({ description: 'The rate it was computed with: the taker’s.', example: '0.001' })
  rate!: string;
}

export class PreviewAnswer {
  @Field.object(() => PreviewTermsAnswer, { description: "The order on the venue's grid." })
  order!: PreviewTermsAnswer;

  @Field.object(() => SizingAnswer, {
    description: 'What its quantity follows from; null where a quantity was asked for.',
    nullable: true,
    example: sizingExample,
  })
  sizing!: SizingAnswer | null;

  @Field.list(() => PreviewLegAnswer, { description: 'The other orders of its group.', example: [] })
  legs!: PreviewLegAnswer[];

  @Field.decimal({
    description: 'Its value in quote; null when there is no price.',
    nullable: true,
    example: '61.25',
  })
  notional!: string | null;

  @Field.object(() => FeeForecastAnswer, { description: 'The most that the venue charges.' })
  fee!: FeeForecastAnswer;

  @Field.decimal({
    description:
      'What a later sell of the rest could not sell: less than one step; null when there is no price.',
    nullable: true,
    example: '0.000000999',
  })
  dust!: string | null;

  @Field.object(() => AmountAnswer, { description: 'What it would set aside.' })
  reservation!: AmountAnswer;

  @Field.flag({ description: 'Whether it would be sent.', example: true })
  approved!: boolean;

  @Field.list(() => VerdictAnswer, { description: 'Every rule with what it saw.' })
  verdicts!: VerdictAnswer[];

  @Field.time({
    example: '2026-01-01T00:00:00.000Z',
    description: 'Time of the market it was judged by; null without one.',
    nullable: true,
  })
  asOf!: string | null;

  static of(preview: OrderPreview): PreviewAnswer {
    return {
      ...preview,
      order: previewTerms(preview.order),
      legs: preview.legs.map((leg) => ({ ...leg, order: previewTerms(leg.order) })),
      asOf: preview.asOf === null ? null : iso(preview.asOf),
    };
  }
}

function previewTerms({ conditions, ...order }: PreviewedTerms): PreviewTermsAnswer {
  const triggered = order.type !== 'MARKET' && order.type !== 'LIMIT';
  const heldBy = triggered ? (conditions?.heldBy ?? null) : null;
  return { ...order, stopPrice: conditions?.stopPrice ?? null, heldBy };
}

export class AttemptAnswer {
  @Field.integer({ description: '1 for the first.', example: 1 })
  attempt!: number;

  @Field.choice(['APPROVED', 'DENIED'], { description: "Risk's decision.", example: 'APPROVED' })
  decision!: string;

  @Field.integer({ description: "Epoch of the account's owner that decided.", example: 1 })
  epoch!: number;

  @Field.time({ description: 'When.', example: '2026-01-01T00:00:00.000Z' })
  decidedAt!: string;

  @Field.time({
    description: 'Past it nothing of this attempt was sent.',
    example: '2026-01-01T00:00:05.000Z',
  })
  deadlineAt!: string;

  @Field.list(() => VerdictAnswer, { description: 'Every rule with what it saw.' })
  verdicts!: VerdictAnswer[];
}

export class AuditEventAnswer {
  @Field.integer({ description: "Number in the account's log.", example: 7 })
  sequence!: number;

  @Field.text({ description: 'What happened.', example: 'OrderFilled' })
  type!: string;

  @Field.choice(['PREPARE', 'EXECUTE', 'VERIFY'], {
    description: 'Phase of the submission.',
    example: 'EXECUTE',
  })
  phase!: string;

  @Field.time({ description: 'When it was written.', example: '2026-01-01T00:00:00.000Z' })
  occurredAt!: string;

  @Field.text({ description: 'Who caused it; null: the venue.', nullable: true, example: null })
  actor!: string | null;

  @Field.text({ description: 'Trace of the request behind it.', nullable: true, example: null })
  traceId!: string | null;

  @Field.facts({ example: { status: 'FILLED' }, description: 'Its facts, with the evidence.' })
  payload!: JsonObject;

  @Field.text({ description: 'Link of the hash chain.', example: 'a'.repeat(64) })
  hash!: string;
}

export class AuditAnswer {
  @Field.id('ord', { description: 'The order.' })
  orderId!: string;

  @Field.list(() => AttemptAnswer, {
    description: 'What risk decided, and what was then handed to the venue.',
  })
  attempts!: AttemptAnswer[];

  @Field.list(() => AuditEventAnswer, {
    description: 'Everything that happened to it, in order.',
    max: 100_000,
  })
  events!: AuditEventAnswer[];

  static of(audit: OrderAudit): AuditAnswer {
    return {
      orderId: audit.orderId,
      attempts: audit.attempts.map((attempt) => ({
        ...attempt,
        decidedAt: iso(attempt.decidedAt),
        deadlineAt: iso(attempt.deadlineAt),
      })),
      events: audit.events.map((event) => ({ ...event, occurredAt: iso(event.occurredAt) })),
    };
  }
}
