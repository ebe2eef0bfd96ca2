import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs what the processes of one installation say to each other. */
export class ForwardSignature {
  constructor(private readonly secret: string) {}

  /** Hex HMAC-SHA256 over the parts, a line each. */
  sign(parts: readonly string[]): string {
    return createHmac('sha256', this.secret).update(parts.join('\n')).digest('hex');
  }

  /** Constant time. */
  verify(parts: readonly string[], signature: unknown): boolean {
    const expected = Buffer.from(this.sign(parts));
    const given = Buffer.from(typeof signature === 'string' ? signature : '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** Requests that were seen, so that a copy is refused while its time would still pass. */
export class SeenNonces {
  private recent = new Set<string>();
  private older = new Set<string>();
  private turnedMs = 0;

  constructor(private readonly lifetimeMs: number) {}

  /** @returns false when the nonce was used within the lifetime. */
  use(nonce: string, nowMs: number): boolean {
    if (nowMs - this.turnedMs > this.lifetimeMs) {
      this.older = this.recent;
      this.recent = new Set();
      this.turnedMs = nowMs;
    }
    if (this.recent.has(nonce) || this.older.has(nonce)) return false;
    this.recent.add(nonce);
    return true;
  }
}
