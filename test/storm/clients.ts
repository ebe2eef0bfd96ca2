import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../support/sextant-process.js';
import type { Sent } from './history.js';
import { HABITS } from './plan.js';
import type { Habit } from './plan.js';
import { Draws } from './random.js';
import type { StormAccount, StormWorld } from './world.js';

const REPEATED = 0.3;
/** Clients that do not wait for the venue have more under way. */
const HURRIED = 0.5;
const LEAST_ORDERS = 8;
const TERMINAL = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);

/** What clients notice that others act on. */
export interface ClientHooks {
  /** A request for an order is on its way. */
  sending(): void;
  /** An order was answered with 2xx. */
  promised(): void;
}

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
      this.world.history.sent.length < clients * LEAST_ORDERS && Date.now() < untilMs + 2 * workMs;
    while (Date.now() < untilMs || isThin()) {
      await this.step();
      await delay(this.draws.between(0, 60));
    }
  }

  private async step(): Promise<void> {
    const habit = this.habit();
    const account = this.draws.pick(this.world.accounts);
    if (this.world.api() === null) return void (await delay(50));
    if (habit === 'CANCEL') return this.cancel();
    if (habit === 'CANCEL_ALL') return this.cancelAll(account);
    if (habit === 'SWITCH') return this.flip(account);
    return this.place(
      account,
      await this.terms(habit, account),
      habit === 'TWINS' ? this.draws.between(2, 5) : 1,
    );
  }

  private habit(): Habit {
    const { habits } = this.world.schedule;
    let left = this.draws.share() * HABITS.reduce((sum, habit) => sum + habits[habit], 0);
    return HABITS.find((habit) => (left -= habits[habit]) < 0) ?? 'LIMIT';
  }

  private async place(account: StormAccount, terms: Record<string, unknown>, twins: number): Promise<void> {
    const sent: Sent = {
      key: `${this.name}-${this.mine.length}`,
      accountId: account.accountId,
      body: { accountId: account.accountId, ...terms },
      orderId: null,
      outcome: 'info',
      ids: new Set(),
      told: null,
    };
    this.mine.push(sent);
    this.world.history.sent.push(sent);
    await Promise.all(
      Array.from({ length: twins }, () => placeOnce(this.world, sent, this.hooks, this.draws)),
    );
    if (this.draws.chance(REPEATED)) await placeOnce(this.world, sent, this.hooks, this.draws);
  }

  private async cancel(): Promise<void> {
    const open = this.mine.filter(({ orderId, told }) => orderId !== null && !TERMINAL.has(told ?? ''));
    if (open.length === 0) return;
    const sent = this.draws.pick(open);
    const answer = await this.world.call('DELETE', `/api/orders/${sent.orderId}`);
    this.world.history.request('cancel', { key: sent.key, orderId: sent.orderId }, answer);
    if (answer !== null && answer.status < 300) sent.told = answer.body.status;
  }

  private async cancelAll({ accountId }: StormAccount): Promise<void> {
    const options = { body: { accountId }, headers: { 'Idempotency-Key': `all-${this.name}-${Date.now()}` } };
    const answer = await this.world.call('POST', '/api/orders/cancel-all', options);
    this.world.history.request('cancel all', { accountId }, answer);
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

  private async terms(habit: Habit, { kind }: StormAccount): Promise<Record<string, unknown>> {
    const side = this.draws.pick(['BUY', 'SELL'] as const);
    const quantity = `0.00${this.draws.between(1, 9)}`;
    const base = { symbol: 'BTCUSDT', side, quantity };
    if (habit === 'MARKET') return { ...base, type: 'MARKET' };
    const last = kind === 'LIVE' ? await this.lastPrice() : 64_000;
    if (habit === 'IOC') {
      return {
        ...base,
        type: 'LIMIT',
        timeInForce: 'IOC',
        price: decimal(last * (side === 'BUY' ? 1.001 : 0.999)),
      };
    }
    if (habit === 'MAKER' || habit === 'TWINS') {
      const away = this.draws.share() * 0.0004;
      return { ...base, type: 'LIMIT', price: decimal(last * (side === 'BUY' ? 1 - away : 1 + away)) };
    }
    const far = 0.1 + this.draws.share() * 0.2;
    const price = decimal(last * (side === 'BUY' ? 1 - far : 1 + far));
    if (habit !== 'STOP') return { ...base, type: 'LIMIT', price };
    // A stop far away: it waits, here or at the venue, and lives through everything.
    const stop = decimal(last * (side === 'BUY' ? 1.2 : 0.8));
    return { ...base, type: 'STOP_LIMIT', stopPrice: stop, price: stop };
  }

  private async lastPrice(): Promise<number> {
    const { symbols } = await this.world.venue.admin('GET', '/status');
    return symbols.find(({ symbol }: { symbol: string }) => symbol === 'BTCUSDT').lastTicks / 100;
  }
}

/** Sends the order under its key; whatever is told under one key has to be one order. */
export async function placeOnce(
  world: StormWorld,
  sent: Sent,
  hooks: ClientHooks | null,
  draws: Draws | null,
): Promise<Answer | null> {
  const isHurried = draws?.chance(HURRIED) ?? false;
  const headers = { 'Idempotency-Key': sent.key, ...(isHurried && { Prefer: 'wait=0' }) };
  const asked = world.call(
    'POST',
    '/api/orders',
    { body: sent.body, headers },
    world.api(draws?.between(0, 1) ?? 0),
  );
  hooks?.sending();
  const answer = await asked;
  sent.outcome = world.history.request('place', { key: sent.key, orderId: answer?.body?.id }, answer);
  const id: unknown = answer?.body?.id ?? answer?.body?.orderId;
  if (typeof id === 'string') {
    sent.ids.add(id);
    sent.orderId = id;
    sent.told = answer?.body?.status ?? sent.told;
  }
  if (answer !== null && answer.status < 300) hooks?.promised();
  return answer;
}

function decimal(price: number): string {
  return price.toFixed(2);
}
