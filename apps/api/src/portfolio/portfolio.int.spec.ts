import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ExchangeGateways } from '@sextant/exchange';
import { IdentityComponent, identityModel, IdentityModule } from '@sextant/identity';
import { MarketData } from '@sextant/market-data';
import {
  AccountOwner,
  combineModels,
  Lifecycle,
  loadConfig,
  PlatformModule,
  platformModel,
} from '@sextant/platform';
import { portfolioModel, PortfolioModule, Reservations } from '@sextant/portfolio';
import { createEmptyDatabase } from '@sextant/testing';
import { AccountsModule } from '../accounts/index.js';
import { AuthModule } from '../auth/auth.module.js';
import { createHttpApp } from '../http/index.js';
import { openApiDocument } from '../http/openapi.js';
import { PortfolioRoutesModule } from './index.js';

const owned: { accountId: string; type: string; payload: unknown }[] = [];

/** What stands around the portfolio, as far as its routes need it. */
@Global()
@Module({
  providers: [
    {
      provide: MarketData,
      useValue: {
        marksOf: () => ({
          mark: (symbol: string) =>
            symbol === 'BTC/USDT'
              ? { priceUnits: 50_000n * 10n ** 18n, asOf: 1_700_000_000_000, stale: false }
              : null,
        }),
        resolveSymbol: (text: string) => (text === 'BTCUSDT' ? 'BTC/USDT' : text),
      },
    },
    { provide: Reservations, useValue: { locked: () => Promise.resolve([]) } },
    { provide: ExchangeGateways, useValue: new ExchangeGateways([]) },
    {
      provide: AccountOwner,
      useValue: {
        execute: (accountId: string, type: string, payload: unknown) => {
          owned.push({ accountId, type, payload });
          const report = { accountId, verdict: 'EQUAL', comparedAt: 0, balances: [] };
          return Promise.resolve({ report, replayed: false });
        },
      },
    },
  ],
  exports: [MarketData, Reservations, ExchangeGateways, AccountOwner],
})
class Surroundings {}

@Module({})
class TestModule {}

let app: NestFastifyApplication;
let adminKey: string;
let release: () => Promise<void>;

beforeAll(async () => {
  const database = await createEmptyDatabase();
  const data = mkdtempSync(path.join(tmpdir(), 'sextant-portfolio-'));
  const config = loadConfig({
    variables: {
      SEXTANT_ENV: 'test',
      SEXTANT_DATA_DIR: data,
      DATABASE_URL: database.url,
      SEXTANT__APP__LOGLEVEL: 'ERROR',
    },
    directory: path.join(import.meta.dirname, '../../../../config'),
  });
  const model = combineModels(platformModel, identityModel, portfolioModel);
  const parts = [
    IdentityModule,
    AuthModule,
    Surroundings,
    PortfolioModule,
    AccountsModule,
    PortfolioRoutesModule,
  ];
  app = await createHttpApp(
    { module: TestModule, imports: [PlatformModule.forRoot({ app: 'api', config, model }), ...parts] },
    config,
  );
  const lifecycle = app.get(Lifecycle);
  const identity = app.get(IdentityComponent, { strict: false });
  lifecycle.register(identity);
  await lifecycle.start();
  adminKey = identity.takeFirstKey() ?? '';
  release = async () => {
    await lifecycle.stop();
    await app.close();
    await database.close();
    rmSync(data, { recursive: true });
  };
});
afterAll(() => release());

async function call(
  method: 'GET' | 'POST',
  url: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: { 'x-api-key': adminKey, ...headers },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<any>() };
}

