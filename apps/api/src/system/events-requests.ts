import { Field, PageQuery } from '../http/index.js';

export class ListEventsQuery extends PageQuery {
  @Field.id('acc', { description: 'Events of this account; left out: of the system.', optional: true })
  accountId?: string;

  @Field.text({
    description: 'Only events of this type.',
    example: 'ConfigChanged',
    optional: true,
    maxLength: 64,
    pattern: /^[A-Za-z]+$/,
    rule: 'the name of an event',
  })
  type?: string;
}

export class EventAnswer {
  @Field.text({ description: 'The account, or `system`.', example: 'system' })
  streamId!: string;

  @Field.integer({ description: 'Place in the stream: 1, 2, 3 … without gaps.', example: 1 })
  sequence!: number;

  @Field.text({ description: 'What happened.', example: 'ConfigChanged' })
  type!: string;

  @Field.facts({ description: 'The facts; docs/reference/events.md describes them by type.', example: {} })
  payload!: object;

  @Field.time({ description: 'When it happened.', example: '2026-01-01T00:00:00.000Z' })
  occurredAt!: string;

  @Field.text({
    description: 'User, key or `system`; null when a venue did it.',
    nullable: true,
    example: 'system',
  })
  actor!: string | null;

  @Field.text({ description: 'The trace of the request behind it.', nullable: true, example: null })
  traceId!: string | null;

  @Field.text({
    description: 'SHA-256 (hex) over the event and the hash of the one before it: the audit chain.',
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
  hash!: string;
}
