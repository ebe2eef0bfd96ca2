import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { routeHandlers } from './routes.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  default?: unknown;
  pattern?: string;
  items?: Schema;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Operation {
  operationId?: string;
  parameters?: { required?: boolean; schema?: Schema; example?: unknown }[];
  requestBody?: {
    content: Record<string, { schema: Schema; examples?: Record<string, { value: unknown }> }>;
  };
}

/** A request class may bring whole bodies, where its fields' examples together are none that anybody would send. */
interface WithExamples {
  examples?: Readonly<Record<string, object>>;
}

const ID = /^\^\w+_\[/;

/**
 * Swagger UI fills its forms with examples: whoever presses Execute sends them. So every body has one that runs on a
 * fresh installation, and what may be left out of query and headers starts empty.
 */
export function makeExamplesRunnable(
  app: INestApplication,
  document: OpenAPIObject,
  operations: Iterable<unknown>,
): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const classes = requestClasses(app);
  for (const operation of operations as Iterable<Operation>) {
    for (const { required, schema } of operation.parameters ?? []) {
      if (required !== true) delete schema?.example;
    }
    const body = operation.requestBody?.content['application/json'];
    if (body === undefined) continue;
    const name = body.schema.$ref?.split('/').at(-1) ?? '';
    const whole = classes.get(name)?.examples ?? { request: exampleOf(body.schema, schemas) as object };
    body.examples = Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, { value }]));
  }
}

function requestClasses(app: INestApplication): Map<string, WithExamples> {
  const types = routeHandlers(app.get(ModulesContainer, { strict: false })).flatMap(
    ({ controller, methodName }) =>
      (Reflect.getMetadata('design:paramtypes', controller.prototype as object, methodName) ??
        []) as unknown[],
  );
  const classes = types.filter((type) => typeof type === 'function');
  return new Map(classes.map((type) => [type.name, type as WithExamples]));
}

/** Put together from the fields. An id that may be left out is: the one of an example exists nowhere. */
function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  if (schema.example !== undefined) return schema.example;
  const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
  const { type, items, properties, required = [], ...rest } = schemas[name ?? ''] ?? schema;
  if ([type].flat()[0] === 'array') return [exampleOf(items ?? {}, schemas)];
  if (properties === undefined) return rest.default;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key, field]) => required.includes(key) || !ID.test(field.pattern ?? ''))
      .map(([key, field]) => [key, exampleOf(field, schemas)]),
  );
}
