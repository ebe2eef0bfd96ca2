import type { LoggerService } from '@nestjs/common';
import type { LogFields } from './log-record.js';
import type { Logger } from './logger.js';

/** Who tells of every route and module at each start. */
const CHATTER = new Set<unknown>(['InstanceLoader', 'RouterExplorer', 'RoutesResolver']);

/** What Nest itself says, in our log: its notes at DEBUG, the list of all routes left out, warnings and errors as such. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    if (CHATTER.has(rest.at(-1))) return;
    this.logger.debug(textOf(message), fieldsOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(textOf(message), fieldsOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(textOf(message), { ...fieldsOf(rest), ...errorOf(message) });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(textOf(message), { ...fieldsOf(rest), ...errorOf(message) });
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : 'nest';
}

function errorOf(message: unknown): LogFields {
  return message instanceof Error ? { error: message } : {};
}

/** Nest puts the name of the class that speaks last. */
function fieldsOf(rest: readonly unknown[]): LogFields {
  const context = rest.at(-1);
  return typeof context === 'string' && /^\w{1,60}$/.test(context) ? { component: context } : {};
}
