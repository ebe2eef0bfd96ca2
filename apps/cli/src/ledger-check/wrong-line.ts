/** A line that is not what an export says there; the message is the reason. */
export class WrongLine extends Error {
  /** @param line the one that is wrong, where it is not the one at hand */
  constructor(
    reason: string,
    readonly line: number | null = null,
  ) {
    super(reason);
  }
}

export type Fields = Record<string, unknown>;

/** @throws WrongLine unless the value is a JSON object */
export function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new WrongLine('It is not a line of an exported ledger.');
}

/** @throws WrongLine unless the bytes are exactly what an export writes for the value. */
export function parseLine(line: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    throw new WrongLine('It is not a line of JSON in UTF-8.');
  }
  if (!Buffer.from(`${JSON.stringify(value)}\n`).equals(line)) {
    throw new WrongLine('It is not written as an export writes it.');
  }
  return fieldsOf(value);
}

/** @throws WrongLine when a key is missing, one is too many, or they come in another order */
export function requireKeys(fields: Fields, keys: readonly string[]): void {
  if (Object.keys(fields).join() !== keys.join())
    throw new WrongLine('It has other fields than an export writes.');
}
