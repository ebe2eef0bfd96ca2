import { defineErrors } from '@sextant/kernel';

export const idempotencyErrors = defineErrors({
  IDEMPOTENCY_KEY_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Malformed Idempotency-Key',
    description: 'An Idempotency-Key is 1 to 255 printable ASCII characters, quoted or bare.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'REFUSED',
    title: 'Idempotency-Key used with another body',
    description: 'This key came before on this route with another body. Nothing was done; use a new key.',
  },
  IDEMPOTENCY_KEY_IN_FLIGHT: {
    kind: 'CONFLICT',
    title: 'Request with this key still running',
    description: 'The first request with this key has not committed yet. Repeat it unchanged.',
    retryable: true,
  },
});
