import { ApiProperty } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { DECIMAL_PATTERN, isDecimalText } from '@sextant/kernel';
import { IsOptional, ValidateBy } from 'class-validator';
import { declareField } from './field-registry.js';
import type { FieldReading } from './field-registry.js';

/** What every field says of itself. */
export interface FieldOptions {
  description: string;
  example?: unknown;
  /** May be left out of a request; may be absent from an answer. */
  optional?: boolean;
  /** May be `null`. In a request `null` means the same as left out. */
  nullable?: boolean;
  default?: unknown;
}

export interface DecimalOptions extends FieldOptions {
  /** Greater than zero. */
  positive?: boolean;
  /** Zero or more. */
  nonNegative?: boolean;
  /** Of an answer: added up or valued from amounts, and so longer than any of them may be. */
  sum?: boolean;
}

export interface TextOptions extends FieldOptions {
  minLength?: number;
  /** Default 200. */
  maxLength?: number;
  /** No nested or overlapping repetition: it runs on hostile text. */
  pattern?: RegExp;
  /** What the pattern asks for, in words; becomes the message. */
  rule?: string;
  format?: string;
  /** A secret: never logged, and write-only in the document. */
  secret?: boolean;
}

export interface IntegerOptions extends FieldOptions {
  min?: number;
  max?: number;
}

export interface ListOptions extends FieldOptions {
  /** Most items a request may carry; default 100. */
  max?: number;
  min?: number;
}

interface Check {
  /** The `code` in `errors[]`. */
  code: string;
  passes(value: unknown): boolean;
  message(value: unknown): string;
}

type ClassRef = () => new () => object;

function declare(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  checks: Check | readonly Check[],
  reading: FieldReading = {},
): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    declareField(target.constructor, name, reading);
    if (options.optional === true || options.nullable === true) IsOptional()(target, name);
    for (const check of [checks].flat()) {
      ValidateBy({
        name: check.code,
        validator: { validate: check.passes, defaultMessage: (args) => check.message(args?.value) },
      })(target, name);
    }
    ApiProperty({
      ...schema,
      description: options.description,
      required: options.optional !== true,
      ...(options.nullable === true ? { nullable: true } : {}),
      ...(options.example === undefined ? {} : { example: options.example }),
      ...(options.default === undefined ? {} : { default: options.default }),
    } as ApiPropertyOptions)(target, property);
  };
}

const DECIMAL_TEXT: Check = {
  code: 'DECIMAL_MALFORMED',
  passes: isDecimalText,
  message: (value) =>
    typeof value === 'number'
      ? 'Send decimals as JSON strings ("0.001"), not as JSON numbers: a number may lose digits on its way.'
      : 'A string in plain decimal notation: up to 20 digits, optionally a point and up to 18 more.',
};

const POSITIVE: Check = {
  code: 'DECIMAL_OUT_OF_RANGE',
  passes: (value) => typeof value === 'string' && value.charCodeAt(0) !== 45 && /[1-9]/.test(value),
  message: () => 'Greater than zero.',
};

const NON_NEGATIVE: Check = {
  code: 'DECIMAL_OUT_OF_RANGE',
  passes: (value) => typeof value === 'string' && (value.charCodeAt(0) !== 45 || !/[1-9]/.test(value)),
  message: () => 'Zero or more.',
};

/** Amounts have up to 20 digits before the point; a price times an amount, over many accounts, has more. */
const SUM_PATTERN = '^-?\\d{1,60}(\\.\\d{1,18})?$';

function decimal(options: DecimalOptions): PropertyDecorator {
  const pattern = options.sum === true ? SUM_PATTERN : DECIMAL_PATTERN.source;
  const schema = { type: 'string', format: 'decimal', pattern } as ApiPropertyOptions;
  const sign = options.positive === true ? [POSITIVE] : options.nonNegative === true ? [NON_NEGATIVE] : [];
  return declare(options, schema, [DECIMAL_TEXT, ...sign]);
}

