import { MAX_PASSWORD_LENGTH } from '@sextant/identity';
import { Field } from '../http/index.js';

export class LogInRequest {
  @Field.text({ description: 'E-mail of the user.', example: 'ada@example.com', maxLength: 254 })
  email!: string;

  @Field.text({
    description: 'Password of the user.',
    example: 'correct horse battery staple',
    maxLength: MAX_PASSWORD_LENGTH,
    secret: true,
  })
  password!: string;
}

export class RefreshRequest {
  @Field.text({
    description: 'The refresh token that was given last.',
    example: 'rt_Zm9yIHRoZSBkb2N1bWVudHMsIG5vdCBhIHJlYWwgb25lLg',
    maxLength: 128,
    secret: true,
  })
  refreshToken!: string;
}

export class SessionTokensAnswer {
  @Field.text({
    description: 'Send it as `Authorization: Bearer`.',
    example: 'eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJ1c3JfIn0.c2ln',
    maxLength: 2048,
  })
  accessToken!: string;

  @Field.choice(['Bearer'], { description: 'How the access token is sent.', example: 'Bearer' })
  tokenType!: string;

  @Field.integer({ description: 'Seconds until the access token ends.', example: 600 })
  expiresIn!: number;

  @Field.text({
    description: 'Good for one renewal, which gives the next one.',
    example: 'rt_Zm9yIHRoZSBkb2N1bWVudHMsIG5vdCBhIHJlYWwgb25lLg',
  })
  refreshToken!: string;

  @Field.time({
    description: 'When the session ends unless it is renewed.',
    example: '2026-01-15T12:00:00.000Z',
  })
  refreshExpiresAt!: string;
}
