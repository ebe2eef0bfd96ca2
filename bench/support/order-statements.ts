import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@sextant/contracts';
import { Order, orderAttempts, orderChangeRow, orderChanges, orderRow, orders } from '@sextant/execution';
import type { OrderTerms } from '@sextant/execution';
import type { AccountId } from '@sextant/kernel';
import { Database, EmbeddedPostgres, GroupCommit, SystemClock, UuidV7Ids, write } from '@sextant/platform';
import type { CommitLane, NewEvent, RowWrite } from '@sextant/platform';
import { paperInstruments, PostgresVenueJournal } from '@sextant/venue';
import pg from 'pg';
import { sextantModel } from '../../apps/composition/src/index.js';
import { benchLanes } from './bench-lanes.js';

/** An account that this process writes alone. */
export interface OwnedAccount {
  lane: CommitLane;
  session: number;
  seq: number;
}

/** As long as the nine verdicts of a limit order. */
const VERDICTS: JsonValue = [
  { rule: 'LEASE_LOST', passed: true, value: null, limit: null, inputs: {} },
  { rule: 'ACCOUNT_NOT_RECONCILED', passed: true, value: null, limit: null, inputs: {} },
  { rule: 'CLOCK_UNSAFE', passed: true, value: null, limit: null, inputs: {} },
  { rule: 'MARKET_STALE', passed: true, value: null, limit: null, inputs: { ageMs: 57 } },
  { rule: 'ORDER_RATE', passed: true, value: '1', limit: '1000000', inputs: {} },
  {
    rule: 'PRICE_COLLAR',
    passed: true,
    value: '-0.029593594606093036',
    limit: '0.05',
    inputs: { mark: '61829.765' },
  },
  { rule: 'MAX_ORDER_NOTIONAL', passed: true, value: '60', limit: '100000', inputs: {} },
  {
    ...{ rule: 'MAX_POSITION_NOTIONAL', passed: true, value: '61.829765', limit: '1000000000000' },
    inputs: { position: '0', openOrders: '0' },
  },
  {
    ...{ rule: 'INSUFFICIENT_BALANCE', passed: true, value: '60', limit: '1000000000000' },
    inputs: { asset: 'USDT', total: '1000000000000', locked: '0' },
  },
];

/**
 * What an accepted resting order writes, and nothing else of it: the commit of the intent (order, attempt with its
 * verdicts, event), the paper venue's journal, the commit of the acknowledgement. No HTTP, no risk, no matching.
 */
export class OrderStatements {
  private readonly ids = new UuidV7Ids(new SystemClock());
  private readonly clock = new SystemClock();
  private readonly commits: GroupCommit;
  private readonly journal: PostgresVenueJournal;
  private number = 0;