function text(options: TextOptions): PropertyDecorator {
  const { minLength = 1, maxLength = 200, pattern } = options;
  const rule = options.rule ?? (pattern === undefined ? '' : ` matching ${pattern.source}`);
  const schema = {
    type: 'string',
    minLength,
    maxLength,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.secret === true ? { writeOnly: true } : {}),
  } as ApiPropertyOptions;
  return declare(options, schema, {
    code: 'TEXT_INVALID',
    passes: (value) =>
      typeof value === 'string' &&
      value.length >= minLength &&
      value.length <= maxLength &&
      (pattern === undefined || pattern.test(value)),
    message: () =>
      `A string of ${minLength} to ${maxLength} characters${rule === '' ? '' : `: ${rule.trim()}`}.`,
  });
}

function choice(values: readonly string[], options: FieldOptions): PropertyDecorator {
  const allowed = new Set<unknown>(values);
  return declare(options, { type: 'string', enum: [...values] } as ApiPropertyOptions, {
    code: 'VALUE_NOT_ALLOWED',
    passes: (value) => allowed.has(value),
    message: () => `One of ${values.join(', ')}.`,
  });
}

function choices(values: readonly string[], options: ListOptions): PropertyDecorator {
  const allowed = new Set<unknown>(values);
  const schema = {
    type: 'array',
    items: { type: 'string', enum: [...values] },
    minItems: options.min ?? 0,
    maxItems: values.length,
  } as unknown as ApiPropertyOptions;
  return declare(
    options,
    schema,
    {
      code: 'VALUE_NOT_ALLOWED',
      passes: (value) =>
        Array.isArray(value) &&
        value.length >= (options.min ?? 0) &&
        new Set(value).size === value.length &&
        value.every((item) => allowed.has(item)),
      message: () => `A list, each at most once, of ${values.join(', ')}.`,
    },
    { fromText: (value) => value.split(',') },
  );
}

function flag(options: FieldOptions): PropertyDecorator {
  return declare(
    options,
    { type: 'boolean' } as ApiPropertyOptions,
    { code: 'FLAG_INVALID', passes: (value) => typeof value === 'boolean', message: () => 'true or false.' },
    { fromText: (value) => (value === 'true' ? true : value === 'false' ? false : value) },
  );
}

function integer(options: IntegerOptions): PropertyDecorator {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  const schema = {
    type: 'integer',
    ...(options.min === undefined ? {} : { minimum: options.min }),
    ...(options.max === undefined ? {} : { maximum: options.max }),
  } as ApiPropertyOptions;
  return declare(
    options,
    schema,
    {
      code: 'INTEGER_INVALID',
      passes: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
      message: () => `A whole number from ${min} to ${max}.`,
    },
    { fromText: (value) => (/^-?[0-9]{1,16}$/.test(value) ? Number(value) : value) },
  );
}

/** A share from 0 to 1 as a JSON number: an estimate, never money. */
function fraction(options: FieldOptions): PropertyDecorator {
  return declare(options, { type: 'number', minimum: 0, maximum: 1 } as ApiPropertyOptions, {
    code: 'FRACTION_INVALID',
    passes: (value) => typeof value === 'number' && value >= 0 && value <= 1,
    message: () => 'A number from 0 to 1.',
  });
}

const INSTANT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/;
const EPOCH_MS = /^[0-9]{1,15}$/;

/** Epoch milliseconds of ISO-8601 or epoch-ms text; the value itself when it is neither. */
function readInstant(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (EPOCH_MS.test(value)) return Number(value);
  if (!INSTANT.test(value)) return value;
  const epochMs = Date.parse(value);
  return Number.isNaN(epochMs) || !isOnCalendar(value.slice(0, 10)) ? value : epochMs;
}

