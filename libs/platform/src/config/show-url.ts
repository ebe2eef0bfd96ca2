/** A connection URL as it may be shown: scheme, host, port and path; user, password and query are left out. */
export function showUrl(text: string): string {
  try {
    const url = new URL(text);
    return `${url.protocol}//${url.username || url.password ? '***@' : ''}${url.host}${url.pathname}`;
  } catch {
    return '***';
  }
}
