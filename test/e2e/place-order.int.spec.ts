import type { Answer, SextantProcess } from '../support/sextant-process.js';
import { checkBooks, lastingFindings } from './check-books.js';
import { price, World } from './world.js';

const MARKET = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };
const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.002', type: 'LIMIT' };

let world: World;
let api: SextantProcess;
let accountId: string;

beforeAll(async () => {
  world = await World.open();
  api = await world.api();
  await world.marketOpen(api);
  const { body } = await get('/api/accounts');
  accountId = body.data[0].accountId;
}, 90_000);
afterAll(() => world.close());

function get(pathname: string): Promise<Answer> {
  return world.call(api, 'GET', pathname);
}

function post(body: unknown, key?: string, pathname = '/api/orders'): Promise<Answer> {
  return world.call(api, 'POST', pathname, {
    body,
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });
}

/** Rows in every table, the venue's included, but for what is written by the clock and by the market. */
async function rowCounts(): Promise<Record<string, number>> {
  const tables = await world.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'venue') AND tablename !~ '_[0-7]$' AND tablename !~ '^candle|^portfolio_snapshot$'
     ORDER BY 1`,
  );
  const ofAccounts = `WHERE stream_id LIKE 'acc_%' AND type <> 'EquityChanged'`;
  const counts = await Promise.all(
    tables.map(({ name }) =>
      world.sql<{ count: number }>(
        `SELECT count(*)::int FROM ${name} ${name === 'public.event_log' ? ofAccounts : ''}`,
      ),
    ),
  );
  return Object.fromEntries(tables.map(({ name }, index) => [name, counts[index]![0]!.count]));
}

function added(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const changes = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

describe('the first order', () => {
  it('is filled, and every table says the same of it', async () => {
    const before = await rowCounts();
    const { status, body: order } = await post(MARKET, 'first-order');
    expect(status).toBe(201);
    expect(order).toMatchObject({
      accountId,
      symbol: 'BTC/USDT',
      side: 'BUY',
      type: 'MARKET',
      status: 'FILLED',
      quantity: '0.001',
      filledQuantity: '0.001',
      pending: null,
      fees: [{ asset: 'BTC', amount: '0.000001' }],
    });

    const [row] = await world.sql('SELECT * FROM orders WHERE order_id = $1', [order.id]);
    expect(row).toMatchObject({ account_id: accountId, status: 'FILLED', filled_lots: '100', reserved: '0' });
    expect(row.closed_at).not.toBeNull();
    const attempts = await world.sql('SELECT * FROM order_attempt WHERE order_id = $1', [order.id]);
    expect(attempts).toMatchObject([{ attempt: 1, decision: 'APPROVED' }]);
    const fills = await world.sql('SELECT * FROM fill WHERE order_id = $1', [order.id]);
    expect(fills.reduce((lots, fill) => lots + Number(fill.lots), 0)).toBe(100);
    const value = fills.reduce((total, fill) => total + BigInt(fill.quote_amount), 0n);
    expect(fills.map(({ fee_asset }) => fee_asset)).toEqual(fills.map(() => 'BTC'));

    const postings = await world.sql(
      `SELECT p.* FROM ledger_posting p JOIN ledger_transaction t USING (account_id, transaction_id)
       WHERE t.memo->>'orderId' = $1`,
      [order.id],
    );
    for (const asset of ['BTC', 'USDT']) {
      const amounts = postings
        .filter((posting) => posting.asset === asset)
        .map(({ amount }) => BigInt(amount));
      expect(amounts.length).toBeGreaterThan(1);
      expect(amounts.reduce((total, amount) => total + amount, 0n)).toBe(0n);
    }
    expect(
      await world.sql('SELECT asset, total FROM balance WHERE account_id = $1 ORDER BY asset', [accountId]),
    ).toEqual([
      { asset: 'BTC', total: '999000000000000' },
      { asset: 'USDT', total: String(100_000n * 10n ** 18n - value) },
    ]);
    const [position] = await world.sql('SELECT * FROM position WHERE account_id = $1', [accountId]);
    expect(position).toMatchObject({
      symbol: 'BTC/USDT',
      signed_quantity: '999000000000000',
      realized_pnl: '0',
    });
    expect(BigInt(position.cost) + BigInt(position.fees)).toBe(value);

    const events = await world.sql(
      `SELECT type FROM event_log WHERE stream_id = $1 AND payload->>'orderId' = $2 ORDER BY stream_seq`,
      [accountId, order.id],
    );
    expect(events.at(0)).toEqual({ type: 'OrderPlaced' });
    expect(events.at(-1)).toEqual({ type: 'OrderFilled' });
    expect(await world.sql(`SELECT * FROM idempotency_key WHERE key = 'first-order'`)).toMatchObject([
      { route: 'POST /api/orders', account_id: accountId, resource_id: order.id },
    ]);
    expect(added(before, await rowCounts())).toMatchObject({
      'public.orders': 1,
      'public.order_attempt': 1,
      'public.fill': fills.length,
      'public.ledger_transaction': fills.length,
      'public.idempotency_key': 1,
    });
    expect(await checkBooks(world.url)).toEqual([]);
  });

  it('is in every answer at once', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const before = (await get('/api/portfolio/balances')).body.data.find((row: any) => row.asset === 'BTC');
      const { body: order } = await post({ ...MARKET, clientOrderId: `reads-${turn}` });
      expect((await get(`/api/orders/${order.id}`)).body).toEqual(order);
      expect((await get(`/api/orders/by-client-id/${accountId}/reads-${turn}`)).body).toEqual(order);
      expect((await get('/api/orders?limit=1')).body.data).toEqual([order]);
      expect((await get(`/api/orders/${order.id}/fills`)).body.data.length).toBeGreaterThan(0);
      const { body: balances } = await get('/api/portfolio/balances');
      const btc = balances.data.find((row: any) => row.asset === 'BTC');
      expect(Number(btc.total) - Number(before.total)).toBeCloseTo(0.000999, 9);
      const { body: positions } = await get('/api/portfolio/positions');
      expect(positions.data).toMatchObject([{ symbol: 'BTC/USDT', side: 'LONG', quantity: btc.total }]);
    }
    const { body: proof } = await get(`/api/accounts/${accountId}/ledger/proof`);
    expect(proof).toMatchObject({ verified: true, failure: null });
  });
});

describe('a limit order', () => {
  /** At the best bid: near enough that the market comes, and never taking. The market may move before it is there. */
  async function restAtTheTop(): Promise<{ id: string; price: string }> {
    for (let turn = 0; turn < 50; turn += 1) {
      const { bid } = await world.topOfBook(api);
      const { status, body } = await post({ ...LIMIT, price: price(bid), postOnly: true }, `comes-${turn}`);
      if (status === 201) return body;
      expect(body).toMatchObject({ status: 422, code: 'ORDER_REJECTED' });
    }
    throw new Error('no order came to rest');
  }

  it('rests, reserves what it needs, and fills when the market comes', async () => {
    const body = await restAtTheTop();
    const { body: filled } = await get(`/api/orders/${body.id}?waitFor=terminal&timeout=25`);
    expect(filled).toMatchObject({
      status: 'FILLED',
      filledQuantity: '0.002',
      averagePrice: body.price,
    });
    const { body: fills } = await get(`/api/orders/${body.id}/fills`);
    expect(fills.data.every((fill: any) => fill.role === 'MAKER')).toBe(true);
    expect(await lastingFindings(world.url)).toEqual([]);
  });

  it('is listed while it rests, cancelled once, and frees what it reserved', async () => {
    const far = { ...LIMIT, price: '40000', clientOrderId: 'rests-far' };
    const { body: order } = await post(far);
    expect(order).toMatchObject({ status: 'NEW', timeInForce: 'GTC' });
    expect((await get('/api/orders?status=NEW&symbol=BTC-USDT')).body.data).toEqual([order]);
    const locked = (await get('/api/portfolio/balances')).body.data.find((row: any) => row.asset === 'USDT');
    expect(locked.locked).toBe('80');
    const canceled = await world.call(api, 'DELETE', `/api/orders/${order.id}`);
    expect(canceled).toMatchObject({ status: 202, body: { id: order.id, status: 'CANCELED' } });
    expect(await world.call(api, 'DELETE', `/api/orders/${order.id}`)).toMatchObject({ status: 200 });
    const freed = (await get('/api/portfolio/balances')).body.data.find((row: any) => row.asset === 'USDT');
    expect(freed).toMatchObject({ locked: '0', free: freed.total, total: locked.total });
    const again = await post(far);
    expect(again).toMatchObject({ status: 200, body: { id: order.id, status: 'CANCELED' } });
    expect(await checkBooks(world.url)).toEqual([]);
  });
});

it('a preview judges and leaves nothing behind', async () => {
  const before = await rowCounts();
  const { status, body } = await post(MARKET, undefined, '/api/orders/preview');
  expect({ status, approved: body.approved }).toEqual({ status: 200, approved: true });
  const denied = await post({ ...MARKET, side: 'SELL', quantity: '1' }, undefined, '/api/orders/preview');
  expect(denied).toMatchObject({ status: 200, body: { approved: false } });
  expect(added(before, await rowCounts())).toEqual({});
});

describe('wrong input', () => {
  it.each([
    ['an unknown symbol', { symbol: 'NOPEUSDT' }, 422, 'UNKNOWN_SYMBOL'],
    ['a quantity too small', { quantity: '0.000009' }, 422, 'QUANTITY_TOO_SMALL'],
    ['a value too small', { quantity: '0.00001' }, 422, 'NOTIONAL_TOO_SMALL'],
    ['a quantity too precise', { quantity: '0.0010000001' }, 422, 'QUANTITY_NOT_ON_STEP'],
    ['a price too precise', { type: 'LIMIT', price: '50000.001' }, 422, 'PRICE_NOT_ON_TICK'],
    ['a negative quantity', { quantity: '-0.001' }, 400, 'DECIMAL_OUT_OF_RANGE'],
    ['a quantity of zero', { quantity: '0' }, 400, 'DECIMAL_OUT_OF_RANGE'],
    ['a JSON number', { quantity: 0.001 }, 400, 'DECIMAL_MALFORMED'],
    ['an exponent', { quantity: '1e400000000' }, 400, 'DECIMAL_MALFORMED'],
    ['a side that is none', { side: 'LONG' }, 400, 'VALUE_NOT_ALLOWED'],
    ['an unknown field', { leverage: '10' }, 400, 'FIELD_UNKNOWN'],
    ['a limit order without a price', { type: 'LIMIT' }, 400, 'ORDER_TERMS_INVALID'],
    ["somebody else's account", { accountId: `acc_${'0'.repeat(32)}` }, 404, 'ACCOUNT_NOT_FOUND'],
  ])('%s is refused, nothing is written, and the key stays free', async (_, change, status, code) => {
    const before = await rowCounts();
    const answer = await post({ ...MARKET, ...change }, `wrong-${code}`);
    expect(answer).toMatchObject({ status, body: { status, code, outcome: 'NOT_EXECUTED' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(added(before, await rowCounts())).toEqual({});
  });

  it.each([
    ['more than is there', { side: 'SELL', quantity: '1' }, 'INSUFFICIENT_BALANCE'],
    ['more than an order may be', { quantity: '5' }, 'MAX_ORDER_NOTIONAL'],
    ['a price far through the market', { type: 'LIMIT', price: '90000' }, 'PRICE_COLLAR'],
  ])('%s is denied: the denial is recorded and nothing else', async (_, change, code) => {
    const before = await rowCounts();
    const answer = await post({ ...MARKET, ...change }, `denied-${code}`);
    expect(answer).toMatchObject({ status: 422, body: { code, outcome: 'NOT_EXECUTED' } });
    expect(added(before, await rowCounts())).toEqual({
      'public.orders': 1,
      'public.order_attempt': 1,
      'public.idempotency_key': 1,
      'public.event_log': 2,
    });
    expect((await get(`/api/orders/${answer.body.orderId}`)).body).toMatchObject({
      status: 'RISK_DENIED',
      reason: { code },
    });
    const again = await post({ ...MARKET, ...change }, `denied-${code}`);
    expect(again).toMatchObject({ status: 200, body: { id: answer.body.orderId, status: 'RISK_DENIED' } });
  });

  it('a key that stands for another body is refused without a trace', async () => {
    await post(MARKET, 'taken');
    const before = await rowCounts();
    const other = await post({ ...MARKET, quantity: '0.002' }, 'taken');
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const same = await post({ ...MARKET }, 'taken');
    expect(same.status).toBe(200);
    expect(same.headers.get('idempotency-replayed')).toBe('true');
    expect(added(before, await rowCounts())).toEqual({});
  });
});

it('the books are right at the end, and the process leaves with 0', async () => {
  expect(await lastingFindings(world.url)).toEqual([]);
  expect(await api.stop('SIGTERM')).toBe(0);
  expect(await checkBooks(world.url)).toEqual([]);
});
