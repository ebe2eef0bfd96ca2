import { randomFillSync } from 'node:crypto';
import { Ids } from '@sextant/kernel';
import type { Clock, Id } from '@sextant/kernel';

const POOL_BYTES = 8192;
const TAIL_BYTES = 8;
const MAX_COUNTER = 0xfff;

/**
 * UUID v7 (RFC 9562): 48 bits of milliseconds, 12 bits of counter (method 1 of section 6.2), 62 random bits.
 * Ids of one process ascend strictly, also when the wall clock steps back or more than 4,096 are taken
 * in a millisecond: the timestamp then runs ahead of the clock.
 */
export class UuidV7Ids extends Ids {
  private readonly pool = Buffer.allocUnsafe(POOL_BYTES);
  private offset = POOL_BYTES;
  private lastMs = 0;
  private counter = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  next<P extends string>(prefix: P): Id<P> {
    this.tick();
    const time = this.lastMs.toString(16).padStart(12, '0');
    const versionAndCounter = (0x7000 | this.counter).toString(16);
    return `${prefix}_${time}${versionAndCounter}${this.randomTail()}` as Id<P>;
  }

  private tick(): void {
    const nowMs = this.clock.now();
    if (nowMs > this.lastMs) {
      this.lastMs = nowMs;
      this.counter = this.randomStart();
    } else if (this.counter < MAX_COUNTER) {
      this.counter += 1;
    } else {
      this.lastMs += 1;
      this.counter = this.randomStart();
    }
  }

  /** Half the counter's range: leaves 2,048 ids a millisecond and starts two processes apart. */
  private randomStart(): number {
    const at = this.take(2);
    return this.pool.readUInt16BE(at) & (MAX_COUNTER >> 1);
  }

  private randomTail(): string {
    const at = this.take(TAIL_BYTES);
    this.pool[at] = (this.pool[at]! & 0x3f) | 0x80;
    return this.pool.toString('hex', at, at + TAIL_BYTES);
  }

  private take(bytes: number): number {
    if (this.offset + bytes > POOL_BYTES) {
      randomFillSync(this.pool);
      this.offset = 0;
    }
    const at = this.offset;
    this.offset += bytes;
    return at;
  }
}
