import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import type { HistoricFill } from '../../domain/positions/booked-fill.js';
import { aFill } from '../../domain/positions/fills.contract.js';
import { ListTransactions, ListTransactionsHandler } from '../ledger/list-transactions.js';
import { checkProjections } from '../ledger/verify-projections.js';
import { TradeResults } from '../performance/trade-results.js';
import { ListTaxLots, ListTaxLotsHandler } from '../tax-lots/list-tax-lots.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { HistoryBooks } from './history-books.js';
import type { HistoryTarget } from './history-books.js';
import { WaitingFills } from './waiting-fills.js';

const JOB = 'job_00000000000000000000000000000001';
const SEEN_AT = 1_700_000_000_000;
const DAY = 86_400_000;

let world: PortfolioWorld;
let books: HistoryBooks;
let accountId: AccountId;
beforeAll(async () => {
  world = await PortfolioWorld.create();
  const { database, clock, ids } = world;
  books = new HistoryBooks(database, new WaitingFills(database), clock, ids);
});
beforeEach(async () => {
  ({ accountId } = (await world.openAccount({})).account);
});
afterAll(() => world.close());

/** The account's owner, as it is built from the database. */
async function owner(): Promise<HistoryTarget & { since: HistoricFill[]; isDead: boolean }> {
  const state = await world.repository.load(accountId);
  const commit = await world.lane(accountId);
  const target = {
    state,
    since: [] as HistoricFill[],
    isDead: false,
    bookedSince: async (fills: readonly HistoricFill[]) =>
      new Set(fills.filter((fill) => target.since.some((one) => one.venueTradeId === fill.venueTradeId))),
    store: async (decide: () => CommitPlan) => {
      const plan = decide();
      if (target.isDead) throw new Error('killed');
      if (plan.events.length > 0) await commit(plan);
    },
  };
  return target;
}

async function openingOf(target: HistoryTarget, asset: string, amount: string): Promise<void> {
  await target.store(() =>
    target.state.applyCash({
      fact: { kind: 'OPENING', asset, units: parseScaled(amount) },
      ...{
        transactionId: world.ids.next('ltx'),
        reference: `opening:${asset}`,
        occurredAt: SEEN_AT,
        memo: {},
      },
    }),
  );
}

/** `daysBefore` the account was first seen; negative: since. */
function trade(
  side: 'BUY' | 'SELL',
  quantity: string,
  price: string,
  daysBefore: number,
  id: string,
): HistoricFill {
  const executedAt = SEEN_AT - daysBefore * DAY;
  return { ...aFill({ side, quantity, price, executedAt, venueTradeId: id }), venueOrderId: `o${id}` };
}

async function bookAll(target: HistoryTarget) {
  const sums = { booked: 0, known: 0, left: 0 };
  for (let after: Parameters<HistoryBooks['book']>[2] = null; ;) {
    const { place, ...part } = await books.book(target, JOB, after);
    if (place === null) return sums;
    sums.booked += part.booked;
    sums.known += part.known;
    sums.left += part.left;
    after = place;
  }
}

function position({ state }: { state: PortfolioState }) {
  const { signedUnits, costUnits, realizedUnits } = state.position('BTC/USDT');
  return [signedUnits, costUnits, realizedUnits].map((units) => Number(units / 10n ** 12n) / 1e6);
}

const history = [
  trade('BUY', '2', '100', 30, '8'),
  trade('BUY', '2', '200', 20, '9'),
  trade('SELL', '1', '300', 10, '10'),
];

it('gives a position the cost of its trades, moves no balance, and says what was held before', async () => {
  const target = await owner();
  await openingOf(target, 'BTC', '4');
  await openingOf(target, 'USDT', '1000');
  // The venue told them market by market, not in their order; and one page came twice.
  await books.add(accountId, JOB, [history[2]!, history[0]!]);
  await books.add(accountId, JOB, [history[1]!, history[0]!]);
  expect(await bookAll(target)).toEqual({ booked: 3, known: 0, left: 0 });
  expect(await books.restate(target, JOB, 'usr_1')).toBe(0);
  expect(position(target)).toEqual([3, 450, 150]);
  expect(target.state.totalUnits('BTC')).toBe(parseScaled('4'));
  expect(target.state.totalUnits('USDT')).toBe(parseScaled('1000'));
  const [external] = await world.database.query<{ btc: string; usdt: string }>(
    `SELECT sum(amount) FILTER (WHERE asset = 'BTC') AS btc, sum(amount) FILTER (WHERE asset = 'USDT') AS usdt
     FROM ledger_posting WHERE account_id = $1 AND account LIKE 'external:%'`,
    [accountId],
  );
  // 1 BTC, and 1000 + 2·100 + 2·200 − 300 USDT.
  expect(external).toEqual({ btc: `-${parseScaled('1')}`, usdt: `-${parseScaled('1300')}` });
});

