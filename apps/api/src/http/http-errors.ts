import { defineErrors } from '@sextant/kernel';

/** Codes that the edge itself answers with. */
export const httpErrors = defineErrors({
  REQUEST_INVALID: {
    kind: 'MALFORMED',
    title: 'Request not valid',
    description:
      'Several fields are wrong; `errors[]` names each. With one wrong field the code is that of the field.',
  },
  FIELD_REQUIRED: {
    kind: 'MALFORMED',
    title: 'Field missing',
    description: 'A required field was left out.',
  },
  FIELD_UNKNOWN: {
    kind: 'MALFORMED',
    title: 'Field unknown',
    description: 'The request has a field that this route does not know. Nothing is ignored silently.',
  },
  FIELD_INVALID: { kind: 'MALFORMED', title: 'Field not valid', description: 'A field breaks its rule.' },
  TEXT_INVALID: {
    kind: 'MALFORMED',
    title: 'Text not valid',
    description: 'A text is too short, too long or malformed.',
  },
  VALUE_NOT_ALLOWED: {
    kind: 'MALFORMED',
    title: 'Value not allowed',
    description: 'The field takes one of a fixed set of values, in upper case where the documents say so.',
  },
  FLAG_INVALID: {
    kind: 'MALFORMED',
    title: 'Not true or false',
    description: 'The field takes true or false.',
  },
  INTEGER_INVALID: {
    kind: 'MALFORMED',
    title: 'Not such a whole number',
    description: 'The field takes a whole number within stated bounds.',
  },
  TIME_INVALID: {
    kind: 'MALFORMED',
    title: 'Not a time',
    description: 'Times are ISO-8601 with a zone, or epoch milliseconds.',
  },
  LIST_INVALID: {
    kind: 'MALFORMED',
    title: 'List not valid',
    description: 'The field takes a list with a stated number of items.',
  },
  OBJECT_INVALID: {
    kind: 'MALFORMED',
    title: 'Not an object',
    description: 'A JSON object was expected here.',
  },
  JSON_MALFORMED: { kind: 'MALFORMED', title: 'Malformed JSON', description: 'The body is not valid JSON.' },
  JSON_TOO_DEEP: {
    kind: 'MALFORMED',
    title: 'JSON too deep',
    description: 'A body may be nested 20 levels deep.',
  },
  JSON_TOO_MANY_KEYS: {
    kind: 'MALFORMED',
    title: 'Too many members',
    description: 'An object may have 200 members, and a body 2,500 in all its objects together.',
  },
  JSON_DUPLICATE_KEY: {
    kind: 'MALFORMED',
    title: 'Member twice',
    description:
      'An object has two members of one name; readers differ in which one counts, so neither does.',
  },
  JSON_FORBIDDEN_KEY: {
    kind: 'MALFORMED',
    title: 'Forbidden member',
    description: 'Members called __proto__, constructor or prototype are refused wherever they stand.',
  },
  JSON_TEXT_INVALID: {
    kind: 'MALFORMED',
    title: 'Text cannot be stored',
    description: 'A text holds U+0000 or half of a surrogate pair, written as an escape.',
  },
  REQUEST_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Malformed request',
    description: 'The request is not well-formed HTTP, or its URL cannot be decoded.',
  },
  HEADER_INVALID: {
    kind: 'MALFORMED',
    title: 'Header not valid',
    description: 'A header does not have the form that the documents state.',
  },
  EXPECTATION_UNKNOWN: {
    kind: 'MALFORMED',
    title: 'Expectation not met',
    description: 'The header `Expect` asks for something other than 100-continue.',
  },
  BODY_TOO_LARGE: {
    kind: 'TOO_LARGE',
    title: 'Body too large',
    description: 'A request body may have 64 KB.',
  },
  URL_TOO_LONG: { kind: 'TOO_LARGE', title: 'URL too long', description: 'A URL may have 4 KB.' },
  HEADERS_TOO_LARGE: {
    kind: 'TOO_LARGE',
    title: 'Headers too large',
    description: 'The headers of a request may have 8 KB together.',
  },
  REQUEST_TIMEOUT: {
    kind: 'MALFORMED',
    title: 'Request timed out',
    description: 'The request was not complete in time: headers within 10 s, everything within 30 s.',
    retryable: true,
  },
  CONTENT_TYPE_UNSUPPORTED: {
    kind: 'MALFORMED',
    title: 'Content-Type not supported',
    description: 'Bodies are sent as application/json in UTF-8, without a Content-Encoding.',
  },
  ROUTE_UNKNOWN: {
    kind: 'NOT_FOUND',
    title: 'No such route',
    description: 'Nothing is served at this path.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'MALFORMED',
    title: 'Method not allowed',
    description: 'The path exists, but not with this method; `Allow` lists those that it has.',
  },
  RATE_LIMIT_EXCEEDED: {
    kind: 'RATE_LIMITED',
    title: 'Too many requests',
    description: 'A budget of requests is used up; `Retry-After` says when it is filled again.',
    retryable: true,
  },
  SERVICE_STOPPING: {
    kind: 'UNAVAILABLE',
    title: 'Service stopping',
    description: 'This process is shutting down; another one, or the next start, will answer.',
    retryable: true,
  },
  INTERNAL_ERROR: {
    kind: 'UNAVAILABLE',
    title: 'Internal error',
    description:
      'A fault of the platform. It was logged under the `traceId`; repeat with the same Idempotency-Key.',
  },
});

/** Statuses that the kinds of `ErrorKind` do not express. */
export const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  CONTENT_TYPE_UNSUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  EXPECTATION_UNKNOWN: 417,
  REQUEST_TIMEOUT: 408,
  URL_TOO_LONG: 414,
  HEADERS_TOO_LARGE: 431,
  INTERNAL_ERROR: 500,
};
