import { DomainError } from '@sextant/kernel';
import type { FastifyReply } from 'fastify';
import { RATE_WINDOW_SECONDS } from './rate-limiter.js';
import type { RateBucket, RateLimiter } from './rate-limiter.js';

/**
 * Counts a request and says so in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
 * @throws DomainError RATE_LIMIT_EXCEEDED
 */
export async function spend(
  limiter: RateLimiter,
  bucket: RateBucket,
  key: string,
  reply: FastifyReply,
): Promise<void> {
  const { allowed, quota, remaining, resetMs } = await limiter.consume(bucket, key);
  void reply.header('RateLimit-Policy', `"${bucket}";q=${quota};w=${RATE_WINDOW_SECONDS}`);
  void reply.header('RateLimit', `"${bucket}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`);
  if (allowed) return;
  throw new DomainError('RATE_LIMIT_EXCEEDED', `The budget "${bucket}" of ${quota} a minute is used up.`, {
    retryAfterMs: resetMs,
    policy: bucket,
  });
}
