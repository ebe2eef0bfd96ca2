import { createHash } from 'node:crypto';
import type { JsonValue } from '@sextant/contracts';
import { accountCommands } from '@sextant/execution';
import type { OrderRequest } from '@sextant/execution';
import { tenantId } from './simulated-process.js';
import type { SimulatedProcess } from './simulated-process.js';

/** What a client was told. */
export interface Answer {
  atMs: number;
  /** Null when it was an error. */
  orderId: string | null;
  /** Code of the error; null for a success. */
  code: string | null;
  status: string | null;
  replayed: boolean;
}

/** One request of a client, with every answer to it and to its repetitions. */
export interface Call {
  /** Null: it cannot be repeated. */
  key: string | null;
  request: OrderRequest;
  bodyHash: string;
  answers: Answer[];
  /** A repetition of another request's key with something else in it. */
  misuse: boolean;
}

type PlaceAnswer = { order: { id: string; status: string }; replayed: boolean };
type Refused = { code?: string };

const ROUTE = 'POST /api/orders';
const caller = { tenantId, actor: 'usr_client', traceId: null };

/** Everybody who uses the API. Answers of a process that died never come. */
export class SimulatedClients {
  readonly calls: Call[] = [];

  constructor(
    private readonly nowMs: () => number,
    private readonly note: (line: string) => void,
  ) {}

  place(request: OrderRequest, key: string | null, process: SimulatedProcess, waitMs: number): void {
    const call: Call = { key, request, bodyHash: hashOf(request), answers: [], misuse: false };
    this.calls.push(call);
    this.send(call, process, waitMs);
  }

  /** Repeats a request; with `changed`, another request under its key. */
  repeat(call: Call, changed: boolean, process: SimulatedProcess): void {
    if (!changed) {
      this.send(call, process, 400);
      return;
    }
    const request = { ...call.request, tags: [...call.request.tags, 'changed'] };
    const misuse: Call = { ...call, request, bodyHash: hashOf(request), answers: [], misuse: true };
    this.calls.push(misuse);
    this.send(misuse, process, 400);
  }

  cancel(orderId: string, process: SimulatedProcess): void {
    this.command(accountCommands.cancel, { orderId, caller, waitMs: 200 }, process);
  }

  cancelAll(symbol: string | null, process: SimulatedProcess): void {
    const once = { bodyHash: 'none', route: 'POST /api/orders/cancel-all', key: null };
    this.command(accountCommands.cancelAll, { symbol, once, caller, waitMs: 200 }, process);
  }

  sync(process: SimulatedProcess): void {
    this.command('SyncPortfolio', { actor: 'usr_client', once: null }, process);
  }

  private command(type: string, payload: object, process: SimulatedProcess): void {
    process.execute(type, payload as JsonValue).then(
      () => this.note(`${type} done`),
      (error: Refused) => this.note(`${type} ${error.code ?? String(error)}`),
    );
  }

  private send(call: Call, process: SimulatedProcess, waitMs: number): void {
    const { request, bodyHash, key } = call;
    const payload = { request, once: { bodyHash, route: ROUTE, key }, caller, waitMs };
    const told = (answer: Omit<Answer, 'atMs'>) => {
      call.answers.push({ atMs: this.nowMs(), ...answer });
      this.note(`client ${key ?? '-'} told ${answer.code ?? answer.orderId} ${answer.status ?? ''}`);
    };
    process.execute(accountCommands.place, payload as unknown as JsonValue).then(
      (result) => {
        const { order, replayed } = result as unknown as PlaceAnswer;
        told({ orderId: order.id, status: order.status, code: null, replayed });
      },
      (error: Refused) =>
        told({ orderId: null, status: null, code: error.code ?? `BUG ${String(error)}`, replayed: false }),
    );
  }
}

function hashOf(request: OrderRequest): string {
  return createHash('sha1').update(JSON.stringify(request)).digest('hex');
}
