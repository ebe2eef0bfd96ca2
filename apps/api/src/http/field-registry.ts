/** How a field is read before it is checked. */
export interface FieldReading {
  /** From the text of a query string. Text that cannot be read is handed on for the check to refuse. */
  fromText?(value: string): unknown;
  /** From the body and the query alike. */
  convert?(value: unknown): unknown;
  /** Class of the object, or of each item of the list, in this field. */
  nested?: () => new () => object;
  /** The field holds a list. */
  many?: boolean;
}

const fields = new Map<unknown, Map<string, FieldReading>>();

export function declareField(type: unknown, property: string, reading: FieldReading): void {
  const known = fields.get(type) ?? new Map<string, FieldReading>();
  known.set(property, reading);
  fields.set(type, known);
}

/** The declared readings of a class and of what it extends. */
export function fieldReadings(type: new () => object): Map<string, FieldReading> {
  const chain: unknown[] = [];
  for (
    let at: unknown = type;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    chain.unshift(at);
  }
  return new Map(chain.flatMap((level) => [...(fields.get(level) ?? [])]));
}
