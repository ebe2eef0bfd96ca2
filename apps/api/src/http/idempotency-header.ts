import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { TenantId } from '@sextant/kernel';
import { bodyHash, MAX_IDEMPOTENCY_KEY_LENGTH, parseIdempotencyKey } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeParameter } from './describe-parameter.js';

const DOCUMENT = ApiHeader({
  name: 'Idempotency-Key',
  description:
    'Makes the request safe to repeat: the same key with the same body answers what the first one did ' +
    '(`Idempotency-Replayed: true`). Quoted or bare; kept for at least 7 days.',
  required: false,
  schema: {
    type: 'string',
    maxLength: MAX_IDEMPOTENCY_KEY_LENGTH,
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  },
});

const CODES = ['IDEMPOTENCY_KEY_MALFORMED', 'IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_FLIGHT'];

/** The request's idempotency key, or null. */
export const IdempotencyKey = describeParameter(
  createParamDecorator((_: unknown, context: ExecutionContext) =>
    parseIdempotencyKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
  ),
  DOCUMENT,
  CODES,
);

/** Everything `Idempotency.once` needs of a request. Only on routes with `@Access`. */
export const Once = describeParameter(
  createParamDecorator((_: unknown, context: ExecutionContext): OnceRequest => {
    const request = context
      .switchToHttp()
      .getRequest<FastifyRequest & { principal?: { tenantId: TenantId } }>();
    if (request.principal === undefined) throw new Error('@Once on a route without @Access');
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    return {
      tenantId: request.principal.tenantId,
      // The path as asked for: the same key on another resource is another request.
      route: `${request.method} ${request.url.split('?', 1)[0] ?? ''}`,
      key,
      bodyHash: key === null ? '' : bodyHash(request.body as object | undefined),
    };
  }),
  DOCUMENT,
  CODES,
);

/** Answers what a use case with a key answered, and says when it is a repetition. */
export function answerOnce<R>(reply: FastifyReply, answer: OnceAnswer<R>): R {
  void reply.code(answer.status);
  if (answer.replayed) void reply.header('Idempotency-Replayed', 'true');
  return answer.body;
}
