import { pino } from 'pino';
import type { LogDestination } from './logger.js';

/**
 * Lines to a file descriptor without waiting for the reader: what is written while a write is under way goes out
 * together. `flush` writes the rest before it returns.
 */
export function descriptorDestination(descriptor: number): LogDestination {
  const stream = pino.destination({ dest: descriptor, sync: false });
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
