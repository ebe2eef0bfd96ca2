/** A Redis that a test may break: how it is stopped, brought back and made slow. */
export interface BreakableRedis {
  /** The same before and after an outage. */
  readonly url: string;
  /** Gone at once, as by `kill -9`. */
  kill(): Promise<void>;
  /** Back at the same address. */
  restart(): Promise<void>;
  /** Answers nothing for so long; connections stay. */
  pause(ms: number): Promise<void>;
  close(): Promise<void>;
}
