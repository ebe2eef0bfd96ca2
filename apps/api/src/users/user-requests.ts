import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, ROLES } from '@sextant/identity';
import type { Role } from '@sextant/identity';
import { Field } from '../http/index.js';

const PASSWORD = {
  description: `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters; any kind, but not what everybody tries.`,
  example: 'correct horse battery staple',
  maxLength: 1024,
  optional: true,
  secret: true,
};

const STATUSES = ['ACTIVE', 'SUSPENDED'] as const;

export class CreateUserRequest {
  @Field.text({
    description: 'E-mail, unique in the installation.',
    example: 'ada@example.com',
    maxLength: 254,
  })
  email!: string;

  @Field.choice(ROLES, { description: 'What the user may do.', example: 'trader' })
  role!: Role;

  @Field.text({ ...PASSWORD, description: `${PASSWORD.description} Left out: the user has API keys only.` })
  password?: string;
}

export class ChangeUserRequest {
  @Field.choice(ROLES, {
    description: 'What the user may do from now on.',
    example: 'viewer',
    optional: true,
  })
  role?: Role;

  @Field.choice(STATUSES, {
    description: 'SUSPENDED stops all keys and sessions of the user within 5 s.',
    example: 'SUSPENDED',
    optional: true,
  })
  status?: (typeof STATUSES)[number];

  @Field.text({ ...PASSWORD, description: `${PASSWORD.description} Ends the sessions of the user.` })
  password?: string;
}

export class UserAnswer {
  @Field.id('usr', { description: 'Id of the user.' })
  userId!: string;

  @Field.text({ description: 'E-mail.', example: 'ada@example.com' })
  email!: string;

  @Field.choice(ROLES, { description: 'What the user may do.', example: 'trader' })
  role!: Role;

  @Field.choice(STATUSES, { description: 'A suspended user may do nothing.', example: 'ACTIVE' })
  status!: string;

  @Field.flag({ description: 'True when the user can sign in with a password.', example: true })
  hasPassword!: boolean;

  @Field.integer({ description: 'Grows with each change; the ETag.', example: 1 })
  version!: number;

  @Field.time({ description: 'When the user was made.', example: '2026-01-01T00:00:00.000Z' })
  createdAt!: string;

  @Field.time({ description: 'When the user was changed last.', example: '2026-01-01T00:00:00.000Z' })
  updatedAt!: string;
}
