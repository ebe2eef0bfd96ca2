import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { CSV_EXTENSION } from './csv.js';
import { errorEntry, statusOf } from './error-catalogue.js';
import { described, PROBLEM_TYPE, problemOf } from './problem.js';
import { ProblemDocument } from './problem-document.js';
import { problemCodesOf } from './problems.js';
import { routeHandlers } from './routes.js';
import { makeExamplesRunnable } from './runnable-examples.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const DESCRIPTION = `The API of Sextant, a crypto trading platform.

* Decimals are JSON strings in plain notation; times are ISO-8601 UTC.
* Errors are RFC 9457 problem documents with a stable \`code\`.
* Lists are \`{ data, page: { nextCursor, hasMore } }\`; hand \`nextCursor\` back as \`cursor\`.
* Send \`X-API-Key\`, or \`Authorization: Bearer\` with a token of \`POST /api/auth/login\`.
* POST requests that create or act take \`Idempotency-Key\`.`;

/** What any route can answer, and any route with a body. */
const SHARED_CODES = [
  'FIELD_UNKNOWN',
  'HEADERS_TOO_LARGE',
  'INTERNAL_ERROR',
  'REQUEST_INVALID',
  'REQUEST_MALFORMED',
  'URL_TOO_LONG',
];
const BODY_CODES = [
  'BODY_TOO_LARGE',
  'CONTENT_TYPE_UNSUPPORTED',
  'FIELD_REQUIRED',
  'JSON_DUPLICATE_KEY',
  'JSON_FORBIDDEN_KEY',
  'JSON_MALFORMED',
  'JSON_TEXT_INVALID',
  'JSON_TOO_DEEP',
  'JSON_TOO_MANY_KEYS',
];

/** The OpenAPI document of all routes, with every problem that each can answer. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Sextant')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addServer('/')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: '`sx_<prefix>_<secret>`' },
      'apiKey',
    )
    .addBearerAuth(
      { type: 'http', bearerFormat: 'JWT', description: 'Access token of POST /api/auth/login' },
      'bearer',
    )
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: operationId,
    extraModels: [ProblemDocument],
  });
  makeExamplesRunnable(app, document, Object.values(document.paths).flatMap(operationsOf));
  const codes = codesByOperation(app);
  for (const item of Object.values(document.paths)) {
    for (const operation of operationsOf(item)) {
      addCsv(operation);
      addProblems(operation, codes.get(operation.operationId ?? '') ?? []);
    }
  }
  return document;
}

/** Serves `/openapi.json` and Swagger UI at `/docs`; the document is made when first asked for. */
export function serveDocuments(app: INestApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= openApiDocument(app)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Sextant API',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

export function operationsOf(item: OpenAPIObject['paths'][string]): Operation[] {
  const { get, post, put, patch, delete: remove } = item;
  return [get, post, put, patch, remove].filter((operation) => operation !== undefined);
}

function operationId(controllerKey: string, methodKey: string): string {
  return `${controllerKey.replace(/Controller$/, '')}_${methodKey}`;
}

function codesByOperation(app: INestApplication): Map<string, string[]> {
  const routes = routeHandlers(app.get(ModulesContainer, { strict: false }));
  return new Map(
    routes.map(({ controller, handler, methodName }) => [
      operationId(controller.name, methodName),
      problemCodesOf(controller, handler),
    ]),
  );
}

/** What a route that says so answers besides JSON. */
function addCsv(operation: Operation): void {
  const extended = operation as unknown as Record<string, unknown>;
  if (extended[CSV_EXTENSION] === undefined) return;
  delete extended[CSV_EXTENSION];
  const success = operation.responses['200'] as ProblemResponse | undefined;
  if (success === undefined) return;
  Object.assign(success.content, { 'text/csv': { schema: { type: 'string' } } });
  success.description += ' As CSV: the same rows, all of them, with a header.';
}

function addProblems(operation: Operation, declared: readonly string[]): void {
  const codes = [
    ...new Set([...SHARED_CODES, ...declared, ...(operation.requestBody === undefined ? [] : BODY_CODES)]),
  ].sort();
  for (const code of codes) {
    const status = String(statusOf(code));
    const response = (operation.responses[status] ??= { description: '', content: {} }) as ProblemResponse;
    const title = errorEntry(code)?.title ?? code;
    response.description += `${response.description === '' ? '' : ' · '}\`${code}\` ${title}`;
    response.content[PROBLEM_TYPE] ??= {
      schema: { $ref: '#/components/schemas/ProblemDocument' },
      examples: {},
    };
    const value = problemOf(described(code), '/api/…', '4bf92f3577b34da6a3ce929d0e0e4736');
    response.content[PROBLEM_TYPE].examples[code] = { summary: title, value };
  }
}

interface ProblemResponse {
  description: string;
  content: Record<
    string,
    { schema: { $ref: string }; examples: Record<string, { summary: string; value: unknown }> }
  >;
}
