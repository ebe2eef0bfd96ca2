import type { OrderExplanation } from '@sextant/execution';
import type { JsonObject } from '@sextant/contracts';
import { Field } from '../http/index.js';
import { SizingAnswer, sizingExample } from './sizing-answer.js';
import { AttemptAnswer, AuditAnswer, AuditEventAnswer, FillAnswer, OrderAnswer } from './order-answers.js';

const iso = (epochMs: number) => new Date(epochMs).toISOString();
const AT = '2026-01-01T00:00:00.000Z';

export class ExplainedRequestAnswer {
  @Field.time({ description: 'When it was asked for.', example: AT })
  at!: string;

  @Field.text({ description: 'Who asked; null: nobody here did.', nullable: true, example: 'key_1' })
  actor!: string | null;

  @Field.text({ description: 'Trace of the request.', nullable: true, example: null })
  traceId!: string | null;

  @Field.choice(['SEXTANT', 'EXTERNAL'], { description: 'EXTERNAL: made at the venue.', example: 'SEXTANT' })
  origin!: string;

  @Field.text({ description: 'The strategy behind it.', nullable: true, example: null })
  strategy!: string | null;

  @Field.text({ description: 'The group that it belongs to.', nullable: true, example: null })
  groupId!: string | null;

  @Field.text({ description: 'Its place in the group.', nullable: true, example: null })
  leg!: string | null;

  @Field.text({ description: 'The execution that it is a slice of.', nullable: true, example: null })
  executionId!: string | null;

  @Field.texts({ description: 'Other orders of its group or execution.', example: [], max: 500 })
  relatives!: string[];

  @Field.facts({ description: 'What was asked for.', example: { type: 'LIMIT', price: '61250.1' } })
  asked!: JsonObject;

  @Field.object(() => SizingAnswer, {
    description: 'What its quantity was resolved from; null where a quantity was asked for.',
    nullable: true,
    example: sizingExample,
  })
  sizing!: SizingAnswer | null;
}

export class NormalisationAnswer {
  @Field.decimal({ description: 'Tick of the market when it was placed.', example: '0.01' })
  tickSize!: string;

  @Field.decimal({ description: 'Step of the market when it was placed.', example: '0.00001' })
  stepSize!: string;

  @Field.integer({ description: 'Limit price in ticks.', nullable: true, example: 6125010 })
  ticks!: number | null;

  @Field.integer({ description: 'Quantity in steps.', nullable: true, example: 100 })
  lots!: number | null;
}

export class VenueMessageAnswer {
  @Field.integer({ description: "Number of the commit's event in the account's log.", example: 7 })
  sequence!: number;

  @Field.text({ description: 'What it made of the order.', example: 'OrderAccepted' })
  type!: string;

  @Field.time({ description: 'When it was read.', example: AT })
  at!: string;

  @Field.facts({ description: 'What it was read from.', example: { kind: 'VENUE_ANSWER' } })
  evidence!: JsonObject;
}

export class BookingAnswer {
  @Field.integer({ description: "Place in the ledger's chain.", example: 4 })
  sequence!: number;

  @Field.text({ description: 'Id of the transaction.', example: 'ltx_1' })
  transactionId!: string;

  @Field.facts({
    description: 'Its lines: account, asset and amount, debit positive; they sum to zero per asset.',
    example: { postings: [] },
  })
  lines!: JsonObject;

  @Field.text({ description: 'Link before it.', example: 'b'.repeat(64) })
  previousHash!: string;

  @Field.text({ description: 'Link of the hash chain.', example: 'a'.repeat(64) })
  hash!: string;
}

export class ExplainedFillAnswer extends FillAnswer {
  @Field.choice(['STREAM', 'RECONCILE'], { description: 'Who brought it.', example: 'STREAM' })
  source!: string;

  @Field.time({ description: 'When it was booked.', example: AT })
  bookedAt!: string;

  @Field.list(() => BookingAnswer, { description: 'What the ledger booked for it.' })
  ledger!: BookingAnswer[];
}

export class ExplanationAnswer {
  @Field.object(() => OrderAnswer, { description: 'The order as it is now, with every order at the venue.' })
  order!: OrderAnswer;

  @Field.object(() => ExplainedRequestAnswer, { description: 'Who asked for what.' })
  request!: ExplainedRequestAnswer;

  @Field.object(() => NormalisationAnswer, { description: 'The grid that it was put on.' })
  normalisation!: NormalisationAnswer;

  @Field.list(() => AttemptAnswer, {
    description: 'Decisions of risk, rule by rule, and the fence of each attempt.',
  })
  decisions!: AttemptAnswer[];

  @Field.list(() => AuditEventAnswer, { description: 'What was made durable, in order.', max: 100_000 })
  commits!: AuditEventAnswer[];

  @Field.list(() => VenueMessageAnswer, { description: 'What the venue said.', max: 100_000 })
  venueMessages!: VenueMessageAnswer[];

  @Field.list(() => ExplainedFillAnswer, {
    description: 'What traded, and what was booked for it.',
    max: 100_000,
  })
  fills!: ExplainedFillAnswer[];

  static of(explanation: OrderExplanation): ExplanationAnswer {
    const { order, request, decisions, commits, venueMessages, fills, normalisation } = explanation;
    const audit = AuditAnswer.of({ orderId: order.id, attempts: decisions, events: commits });
    return {
      order: OrderAnswer.of(order),
      request: { ...request, at: iso(request.at) },
      normalisation,
      decisions: audit.attempts,
      commits: audit.events,
      venueMessages: venueMessages.map((message) => ({ ...message, at: iso(message.at) })),
      fills: fills.map(({ ledger, bookedAt, source, ...fill }) => ({
        ...FillAnswer.of(fill),
        source,
        bookedAt: iso(bookedAt),
        ledger: ledger.map(({ sequence, transactionId, postings, previousHash, hash }) => ({
          sequence,
          transactionId,
          lines: { postings },
          previousHash,
          hash,
        })),
      })),
    };
  }
}
