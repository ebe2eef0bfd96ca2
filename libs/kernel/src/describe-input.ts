/** What arrived, short enough for an error's detail; of anything but text only the kind. */
export function describeInput(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 48 ? `${value.slice(0, 48)}…` : value);
  if (value === null || value === undefined) return 'Nothing';
  if (Array.isArray(value)) return 'A list';
  return typeof value === 'object' ? 'An object' : `A ${typeof value}`;
}
