import { pino } from 'pino';
import type { LogDestination } from './logger.js';

const FEWEST_BYTES = 8_192;
const LONGEST_WAIT_MS = 100;

/**
 * Lines to a file descriptor without waiting for its reader. Many lines go out together: by 8 kB, at the latest after
 * 100 ms (what a `kill -9` may cost; the audit log loses nothing). `flush` writes the rest before it returns.
 */
export function descriptorDestination(descriptor: number): LogDestination {
  const stream = pino.destination({
    dest: descriptor,
    sync: false,
    minLength: FEWEST_BYTES,
    periodicFlush: LONGEST_WAIT_MS,
  });
  stream.on('error', () => undefined); // a closed pipe must not end the process
  return {
    write: (line) => {
      stream.write(line);
    },
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // not open yet, or the reader is gone: there is nobody left to tell
      }
    },
  };
}
