import type { AccountId } from '@sextant/kernel';
import { combineModels, CreateRoles1763600000000, ManualClock } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import { SimulatedVenue } from '../application/simulated-venue.js';
import type { VenueSession } from '../application/venue-session.js';
import type { MarketView } from '../domain/market-view.js';
import { JournalLost, SessionReplaced } from '../domain/venue-journal.js';
import type { VenuePlacement } from '../domain/venue-orders.js';
import { paperInstruments } from '../domain/paper-instruments.js';
import { PostgresVenueJournal } from './postgres-venue-journal.js';
import { venueModel } from './venue-model.js';
import { describeVenueJournal } from './venue-journal.contract.js';

const model = combineModels({ entities: [], migrations: [CreateRoles1763600000000] }, venueModel);
const ONE = 10n ** 18n;
let db: TestDatabase;
let accounts = 0;

beforeAll(async () => {
  db = await createTestDatabase(model);
});

afterAll(async () => {
  await db.close();
});

describeVenueJournal('PostgresVenueJournal', () => new PostgresVenueJournal(db.database));

/** 1,000 lots on each side of 60,000. */
const market: MarketView = {
  isOpen: () => true,
  bestTicks: (side) => (side === 'BUY' ? 5_999_999 : 6_000_001),
  lotsAt: (side, ticks) => (ticks === (side === 'BUY' ? 5_999_999 : 6_000_001) ? 1_000 : 0),
  nextTicks: () => 0,
};

function openVenue(): SimulatedVenue {
  const venue = new SimulatedVenue(
    new PostgresVenueJournal(db.database),
    new ManualClock(),
    paperInstruments,
  );
  venue.connectMarket('BTC/USDT', market);
  return venue;
}

async function fundedAccount(venue: SimulatedVenue): Promise<AccountId> {
  const accountId = `acc_${String(++accounts + 1_000).padStart(32, '0')}` as AccountId;
  await venue.deposit(accountId, 'USDT', 1_000_000n * ONE, 'usdt');
  return accountId;
}

function limit(clientOrderId: string, priceTicks: number, lots = 100): VenuePlacement {
  const terms = {
    symbol: 'BTC/USDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
  } as const;
  return { ...terms, clientOrderId, priceTicks, lots, quoteUnits: null };
}

/** Takes the account's last rows out of the journal, and ends every connection of the writer. */
async function crash(accountId: AccountId, rows: number): Promise<void> {
  const owner = new pg.Client(db.url);
  await owner.connect();
  await owner.query(
    `DELETE FROM venue.journal j USING venue.session s
     WHERE s.account_id = $1 AND j.account_id = $1 AND j.seq > s.seq - $2::int`,
    [accountId, rows],
  );
  await owner.query('UPDATE venue.session SET seq = seq - $2::int WHERE account_id = $1', [accountId, rows]);
  await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await owner.end();
}

async function stateOf(session: VenueSession): Promise<unknown> {
  const { fills } = await session.fillsAfter(0);
  return { open: await session.openOrders(), balances: await session.balances(), fills };
}

it('a second process sees exactly what the first acknowledged, and the first can do nothing any more', async () => {
  const first = openVenue();
  const accountId = await fundedAccount(first);
  const session = await first.open(accountId);
  await session.place(limit('taker', 6_000_001));
  await session.place(limit('resting', 5_900_000));
  await session.place(limit('gone', 5_800_000));
  await session.cancel('gone', 'BTC/USDT');
  const before = await stateOf(session);

  const successor = await openVenue().open(accountId);
  await expect(session.place(limit('late', 5_900_000))).rejects.toThrow(SessionReplaced);
  await expect(session.openOrders()).rejects.toThrow(SessionReplaced);
  expect(await stateOf(successor)).toEqual(before);
  expect(await successor.order('late')).toBeNull();
  expect(await successor.order('gone')).toMatchObject({ status: 'CANCELED' });
  expect(await successor.place(limit('taker', 5_900_000))).toEqual({
    kind: 'REFUSED',
    refusal: 'DUPLICATE_ORDER',
  });
});

it('killed in the middle of its work: what was acknowledged is there once, and nothing else', async () => {
  for (let kill = 0; kill < 10; kill += 1) {
    const venue = openVenue();
    const accountId = await fundedAccount(venue);
    const session = await venue.open(accountId);
    const acknowledged: string[] = [];
    const worker = async (name: string) => {
      for (let count = 0; ; count += 1) {
        const id = `${name}-${count}`;
        await session.place(limit(id, 5_000_000, 10));
        acknowledged.push(id);
      }
    };
    const workers = Promise.allSettled(Array.from({ length: 8 }, (_, index) => worker(`w${index}`)));
    while (acknowledged.length < 20 * kill) await new Promise(setImmediate);
    // The statements of the first session that are under way now are a killed process's last words.
    const successor = await openVenue().open(accountId);
    for (const { status, reason } of (await workers) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toBeInstanceOf(SessionReplaced);
    }
    const open = (await successor.openOrders()).map(({ clientOrderId }) => clientOrderId);
    expect(open.sort()).toEqual(acknowledged.sort());
  }
});

