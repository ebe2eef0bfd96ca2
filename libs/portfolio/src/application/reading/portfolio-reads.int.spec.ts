import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import type { PageRequest } from '@sextant/platform';
import { asAdmin, testServerUrl } from '@sextant/testing';
import { aFill } from '../../domain/positions/fills.contract.js';
import { GetLedgerProof, GetLedgerProofHandler } from '../ledger/get-ledger-proof.js';
import { GetPnl, GetPnlHandler } from './get-pnl.js';
import type { PnlGrouping } from './get-pnl.js';
import { GetPortfolio, GetPortfolioHandler } from './get-portfolio.js';
import { GetPosition, GetPositionHandler } from './get-position.js';
import { GetTrialBalance, GetTrialBalanceHandler } from '../ledger/get-trial-balance.js';
import { ListBalances, ListBalancesHandler } from './list-balances.js';
import { ListLedgerEntries, ListLedgerEntriesHandler } from '../ledger/list-ledger-entries.js';
import { ListPositions, ListPositionsHandler } from './list-positions.js';
import { ListTransactions, ListTransactionsHandler } from '../ledger/list-transactions.js';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { VerifyProjections, VerifyProjectionsHandler } from '../ledger/verify-projections.js';

const DAY = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 0, 2);
const PAGE: PageRequest = { list: 'any', limit: 50, after: null };

let world: PortfolioWorld;
let marks: MarketData;
let accountId: AccountId;

/** Day one: buy 1 at 50 000 and sell 0.4 at 60 000; day two: a base fee, a rebate and another strategy. */
beforeAll(async () => {
  world = await PortfolioWorld.create();
  marks = world.marks as unknown as MarketData;
  ({ accountId } = (await world.openAccount({ USDT: '100000' })).account);
  const state = await world.repository.load(accountId);
  const commit = await world.lane(accountId);
  const fills = [
    aFill({ quantity: '1', price: '50000', fee: '50', strategy: 'grid', executedAt: MIDNIGHT - 2 }),
    aFill({
      side: 'SELL',
      quantity: '0.4',
      price: '60000',
      fee: '24',
      strategy: 'grid',
      executedAt: MIDNIGHT - 1,
    }),
    aFill({ quantity: '0.1', price: '50000', fee: '0.0001', feeAsset: 'BTC', executedAt: MIDNIGHT }),
    aFill({
      symbol: 'ETH/USDT',
      quantity: '2',
      price: '3000',
      fee: '-1',
      role: 'MAKER',
      executedAt: MIDNIGHT + DAY,
    }),
  ];
  for (const fill of fills) await commit(state.applyFill(fill));
});
afterAll(() => world.close());
beforeEach(() => {
  world.marks.marks.clear();
  world.marks.set('BTC/USDT', '55000');
  world.marks.set('ETH/USDT', '2900');
  world.reservations.locks.length = 0;
});

const portfolio = (tenant = TENANT) =>
  new GetPortfolioHandler(world.database, world.reservations, marks, world.clock).execute(
    new GetPortfolio(tenant, null),
  );
const pnl = (groupBy: PnlGrouping, from: number | null = null, to: number | null = null) =>
  new GetPnlHandler(world.database, marks, world.clock).execute(
    new GetPnl(TENANT, accountId, groupBy, from, to),
  );

