/** Marks decimal text that is to leave as a JSON number with all of its digits: 60000.0 stays 60000.0. */
export function numeral(text: string): string {
  return `#${text}`;
}

/** JSON in which marked texts are numbers. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value).replace(/"#(-?\d+(?:\.\d+)?)"/g, '$1');
}
