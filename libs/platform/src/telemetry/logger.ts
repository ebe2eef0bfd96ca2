import { currentContext } from './log-context.js';
import { addFields } from './log-record.js';
import type { LogFields } from './log-record.js';
import { scrubText } from './scrub-text.js';
import type { SecretGuard } from './secret-guard.js';

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Where finished lines go. `flush` returns after they are written. */
export interface LogDestination {
  write(line: string): void;
  flush(): void;
}

interface LoggerOptions {
  app: string;
  level: LogLevel;
  destination: LogDestination;
  guard?: SecretGuard;
  /** Whether errors show their stack frames; default yes. */
  stacks?: boolean;
  onLine?: (level: string) => void;
}

const SEVERITY = { DEBUG: 20, INFO: 30, WARN: 40, ERROR: 50, FATAL: 60 } as const;

const LABEL = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error', FATAL: 'fatal' } as const;

/** What all loggers of a process share. */
interface Sink {
  threshold: number;
  readonly options: LoggerOptions;
}

/**
 * Structured log: a constant message and named fields, one JSON object a line, in the shape of pino. Only the fields of
 * `logFields` show their values. JSON.stringify makes the line, in half the time of pino's core, and pino writes it (ADR 7).
 */
export class Logger {
  private constructor(
    private readonly sink: Sink,
    private readonly bound: LogFields,
  ) {}

  static create(options: LoggerOptions): Logger {
    return new Logger({ threshold: SEVERITY[options.level], options }, {});
  }

  /** Writes nothing: for tests and tools. */
  static silent(): Logger {
    const destination = { write: () => undefined, flush: () => undefined };
    return Logger.create({ app: 'silent', level: 'ERROR', destination });
  }

  debug(message: string, fields?: LogFields): void {
    this.line('DEBUG', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.line('INFO', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.line('WARN', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.line('ERROR', message, fields);
  }

  /** The process ends after this line. */
  fatal(message: string, fields?: LogFields): void {
    this.line('FATAL', message, fields);
  }

  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger {
    return new Logger(this.sink, { ...this.bound, ...fields });
  }

  /** For this logger and all that share its destination. */
  setLevel(level: LogLevel): void {
    this.sink.threshold = SEVERITY[level];
  }

  /** Returns after every line is written: before the process exits. */
  flush(): void {
    this.sink.options.destination.flush();
  }

  private line(level: keyof typeof SEVERITY, message: string, fields: LogFields | undefined): void {
    if (SEVERITY[level] < this.sink.threshold) return;
    const { app, destination, guard, stacks, onLine } = this.sink.options;
    const record: Record<string, unknown> = { level, time: isoTime(), app, pid: process.pid };
    const { traceId, orderId, accountId } = currentContext();
    if (traceId !== undefined) record['traceId'] = traceId;
    if (orderId !== undefined) record['orderId'] = orderId;
    if (accountId !== undefined) record['accountId'] = accountId;
    addFields(record, this.bound, stacks);
    if (fields !== undefined) addFields(record, fields, stacks);
    record['message'] = scrubbed(message);
    const line = `${JSON.stringify(record)}\n`;
    destination.write(guard ? guard.clean(line) : line);
    onLine?.(LABEL[level]);
  }
}

const MOST_MESSAGES = 500;
const messages = new Map<string, string>();

/** Messages are constants, so each is looked through once. */
function scrubbed(message: string): string {
  const known = messages.get(message);
  if (known !== undefined) return known;
  const clean = scrubText(message);
  if (messages.size < MOST_MESSAGES) messages.set(message, clean);
  return clean;
}

let lastMs = 0;
let lastTime = '';

/** ISO-8601, made once a millisecond: making it costs as much as the rest of a line. */
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = new Date(nowMs).toISOString();
  }
  return lastTime;
}
