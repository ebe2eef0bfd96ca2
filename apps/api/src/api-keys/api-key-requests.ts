import { SCOPES } from '@sextant/identity';
import type { Scope } from '@sextant/identity';
import { Field } from '../http/index.js';

const MAX_OVERLAP_SECONDS = 7 * 86_400;

export class CreateApiKeyRequest {
  @Field.text({ description: 'A name to know the key by.', example: 'grid bot', maxLength: 64 })
  name!: string;

  @Field.choices(SCOPES, {
    description: 'What the key may be used for; yours at most.',
    example: ['read', 'trade'],
    min: 1,
  })
  scopes!: Scope[];

  @Field.time({
    description: 'When the key ends; left out: never.',
    example: '2099-12-31T00:00:00.000Z',
    optional: true,
  })
  expiresAt?: number;

  @Field.flag({
    description: 'True: every request with the key must be signed with its signing secret.',
    example: false,
    optional: true,
    default: false,
  })
  signed?: boolean;
}

export class RotateApiKeyRequest {
  @Field.integer({
    description: 'Seconds that the older key works on.',
    example: 86_400,
    optional: true,
    min: 0,
    max: MAX_OVERLAP_SECONDS,
    default: 86_400,
  })
  overlapSeconds?: number;
}

export class ApiKeyAnswer {
  @Field.id('key', { description: 'Id of the key.' })
  keyId!: string;

  @Field.id('usr', { description: 'The user who uses it.' })
  userId!: string;

  @Field.text({ description: 'Its name.', example: 'grid bot' })
  name!: string;

  @Field.text({ description: 'The public beginning of the key.', example: 'sx_k3vq7xw2ab' })
  prefix!: string;

  @Field.choices(SCOPES, { description: 'What the key may be used for.', example: ['read', 'trade'] })
  scopes!: Scope[];

  @Field.flag({ description: 'True when its requests must be signed.', example: false })
  signed!: boolean;

  @Field.choice(['ACTIVE', 'EXPIRED', 'REVOKED'], { description: 'Whether it works.', example: 'ACTIVE' })
  status!: string;

  @Field.time({ description: 'When it ends; null: never.', nullable: true, example: null })
  expiresAt!: string | null;

  @Field.time({ description: 'When it was revoked.', nullable: true, example: null })
  revokedAt!: string | null;

  @Field.time({ description: 'When it was used last, within a minute.', nullable: true, example: null })
  lastUsedAt!: string | null;

  @Field.id('key', { description: 'The key that took its place.', nullable: true, example: null })
  successorId!: string | null;

  @Field.time({ description: 'When it was made.', example: '2026-01-01T00:00:00.000Z' })
  createdAt!: string;
}

export class NewApiKeyAnswer extends ApiKeyAnswer {
  @Field.text({
    description: 'The key itself, shown this once. Null when the request is repeated.',
    nullable: true,
    example: 'sx_k3vq7xw2ab_<64 hexadecimal digits>',
  })
  key!: string | null;

  @Field.text({
    description: 'What requests are signed with, shown this once; null for a key without signing.',
    nullable: true,
    example: null,
  })
  signingSecret!: string | null;
}
