import { DomainError } from '@sextant/kernel';
import { getMetadataStorage } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import { fieldReadings } from './field-registry.js';
import type { FieldReading } from './field-registry.js';

/** One entry of a problem's `errors[]`. */
export interface FieldError {
  /** JSON pointer into the body, or `/name` of a query parameter. */
  pointer: string;
  code: string;
  message: string;
}

/** Where a value comes from: JSON keeps types, a query string has only text. */
export type RequestSource = 'BODY' | 'QUERY';

interface Rule {
  code: string;
  passes(value: unknown): boolean;
  message(value: unknown): string;
}

interface FieldPlan {
  name: string;
  optional: boolean;
  rules: readonly Rule[];
  reading: FieldReading;
  nested: RequestShape | null;
}

type RequestClass = new () => object;

const MAX_ERRORS = 20;
const shapes = new Map<RequestClass, RequestShape>();

/**
 * What a request class declares with class-validator, compiled once into a flat list of checks. Reading a body with
 * it costs one call a field; class-transformer's and class-validator's own walk costs some twenty times that.
 */
export class RequestShape {
  private readonly names: ReadonlySet<string>;

  private constructor(
    private readonly type: RequestClass,
    private readonly fields: readonly FieldPlan[],
  ) {
    this.names = new Set(fields.map((field) => field.name));
  }

  static of(type: RequestClass): RequestShape {
    const known = shapes.get(type);
    if (known !== undefined) return known;
    const shape = new RequestShape(type, compile(type));
    shapes.set(type, shape);
    return shape;
  }

  /** An instance of the class. @throws DomainError REQUEST_INVALID, or the one code when one thing is wrong. */
  read(input: unknown, source: RequestSource): object {
    const errors: FieldError[] = [];
    const instance = this.build(input, source, '', errors);
    if (errors.length > 0) throw invalid(errors);
    return instance;
  }

  private build(input: unknown, source: RequestSource, at: string, errors: FieldError[]): object {
    const out = new this.type() as Record<string, unknown>;
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      errors.push({ pointer: at, code: 'OBJECT_INVALID', message: 'A JSON object.' });
      return out;
    }
    const record = input as Record<string, unknown>;
    for (const field of this.fields) {
      const value = read(field, record[field.name], source);
      if (value === undefined || (value === null && field.optional)) {
        if (!field.optional)
          report(errors, `${at}/${field.name}`, 'FIELD_REQUIRED', 'This field is required.');
        continue;
      }
      this.check(field, value, source, `${at}/${field.name}`, errors, out);
    }
    for (const name in record) {
      if (!this.names.has(name)) {
        report(
          errors,
          `${at}/${escapePointer(name)}`,
          'FIELD_UNKNOWN',
          'There is no field of this name here.',
        );
      }
    }
    return out;
  }

  private check(
    field: FieldPlan,
    value: unknown,
    source: RequestSource,
    at: string,
    errors: FieldError[],
    out: Record<string, unknown>,
  ): void {
    for (const rule of field.rules) {
      if (!rule.passes(value)) {
        report(errors, at, rule.code, rule.message(value));
        return;
      }
    }
    const { nested } = field;
    if (nested === null) out[field.name] = value;
    else if (field.reading.many !== true) out[field.name] = nested.build(value, source, at, errors);
    else
      out[field.name] = (value as unknown[]).map((item, index) =>
        nested.build(item, source, `${at}/${index}`, errors),
      );
  }
}

function read(field: FieldPlan, value: unknown, source: RequestSource): unknown {
  const { fromText, convert } = field.reading;
  const plain =
    source === 'QUERY' && fromText !== undefined && typeof value === 'string' ? fromText(value) : value;
  return convert === undefined ? plain : convert(plain);
}

function report(errors: FieldError[], pointer: string, code: string, message: string): void {
  if (errors.length < MAX_ERRORS) errors.push({ pointer, code, message });
}

function invalid(errors: FieldError[]): DomainError {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) {
    return new DomainError(first.code, `${first.pointer || 'The body'}: ${first.message}`, { errors });
  }
  return new DomainError('REQUEST_INVALID', `${errors.length} fields are not as they should be.`, { errors });
}

function escapePointer(name: string): string {
  return name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

function compile(type: RequestClass): FieldPlan[] {
  const storage = getMetadataStorage();
  const declared = storage.groupByPropertyName(storage.getTargetValidationMetadatas(type, '', false, false));
  const readings = fieldReadings(type);
  return [...new Set([...readings.keys(), ...Object.keys(declared)])].map((name) => {
    const metadata = declared[name] ?? [];
    const reading = readings.get(name) ?? {};
    return {
      name,
      reading,
      optional: metadata.some(
        (entry) => entry.type === 'conditionalValidation' && entry.name === 'isOptional',
      ),
      rules: metadata
        .filter((entry) => entry.type === 'customValidation')
        .flatMap((entry) => rulesOf(type, entry)),
      nested: reading.nested === undefined ? null : RequestShape.of(reading.nested()),
    };
  });
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

function rulesOf(type: RequestClass, metadata: Metadata): Rule[] {
  const code = /^[A-Z_]+$/.test(metadata.name ?? '') ? (metadata.name as string) : 'FIELD_INVALID';
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ instance }) => {
      const argsOf = (value: unknown): ValidationArguments => ({
        value,
        constraints: metadata.constraints,
        targetName: type.name,
        object: {},
        property: metadata.propertyName,
      });
      const fixed = argsOf(undefined);
      return {
        code,
        passes: passes(metadata.each, (value) => instance.validate(value, fixed) === true),
        message: (value) => {
          if (typeof metadata.message === 'string') return metadata.message;
          if (typeof metadata.message === 'function') return metadata.message(argsOf(value));
          return instance.defaultMessage?.(argsOf(value)) ?? 'Not an allowed value.';
        },
      };
    });
}

/** With `each` the rule is for the items of a list, and something that is none breaks it. */
function passes(each: boolean, one: (value: unknown) => boolean): (value: unknown) => boolean {
  return each ? (value) => Array.isArray(value) && value.every(one) : one;
}
