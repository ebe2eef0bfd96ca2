import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, SextantProcess } from '../support/sextant-process.js';
import { NoAnswer } from '../support/sextant-process.js';
import { price } from './world.js';
import type { World } from './world.js';

/** What the clients of a load do: take, rest, cancel what rests, rest where the market trades, or all of it. */
export type Focus = 'MARKET' | 'REST' | 'CANCEL' | 'MAKER' | 'MIXED';

/** One order of a client, with the last word that the client has of it. */
export interface Sent {
  key: string;
  body: Record<string, unknown>;
  /** Null: no answer came. */
  answer: Answer | null;
  /** Null: nobody asked for the cancellation; else its status, 0 without an answer. */
  cancelStatus: number | null;
}

const TERMINAL = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);
const CLIENTS_PER_ACCOUNT = 2;

/** Clients that place and cancel orders for as long as they are answered, and remember what they were told. */
export class Load {
  readonly sent: Sent[] = [];

  constructor(
    private readonly world: World,
    private readonly accounts: readonly string[],
    private readonly random: () => number,
    /** Begins the keys of this load's orders. */
    private readonly name = 'key',
  ) {}

  /** Runs until the process has ended, or for `durationMs`. Returns what was sent. */
  async run(at: SextantProcess, focus: Focus, durationMs: number): Promise<Sent[]> {
    const first = this.sent.length;
    const deadline = Date.now() + durationMs;
    const client = async (accountId: string): Promise<void> => {
      try {
        while (at.running && Date.now() < deadline) await this.step(at, accountId, focus);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
    };
    const clients = this.accounts.flatMap((id) =>
      Array.from({ length: CLIENTS_PER_ACCOUNT }, () => client(id)),
    );
    await Promise.all(clients);
    return this.sent.slice(first);
  }

  /** Sends so many orders at once and does not wait: what they are told is noted when it comes. */
  burst(at: SextantProcess, focus: Focus, count: number): Promise<unknown> {
    const orders = Array.from({ length: count }, (_, index) =>
      this.step(at, this.accounts[index % this.accounts.length]!, focus).catch(() => undefined),
    );
    return Promise.all(orders);
  }

  private async step(at: SextantProcess, accountId: string, focus: Focus): Promise<void> {
    const doing = focus === 'MIXED' ? this.pick(['MARKET', 'REST', 'CANCEL', 'MAKER'] as const) : focus;
    const terms = doing === 'MAKER' ? await this.atTheTop(at) : this.terms(doing);
    const sent: Sent = {
      key: `${this.name}-${this.sent.length}`,
      body: { accountId, symbol: 'BTCUSDT', ...terms },
      answer: null,
      cancelStatus: null,
    };
    this.sent.push(sent);
    await this.place(at, sent);
    if (doing === 'CANCEL' && sent.answer?.status === 201) await this.cancel(at, sent);
    // A place in the queue needs a moment to be traded with; many orders there only get in each other's way.
    if (doing === 'MAKER') await delay(30);
  }

  async place(at: SextantProcess, sent: Sent): Promise<void> {
    sent.answer = await this.world.call(at, 'POST', '/api/orders', {
      body: sent.body,
      headers: { 'Idempotency-Key': sent.key },
    });
  }

  async cancel(at: SextantProcess, sent: Sent): Promise<void> {
    sent.cancelStatus = 0;
    const answer = await this.world.call(at, 'DELETE', `/api/orders/${sent.answer!.body.id}`);
    sent.cancelStatus = answer.status;
    if (answer.status < 300) sent.answer = { ...answer, status: 200 };
  }

  private terms(doing: 'MARKET' | 'REST' | 'CANCEL'): Record<string, string> {
    const side = this.pick(['BUY', 'SELL'] as const);
    const quantity = `0.00${1 + Math.floor(this.random() * 9)}`;
    if (doing === 'MARKET') return { side, quantity, type: 'MARKET' };
    const far = side === 'BUY' ? 4_000_000 : 9_000_000;
    return { side, quantity, type: 'LIMIT', price: price(far + Math.floor(this.random() * 100_000)) };
  }

  private async atTheTop(at: SextantProcess): Promise<Record<string, string>> {
    const { bid, ask } = await this.world.topOfBook(at);
    const side = this.pick(['BUY', 'SELL'] as const);
    return { side, quantity: '0.002', type: 'LIMIT', price: price(side === 'BUY' ? bid : ask) };
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }
}

/** The order that the client knows of: promised by a 2xx, or by the denial or rejection that names it. */
export function promised({ answer }: Sent): { id: string; status: string | null } | null {
  if (answer === null) return null;
  if (answer.status < 300) return { id: answer.body.id, status: answer.body.status };
  return answer.body.orderId === undefined ? null : { id: answer.body.orderId, status: null };
}

export function isTerminal(status: string | null): boolean {
  return status !== null && TERMINAL.has(status);
}
