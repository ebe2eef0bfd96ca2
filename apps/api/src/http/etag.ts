import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { DomainError } from '@sextant/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeParameter } from './describe-parameter.js';

/** Sets the `ETag` of a resource with a version. */
export function setEtag(reply: FastifyReply, version: number): void {
  void reply.header('ETag', `"v${version}"`);
}

/**
 * Reads `If-Match`: the version it names; null when it is missing or `*`.
 * @throws DomainError HEADER_INVALID
 */
export function parseIfMatch(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const match = /^"v([0-9]{1,15})"$/.exec(header);
  if (match === null)
    throw new DomainError('HEADER_INVALID', 'If-Match is the ETag of the resource as it was read.');
  return Number(match[1]);
}

/** Sets the `ETag` of a resource that is known by its terms. */
export function setTermsEtag(reply: FastifyReply, terms: string): void {
  void reply.header('ETag', `"${terms}"`);
}

/** The terms that `If-Match` names; null when it is missing or `*`. @throws DomainError HEADER_INVALID */
export function parseIfTermsMatch(header: string | undefined): string | null {
  if (header === undefined || header === '*') return null;
  const match = /^"([0-9.@q]{1,100})"$/.exec(header);
  if (match === null)
    throw new DomainError('HEADER_INVALID', 'If-Match is the ETag of the resource as it was read.');
  return match[1] as string;
}

/** The terms that `If-Match` names, or null. */
export const IfTermsMatch = describeParameter(
  createParamDecorator((_: unknown, context: ExecutionContext) =>
    parseIfTermsMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
  ),
  ApiHeader({
    name: 'If-Match',
    description: 'ETag of the resource as it was read; other terms since then are refused with 412.',
    required: false,
    schema: { type: 'string', example: '*' },
  }),
  ['HEADER_INVALID'],
);

/** The version that `If-Match` names, or null. */
export const IfMatch = describeParameter(
  createParamDecorator((_: unknown, context: ExecutionContext) =>
    parseIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
  ),
  ApiHeader({
    name: 'If-Match',
    description: 'ETag of the resource as it was read; a change since then is refused with 412.',
    required: false,
    schema: { type: 'string', example: '"v3"' },
  }),
  ['HEADER_INVALID'],
);
