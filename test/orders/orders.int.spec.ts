import { Database } from '@sextant/platform';
import { TestApp } from '../http/test-app.js';
import type { Answer } from '../http/test-app.js';

let app: TestApp;
let database: Database;

beforeAll(async () => {
  app = await TestApp.start();
  database = app.app.get(Database, { strict: false });
  await marketOpen();
});
afterAll(() => app.close());

const BODY = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };

function call(
  method: string,
  pathname: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.call(method, pathname, { as: app.adminKey, body, headers });
}

async function marketOpen(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await call('GET', '/api/market-data/tickers?symbols=BTCUSDT');
    if (body.data?.[0]?.stale === false) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no fresh market after 5 s');
}

async function bidPrice(fraction: number): Promise<string> {
  const { body } = await call('GET', '/api/market-data/order-book?symbol=BTCUSDT&depth=1');
  return String(Math.floor(Number(body.bids[0][0]) * fraction));
}

async function balances(): Promise<Record<string, { free: string; locked: string; total: string }>> {
  const { body } = await call('GET', '/api/portfolio/balances');
  return Object.fromEntries(body.data.map((row: { asset: string }) => [row.asset, row]));
}

describe('the first order', () => {
  it('fills a market order and books it, down to the database', async () => {
    const { status, body } = await call('POST', '/api/orders', BODY);
    expect({ status, state: body.status }).toEqual({ status: 201, state: 'FILLED' });
    expect(body).toMatchObject({ symbol: 'BTC/USDT', filledQuantity: '0.001', pending: null });
    const [order] = await database.query<Record<string, unknown>>(
      'SELECT * FROM orders WHERE order_id = $1',
      [body.id],
    );
    expect(order).toMatchObject({ status: 'FILLED', filled_lots: '100', reserved: '0' });
    const fills = await database.query<{ lots: string }>('SELECT lots FROM fill WHERE order_id = $1', [
      body.id,
    ]);
    expect(fills.reduce((sum, fill) => sum + Number(fill.lots), 0)).toBe(100);
    const [sums] = await database.query<{ unbalanced: string }>(
      'SELECT count(*) AS unbalanced FROM (SELECT 1 FROM ledger_posting GROUP BY transaction_id, asset HAVING sum(amount) <> 0) s',
    );
    expect(sums?.unbalanced).toBe('0');
  });

  it('shows it in every reading of it', async () => {
    const { body } = await call('POST', '/api/orders', {
      ...BODY,
      clientOrderId: 'reading-1',
      strategy: 'hand',
      tags: ['a'],
    });
    const byId = await call('GET', `/api/orders/${body.id}?waitFor=terminal&timeout=5`);
    expect(byId.body).toEqual(body);
    const byClientId = await call('GET', `/api/orders/by-client-id/${body.accountId}/reading-1`);
    expect(byClientId.body).toEqual(body);
    const listed = await call('GET', '/api/orders?symbol=BTC-USDT&status=FILLED&strategyId=hand');
    expect(listed.body.data).toEqual([body]);
    const fills = await call('GET', `/api/orders/${body.id}/fills`);
    expect(fills.body.data[0]).toMatchObject({ orderId: body.id, fee: { asset: 'BTC' }, role: 'TAKER' });
    expect((await call('GET', `/api/trades?orderId=${body.id}`)).body).toEqual(
      (await call('GET', `/api/fills?orderId=${body.id}`)).body,
    );
    const audit = await call('GET', `/api/orders/${body.id}/audit`);
    expect(audit.body.attempts).toMatchObject([{ attempt: 1, decision: 'APPROVED' }]);
    expect(audit.body.attempts[0].verdicts).toHaveLength(10);
    expect(audit.body.events[0]).toMatchObject({ type: 'OrderPlaced', phase: 'PREPARE' });
    expect(audit.body.events.at(-1)).toMatchObject({ type: 'OrderFilled', phase: 'EXECUTE' });
  });

  it('rests a limit order, locks its value, and frees it with the cancellation', async () => {
    const before = await balances();
    const price = await bidPrice(0.5);
    const placed = await call('POST', '/api/orders', { ...BODY, type: 'LIMIT', quantity: '0.01', price });
    expect(placed).toMatchObject({ status: 201, body: { status: 'NEW', timeInForce: 'GTC' } });
    const locked = await balances();
    expect(Number(locked['USDT']?.locked) - Number(before['USDT']?.locked)).toBeCloseTo(
      Number(price) / 100,
      6,
    );
    const canceled = await call('DELETE', `/api/orders/${placed.body.id}`);
    expect(canceled).toMatchObject({ status: 202, body: { status: 'CANCELED' } });
    expect((await call('DELETE', `/api/orders/${placed.body.id}`)).status).toBe(200);
    expect((await balances())['USDT']).toMatchObject({ locked: before['USDT']?.locked });
  });

  it('answers 409 with the order when it filled before the cancellation', async () => {
    const { body } = await call('POST', '/api/orders', BODY);
    const answer = await call('DELETE', `/api/orders/${body.id}`);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'ORDER_ALREADY_CLOSED', order: { id: body.id } },
    });
  });

  it.each(['.', '..'])('refuses the client order id %j, which no path can name', async (clientOrderId) => {
    const answer = await call('POST', '/api/orders', { ...BODY, clientOrderId });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'TEXT_INVALID', errors: [{ pointer: '/clientOrderId' }] },
    });
  });

  it('finds an order by any client order id that it took', async () => {
    for (const clientOrderId of ['...', '.a', '-._~']) {
      const placed = await call('POST', '/api/orders', { ...BODY, clientOrderId });
      const { accountId } = placed.body;
      const path = `/api/orders/by-client-id/${accountId}/${encodeURIComponent(clientOrderId)}`;
      if (placed.status === 201) expect((await call('GET', path)).body.id).toBe(placed.body.id);
      else expect(placed.body.code).toBe('CLIENT_ORDER_ID_INVALID');
    }
  });

  it('cancels all of a market at once', async () => {
    const price = await bidPrice(0.5);
    const limit = { ...BODY, type: 'LIMIT', price };
    await Promise.all([1, 2, 3].map(() => call('POST', '/api/orders', limit)));
    const { status, body } = await call('POST', '/api/orders/cancel-all', { symbol: 'BTCUSDT' });
    expect(status).toBe(202);
    expect(body.orders.map((order: { status: string }) => order.status)).toEqual([
      'CANCELED',
      'CANCELED',
      'CANCELED',
    ]);
  });

  it('spends an amount of quote and gives the rest back', async () => {
    const before = await balances();
    const { quantity: _, ...rest } = BODY;
    const { status, body } = await call('POST', '/api/orders', { ...rest, quoteQuantity: '100' });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { status: 'FILLED', quantity: null, quoteQuantity: '100' },
    });
    expect(Number(body.cumulativeQuote)).toBeLessThanOrEqual(100);
    expect(Number(body.cumulativeQuote)).toBeGreaterThan(98);
    expect((await balances())['USDT']?.locked).toBe(before['USDT']?.locked);
  });

  it('ends what must trade at once and cannot, and lets a post-only order never take', async () => {
    const limit = { ...BODY, type: 'LIMIT', price: await bidPrice(0.5) };
    for (const timeInForce of ['IOC', 'FOK']) {
      const answer = await call('POST', '/api/orders', { ...limit, timeInForce });
      expect(answer).toMatchObject({
        status: 201,
        body: { status: 'EXPIRED', filledQuantity: '0', timeInForce },
      });
    }
    const crossing = { ...limit, price: await bidPrice(1.02), postOnly: true };
    const rejected = await call('POST', '/api/orders', crossing);
    expect(rejected).toMatchObject({ status: 422, body: { code: 'ORDER_REJECTED' } });
    const stored = await call('GET', `/api/orders/${rejected.body.orderId}`);
    expect(stored.body).toMatchObject({ status: 'REJECTED', reason: rejected.body.reason });
  });

  it('previews without any effect', async () => {
    const count = () => database.query<{ n: string }>('SELECT count(*) AS n FROM event_log');
    const before = await count();
    const { status, body } = await call('POST', '/api/orders/preview', BODY);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      approved: true,
      order: { timeInForce: 'IOC' },
      fee: { asset: 'BTC', amount: '0.000001' },
    });
    expect(await count()).toEqual(before);
  });
});