it('may end at any step and go on in another process, also with a commit whose end nobody saw', async () => {
  const many = Array.from({ length: 450 }, (_, index) =>
    trade(index % 3 === 2 ? 'SELL' : 'BUY', '1', String(100 + (index % 7)), 400 - index / 2, String(index)),
  );
  const first = await owner();
  await openingOf(first, 'BTC', '150');
  await books.add(accountId, JOB, many);
  const { place } = await books.book(first, JOB, null);
  // Killed before it stored a part; then after it stored one, before that was noted.
  first.isDead = true;
  await expect(books.book(first, JOB, place)).rejects.toThrow('killed');
  const second = await owner();
  await books.book(second, JOB, place);
  const third = await owner();
  expect(await bookAll(third)).toEqual({ booked: 250, known: 200, left: 0 });
  await books.restate(third, JOB, 'usr_1');
  const { rows } = await stored();
  expect(rows).toBe(451);
  expect(third.state.position('BTC/USDT').signedUnits).toBe(parseScaled('150'));
  expect((await checkProjections(world.database, accountId, 'PAPER')).differences).toEqual([]);
});

it('corrects what was sold since the first sight to the cost of what was bought before', async () => {
  const target = await owner();
  await openingOf(target, 'BTC', '4');
  const sold = trade('SELL', '2', '400', -1, '11');
  await target.store(() => target.state.applyFill(sold));
  target.since.push(sold);
  expect(position(target)).toEqual([-2, -800, 0]);
  // The venue's list does not end where the account was first seen.
  await books.add(accountId, JOB, [...history.slice(0, 2), sold]);
  expect(await bookAll(target)).toEqual({ booked: 2, known: 1, left: 0 });
  expect(await books.restate(target, JOB, 'usr_1')).toBe(1);
  // Bought 4 at 150 on average; 2 of them were sold at 400.
  expect(position(target)).toEqual([2, 300, 500]);
  expect((await checkProjections(world.database, accountId, 'PAPER')).differences).toEqual([]);
  expect(await books.restate(target, JOB, 'usr_1')).toBe(0);
});

it('tells the trades in the order of their execution, not in that of their booking', async () => {
  const target = await owner();
  const results = new TradeResults(world.database);
  const trades = () => results.statistics(TENANT, [accountId], { from: null, to: null });
  await openingOf(target, 'BTC', '1');
  const sold = trade('SELL', '1', '400', -1, '11');
  await target.store(() => target.state.applyFill({ ...sold, feeUnits: 0n }));
  target.since.push(sold);
  expect(await trades()).toEqual(new Map());
  await books.add(accountId, JOB, [{ ...trade('BUY', '1', '100', 5, '10'), feeUnits: 0n }]);
  await bookAll(target);
  await books.restate(target, JOB, 'usr_1');
  // Bought before, sold since: a long trade that won, and no short one that lost.
  expect((await trades()).get('USDT')).toMatchObject({ count: 1, wins: 1, netUnits: parseScaled('300') });
});

it('leaves what was traded since the first sight and was not booked then: the opening does not contain it', async () => {
  const target = await owner();
  await openingOf(target, 'BTC', '1');
  await books.add(accountId, JOB, [trade('BUY', '1', '100', 5, '1'), trade('BUY', '1', '100', -1, '2')]);
  expect(await bookAll(target)).toEqual({ booked: 1, known: 0, left: 1 });
});

it('does not correct a position from a view that is not the latest', async () => {
  const target = await owner();
  await openingOf(target, 'BTC', '4');
  await books.add(accountId, JOB, history);
  await bookAll(target);
  let stores = 0;
  const { store } = target;
  target.store = async (decide) => {
    stores += 1;
    // A fill comes in between the look at the ledger and the correction.
    if (stores === 2) await store(() => target.state.applyFill(trade('SELL', '1', '500', -2, '12')));
    await store(decide);
  };
  expect(await books.restate(target, JOB, 'usr_1')).toBe(0);
  expect(stores).toBe(4);
  expect(position(target)).toEqual([2, 300, 500]);
});

it('is told in transactions, and gives tax lots their cost: what is held is counted once', async () => {
  const target = await owner();
  await openingOf(target, 'BTC', '4');
  await openingOf(target, 'USDT', '1000');
  await books.add(accountId, JOB, history);
  await bookAll(target);
  const handler = new ListTaxLotsHandler(world.database, world.clock);
  const page = { list: 'any', limit: 500, after: null };
  const { lots } = await handler.execute(new ListTaxLots(TENANT, accountId, 'FIFO', null, page));
  // 1 BTC was there before, at a cost that nobody knows, and is the first to be sold.
  expect(lots.map(({ asset, quantity, cost }) => [asset, quantity, cost])).toEqual([
    ['BTC', '2', '200'],
    ['BTC', '2', '400'],
  ]);
  const filter = { kind: 'FILL' as const, asset: 'USDT', from: null, to: null };
  const transactions = await new ListTransactionsHandler(world.database).execute(
    new ListTransactions(TENANT, accountId, filter, page),
  );
  expect(transactions.data.map(({ changes }) => changes)).toEqual([
    [
      { asset: 'BTC', amount: '-1' },
      { asset: 'USDT', amount: '300' },
    ],
    [
      { asset: 'BTC', amount: '2' },
      { asset: 'USDT', amount: '-400' },
    ],
    [
      { asset: 'BTC', amount: '2' },
      { asset: 'USDT', amount: '-200' },
    ],
  ]);
});

async function stored(): Promise<{ rows: number }> {
  const [row] = await world.database.query<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM ledger_transaction WHERE account_id = $1',
    [accountId],
  );
  return row!;
}
