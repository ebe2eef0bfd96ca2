/** Slow on purpose, a few at a time. Both throw DomainError PASSWORD_CHECK_BUSY when too many wait. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;

  /** With `null` it does the same work and answers false: an unknown user takes as long as a known one. */
  abstract verify(password: string, hash: string | null): Promise<boolean>;

  /** True when the hash was made with weaker parameters than today's. */
  abstract isOutdated(hash: string): boolean;
}
