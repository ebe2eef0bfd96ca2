import { Field } from './field.js';

/** One wrong field of a request. */
export class FieldErrorDocument {
  @Field.text({ description: 'JSON pointer of the field.', example: '/quantity', minLength: 0 })
  pointer!: string;

  @Field.text({
    description: 'What is wrong with it: a code of the catalogue.',
    example: 'DECIMAL_MALFORMED',
  })
  code!: string;

  @Field.text({
    description: 'The same for people.',
    example: 'Send decimals as JSON strings.',
    maxLength: 1000,
  })
  message!: string;
}

/** Every error: RFC 9457 problem details. Facts of the error (`nearestValid`, `orderId`, …) may stand beside these. */
export class ProblemDocument {
  @Field.text({
    description: 'Identifies the kind of problem.',
    example: 'urn:sextant:problem:REQUEST_INVALID',
  })
  type!: string;

  @Field.text({ description: 'The kind of problem for people.', example: 'Request not valid' })
  title!: string;

  @Field.integer({ description: 'The HTTP status.', example: 400 })
  status!: number;

  @Field.text({
    description: 'What happened here, for people.',
    example: '2 fields are wrong.',
    maxLength: 2000,
  })
  detail!: string;

  @Field.text({ description: 'The path that was asked for.', example: '/api/orders' })
  instance!: string;

  @Field.text({ description: 'Stable code of the catalogue; decide on this.', example: 'REQUEST_INVALID' })
  code!: string;

  @Field.list(() => FieldErrorDocument, {
    description: 'The fields that are wrong; empty when it is none of them.',
  })
  errors!: FieldErrorDocument[];

  @Field.flag({
    description:
      'True when the same may succeed later. A denial that was recorded (the problem names its `orderId`) is repeated ' +
      'under its Idempotency-Key: send a new order then.',
    example: false,
  })
  retryable!: boolean;

  @Field.choice(['NOT_EXECUTED', 'EXECUTED', 'UNKNOWN'], {
    description: 'Whether the request had its effect. UNKNOWN: ask, or repeat with the same Idempotency-Key.',
    example: 'NOT_EXECUTED',
  })
  outcome!: string;

  @Field.text({
    description: 'Under which the log has this request.',
    example: '4bf92f3577b34da6a3ce929d0e0e4736',
    minLength: 0,
  })
  traceId!: string;
}