  private constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly database: Database,
    private readonly dataDir: string,
  ) {
    this.commits = new GroupCommit(database);
    this.journal = new PostgresVenueJournal(database);
  }

  static async start(): Promise<OrderStatements> {
    const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
    const postgres = new EmbeddedPostgres({ dataDir });
    await postgres.start();
    const database = new Database({ url: postgres.url, model: sextantModel, statementTimeoutMs: 60_000 });
    await database.start();
    return new OrderStatements(postgres, database, dataDir);
  }

  async openAccounts(count: number): Promise<OwnedAccount[]> {
    const client = new pg.Client(this.postgres.url);
    await client.connect();
    const lanes = await benchLanes({ database: this.database, client }, count);
    await client.end();
    return Promise.all(lanes.map(async (lane) => ({ lane, ...(await this.journal.open(lane.accountId)) })));
  }

  /** Writes orders with so many clients at once, and answers the orders a second and the median time of one, ms. */
  async place(accounts: readonly OwnedAccount[], clients: number, seconds: number) {
    const times: number[] = [];
    const started = performance.now();
    const end = started + 1_000 * seconds;
    await Promise.all(
      Array.from({ length: clients }, async (_, n) => {
        for (let at = performance.now(); at < end;) {
          await this.write(accounts[n % accounts.length] as OwnedAccount);
          const now = performance.now();
          times.push(now - at);
          at = now;
        }
      }),
    );
    const perSecond = (1_000 * times.length) / (performance.now() - started);
    times.sort((a, b) => a - b);
    return { perSecond, p50: times[times.length >> 1] as number };
  }

  /** The same rows of one client, so many orders at a time, each kind in one statement. */
  async placeTogether(account: OwnedAccount, size: number, seconds: number) {
    const started = performance.now();
    const end = started + 1_000 * seconds;
    let count = 0;
    while (performance.now() < end) {
      await this.writeTogether(account, size);
      count += size;
    }
    return { perSecond: (1_000 * count) / (performance.now() - started) };
  }

  async stop(): Promise<void> {
    await this.database.stop();
    await this.postgres.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async write(account: OwnedAccount): Promise<void> {
    const { lane } = account;
    const now = this.clock.now();
    const order = this.order(lane.accountId);
    await this.commits.commit(lane, {
      events: this.events(order, { actor: 'usr_0123456789abcdef0123456789abcdef', traceId: 'f'.repeat(32) }),
      rows: this.intent(order, lane.epoch, now),
      ledger: [],
    });
    await this.acknowledge(account, order);
    const detail = { venueOrderId: String(account.seq), status: 'NEW', updatedAt: now };
    order.accept(detail.venueOrderId, { kind: 'VENUE_EVENT', detail, at: now }, now);
    await this.commits.commit(lane, {
      events: this.events(order, {}),
      rows: [write(orderChanges, orderChangeRow(order.snapshot))],
      ledger: [],
    });
  }

  private async writeTogether(account: OwnedAccount, size: number): Promise<void> {
    const { lane } = account;
    const now = this.clock.now();
    const made = Array.from({ length: size }, () => this.order(lane.accountId));
    const cause = { actor: 'usr_0123456789abcdef0123456789abcdef', traceId: 'f'.repeat(32) };
    const intents = made.map((order) => this.intent(order, lane.epoch, now));
    const placed = made.flatMap((order) => this.events(order, cause));
    await this.commits.commit(lane, { events: placed, rows: intents.flat(), ledger: [] });
    await Promise.all(made.map((order) => this.acknowledge(account, order)));
    for (const order of made) {
      const { clientOrderId: venueOrderId } = order.snapshot;
      order.accept(
        venueOrderId,
        { kind: 'VENUE_EVENT', detail: { venueOrderId, status: 'NEW' }, at: now },
        now,
      );
    }
    const changes = made.map(({ snapshot }) => write(orderChanges, orderChangeRow(snapshot)));
    const accepted = made.flatMap((order) => this.events(order, {}));
    await this.commits.commit(lane, { events: accepted, rows: changes, ledger: [] });
  }

  private intent({ snapshot }: Order, epoch: number, now: number): RowWrite[] {
    const { orderId: order_id, accountId: account_id } = snapshot;
    const attempt = { attempt: 1, decision: 'APPROVED' as const, epoch, verdicts: VERDICTS };
    return [
      write(orders, orderRow(snapshot, '0'.repeat(64))),
      write(orderAttempts, { account_id, order_id, ...attempt, decided_at: now, deadline_at: now + 5_000 }),
    ];
  }

  private acknowledge(account: OwnedAccount, { snapshot }: Order): Promise<void> {
    const { clientOrderId, symbol, side, lots, quoteUnits, priceTicks } = snapshot;
    const placement = { clientOrderId, symbol, side, lots, quoteUnits, priceTicks, postOnly: false };
    account.seq += 1;
    return this.journal.append({
      accountId: account.lane.accountId,
      session: account.session,
      seq: account.seq,
      entry: {
        kind: 'PLACED',
        at: this.clock.now(),
        number: account.seq,
        placement: { ...placement, type: 'LIMIT', timeInForce: 'GTC' },
        status: 'NEW',
        fills: [],
      },
    });
  }

  private order(accountId: AccountId): Order {
    const [instrument] = paperInstruments;
    if (instrument === undefined) throw new Error('the paper venue has no instrument');
    const { tickUnits, stepUnits } = instrument;
    const terms: OrderTerms = {
      orderId: this.ids.next('ord'),
      accountId,
      clientOrderId: `bench-${(this.number += 1)}`,
      venue: 'PAPER',
      symbol: 'BTC/USDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      postOnly: false,
      lots: 100,
      quoteUnits: null,
      priceTicks: 6_000_000,
      tickUnits,
      stepUnits,
      conditions: null,
      strategy: null,
      tags: [],
      origin: 'SEXTANT',
    };
    return Order.place(
      terms,
      { asset: 'USDT', units: instrument.notionalUnits(6_000_000, 100) },
      this.clock.now(),
    );
  }

  private events(order: Order, cause: Pick<NewEvent, 'actor' | 'traceId'>): NewEvent[] {
    return order.pullEvents().map((event) => ({ ...event, occurredAt: this.clock.now(), ...cause }));
  }
}
