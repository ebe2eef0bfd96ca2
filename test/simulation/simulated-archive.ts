import { DomainError } from '@sextant/kernel';
import type { AccountId, OrderId, TenantId } from '@sextant/kernel';
import { OrderArchive, orderOfRow } from '@sextant/execution';
import type { StoredOrder, UsedKey, VenueIds } from '@sextant/execution';
import { PortfolioRepository, PortfolioState } from '@sextant/portfolio';
import type { AccountRow, EquityTrace } from '@sextant/portfolio';
import type { Host } from './scheduler.js';
import { groupIdOf, revisionsOf } from './rows.js';
import type { Revision } from './rows.js';
import type { Row } from './simulated-database.js';
import type { LeaseWorld } from './simulated-lease.js';

/** Asks the database over the network; it may be away, or lose the question. */
export class Reader {
  constructor(
    private readonly world: LeaseWorld,
    private readonly host: Host,
  ) {}

  get rows(): (table: string) => Row[] {
    return (table) => this.world.database.rows(table);
  }

  read<T>(look: () => T): Promise<T> {
    const { scheduler, chaos, database } = this.world;
    return new Promise((resolve, reject) => {
      if (!this.host.alive) return;
      const fails = chaos.draw(['READ_FAILS']) !== null || database.away;
      const settle = () => {
        if (fails) reject(new DomainError('DATABASE_UNAVAILABLE', 'The database does not answer.'));
        else resolve(look());
      };
      scheduler.at(chaos.random.int(1, 6), settle, this.host);
    });
  }
}

/** The stored orders, as the owner of their account reads them. */
export class SimulatedArchive extends OrderArchive {
  constructor(private readonly reader: Reader) {
    super();
  }

  liveOrders(_: AccountId): Promise<StoredOrder[]> {
    return this.find((row) => row['closed_at'] === null);
  }

  async byOrderId(_: AccountId, orderId: OrderId): Promise<StoredOrder | null> {
    return (await this.find((row) => row['order_id'] === orderId))[0] ?? null;
  }

  async byVenueIds(_: AccountId, ids: VenueIds): Promise<StoredOrder | null> {
    const [known] = await this.find((row) => row['client_order_id'] === ids.clientOrderId);
    if (known !== undefined) return known;
    const [revised] = await this.find((row) =>
      revisionsOf(row).some(({ clientOrderId }) => clientOrderId === ids.clientOrderId),
    );
    if (revised !== undefined || ids.venueOrderId === '') return revised ?? null;
    const isOf = ({ venueOrderId }: Revision) => venueOrderId === ids.venueOrderId;
    const [replaced] = await this.find((row) => row['symbol'] === ids.symbol && revisionsOf(row).some(isOf));
    if (replaced !== undefined) return replaced;
    const matches = (row: Row) =>
      row['venue_order_id'] === ids.venueOrderId && row['symbol'] === ids.symbol && row['closed_at'] !== null;
    return (await this.find(matches))[0] ?? null;
  }

  legsOf(_: AccountId, groupIds: readonly string[]): Promise<StoredOrder[]> {
    return this.find((row) => groupIds.includes(groupIdOf(row) ?? ''));
  }

  cursor(): Promise<string | null> {
    return this.reader.read(() => (this.reader.rows('venue_cursor')[0]?.['cursor'] as string) ?? null);
  }

  usedKey(_: TenantId, route: string, key: string): Promise<UsedKey | null> {
    return this.reader.read(() => {
      const rows = this.reader.rows('idempotency_key');
      const row = rows.find((other) => other['route'] === route && other['key'] === key);
      if (row === undefined) return null;
      return { bodyHash: row['body_hash'] as string, orderId: row['resource_id'] as OrderId | null };
    });
  }

  private find(matches: (row: Row) => boolean): Promise<StoredOrder[]> {
    return this.reader.read(() =>
      this.reader
        .rows('orders')
        .filter(matches)
        .map((row) => this.stored(row)),
    );
  }

  private stored(row: Row): StoredOrder {
    const mine = (other: Row) => other['order_id'] === row['order_id'];
    const attempts = this.reader.rows('order_attempt').filter((other) => mine(other));
    const sent = attempts.filter((attempt) => attempt['decision'] === 'APPROVED');
    return {
      order: orderOfRow(row as never),
      bodyHash: row['body_hash'] as string | null,
      fillKeys: this.reader
        .rows('fill')
        .filter((fill) => mine(fill) || isSameAtVenue(fill, row))
        .map((fill) => `${String(fill['venue_order_id'])} ${String(fill['venue_trade_id'])}`),
      deadlineAt: Math.max(0, ...sent.map((attempt) => attempt['deadline_at'] as number)),
    };
  }
}

/** The stored balances and positions. */
export class SimulatedPortfolios extends PortfolioRepository {
  constructor(
    private readonly reader: Reader,
    private readonly row: AccountRow,
  ) {
    super();
  }

  async account(): Promise<AccountRow> {
    return this.row;
  }

  equityTrace(): Promise<EquityTrace> {
    return this.reader.read(() => {
      const points = this.reader.rows('portfolio_snapshot').map((row) => row['taken_at'] as number);
      const ledgerSequence = this.reader.rows('ledger_transaction').length;
      return { ledgerSequence, lastAt: points.length === 0 ? null : Math.max(...points), flows: new Map() };
    });
  }

  load(): Promise<PortfolioState> {
    const { account_id: accountId, venue } = this.row;
    return this.reader.read(() =>
      PortfolioState.load({
        accountId,
        venue,
        balances: this.reader
          .rows('balance')
          .map((row) => ({ asset: row['asset'] as string, totalUnits: row['total'] as bigint })),
        positions: this.reader.rows('position').map(positionOf),
        strategies: [{ strategy: null, positions: this.reader.rows('strategy_position').map(positionOf) }],
      }),
    );
  }
}

function isSameAtVenue(fill: Row, order: Row): boolean {
  return fill['venue_order_id'] === order['venue_order_id'] && fill['symbol'] === order['symbol'];
}

function positionOf(row: Row) {
  return {
    symbol: row['symbol'] as string,
    positionSide: row['position_side'] as 'NET' | 'LONG' | 'SHORT',
    signedUnits: row['signed_quantity'] as bigint,
    costUnits: row['cost'] as bigint,
    realizedUnits: row['realized_pnl'] as bigint,
    feeUnits: row['fees'] as bigint,
    unvaluedFeeCount: Number(row['unvalued_fee_count']),
    fundingUnits: row['funding'] as bigint,
    openedAt: row['opened_at'] as number | null,
    updatedAt: row['updated_at'] as number,
  };
}
