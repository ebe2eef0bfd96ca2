import { HttpException } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import { asDatabaseFailure } from '@sextant/platform';
import { errorEntry, statusOf } from './error-catalogue.js';
import type { FieldError } from './request-shape.js';

/** RFC 9457 problem details with this API's members. Facts of the error's context stand beside them. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  errors: FieldError[];
  retryable: boolean;
  outcome: 'NOT_EXECUTED' | 'EXECUTED' | 'UNKNOWN';
  traceId: string;
  [fact: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Members that a context may not set by its own name, and those that become something else. */
const RESERVED = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'retryable',
  'traceId',
  'pointer',
]);

const FASTIFY_CODES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'REQUEST_MALFORMED',
  FST_ERR_ASYNC_CONSTRAINT: 'REQUEST_MALFORMED',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_UNKNOWN',
  FST_STATIC_FORBIDDEN_PATH: 'ROUTE_UNKNOWN',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'CONTENT_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_TYPE: 'CONTENT_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'JSON_MALFORMED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_MALFORMED',
};

const STATUS_CODES: Readonly<Record<number, string>> = {
  400: 'REQUEST_MALFORMED',
  404: 'ROUTE_UNKNOWN',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URL_TOO_LONG',
  415: 'CONTENT_TYPE_UNSUPPORTED',
  431: 'HEADERS_TOO_LARGE',
  503: 'SERVICE_STOPPING',
};

/** Any error as one of the catalogue; what is none of ours is INTERNAL_ERROR and says nothing of itself. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return known(error);
  const fastifyCode =
    FASTIFY_CODES[codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause) ?? ''];
  if (fastifyCode !== undefined) return described(fastifyCode);
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const code = STATUS_CODES[status] ?? (status < 500 ? 'REQUEST_MALFORMED' : undefined);
    if (code !== undefined) return described(code);
  }
  const failure = asDatabaseFailure(error);
  return failure instanceof DomainError ? known(failure) : internal(error);
}

/** The problem of an error. `instance` is the path asked for, without its query. */
export function problemOf(error: DomainError, instance: string, traceId: string): Problem {
  const entry = errorEntry(error.code);
  const status = statusOf(error.code);
  const { context } = error;
  return {
    type: `urn:sextant:problem:${error.code}`,
    title: entry?.title ?? error.code,
    status,
    detail: error.message,
    instance,
    code: error.code,
    errors: fieldErrors(error),
    retryable: entry?.retryable ?? false,
    outcome: status === 500 ? 'UNKNOWN' : 'NOT_EXECUTED',
    ...facts(context),
    traceId,
  };
}

/** Whole seconds for `Retry-After`, where the status asks for one. */
export function retryAfterSeconds(error: DomainError, status: number): number | null {
  const { retryAfterMs } = error.context;
  if (typeof retryAfterMs === 'number') return Math.max(1, Math.ceil(retryAfterMs / 1000));
  return status === 429 || status === 503 ? 1 : null;
}

/** A code of the catalogue with its own description as the detail. */
export function described(code: string, context: Record<string, unknown> = {}): DomainError {
  return new DomainError(code, errorEntry(code)?.description ?? code, context);
}

function known(error: DomainError): DomainError {
  return errorEntry(error.code) === undefined ? internal(error) : error;
}

function internal(cause: unknown): DomainError {
  const detail = 'Something went wrong on our side; the log has it under this traceId.';
  return Object.assign(new DomainError('INTERNAL_ERROR', detail), { cause });
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function fieldErrors(error: DomainError): FieldError[] {
  const { errors, pointer } = error.context;
  if (Array.isArray(errors)) return errors as FieldError[];
  return typeof pointer === 'string' ? [{ pointer, code: error.code, message: error.message }] : [];
}

function facts(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(context).filter(([name, value]) => !RESERVED.has(name) && value !== undefined);
  return Object.fromEntries(
    shown.map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}
