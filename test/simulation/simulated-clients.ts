import { createHash } from 'node:crypto';
import type { JsonValue } from '@sextant/contracts';
import { accountCommands } from '@sextant/execution';
import type { GroupRequest, OrderRequest } from '@sextant/execution';
import { tenantId } from './simulated-process.js';
import type { Row } from './simulated-database.js';
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
  group: GroupRequest | null;
  bodyHash: string;
  answers: Answer[];
  /** A repetition of another request's key with something else in it. */
  misuse: boolean;
}

/** New terms as a client asks for them, and what it was told. */
export interface AmendCall {
  orderId: string;
  quantity: string | null;
  price: string | null;
  expectedFilledQuantity: string | null;
  outcome: string | null;
  atMs: number;
}

/** Orders and cancellations of one request; every order is a call of its own. */
export interface BatchCall {
  key: string | null;
  calls: Call[];
  cancels: readonly string[];
  bodyHash: string;
}

interface Wanted {
  request: OrderRequest;
  group: GroupRequest | null;
}

type BatchAnswer = { items: (PlaceAnswer | { problem: { code: string } })[] };
type PlaceAnswer = { order: { id: string; status: string }; replayed: boolean };
type Refused = { code?: string };

export type AmendTerms = Pick<AmendCall, 'quantity' | 'price' | 'expectedFilledQuantity'>;

const ROUTE = 'POST /api/orders';
const BATCH_ROUTE = 'POST /api/orders/batch';
const caller = { tenantId, actor: 'usr_client', traceId: null };

/** Everybody who uses the API. Answers of a process that died never come. */
export class SimulatedClients {
  readonly calls: Call[] = [];
  readonly amends: AmendCall[] = [];
  readonly batches: BatchCall[] = [];

  constructor(
    private readonly nowMs: () => number,
    private readonly note: (line: string) => void,
    private readonly rows: (table: string) => Row[],
  ) {}

  place(
    request: OrderRequest,
    key: string | null,
    process: SimulatedProcess,
    waitMs: number,
    group: GroupRequest | null = null,
  ): void {
    const call = callOf({ request, group }, key);
    this.calls.push(call);
    this.send(call, process, waitMs);
  }

  batch(
    wanted: readonly Wanted[],
    cancels: readonly string[],
    key: string | null,
    process: SimulatedProcess,
  ): void {
    const calls = wanted.map((one) => callOf(one, null));
    const batch = { key, calls, cancels, bodyHash: hashOf({ wanted, cancels }) };
    this.calls.push(...calls);
    this.batches.push(batch);
    this.sendBatch(batch, process);
  }

  /** Asked once more under its key, the edge answers by itself when it finds what was stored. */
  sendBatch({ key, calls, cancels, bodyHash }: BatchCall, process: SimulatedProcess): void {
    if (key !== null && this.rows('idempotency_key').some((row) => row['key'] === key)) return;
    const orders = calls.map(({ request, group, bodyHash: hash }) => ({ request, group, bodyHash: hash }));
    const once = { bodyHash, route: BATCH_ROUTE, key };
    const payload = { orders, cancels, once, caller, waitMs: 400 };
    process.execute(accountCommands.batch, payload as unknown as JsonValue).then(
      (result) => {
        const { items } = result as unknown as BatchAnswer;
        calls.forEach((call, index) => {
          const item = items[index];
          if (item === undefined) this.tell(call, refusedAs('BUG no item of a batch'));
          else if ('problem' in item) this.tell(call, refusedAs(item.problem.code));
          else this.tell(call, answerOf(item));
        });
      },
      (error: Refused) => this.note(`batch ${key ?? '-'} ${error.code ?? String(error)}`),
    );
  }

  amend(row: Row, terms: AmendTerms, process: SimulatedProcess, waitMs: number): void {
    const orderId = row['order_id'] as string;
    const call: AmendCall = { orderId, ...terms, outcome: null, atMs: 0 };
    this.amends.push(call);
    const payload = { orderId, request: { ...terms, ifMatch: null }, caller, waitMs };
    const told = (outcome: string) => {
      Object.assign(call, { outcome, atMs: this.nowMs() });
      this.note(`client told of its amendment of ${orderId}: ${outcome}`);
    };
    process.execute(accountCommands.amend, payload as unknown as JsonValue).then(
      (result) => told((result as unknown as { outcome: string }).outcome),
      (error: Refused) => told(error.code ?? `BUG ${String(error)}`),
    );
  }

  cancelGroup(groupId: string, process: SimulatedProcess): void {
    this.command(accountCommands.cancelGroup, { groupId, caller, waitMs: 200 }, process);
  }

  /** Repeats a request; with `changed`, another request under its key. */
  repeat(call: Call, changed: boolean, process: SimulatedProcess): void {
    if (!changed) {
      this.send(call, process, 400);
      return;
    }
    const request = { ...call.request, tags: [...call.request.tags, 'changed'] };
    const misuse: Call = {
      ...call,
      request,
      bodyHash: hashOf({ request, group: call.group }),
      answers: [],
      misuse: true,
    };
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
    const { request, group, bodyHash, key } = call;
    const payload = { request, group, once: { bodyHash, route: ROUTE, key }, caller, waitMs };
    process.execute(accountCommands.place, payload as unknown as JsonValue).then(
      (result) => this.tell(call, answerOf(result as unknown as PlaceAnswer)),
      (error: Refused) => this.tell(call, refusedAs(error.code ?? `BUG ${String(error)}`)),
    );
  }

  private tell(call: Call, answer: Omit<Answer, 'atMs'>): void {
    call.answers.push({ atMs: this.nowMs(), ...answer });
    this.note(`client ${call.key ?? '-'} told ${answer.code ?? answer.orderId} ${answer.status ?? ''}`);
  }
}

function callOf({ request, group }: Wanted, key: string | null): Call {
  return { key, request, group, bodyHash: hashOf({ request, group }), answers: [], misuse: false };
}

function answerOf({ order, replayed }: PlaceAnswer): Omit<Answer, 'atMs'> {
  return { orderId: order.id, status: order.status, code: null, replayed };
}

function refusedAs(code: string): Omit<Answer, 'atMs'> {
  return { orderId: null, status: null, code, replayed: false };
}

function hashOf(body: object): string {
  return createHash('sha1').update(JSON.stringify(body)).digest('hex');
}
