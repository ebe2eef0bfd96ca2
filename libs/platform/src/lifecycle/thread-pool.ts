/**
 * Sets the size of the pool that libuv computes in: password hashing (argon2), node:crypto, file access, name lookups.
 * Libuv reads it once, when the first work is handed to the pool: call this before anything else of a process.
 */
export function sizeThreadPool(threads: number): void {
  process.env['UV_THREADPOOL_SIZE'] = String(threads);
}
