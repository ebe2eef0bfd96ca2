const SHORTEST = 6;

/**
 * Knows the secrets this process holds and takes them out of finished lines, as they are and as URL, JSON, base64
 * or hex would write them: the last wall behind the allow-list.
 */
export class SecretGuard {
  private readonly forms = new Set<string>();
  private pattern: RegExp | null = null;

  /** Texts under 6 characters are left alone: they would black out ordinary words. */
  protect(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < SHORTEST) continue;
      for (const form of formsOf(secret)) this.forms.add(form);
    }
    const longestFirst = [...this.forms].sort((a, b) => b.length - a.length);
    this.pattern =
      longestFirst.length > 0
        ? new RegExp(longestFirst.map((form) => escapeForPattern(form)).join('|'), 'gi')
        : null;
  }

  clean(line: string): string {
    return this.pattern === null ? line : line.replace(this.pattern, '[secret]');
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
