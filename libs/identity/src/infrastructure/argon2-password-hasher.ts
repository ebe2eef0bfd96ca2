import { hash, verify } from '@node-rs/argon2';
import { DomainError } from '@sextant/kernel';
import { PasswordHasher } from '../domain/password-hasher.js';

/** `Algorithm.Argon2id` of @node-rs/argon2: an ambient const enum, which isolated modules cannot read. */
const ARGON2ID = 2;

/** OWASP's least parameters (2026): 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SIGNATURE = '$argon2id$v=19$m=19456,t=2,p=1$';
const MAX_WAITING = 64;

/** Argon2id in the thread pool, so few at a time that orders do not feel it. */
export class Argon2PasswordHasher extends PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Hash of nothing anybody knows, for the users who do not exist. */
  private decoy: Promise<string> | null = null;

  constructor(private readonly concurrency: number) {
    super();
  }

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  async verify(password: string, known: string | null): Promise<boolean> {
    const against = known ?? (await this.decoyHash());
    const matches = await this.inTurn(() => verify(against, password));
    return matches && known !== null;
  }

  isOutdated(known: string): boolean {
    return !known.startsWith(SIGNATURE);
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash(crypto.randomUUID(), PARAMETERS);
    return this.decoy;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting.length >= MAX_WAITING) {
      throw new DomainError('PASSWORD_CHECK_BUSY', 'Too many sign-ins at once; try again.', {
        retryAfterMs: 2000,
      });
    }
    if (this.running >= this.concurrency) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
