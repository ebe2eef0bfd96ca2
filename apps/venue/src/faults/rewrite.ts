/** Puts other JSON texts in the place of fields' values, however deep they stand; texts need not be valid JSON. */
export function rewrite(body: string, fields: Readonly<Record<string, string>>): string {
  let text = body;
  for (const [name, value] of Object.entries(fields)) {
    const field = new RegExp(`("${name.replace(/\W/g, '\\$&')}":)("(?:[^"\\\\]|\\\\.)*"|[^,}\\]]*)`, 'g');
    text = text.replace(field, (_, key: string) => `${key}${value}`);
  }
  return text;
}
