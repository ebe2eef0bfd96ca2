import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT } from '@sextant/platform';
import { Field } from './field.js';

/** The query parameters that every list takes; extend it with the list's own filters. */
export class PageQuery {
  @Field.text({
    description: 'Where to go on: `nextCursor` of the page before. Opaque.',
    optional: true,
    maxLength: 512,
    pattern: /^[A-Za-z0-9_-]+$/,
    rule: 'as `nextCursor` returned it',
  })
  cursor?: string;

  @Field.integer({
    description: `Items a page, at most ${MAX_PAGE_LIMIT}.`,
    optional: true,
    min: 1,
    max: MAX_PAGE_LIMIT,
    default: DEFAULT_PAGE_LIMIT,
    example: DEFAULT_PAGE_LIMIT,
  })
  limit?: number;
}

export class PageInfo {
  @Field.text({ description: 'Cursor of the next page; null on the last.', nullable: true, example: null })
  nextCursor!: string | null;

  @Field.flag({ description: 'True when another page follows.', example: false })
  hasMore!: boolean;
}

/** Documents a 200 answer that is a page of `item`. */
export function PageResponse(item: new () => object, description: string): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item, PageInfo),
    ApiOkResponse({
      description,
      schema: {
        type: 'object',
        required: ['data', 'page'],
        properties: {
          data: { type: 'array', description: 'The items.', items: { $ref: getSchemaPath(item) } },
          page: { description: 'Where to go on.', allOf: [{ $ref: getSchemaPath(PageInfo) }] },
        },
      },
    }),
  );
}