describe('reading the portfolio', () => {
  it('adds up equity, cash and P&L, for each account and in total', async () => {
    const { accounts, total } = await portfolio();
    // 100000 − 50050 + 23976 − 5000 − 5999 USDT, 0.6999 BTC at 55000, 2 ETH at 2900.
    expect(total).toEqual({
      asset: 'USDT',
      equity: '107221.5',
      cash: '62927',
      realizedPnl: '4000',
      unrealizedPnl: '3299.5',
      fees: '78',
      funding: '0',
      netPnl: '3922',
      complete: true,
      stale: false,
      prices: [
        { asset: 'BTC', price: '55000', path: ['BTC/USDT'], source: null, asOf: 1_700_000_000_000 },
        { asset: 'ETH', price: '2900', path: ['ETH/USDT'], source: null, asOf: 1_700_000_000_000 },
      ],
      unread: [],
    });
    expect(accounts).toEqual([expect.objectContaining({ accountId, ...total })]);
    // What was deposited plus every result is what there is.
    expect(100000 + 3922 + 3299.5).toBe(107221.5);
  });

  it('adds accounts up by venue, and each asset over all of them', async () => {
    const { venues, assets, watched, total } = await portfolio();
    expect(venues).toEqual([{ venue: 'PAPER', accounts: 1, ...total }]);
    expect(assets.map((one) => [one.asset, one.total, one.value, one.venues])).toEqual([
      ['BTC', '0.6999', '38494.5', [{ venue: 'PAPER', total: '0.6999', value: '38494.5' }]],
      ['ETH', '2', '5800', [{ venue: 'PAPER', total: '2', value: '5800' }]],
      ['USDT', '62927', '62927', [{ venue: 'PAPER', total: '62927', value: '62927' }]],
    ]);
    expect(watched).toEqual({ wallets: 0, asset: 'USDT', value: '0', complete: true, stale: false });
  });

  it('does not know what an account holds that was never read from its venue', async () => {
    const [tenant, live] = [world.ids.next('ten'), world.ids.next('acc')];
    await world.database.query(
      `INSERT INTO account (account_id, tenant_id, name, kind, venue, reporting_asset, status, created_at)
       VALUES ($1, $2, 'Live', 'LIVE', 'BINANCE', 'USDT', 'OPEN', now())`,
      [live, tenant],
    );
    const { accounts, total } = await portfolio(tenant);
    const untold = { equity: null, cash: null, complete: false, stale: false, unread: [live] };
    expect(total).toMatchObject({ ...untold, realizedPnl: '0' });
    expect(accounts).toEqual([expect.objectContaining({ ...untold, accountId: live })]);
    const balances = new ListBalancesHandler(world.database, world.reservations, marks, world.clock);
    expect(await balances.execute(new ListBalances(tenant, live))).toMatchObject({ complete: false });
    const positions = new ListPositionsHandler(world.database, marks, world.clock);
    const none = await positions.execute(new ListPositions(tenant, live, false));
    expect(none).toMatchObject({ positions: [], complete: false });
  });

  it('says that it does not know when a mark is missing or stale, and counts nothing as zero', async () => {
    world.marks.set('ETH/USDT', '2900', true);
    const { total } = await portfolio();
    expect(total).toMatchObject({
      equity: null,
      unrealizedPnl: null,
      realizedPnl: '4000',
      complete: false,
      stale: true,
    });
    world.marks.marks.delete('ETH/USDT');
    await expect(portfolio()).resolves.toMatchObject({
      total: { equity: null, complete: false, stale: false },
    });
  });

  it('shows free + locked = total, the lock as the orders say', async () => {
    world.reservations.locks.push({ accountId, asset: 'USDT', lockedUnits: parseScaled('927') });
    const { balances } = await new ListBalancesHandler(
      world.database,
      world.reservations,
      marks,
      world.clock,
    ).execute(new ListBalances(TENANT, null));
    expect(
      balances.map(({ asset, free, locked, total, value }) => [asset, free, locked, total, value]),
    ).toEqual([
      ['BTC', '0.6999', '0', '0.6999', '38494.5'],
      ['ETH', '2', '0', '2', '5800'],
      ['USDT', '62000', '927', '62927', '62927'],
    ]);
  });

  it('shows the account’s positions and what each strategy contributes', async () => {
    const { positions } = await new ListPositionsHandler(world.database, marks, world.clock).execute(
      new ListPositions(TENANT, null, false),
    );
    expect(positions[0]).toMatchObject({
      symbol: 'BTC/USDT',
      strategy: null, // two hold it
      side: 'LONG',
      quantity: '0.6999',
      averageEntryPrice: '50000',
      markPrice: '55000',
      marketValue: '38494.5',
      unrealizedPnl: '3499.5',
      realizedPnl: '4000',
      fees: '79',
      netPnl: '3921',
    });
    const strategies = positions.flatMap((position) => position.strategies);
    expect(
      strategies.map(({ symbol, strategy, signedQuantity }) => [symbol, strategy, signedQuantity]),
    ).toEqual([
      ['BTC/USDT', null, '0.0999'],
      ['BTC/USDT', 'grid', '0.6'],
      ['ETH/USDT', null, '2'],
    ]);
  });

  it('finds one position by any spelling, and none that was never traded', async () => {
    const handler = new GetPositionHandler(world.database, marks, world.clock);
    const detail = await handler.execute(new GetPosition(TENANT, null, 'BTCUSDT'));
    expect(detail).toMatchObject({
      position: { quantity: '0.6999', strategies: [{}, { strategy: 'grid' }] },
    });
    await expect(handler.execute(new GetPosition(TENANT, null, 'SOL/USDT'))).rejects.toMatchObject({
      code: 'POSITION_NOT_FOUND',
    });
  });

  it('groups P&L by symbol, strategy and day', async () => {
    const rows = async (...args: Parameters<typeof pnl>) =>
      (await pnl(...args)).rows.map((row) => [
        row.key,
        row.realizedPnl,
        row.unrealizedPnl,
        row.fees,
        row.netPnl,
      ]);
    await expect(rows('symbol')).resolves.toEqual([
      ['BTC/USDT', '4000', '3499.5', '79', '3921'],
      ['ETH/USDT', '0', '-200', '-1', '1'],
    ]);
    await expect(rows('strategy')).resolves.toEqual([
      [null, '0', '299.5', '4', '-4'],
      ['grid', '4000', '3000', '74', '3926'],
    ]);
    await expect(rows('day')).resolves.toEqual([
      ['2026-01-01', '4000', null, '74', '3926'],
      ['2026-01-02', '0', null, '5', '-5'],
      ['2026-01-03', '0', null, '-1', '1'],
    ]);
    await expect(rows('day', MIDNIGHT, MIDNIGHT + DAY)).resolves.toEqual([
      ['2026-01-02', '0', null, '5', '-5'],
    ]);
  });

  it('lists what moved the money, newest first, by kind, asset and time, page by page', async () => {
    const handler = new ListTransactionsHandler(world.database);
    const any = { kind: null, asset: null, from: null, to: null };
    const list = async (filter: Partial<typeof any> | object, page: PageRequest = PAGE) =>
      handler.execute(new ListTransactions(TENANT, null, { ...any, ...filter }, page));
    const all = await list({});
    expect(
      all.data.map(({ kind, changes }) => [kind, changes.map(({ asset, amount }) => `${amount} ${asset}`)]),
    ).toEqual([
      ['FILL', ['2 ETH', '-5999 USDT']],
      ['FILL', ['0.0999 BTC', '-5000 USDT']],
      ['FILL', ['-0.4 BTC', '23976 USDT']],
      ['FILL', ['1 BTC', '-50050 USDT']],
      ['DEPOSIT', ['100000 USDT']],
    ]);
    expect((await list({ asset: 'ETH' })).data).toHaveLength(1);
    expect((await list({ kind: 'DEPOSIT' })).data).toHaveLength(1);
    expect((await list({ from: MIDNIGHT, to: MIDNIGHT + DAY })).data).toHaveLength(1);
    const first = await list({}, { ...PAGE, limit: 3 });
    expect(first.page.hasMore).toBe(true);
    const rest = await list({}, { ...PAGE, limit: 3, after: [3] });
    expect([...first.data, ...rest.data]).toEqual(all.data);
  });

  it('shows nothing of it to a stranger', async () => {
    await expect(portfolio(STRANGER)).resolves.toMatchObject({ accounts: [], total: { equity: '0' } });
    const stranger = [
      () =>
        new GetTrialBalanceHandler(world.database, world.clock).execute(
          new GetTrialBalance(STRANGER, accountId),
        ),
      () =>
        new GetLedgerProofHandler(world.database, world.clock).execute(
          new GetLedgerProof(STRANGER, accountId),
        ),
      () =>
        new ListLedgerEntriesHandler(world.database).execute(
          new ListLedgerEntries(STRANGER, accountId, PAGE),
        ),
      () =>
        new ListTransactionsHandler(world.database).execute(
          new ListTransactions(STRANGER, accountId, { kind: null, asset: null, from: null, to: null }, PAGE),
        ),
    ];
    for (const ask of stranger) await expect(ask()).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});

describe('the proof of the ledger', () => {
  const proof = () =>
    new GetLedgerProofHandler(world.database, world.clock).execute(new GetLedgerProof(TENANT, accountId));
  const projections = () =>
    new VerifyProjectionsHandler(world.database).execute(new VerifyProjections(TENANT, accountId));

  it('lists entries in the order of their chain', async () => {
    const { data } = await new ListLedgerEntriesHandler(world.database).execute(
      new ListLedgerEntries(TENANT, accountId, PAGE),
    );
    expect(data.map(({ sequence, kind }) => `${sequence} ${kind}`)).toEqual([
      '1 DEPOSIT',
      '2 FILL',
      '3 FILL',
      '4 FILL',
      '5 FILL',
    ]);
    expect(data.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      data.slice(0, -1).map(({ hash }) => hash),
    );
  });

  it('sums every asset of the trial balance to zero', async () => {
    const { lines, totals, balanced } = await new GetTrialBalanceHandler(world.database, world.clock).execute(
      new GetTrialBalance(TENANT, accountId),
    );
    expect(balanced).toBe(true);
    expect(totals).toEqual([
      { asset: 'BTC', total: '0' },
      { asset: 'ETH', total: '0' },
      { asset: 'USDT', total: '0' },
    ]);
    expect(lines).toContainEqual({ account: 'realized:PAPER:BTC/USDT', asset: 'USDT', balance: '-4000' });
    expect(lines).toContainEqual({ account: 'wallet:PAPER', asset: 'USDT', balance: '62927' });
  });

  it('makes every hash again up to the head of the stream', async () => {
    const [stream] = await world.database.query<{ ledger_hash: string }>(
      'SELECT ledger_hash FROM account_stream',
    );
    await expect(proof()).resolves.toMatchObject({
      entryCount: 5,
      verified: true,
      chainHead: stream!.ledger_hash,
    });
  });

  it('rebuilds the live rows from the ledger alone, to the last digit', async () => {
    await expect(projections()).resolves.toEqual({ accountId, entryCount: 5, equal: true, differences: [] });
  });

  it('names the live value that the ledger does not give', async () => {
    await world.database.query(`UPDATE balance SET total = total + 1 WHERE asset = 'USDT'`);
    await expect(projections()).resolves.toMatchObject({
      equal: false,
      differences: [{ what: 'balance USDT', live: '62927.000000000000000001', ledger: '62927' }],
    });
    await world.database.query(`UPDATE balance SET total = total - 1 WHERE asset = 'USDT'`);
  });

  it('names the entry that somebody with all rights changed or removed', async () => {
    const server = new URL(await testServerUrl());
    server.pathname = new URL(world.url).pathname;
    const tamper = (sql: string) => asAdmin(server.href, (admin) => admin.query(sql));
    const failure = async () => (await proof()).failure;

    await tamper(`DELETE FROM ledger_transaction WHERE chain_sequence = 5`);
    await expect(failure()).resolves.toMatchObject({ sequence: 5, transactionId: null });
    await tamper(
      `UPDATE ledger_transaction SET occurred_at = occurred_at + interval '1 ms' WHERE chain_sequence = 4`,
    );
    await expect(failure()).resolves.toMatchObject({ sequence: 4 });
    await tamper(
      `UPDATE ledger_posting SET amount = amount + 1 WHERE line = 1 AND transaction_id =
         (SELECT transaction_id FROM ledger_transaction WHERE chain_sequence = 3)`,
    );
    await expect(failure()).resolves.toMatchObject({ sequence: 3 });
    await tamper(`UPDATE ledger_transaction SET memo = memo || '{"fee":"49"}' WHERE chain_sequence = 2`);
    await expect(failure()).resolves.toMatchObject({ sequence: 2 });
    await tamper(`UPDATE ledger_transaction SET hash = repeat('0', 64) WHERE chain_sequence = 1`);
    await expect(proof()).resolves.toMatchObject({
      verified: false,
      entryCount: 0,
      failure: { sequence: 1 },
    });
  });
});