describe('accounts and portfolio over HTTP', () => {
  const FOREIGN = 'acc_000000000000000000000000000000ff';
  let accountId: string;

  it('asks for an account as long as there is none', async () => {
    await expect(call('GET', '/api/portfolio/balances')).resolves.toMatchObject({
      status: 422,
      body: { code: 'ACCOUNT_REQUIRED' },
    });
    await expect(call('GET', '/api/portfolio')).resolves.toMatchObject({
      status: 200,
      body: { accounts: [] },
    });
  });

  it('opens a paper account with one POST, and once for a key', async () => {
    const body = {
      name: 'Mine',
      balances: [
        { asset: 'USDT', amount: '1000.50' },
        { asset: 'BTC', amount: '0.1' },
      ],
    };
    const first = await call('POST', '/api/accounts', body, { 'idempotency-key': 'k1' });
    expect(first).toMatchObject({
      status: 201,
      body: { name: 'Mine', kind: 'PAPER', venue: 'PAPER', status: 'OPEN' },
    });
    expect(first.body.createdAt).toMatch(/^\d{4}-.*Z$/);
    const again = await call('POST', '/api/accounts', body, { 'idempotency-key': 'k1' });
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    await expect(
      call('POST', '/api/accounts', { ...body, name: 'Other' }, { 'idempotency-key': 'k1' }),
    ).resolves.toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    accountId = first.body.accountId;
    const list = await call('GET', '/api/accounts');
    expect(list.body).toEqual({ data: [first.body], page: { nextCursor: null, hasMore: false } });
    await expect(call('GET', `/api/accounts/${accountId}`)).resolves.toMatchObject({
      status: 200,
      body: first.body,
    });
  });

  it.each([
    [{ balances: [{ asset: 'USDT', amount: 5 }] }, 400, 'DECIMAL_MALFORMED'],
    [{ balances: [{ asset: 'USDT', amount: '-5' }] }, 400, 'DECIMAL_OUT_OF_RANGE'],
    [
      { balances: [{ asset: 'USDT', amount: '1000000000000000.000000000000000001' }] },
      422,
      'AMOUNT_OUT_OF_RANGE',
    ],
    [
      {
        balances: [
          { asset: 'USDT', amount: '1' },
          { asset: 'USDT', amount: '1' },
        ],
      },
      422,
      'ASSET_REPEATED',
    ],
    [{ kind: 'LIVE' }, 400, 'VALUE_NOT_ALLOWED'],
    [{ name: 'a\u0000b' }, 400, 'JSON_TEXT_INVALID'],
    [{ name: 'a\nb' }, 400, 'TEXT_INVALID'],
    [{ balances: [{ asset: 'usdt', amount: '1' }] }, 400, 'TEXT_INVALID'],
  ])('refuses %j', async (body, status, code) => {
    await expect(call('POST', '/api/accounts', body)).resolves.toMatchObject({ status, body: { code } });
    expect((await call('GET', '/api/accounts')).body.data).toHaveLength(1);
  });

  it('shows balances, portfolio, positions, P&L and transactions of the only account', async () => {
    const balances = await call('GET', '/api/portfolio/balances');
    expect(balances.body).toMatchObject({
      data: [
        {
          accountId,
          asset: 'BTC',
          free: '0.1',
          locked: '0',
          total: '0.1',
          value: '5000',
          valueAsset: 'USDT',
        },
        { asset: 'USDT', total: '1000.5', value: '1000.5' },
      ],
      complete: true,
      stale: false,
    });
    expect((await call('GET', '/api/portfolio')).body.total).toMatchObject({
      equity: '6000.5',
      cash: '1000.5',
    });
    expect((await call('GET', '/api/portfolio/positions')).body.data).toEqual([]);
    expect((await call('GET', '/api/portfolio/positions/BTCUSDT')).body).toMatchObject({
      code: 'POSITION_NOT_FOUND',
    });
    expect((await call('GET', '/api/portfolio/pnl?groupBy=day')).body).toMatchObject({
      groupBy: 'day',
      data: [],
    });
    const transactions = await call('GET', '/api/portfolio/transactions?limit=1');
    expect(transactions.body).toMatchObject({ data: [{ kind: 'DEPOSIT' }], page: { hasMore: true } });
    const { nextCursor } = transactions.body.page;
    const rest = await call('GET', `/api/portfolio/transactions?limit=1&cursor=${nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ kind: 'DEPOSIT' }], page: { hasMore: false } });
  });

  it.each(['FUNDING', 'LIQUIDATION', 'INSURANCE', 'OPENING_POSITION', 'RESTATEMENT', 'FEE'])(
    'takes %s for a kind of transaction, as every kind that a ledger books',
    async (kind) => {
      const listed = await call('GET', `/api/portfolio/transactions?kind=${kind}`);
      expect(listed).toMatchObject({ status: 200, body: { data: [] } });
    },
  );

  it('shows the ledger and proves it', async () => {
    const entries = await call('GET', `/api/accounts/${accountId}/ledger/entries`);
    expect(entries.body.data.map((entry: { sequence: number }) => entry.sequence)).toEqual([1, 2]);
    const proof = await call('GET', `/api/accounts/${accountId}/ledger/proof`);
    expect(proof.body).toMatchObject({ verified: true, entryCount: 2, failure: null });
    expect(proof.body.chainHead).toBe(entries.body.data[1].hash);
    const balance = await call('GET', `/api/accounts/${accountId}/ledger/trial-balance`);
    expect(balance.body).toMatchObject({ balanced: true, totals: [{ total: '0' }, { total: '0' }] });
  });

  it('exports the ledger so that a stranger can check it with nothing but SHA-256', async () => {
    const url = `/api/accounts/${accountId}/ledger/export`;
    const answer = await app.inject({ method: 'GET', url, headers: { 'x-api-key': adminKey } });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const [first, ...lines] = answer.payload.trim().split('\n');
    const header = JSON.parse(first!);
    let head = '0'.repeat(64);
    for (const line of lines.filter((text) => text.startsWith('{"previousHash"'))) {
      const [, previousHash, hash, entry] = /^{"previousHash":"(.*?)","hash":"(.*?)","entry":(.*)}$/.exec(
        line,
      )!;
      expect(previousHash).toBe(head);
      head = createHash('sha256').update(`${head}\n${entry}`).digest('hex');
      expect(hash).toBe(head);
    }
    expect(lines.slice(header.entryCount, -1).map((line) => Object.keys(JSON.parse(line)))).toContainEqual([
      'balance',
    ]);
    expect(header).toEqual({
      format: 'sextant-ledger',
      version: 2,
      accountId,
      entryCount: 2,
      chainHead: head,
    });
  });

  it('sends a sync to the owner of the account', async () => {
    await expect(call('POST', '/api/portfolio/sync', {})).resolves.toMatchObject({
      status: 200,
      body: { verdict: 'EQUAL' },
    });
    const payload = { actor: expect.any(String), once: null, takeTransfers: false };
    expect(owned).toEqual([{ accountId, type: 'SyncPortfolio', payload }]);
  });

  it.each([
    ['GET', '/api/portfolio?accountId='],
    ['GET', '/api/portfolio/balances?accountId='],
    ['GET', '/api/portfolio/positions?accountId='],
    ['GET', '/api/portfolio/pnl?accountId='],
    ['GET', '/api/portfolio/transactions?accountId='],
    ['GET', '/api/portfolio/performance?accountId='],
    ['GET', '/api/accounts/'],
  ] as const)('does not know a foreign account: %s %s', async (method, url) => {
    await expect(call(method, url + FOREIGN)).resolves.toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_NOT_FOUND' },
    });
  });

  it.each(['entries', 'trial-balance', 'proof', 'export'])(
    'does not know the %s of a foreign ledger',
    async (part) => {
      await expect(call('GET', `/api/accounts/${FOREIGN}/ledger/${part}`)).resolves.toMatchObject({
        status: 404,
      });
    },
  );

  it.each([
    ['/api/portfolio/transactions', 'occurredAt,kind,asset,amount,symbol,'],
    ['/api/portfolio/pnl?groupBy=venue', 'venue,remainder,asset,realizedPnl,'],
    ['/api/accounts/<id>/tax-lots?method=HIFO', 'type,kind,asset,quantity,'],
  ])('answers %s as CSV to who asks for it, by Accept or by format', async (url, header) => {
    const path = url.replace('<id>', accountId);
    const get = (suffix: string, accept: string) =>
      app.inject({ method: 'GET', url: path + suffix, headers: { 'x-api-key': adminKey, accept } });
    const json = await get('', '*/*');
    expect([json.statusCode, json.headers['vary']]).toEqual([200, 'Accept']);
    const csv = await get('', 'text/csv');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    expect(csv.body.startsWith(header)).toBe(true);
    expect(csv.body.endsWith('\r\n')).toBe(true);
    const byFormat = await get(`${path.includes('?') ? '&' : '?'}format=csv`, 'application/json');
    expect(byFormat.body).toBe(csv.body);
    const foreign = await get(`${path.includes('?') ? '&' : '?'}accountId=${FOREIGN}`, 'text/csv');
    expect(foreign.headers['content-type']).toContain('application/problem+json');
  });

  it('lists in the CSV what the pages list', async () => {
    const { data } = (await call('GET', '/api/portfolio/transactions')).body;
    const amounts = data.flatMap(({ changes }: { changes: { amount: string }[] }) =>
      changes.map(({ amount }) => amount),
    );
    const csv = await app.inject({
      method: 'GET',
      url: '/api/portfolio/transactions?format=csv',
      headers: { 'x-api-key': adminKey },
    });
    const lines = csv.body.trimEnd().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',')[3])).toEqual(amounts);
    expect(amounts.length).toBeGreaterThan(0);
  });

  it('measures an account that was only just opened: nothing is known yet, and nothing is zero', async () => {
    await expect(call('GET', '/api/portfolio/performance?benchmark=BTCUSDT')).resolves.toMatchObject({
      status: 200,
      body: { sharpe: null, cagr: null, fewSamples: true, benchmark: { symbol: 'BTC/USDT', days: 0 } },
    });
  });

  it('adds up the largest accounts to numbers that the document allows', async () => {
    const balances = ['BTC', 'USDT'].map((asset) => ({ asset, amount: '1000000000000000' }));
    for (const name of ['one', 'two', 'three']) {
      expect(await call('POST', '/api/accounts', { name, balances })).toMatchObject({ status: 201 });
    }
    const { total } = (await call('GET', '/api/portfolio')).body;
    expect(total.equity).toMatch(/^\d{21}\./);
    const { properties } = openApiDocument(app).components!.schemas!['PortfolioSumsAnswer'] as {
      properties: Record<string, { pattern?: string }>;
    };
    const patterned = Object.entries(properties).filter(([, { pattern }]) => pattern !== undefined);
    expect(patterned.map(([name]) => name)).toContain('equity');
    for (const [name, { pattern }] of patterned) expect(total[name]).toMatch(new RegExp(pattern!));
  });
});
