import { Injectable } from '@nestjs/common';
import type { JobHandler } from './job-handler.js';

/** The kinds of job that this process can do. */
@Injectable()
export class JobRegistry {
  private readonly handlers = new Map<string, JobHandler>();

  /** Before the start of the process. @throws Error when two handlers share a kind. */
  register(handler: JobHandler): void {
    if (this.handlers.has(handler.kind)) throw new Error(`There are two handlers of ${handler.kind} jobs`);
    this.handlers.set(handler.kind, handler);
  }

  /** @throws Error: a kind is never asked for by a caller. */
  get(kind: string): JobHandler {
    const handler = this.handlers.get(kind);
    if (handler === undefined) throw new Error(`Nobody does ${kind} jobs`);
    return handler;
  }

  all(): JobHandler[] {
    return [...this.handlers.values()];
  }
}
