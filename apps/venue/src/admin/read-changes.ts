/**
 * Changes as the operator sent them, checked against an object that has every field: no other name, and values of the
 * same type, or null where the object has null. Throws a `TypeError` that names the field.
 */
export function readChanges<Whole extends object>(body: unknown, whole: Whole): Partial<Whole> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError('an object with the changes is wanted');
  }
  const known = whole as Record<string, unknown>;
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(known, name)) {
      throw new TypeError(`${name} is not one of ${Object.keys(known).join(', ')}`);
    }
    const now = known[name];
    const isFitting = now === null || value === null ? isNullable(now, value) : typeof value === typeof now;
    if (!isFitting) throw new TypeError(`${name} must be like ${JSON.stringify(now)}`);
  }
  return body as Partial<Whole>;
}

/** What may be null is null in one of the two, and a plain value in the other. */
function isNullable(now: unknown, value: unknown): boolean {
  const other = now === null ? value : now;
  return other === null || typeof other === 'number' || typeof other === 'string';
}
