import type { LogDestination } from './logger.js';

const COLOURS: Readonly<Record<string, string>> = {
  DEBUG: '\u001b[90m',
  INFO: '\u001b[32m',
  WARN: '\u001b[33m',
  ERROR: '\u001b[31m',
  FATAL: '\u001b[35m',
};
const RESET = '\u001b[0m';
const DIM = '\u001b[2m';

/** JSON lines as a person reads them on a terminal: time, level, message, then the fields. */
export function prettyLines(inner: LogDestination): LogDestination {
  return { write: (line) => inner.write(pretty(line)), flush: () => inner.flush() };
}

export function pretty(line: string): string {
  const {
    time,
    level,
    message,
    app: _app,
    pid: _pid,
    error,
    ...fields
  } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${text(value)}`);
  const rest = shown.length === 0 ? '' : ` ${DIM}${shown.join(' ')}${RESET}`;
  const head = `${DIM}${clock}${RESET} ${COLOURS[String(level)] ?? ''}${String(level).padEnd(5)}${RESET} ${String(message)}`;
  return `${head}${rest}\n${error === undefined ? '' : indented(error)}`;
}

function text(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
}

function indented(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `      ${String(error)}\n`;
  const { name, message, code, stack, cause } = error as Record<string, unknown>;
  const frames = Array.isArray(stack)
    ? stack.map((frame) => `\n      ${DIM}${String(frame)}${RESET}`).join('')
    : '';
  const first = `      ${String(name)}${code === undefined ? '' : ` ${String(code)}`}: ${String(message)}${frames}\n`;
  return cause === undefined ? first : `${first}      caused by\n${indented(cause)}`;
}
