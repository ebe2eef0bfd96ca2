import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import type { Answer } from '../support/sextant-process.js';

/** ok: it happened. fail: it did not. info: nobody was told. */
export type Outcome = 'ok' | 'fail' | 'info';

export type Route = '/api/orders' | '/api/orders/batch' | '/api/order-groups' | '/api/executions';

/** One thing as its client wants it under one key: an order, several, a group, an execution. */
export interface Sent {
  route: Route;
  key: string;
  accountId: string;
  body: Record<string, unknown>;
  /** What it is, as far as that was told: the id, or those of all orders of a batch. */
  id: string | null;
  outcome: Outcome;
  /** Every id that an answer under this key has named. */
  ids: Set<string>;
  /** Its orders, each with the last status that was told. */
  orders: Map<string, string>;
}

/** New terms that a client was told to be in force. */
export interface Amended {
  orderId: string;
  quantity: string;
  price: string;
}

/** What was asked and what was answered, a line for each: the harness is the only one who was there. */
export class History {
  readonly sent: Sent[] = [];
  readonly amended: Amended[] = [];
  readonly counts: Record<Outcome, number> = { ok: 0, fail: 0, info: 0 };
  private readonly file: WriteStream;
  private readonly startedAt = Date.now();

  constructor(path: string) {
    this.file = createWriteStream(path);
  }

  note(what: string, facts: Record<string, unknown> = {}): void {
    this.file.write(`${JSON.stringify({ ms: Date.now() - this.startedAt, what, ...facts })}\n`);
  }

  /** A request with its answer; null: none came. */
  request(what: string, facts: Record<string, unknown>, answer: Answer | null): Outcome {
    const outcome = outcomeOf(answer);
    this.counts[outcome] += 1;
    this.note(what, { outcome, status: answer?.status ?? 0, code: answer?.body?.code, ...facts });
    return outcome;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.file.end(resolve));
  }
}

function outcomeOf(answer: Answer | null): Outcome {
  if (answer === null || answer.body?.outcome === 'UNKNOWN') return 'info';
  return answer.status < 300 ? 'ok' : 'fail';
}
