import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { RequestShape } from './request-shape.js';

const PLAIN = new Set<unknown>([String, Number, Boolean, Object, Array, undefined]);

/** Turns bodies and queries into the request classes that the handlers name. Everything else passes as it is. */
@Injectable()
export class RequestPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || PLAIN.has(metatype)) return value;
    const shape = RequestShape.of(metatype as new () => object);
    return shape.read(value ?? {}, type === 'body' ? 'BODY' : 'QUERY');
  }
}
