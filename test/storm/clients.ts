import { setTimeout as delay } from 'node:timers/promises';
import type { Amended, Sent } from './history.js';
import { HABITS, isPlacing } from './plan.js';
import type { Habit, Placing } from './plan.js';
import { Draws } from './random.js';
import { sendOnce } from './send.js';
import type { ClientHooks } from './send.js';
import { drawTerms, worse } from './terms.js';
import type { StormAccount, StormWorld } from './world.js';

const REPEATED = 0.3;
const LEAST_SENT = 8;
const TERMINAL = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);

/** Somebody who trades over REST for as long as the storm goes on, through whatever answers. */
export class Client {
  private readonly mine: Sent[] = [];

  constructor(
    private readonly world: StormWorld,
    private readonly draws: Draws,
    private readonly name: string,
    private readonly hooks: ClientHooks,
  ) {}

  /** For that long; on a busy machine longer, until there is something to look at. */
  async run(untilMs: number): Promise<void> {
    const { clients, workMs } = this.world.schedule;
    const isThin = (): boolean =>
      this.world.history.sent.length < clients * LEAST_SENT && Date.now() < untilMs + 2 * workMs;
    while (Date.now() < untilMs || isThin()) {
      await this.step();
      await delay(this.draws.between(0, 60));
    }
  }

  private async step(): Promise<void> {
    const habit = this.habit();
    const account = this.draws.pick(this.world.accounts);
    if (this.world.api() === null) return void (await delay(50));
    if (isPlacing(habit)) return this.place(account, habit);
    switch (habit) {
      case 'CANCEL':
        return this.cancel();
      case 'AMEND':
        return this.amend();
      case 'CONTROL':
        return this.control();
      case 'CANCEL_GROUP':
        return this.cancelGroup();
      case 'CANCEL_ALL':
        return this.cancelAll(account);
      case 'SWITCH':
        return this.flip(account);
    }
  }

  private habit(): Habit {
    const { habits } = this.world.schedule;
    const weight = (habit: Habit): number => habits[habit] ?? 0;
    let left = this.draws.share() * HABITS.reduce((sum, habit) => sum + weight(habit), 0);
    return HABITS.find((habit) => (left -= weight(habit)) < 0) ?? 'LIMIT';
  }

  private async place({ accountId, kind }: StormAccount, habit: Placing): Promise<void> {
    const last = kind === 'LIVE' ? await this.world.lastPrice() : 64_000;
    const key = `${this.name}-${this.mine.length}`;
    const { route, terms } = drawTerms(habit, this.draws, last, key);
    const sent: Sent = {
      ...{ route, key, accountId, body: { accountId, ...terms } },
      ...{ id: null, outcome: 'info', ids: new Set(), orders: new Map() },
    };
    this.mine.push(sent);
    this.world.history.sent.push(sent);
    const twins = habit === 'TWINS' ? this.draws.between(2, 5) : 1;
    const send = () => sendOnce(this.world, sent, this.hooks, this.draws);
    await Promise.all(Array.from({ length: twins }, send));
    if (this.draws.chance(REPEATED)) await send();
  }

  /** One of my orders that may live, with the request that it came by. */
  private openOrder(): { sent: Sent; orderId: string } | null {
    const open = this.mine.flatMap((sent) =>
      [...sent.orders].flatMap(([orderId, told]) => (TERMINAL.has(told) ? [] : [{ sent, orderId }])),
    );
    return open.length === 0 ? null : this.draws.pick(open);
  }

  private async cancel(): Promise<void> {
    const open = this.openOrder();
    if (open === null) return;
    const { sent, orderId } = open;
    const answer = await this.world.call('DELETE', `/api/orders/${orderId}`);
    this.world.history.request('cancel', { key: sent.key, orderId }, answer);
    if (answer !== null && answer.status < 300) sent.orders.set(orderId, answer.body.status);
  }

  /** Less, more, or elsewhere; sometimes of terms that are no longer so. */
  private async amend(): Promise<void> {
    const open = this.openOrder();
    if (open === null) return;
    const { orderId, sent } = open;
    const seen = await this.world.call('GET', `/api/orders/${orderId}`);
    if (seen?.status !== 200) return;
    sent.orders.set(orderId, seen.body.status);
    const { side, price } = seen.body;
    const change = this.draws.pick(['LESS', 'MORE', 'PRICE', 'BOTH'] as const);
    const quantity = change === 'LESS' ? '0.001' : `0.0${this.draws.between(10, 20)}`;
    const moved = price === null ? null : worse(side, Number(price), (this.draws.share() - 0.3) * 0.001);
    const body = {
      ...(change !== 'PRICE' && { quantity }),
      ...((change === 'PRICE' || change === 'BOTH') && moved !== null && { price: moved }),
    };
    const etag = seen.headers.get('etag');
    const headers: Record<string, string> = { ...(etag !== null && { 'If-Match': etag }) };
    if (this.draws.chance(0.3)) headers['Prefer'] = 'wait=0';
    const answer = await this.world.call('PATCH', `/api/orders/${orderId}`, { body, headers });
    this.world.history.request('amend', { orderId, ...body }, answer);
    if (answer?.status !== 200) return;
    const { quantity: now, price: at } = answer.body as Amended;
    this.world.history.amended.push({ orderId, quantity: now, price: at });
  }

  private async control(): Promise<void> {
    const id = this.idOf('/api/executions');
    if (id === null) return;
    const change = this.draws.pick(['pause', 'pause', 'resume', 'resume', 'cancel']);
    const body = change === 'pause' ? { cancelResting: this.draws.chance(0.5) } : {};
    const answer = await this.world.call('POST', `/api/executions/${id}/${change}`, { body });
    this.world.history.request(change, { id }, answer);
  }

  private async cancelGroup(): Promise<void> {
    const id = this.idOf('/api/order-groups');
    if (id === null) return;
    const answer = await this.world.call('DELETE', `/api/order-groups/${id}`);
    this.world.history.request('cancel group', { id }, answer);
  }

  private idOf(route: Sent['route']): string | null {
    const known = this.mine.flatMap((sent) => (sent.route === route && sent.id !== null ? [sent.id] : []));
    return known.length === 0 ? null : this.draws.pick(known);
  }

  private async cancelAll({ accountId }: StormAccount): Promise<void> {
    const body = { accountId, ...(this.draws.chance(0.5) && { keepProtective: true }) };
    const headers = { 'Idempotency-Key': `all-${this.name}-${Date.now()}` };
    const answer = await this.world.call('POST', '/api/orders/cancel-all', { body, headers });
    this.world.history.request('cancel all', body, answer);
  }

  /** Trading stops for a moment. */
  private async flip({ accountId }: StormAccount): Promise<void> {
    const scope = { accountId };
    const mode = this.draws.pick(['HALT', 'REDUCE_ONLY']);
    // Another client's switch of the same account may become a milder one.
    if (mode !== 'HALT') this.world.released(accountId);
    const on = await this.world.call('POST', '/api/risk/kill-switch', {
      body: { mode, scope, reason: 'storm' },
    });
    if (mode === 'HALT') this.world.halted(accountId, on);
    this.world.history.request('switch on', { accountId }, on);
    await delay(this.draws.between(50, 400));
    this.world.released(accountId);
    const off = await this.world.call('DELETE', '/api/risk/kill-switch', {
      body: { scope, reason: 'storm' },
    });
    this.world.history.request('switch off', { accountId }, off);
  }
}