describe('an order that comes twice', () => {
  it('is one order: same key, same body', async () => {
    const headers = { 'Idempotency-Key': 'key-1' };
    const first = await call('POST', '/api/orders', BODY, headers);
    const again = await call('POST', '/api/orders', { ...BODY }, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    const other = await call('POST', '/api/orders', { ...BODY, quantity: '0.002' }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('is one order however it is spelt: with the key or without, with defaults said or left out', async () => {
    const body = { ...BODY, clientOrderId: 'spelt' };
    const spelt = { ...body, postOnly: false, tags: [] };
    const first = await call('POST', '/api/orders', spelt, { 'Idempotency-Key': 'key-spelt' });
    expect(first.status).toBe(201);
    for (const [sent, headers] of [
      [body, { 'Idempotency-Key': 'key-spelt' }],
      [body, {}],
      [spelt, {}],
    ] as const) {
      const again = await call('POST', '/api/orders', sent, headers);
      expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    }
  });

  it('is one order when a hundred come at once', async () => {
    const headers = { 'Idempotency-Key': 'key-100' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => call('POST', '/api/orders', BODY, headers)),
    );
    const ids = answers.filter((answer) => answer.status < 300).map((answer) => answer.body.id);
    expect(new Set(ids).size).toBe(1);
    expect(answers.every((answer) => [200, 201, 409].includes(answer.status))).toBe(true);
  });

  it('is one order by its client order id', async () => {
    const body = { ...BODY, clientOrderId: 'only-once' };
    const first = await call('POST', '/api/orders', body);
    const again = await call('POST', '/api/orders', body);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    const other = await call('POST', '/api/orders', { ...body, side: 'SELL' });
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });
});

describe('an order that is refused', () => {
  const rows = async () => {
    const [row] = await database.query<{ orders: string; events: string; keys: string }>(
      `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM event_log) AS events,
         (SELECT count(*) FROM idempotency_key) AS keys`,
    );
    return row;
  };

  it.each([
    ['an unknown symbol', { symbol: 'NOPE' }, 422, 'UNKNOWN_SYMBOL'],
    ['too small a quantity', { quantity: '0.000001' }, 422, 'QUANTITY_TOO_SMALL'],
    ['too precise a quantity', { quantity: '0.001000001' }, 422, 'QUANTITY_NOT_ON_STEP'],
    ['too small a value', { quantity: '0.00001' }, 422, 'NOTIONAL_TOO_SMALL'],
    ['a negative quantity', { quantity: '-1' }, 400, 'DECIMAL_OUT_OF_RANGE'],
    ['a JSON number', { quantity: 0.001 }, 400, 'DECIMAL_MALFORMED'],
    ['an exponent', { quantity: '1e3' }, 400, 'DECIMAL_MALFORMED'],
    ['a price on a market order', { price: '1' }, 400, 'ORDER_TERMS_INVALID'],
    ['an unknown field', { leverage: '3' }, 400, 'FIELD_UNKNOWN'],
  ])('writes nothing and frees the key: %s', async (_, change, status, code) => {
    const before = await rows();
    const answer = await call(
      'POST',
      '/api/orders',
      { ...BODY, ...change },
      { 'Idempotency-Key': `free-${code}` },
    );
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await rows()).toEqual(before);
  });

  it('is recorded when risk denies it, and its key is used', async () => {
    const headers = { 'Idempotency-Key': 'denied-1' };
    const answer = await call('POST', '/api/orders', { ...BODY, side: 'SELL', quantity: '8' }, headers);
    expect(answer.status).toBe(422);
    expect(['INSUFFICIENT_BALANCE', 'MAX_ORDER_NOTIONAL']).toContain(answer.body.code);
    const stored = await call('GET', `/api/orders/${answer.body.orderId}`);
    expect(stored.body).toMatchObject({ status: 'RISK_DENIED', reason: { code: answer.body.code } });
    const again = await call('POST', '/api/orders', { ...BODY, side: 'SELL', quantity: '8' }, headers);
    expect(again).toMatchObject({ status: 200, body: { id: answer.body.orderId, status: 'RISK_DENIED' } });
  });
});

describe('limits of an account', () => {
  it('are read, changed by their version, and hold from the next order on', async () => {
    const read = await call('GET', '/api/risk/limits');
    expect(read).toMatchObject({ status: 200, body: { version: 0, maxOrderNotional: '100000' } });
    expect(read.headers.get('ETag')).toBe('"v0"');
    const { accountId, version, ...limits } = read.body;
    const change = { ...limits, accountId, maxOrderNotional: '50' };
    const headers = { 'If-Match': `"v${version}"` };
    const changed = await call('PUT', '/api/risk/limits', change, headers);
    expect(changed).toMatchObject({ status: 200, body: { version: 1, maxOrderNotional: '50' } });
    const stale = await call('PUT', '/api/risk/limits', change, headers);
    expect(stale).toMatchObject({ status: 412, body: { code: 'RISK_LIMITS_CHANGED' } });
    const denied = await call('POST', '/api/orders', BODY);
    expect(denied).toMatchObject({
      status: 422,
      body: { code: 'MAX_ORDER_NOTIONAL', riskType: 'MAX_ORDER_NOTIONAL', limit: '50' },
    });
    const events = await database.query<{ type: string; actor: string }>(
      `SELECT type, actor FROM event_log WHERE stream_id = $1 AND type IN ('RiskLimitsChanged', 'RiskLimitExceeded')
       ORDER BY stream_seq DESC LIMIT 2`,
      [accountId],
    );
    expect(events).toMatchObject([{ type: 'RiskLimitExceeded' }, { type: 'RiskLimitsChanged' }]);
    expect(events[1]?.actor).toMatch(/^key_/);
    expect((await call('GET', '/api/risk/limits')).body).toMatchObject({
      version: 1,
      maxOrderNotional: '50',
    });
  });
});
