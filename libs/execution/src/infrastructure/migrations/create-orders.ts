import { grantAppendOnly, grantReadWrite, isolateByAccount } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Orders, their attempts and fills. Never split by time, so that their ids stay unique for ever; nor by account: a
 * statement that writes for many accounts would open every part.
 *
 * Changes of orders are prepared once, perhaps while the table is empty. No other index than the primary key begins
 * with the account without a condition of its own, so that no plan can look for an order in another way.
 */
export class CreateOrders1763600300000 implements MigrationInterface {
  readonly name = 'CreateOrders1763600300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [ORDERS, ORDER_ATTEMPT, FILL, VENUE_CURSOR]) await queryRunner.query(statement);
    for (const index of INDEXES) await queryRunner.query(index);
    await grantReadWrite(queryRunner, 'orders');
    await grantReadWrite(queryRunner, 'venue_cursor');
    await grantAppendOnly(queryRunner, 'order_attempt');
    await grantAppendOnly(queryRunner, 'fill');
    for (const table of ['orders', 'order_attempt', 'fill', 'venue_cursor']) {
      await isolateByAccount(queryRunner, table);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE venue_cursor, fill, order_attempt, orders');
  }
}

// An order changes soon after it came: room in its page lets the change stay there, without a word to the indexes.
const ORDERS = `
  CREATE TABLE orders (
    account_id       text COLLATE "C" NOT NULL,
    order_id         text COLLATE "C" NOT NULL,
    client_order_id  text COLLATE "C" NOT NULL,
    venue            text COLLATE "C" NOT NULL,
    venue_order_id   text COLLATE "C",
    symbol           text COLLATE "C" NOT NULL,
    side             text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
    type             text COLLATE "C" NOT NULL CHECK (type IN ('MARKET', 'LIMIT')),
    time_in_force    text COLLATE "C" NOT NULL CHECK (time_in_force IN ('GTC', 'IOC', 'FOK')),
    post_only        boolean NOT NULL,
    lots             bigint CHECK (lots >= 0),
    quote_amount     numeric(38,0) CHECK (quote_amount > 0 AND quote_amount <> 'NaN'),
    price_ticks      bigint CHECK (price_ticks > 0),
    tick_size        numeric(38,0) NOT NULL CHECK (tick_size > 0 AND tick_size <> 'NaN'),
    step_size        numeric(38,0) NOT NULL CHECK (step_size > 0 AND step_size <> 'NaN'),
    strategy         text COLLATE "C",
    tags             jsonb NOT NULL,
    origin           text COLLATE "C" NOT NULL CHECK (origin IN ('SEXTANT', 'EXTERNAL')),
    body_hash        text COLLATE "C",
    status           text COLLATE "C" NOT NULL,
    pending          jsonb,
    filled_lots      bigint NOT NULL CHECK (filled_lots >= 0),
    cumulative_quote numeric(38,0) NOT NULL CHECK (cumulative_quote >= 0 AND cumulative_quote <> 'NaN'),
    fees             jsonb NOT NULL,
    reserved_asset   text COLLATE "C" NOT NULL,
    reserved         numeric(38,0) NOT NULL CHECK (reserved >= 0 AND reserved <> 'NaN'),
    reason           jsonb,
    evidence         jsonb,
    needs_attention  boolean NOT NULL,
    cancel_requested boolean NOT NULL,
    attempts         integer NOT NULL CHECK (attempts >= 0),
    created_at       timestamptz(3) NOT NULL,
    updated_at       timestamptz(3) NOT NULL,
    closed_at        timestamptz(3),
    version          integer NOT NULL CHECK (version > 0),
    closed_venue_order_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN closed_at IS NOT NULL THEN venue_order_id END) STORED,
    PRIMARY KEY (account_id, order_id),
    CONSTRAINT orders_client_order_id UNIQUE (client_order_id, account_id),
    CONSTRAINT orders_filled_within_quantity CHECK (filled_lots <= lots),
    CONSTRAINT orders_quantity_or_quote CHECK ((lots IS NULL) <> (quote_amount IS NULL)),
    CONSTRAINT orders_closed_by_status CHECK ((closed_at IS NOT NULL) =
      (status IN ('RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'))),
    CONSTRAINT orders_closed_reserve_nothing CHECK (closed_at IS NULL OR reserved = 0),
    CONSTRAINT orders_status CHECK (status IN ('RISK_DENIED', 'PENDING_SUBMIT', 'OUTCOME_UNKNOWN', 'NEW',
      'PARTIALLY_FILLED', 'PENDING_CANCEL', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'))
  ) WITH (fillfactor = 50)`;

const ORDER_ATTEMPT = `
  CREATE TABLE order_attempt (
    account_id  text COLLATE "C" NOT NULL,
    order_id    text COLLATE "C" NOT NULL,
    attempt     integer NOT NULL CHECK (attempt > 0),
    decision    text COLLATE "C" NOT NULL CHECK (decision IN ('APPROVED', 'DENIED')),
    epoch       bigint NOT NULL,
    decided_at  timestamptz(3) NOT NULL,
    deadline_at timestamptz(3) NOT NULL,
    verdicts    json NOT NULL,
    PRIMARY KEY (account_id, order_id, attempt)
  )`;

const FILL = `
  CREATE TABLE fill (
    account_id     text COLLATE "C" NOT NULL,
    venue          text COLLATE "C" NOT NULL,
    symbol         text COLLATE "C" NOT NULL,
    venue_order_id text COLLATE "C" NOT NULL,
    venue_trade_id text COLLATE "C" NOT NULL,
    fill_id        text COLLATE "C" NOT NULL,
    order_id       text COLLATE "C" NOT NULL,
    side           text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
    lots           bigint NOT NULL CHECK (lots > 0),
    price_ticks    bigint NOT NULL CHECK (price_ticks > 0),
    quantity       numeric(38,0) NOT NULL CHECK (quantity > 0 AND quantity <> 'NaN'),
    price          numeric(38,0) NOT NULL CHECK (price > 0 AND price <> 'NaN'),
    quote_amount   numeric(38,0) NOT NULL CHECK (quote_amount > 0 AND quote_amount <> 'NaN'),
    fee_asset      text COLLATE "C" NOT NULL,
    fee            numeric(38,0) NOT NULL CHECK (fee <> 'NaN'),
    role           text COLLATE "C" NOT NULL CHECK (role IN ('MAKER', 'TAKER')),
    source         text COLLATE "C" NOT NULL CHECK (source IN ('STREAM', 'RECONCILE')),
    executed_at    timestamptz(3) NOT NULL,
    booked_at      timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, venue, symbol, venue_order_id, venue_trade_id)
  )`;

const VENUE_CURSOR = `
  CREATE TABLE venue_cursor (
    account_id text COLLATE "C" NOT NULL,
    venue      text COLLATE "C" NOT NULL,
    cursor     text NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, venue)
  )`;

const INDEXES = [
  'CREATE INDEX orders_live ON orders (account_id) WHERE closed_at IS NULL',
  `CREATE INDEX orders_closed_venue_order ON orders (account_id, closed_venue_order_id)
   WHERE closed_venue_order_id IS NOT NULL`,
  'CREATE INDEX fill_order ON fill (account_id, order_id)',
  'CREATE INDEX fill_id ON fill (account_id, fill_id)',
];
