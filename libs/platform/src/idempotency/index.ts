import type { DatabaseModel } from '../database/index.js';
import { CreateIdempotencyKey1763600020000 } from './create-idempotency-key.js';

export { bodyHash, MAX_IDEMPOTENCY_KEY_LENGTH, parseIdempotencyKey } from './idempotency-key.js';
export { idempotencyErrors } from './idempotency-errors.js';
export { idempotencyKeys } from './idempotency-keys.js';
export type { IdempotencyRow } from './idempotency-keys.js';
export { ForgetOldKeys } from './forget-old-keys.js';
export { Idempotency, replay } from './idempotency.js';
export type { OnceAnswer, OnceRequest, OnceResult } from './idempotency.js';

export const idempotencyModel: DatabaseModel = {
  entities: [],
  migrations: [CreateIdempotencyKey1763600020000],
};