it('a journal that does not answer: unknown or not sent, as it is; the next call reads the truth and reports it', async () => {
  const venue = openVenue();
  const accountId = await fundedAccount(venue);
  const session = await venue.open(accountId);
  await session.place(limit('before', 5_000_000));
  const reports: string[] = [];
  session.reports.subscribe((report) => report.kind === 'ORDER' && reports.push(report.order.clientOrderId));
  const ending = (call: Promise<unknown>) =>
    call.then(
      () => 'ACCEPTED',
      (error: unknown) => (error instanceof JournalLost ? error.written : String(error)),
    );
  const append = db.database.append.bind(db.database);
  const outcomes: string[] = [];
  for (const fault of ['after-the-write', 'before-the-write']) {
    let armed = true;
    db.database.append = async <R>(...[statement, params]: Parameters<typeof append>): Promise<R[]> => {
      if (!armed || statement.name !== 'venue-append') return append<R>(statement, params);
      armed = false;
      if (fault === 'after-the-write') await append<R>(statement, params);
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('connection lost');
    };
    const first = ending(session.place(limit(fault, 5_000_000)));
    while (armed) await new Promise(setImmediate);
    const behind = ending(session.place(limit(`behind-${fault}`, 5_000_000)));
    outcomes.push(await first, await behind);
    db.database.append = append;
  }
  expect(outcomes).toEqual(['UNKNOWN', 'NO', 'UNKNOWN', 'NO']);
  const open = (await session.openOrders()).map(({ clientOrderId }) => clientOrderId);
  expect(open).toEqual(['before', 'after-the-write']);
  expect(reports).toEqual(['after-the-write']);
  expect(await session.place(limit('before-the-write', 5_000_000))).toMatchObject({ kind: 'ACCEPTED' });
});

it('a crash of the server takes answered rows: before any new connection writes, they are back', async () => {
  const venue = openVenue();
  const accountId = await fundedAccount(venue);
  const session = await venue.open(accountId);
  for (const id of ['kept', 'lost', 'lost-too']) await session.place(limit(id, 5_000_000));
  // What a crash does: the end of the log is gone, and so is every connection.
  await crash(accountId, 2);
  const client = await db.database.commitPool.connect();
  await db.database.guard(client);
  const { rows } = await client.query(
    'SELECT subject FROM venue.journal WHERE account_id = $1 ORDER BY seq',
    [accountId],
  );
  client.release();
  expect(rows.map(({ subject }) => subject as string).slice(-3)).toEqual(['kept', 'lost', 'lost-too']);
  expect(await session.place(limit('next', 5_000_000))).toMatchObject({ kind: 'ACCEPTED' });
});

it('a deposit that another process recorded is there when it is needed', async () => {
  const venue = openVenue();
  const accountId = await fundedAccount(venue);
  const session = await venue.open(accountId);
  const large = limit('large', 5_900_000, 2_500_000);
  expect(await session.place(large)).toEqual({ kind: 'REFUSED', refusal: 'INSUFFICIENT_BALANCE' });
  for (let times = 0; times < 2; times += 1)
    await openVenue().deposit(accountId, 'USDT', 1_000_000n * ONE, 'more');
  expect(await session.place(large)).toMatchObject({ kind: 'ACCEPTED' });
  const [usdt] = await session.balances();
  expect(usdt!.freeUnits + usdt!.lockedUnits).toBe(2_000_000n * ONE);
});

it('snapshots bound what a start reads, and lose nothing', async () => {
  const venue = openVenue();
  const accountId = await fundedAccount(venue);
  const session = await venue.open(accountId);
  for (let index = 0; index < 1_300; index += 100) {
    const price = index === 0 ? 6_000_001 : 5_000_000;
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => session.place(limit(`o${index + at}`, price, 10))),
    );
  }
  const before = await stateOf(session);
  await venue.close(session);
  const journal = new PostgresVenueJournal(db.database);
  const opened = await journal.open(accountId);
  expect(opened.rows).toEqual([]);
  expect(opened.earlierIds).toHaveLength(1_300);
  expect(await stateOf(await openVenue().open(accountId))).toEqual(before);
});

it('the role of tenants has no way into the journal', async () => {
  const [row] = await db.database.query<{ allowed: boolean }>(
    `SELECT has_schema_privilege('sextant_reader', 'venue', 'USAGE') AS allowed`,
  );
  expect(row).toEqual({ allowed: false });
});
