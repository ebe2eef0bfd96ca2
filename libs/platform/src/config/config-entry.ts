interface Described {
  /** One or two sentences for whoever runs the platform; the reference page is generated from them. */
  description: string;
  /** May be changed while the platform runs. */
  dynamic?: boolean;
  /** Never shown, never dynamic; may be given as a file by a variable ending in `_FILE`. */
  secret?: boolean;
  /** A plain environment variable that means this key, such as `PORT`. */
  variable?: string;
}

export interface StringEntry extends Described {
  type: 'string';
  default: string | null;
  /** What the whole text must match, and how to say so. */
  pattern?: { matches: RegExp; says: string };
}

export interface IntegerEntry extends Described {
  type: 'integer';
  default: number | null;
  min: number;
  max: number;
}

/** Plain decimal text, never a float: amounts, ratios, rates. */
export interface DecimalEntry extends Described {
  type: 'decimal';
  default: string;
  min: string;
  max: string;
}

export interface BooleanEntry extends Described {
  type: 'boolean';
  default: boolean;
}

export interface EnumEntry extends Described {
  type: 'enum';
  default: string;
  values: readonly string[];
}

/** In the environment: comma separated. */
export interface ListEntry extends Described {
  type: 'list';
  default: readonly string[];
}

/** A file or directory; relative to the working directory, handed out absolute. */
export interface PathEntry extends Described {
  type: 'path';
  default: string;
}

export interface UrlEntry extends Described {
  type: 'url';
  default: string | null;
  protocols: readonly string[];
}

/** Key material. `generated`: made at the first start and kept in the data directory when it is not configured. */
export interface SecretEntry extends Described {
  type: 'secret';
  default: null;
  secret: true;
  minLength: number;
  generated?: boolean;
}

export type ConfigEntry =
  | StringEntry
  | IntegerEntry
  | DecimalEntry
  | BooleanEntry
  | EnumEntry
  | ListEntry
  | PathEntry
  | UrlEntry
  | SecretEntry;

/** The scalar types a value may have once it is checked. */
export type ConfigScalar = string | number | boolean | readonly string[] | null;

type Nullable<E, T> = E extends { default: null } ? T | null : T;

/** What `Config.get` answers for an entry; null only where the default is null. */
export type EntryValue<E> = E extends { type: 'integer' }
  ? Nullable<E, number>
  : E extends { type: 'boolean' }
    ? boolean
    : E extends { type: 'enum'; values: readonly (infer V)[] }
      ? V
      : E extends { type: 'list' }
        ? readonly string[]
        : E extends { type: 'secret'; generated: true }
          ? string
          : Nullable<E, string>;

/** Declares configuration keys, `section.camelCaseName`, with the unit in the name. */
export function defineConfig<const T extends Record<string, ConfigEntry>>(entries: T): T {
  return entries;
}
