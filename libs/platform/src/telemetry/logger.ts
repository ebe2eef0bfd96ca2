import { pino } from 'pino';
import type { Logger as Pino } from 'pino';
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
  onLine?: (level: string) => void;
}

type PinoLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Structured log: a constant message and named fields. Only the fields of `logFields` show their values. */
export class Logger {
  private constructor(
    private readonly pino: Pino,
    private readonly options: LoggerOptions,
    private readonly bound: LogFields,
  ) {}

  static create(options: LoggerOptions): Logger {
    const { destination, guard } = options;
    const stream = { write: (line: string) => destination.write(guard ? guard.clean(line) : line) };
    const settings = {
      level: options.level.toLowerCase(),
      base: { app: options.app, pid: process.pid },
      messageKey: 'message',
      timestamp: isoTime,
      formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
    };
    return new Logger(pino(settings, stream), options, {});
  }

  /** Writes nothing: for tests and tools. */
  static silent(): Logger {
    return Logger.create({
      app: 'silent',
      level: 'ERROR',
      destination: { write: () => undefined, flush: () => undefined },
    });
  }

  debug(message: string, fields?: LogFields): void {
    this.line('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.line('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.line('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.line('error', message, fields);
  }

  /** The process ends after this line. */
  fatal(message: string, fields?: LogFields): void {
    this.line('fatal', message, fields);
  }

  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger {
    return new Logger(this.pino, this.options, { ...this.bound, ...fields });
  }

  setLevel(level: LogLevel): void {
    this.pino.level = level.toLowerCase();
  }

  /** Returns after every line is written: before the process exits. */
  flush(): void {
    this.options.destination.flush();
  }

  private line(level: PinoLevel, message: string, fields: LogFields | undefined): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const record: Record<string, unknown> = {};
    const { traceId, orderId, accountId } = currentContext();
    if (traceId !== undefined) record['traceId'] = traceId;
    if (orderId !== undefined) record['orderId'] = orderId;
    if (accountId !== undefined) record['accountId'] = accountId;
    addFields(record, this.bound);
    if (fields !== undefined) addFields(record, fields);
    this.pino[level](record, scrubText(message));
    this.options.onLine?.(level);
  }
}

let lastMs = 0;
let lastTime = '';

/** ISO-8601, made once a millisecond: making it costs as much as the rest of a line. */
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return lastTime;
}
