import type { ConditionsRequest, OrderView } from '@sextant/execution';
import { DecimalString, Field } from '../http/index.js';

/** What a request may say beyond a plain order. */
export class ConditionFields {
  @DecimalString({
    example: '59800',
    description:
      'Trigger price of STOP and TAKE_PROFIT; of TRAILING_STOP_MARKET from where on it trails, at once when left out.',
    positive: true,
    optional: true,
  })
  stopPrice?: string;

  @Field.integer({
    example: 100,
    description: 'Distance of a trailing stop in basis points: 100 is 1 %.',
    min: 1,
    max: 5_000,
    optional: true,
  })
  trailingDelta?: number;

  @DecimalString({
    example: '1.5',
    description: 'The same in percent; one of the two.',
    positive: true,
    optional: true,
  })
  trailingPercent?: string;

  @Field.choice(['LAST', 'MARK'], {
    example: 'LAST',
    description: 'Which price triggers: the last trade unless said, or the mark.',
    optional: true,
  })
  triggerBy?: 'LAST' | 'MARK';

  @Field.time({
    example: '2100-01-01T00:00:00.000Z',
    description: 'When a GTD order ends.',
    optional: true,
  })
  expireTime?: number;

  @DecimalString({
    example: '0.002',
    description: 'How much of it others see, where the venue can hide the rest. LIMIT only.',
    positive: true,
    optional: true,
  })
  displayQuantity?: string;

  @Field.flag({
    description: 'Only makes a position smaller: capped to it, never flips it.',
    optional: true,
    default: false,
  })
  reduceOnly?: boolean;
}

/** Null when nothing of it was asked for, so that a plain order has no conditions. */
export function conditionsOf(body: ConditionFields & { type: string }): ConditionsRequest | null {
  const triggered = body.type !== 'MARKET' && body.type !== 'LIMIT';
  const asked = {
    stopPrice: body.stopPrice ?? null,
    trailingDelta: body.trailingDelta ?? null,
    trailingPercent: body.trailingPercent ?? null,
    triggerBy: body.triggerBy ?? (triggered ? 'LAST' : null),
    expireTime: body.expireTime ?? null,
    displayQuantity: body.displayQuantity ?? null,
    reduceOnly: body.reduceOnly ?? false,
  };
  const plain = !asked.reduceOnly && Object.values(asked).every((value) => value === null || value === false);
  return plain ? null : asked;
}

const iso = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());

export class TriggerAnswer {
  @Field.choice(['WAITING', 'ARMED', 'TOUCHED', 'TRIGGERED', 'RELEASED'], {
    description:
      'WAITING: for the first fill of its entry; TOUCHED: goes out once the other leg has ended; RELEASED: the venue watches it.',
    example: 'ARMED',
  })
  state!: string;

  @Field.decimal({
    description: 'Of a trailing stop: the best price since it began to trail.',
    nullable: true,
    example: null,
  })
  extremePrice!: string | null;

  @Field.time({ description: 'When it was touched.', nullable: true, example: null })
  triggeredAt!: string | null;

  @Field.decimal({ description: 'The price that touched it.', nullable: true, example: null })
  triggeredPrice!: string | null;
}

/** The same fields in an answer; null where they do not concern the order. */
export class ConditionAnswers {
  @Field.decimal({ description: 'Trigger price.', nullable: true, example: null })
  stopPrice!: string | null;

  @Field.integer({
    description: 'Distance of a trailing stop in basis points.',
    nullable: true,
    example: null,
  })
  trailingDelta!: number | null;

  @Field.choice(['LAST', 'MARK'], { description: 'Which price triggers.', nullable: true, example: null })
  triggerBy!: string | null;

  @Field.time({ description: 'When a GTD order ends.', nullable: true, example: null })
  expireTime!: string | null;

  @Field.decimal({ description: 'How much of it others see; null shows all.', nullable: true, example: null })
  displayQuantity!: string | null;

  @Field.flag({ description: 'Only makes a position smaller.', example: false })
  reduceOnly!: boolean;

  @Field.choice(['SEXTANT', 'VENUE'], {
    description: 'Who watches the trigger: this installation, or the venue.',
    nullable: true,
    example: null,
  })
  heldBy!: string | null;

  @Field.object(() => TriggerAnswer, {
    description: 'How far a trigger that is watched here has come, or null.',
    nullable: true,
    example: { state: 'ARMED', extremePrice: null, triggeredAt: null, triggeredPrice: null },
  })
  trigger!: TriggerAnswer | null;

  @Field.text({ description: 'The group of orders that it belongs to.', nullable: true, example: null })
  groupId!: string | null;

  @Field.text({ description: 'Its place in that group.', nullable: true, example: null })
  leg!: string | null;

  @Field.text({ description: 'The execution that it is a slice of.', nullable: true, example: null })
  executionId!: string | null;
}

const PLAIN = {
  stopPrice: null,
  trailingDelta: null,
  triggerBy: null,
  expireTime: null,
  displayQuantity: null,
  reduceOnly: false,
  heldBy: null,
  trigger: null,
  groupId: null,
  leg: null,
  executionId: null,
} as const;

export function conditionAnswers({ conditions, trigger, type }: OrderView): ConditionAnswers {
  if (conditions === null) return PLAIN;
  const triggered = type !== 'MARKET' && type !== 'LIMIT';
  return {
    ...conditions,
    triggerBy: triggered ? conditions.triggerBy : null,
    heldBy: triggered ? conditions.heldBy : null,
    expireTime: iso(conditions.expireTime),
    trigger: trigger && { ...trigger, triggeredAt: iso(trigger.triggeredAt) },
  };
}
