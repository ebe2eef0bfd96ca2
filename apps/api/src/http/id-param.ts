import type { PipeTransform } from '@nestjs/common';
import { Param } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { Id } from '@sextant/kernel';
import { parseId } from '@sextant/kernel';
import { describeParameter } from './describe-parameter.js';

class IdPipe<P extends string> implements PipeTransform<string, Id<P>> {
  constructor(private readonly prefix: P) {}

  transform(value: string): Id<P> {
    return parseId(this.prefix, value);
  }
}

/** A path parameter that is an id with this prefix; anything else is ID_MALFORMED. */
export function IdParam(name: string, prefix: string): ParameterDecorator {
  const document = ApiParam({
    name,
    description: `An id of the form ${prefix}_….`,
    schema: {
      type: 'string',
      pattern: `^${prefix}_[0-9a-f]{32}$`,
      example: `${prefix}_0193476e0f2c7d3a9b1c5e8f7a6b4c2d`,
    },
  });
  return describeParameter(() => Param(name, new IdPipe(prefix)), document, ['ID_MALFORMED'])();
}
