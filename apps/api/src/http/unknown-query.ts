import type { ExecutionContext } from '@nestjs/common';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { RequestShape } from './request-shape.js';

class NoQuery {}

const readers = new WeakMap<object, boolean>();

/**
 * A route that names no query class takes no query parameter: nothing is ignored silently. Where there is a class,
 * it refuses what it does not know. @throws DomainError FIELD_UNKNOWN, REQUEST_INVALID
 */
export function refuseUnknownQuery(context: ExecutionContext): void {
  const { query } = context.switchToHttp().getRequest<FastifyRequest>();
  if (Object.keys(query as object).length === 0 || readsQuery(context)) return;
  RequestShape.of(NoQuery).read(query, 'QUERY');
}

function readsQuery(context: ExecutionContext): boolean {
  const handler = context.getHandler();
  const known = readers.get(handler);
  if (known !== undefined) return known;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ??
    {}) as object;
  const reads = Object.keys(parameters).some((name) => name.startsWith(`${RouteParamtypes.QUERY}:`));
  readers.set(handler, reads);
  return reads;
}