/** Date.parse takes 30 February for 2 March. */
function isOnCalendar(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

/** ISO-8601 UTC. A request may also send epoch milliseconds; its property then holds the epoch ms number. */
function time(options: FieldOptions): PropertyDecorator {
  return declare(
    options,
    { type: 'string', format: 'date-time' } as ApiPropertyOptions,
    {
      code: 'TIME_INVALID',
      passes: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
      message: () => 'ISO-8601 with a zone (2026-01-31T12:00:00.000Z) or epoch milliseconds.',
    },
    { convert: readInstant },
  );
}

/** An id of this API: `<prefix>_` and 32 hexadecimal digits. */
function id(prefix: string, options: FieldOptions): PropertyDecorator {
  const pattern = new RegExp(`^${prefix}_[0-9a-f]{32}$`);
  return declare(
    { example: `${prefix}_0193476e0f2c7d3a9b1c5e8f7a6b4c2d`, ...options },
    { type: 'string', pattern: pattern.source } as ApiPropertyOptions,
    {
      code: 'ID_MALFORMED',
      passes: (value) => typeof value === 'string' && pattern.test(value),
      message: () => `An id of the form ${prefix}_….`,
    },
  );
}

const SYMBOL = /^[A-Za-z0-9]{1,20}([/-][A-Za-z0-9]{1,20}(:[A-Za-z0-9]{1,20})?)?$/;

/** A market as the client spells it; which one it is, market data decides. */
function symbol(options: FieldOptions): PropertyDecorator {
  return declare(
    { example: 'BTC/USDT', ...options },
    { type: 'string', pattern: SYMBOL.source, maxLength: 62 } as ApiPropertyOptions,
    {
      code: 'SYMBOL_MALFORMED',
      passes: (value) => typeof value === 'string' && SYMBOL.test(value),
      message: () => 'A symbol such as BTC/USDT, BTC-USDT or BTCUSDT.',
    },
  );
}

function object(type: ClassRef, options: FieldOptions): PropertyDecorator {
  // Swagger knows a lazy type by the name `type` of its function.
  return declare(options, { type: () => type() } as ApiPropertyOptions, [], { nested: type });
}

function list(type: ClassRef, options: ListOptions): PropertyDecorator {
  const { max = 100, min = 0 } = options;
  const schema = { type: () => type(), isArray: true, minItems: min, maxItems: max };
  return declare(
    options,
    schema as unknown as ApiPropertyOptions,
    {
      code: 'LIST_INVALID',
      passes: (value) => Array.isArray(value) && value.length >= min && value.length <= max,
      message: () => `A list of ${min} to ${max} items.`,
    },
    { nested: type, many: true },
  );
}

/** A list of short texts. */
function texts(options: ListOptions & { maxLength?: number }): PropertyDecorator {
  const { max = 100, min = 0, maxLength = 64 } = options;
  const schema = { type: 'array', items: { type: 'string', maxLength }, minItems: min };
  return declare(
    options,
    schema as unknown as ApiPropertyOptions,
    {
      code: 'LIST_INVALID',
      passes: (value) =>
        Array.isArray(value) &&
        value.length >= min &&
        value.length <= max &&
        value.every((item) => typeof item === 'string' && item.length > 0 && item.length <= maxLength),
      message: () => `A list of ${min} to ${max} strings of at most ${maxLength} characters.`,
    },
    { fromText: (value) => value.split(',') },
  );
}

/** A JSON object whose members are not fixed here: facts, parameters. */
function facts(options: FieldOptions): PropertyDecorator {
  return declare(options, { type: 'object', additionalProperties: true } as ApiPropertyOptions, {
    code: 'OBJECT_INVALID',
    passes: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    message: () => 'A JSON object.',
  });
}

/**
 * Declares one field of a request or an answer: its check (class-validator), its reading from a query string and
 * its place in the OpenAPI document, in one line.
 */
export const Field = {
  choice,
  choices,
  decimal,
  facts,
  flag,
  fraction,
  id,
  integer,
  list,
  object,
  symbol,
  text,
  texts,
  time,
};

/** A decimal as a JSON string in plain notation. Shorthand of `Field.decimal`. */
export const DecimalString = decimal;
