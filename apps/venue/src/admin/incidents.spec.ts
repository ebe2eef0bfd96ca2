import { Rehearsal } from '../venue-client.contract.js';

const BTC = { symbol: 'BTCUSDT' };

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start();
});
afterEach(() => alice.close());

/** What the client is told within a moment: a status and, where there is one, a code or an order's status. */
async function told(call: Promise<{ status: number; body: any }>): Promise<string> {
  const silence = new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), 250));
  const heard = call.then(
    ({ status, body }) => [status, body?.code ?? body?.status ?? typeof body].join(' '),
    () => 'an error',
  );
  return Promise.race([heard, silence]);
}

/** What the venue itself holds of the order. */
function truth(): string {
  const orders = alice.venue.core.engine.orders.of('alice', 'BTCUSDT');
  return orders.map(({ status, filledLots }) => `${status} ${filledLots}`).join(', ') || 'no order';
}

const place = () => alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'mine' });
const cancel = () => alice.call('DELETE', '/api/v3/order', { ...BTC, origClientOrderId: 'mine' });
const find = () => alice.call('GET', '/api/v3/order', { ...BTC, origClientOrderId: 'mine' });

describe('placing an order in an incident', () => {
  it.each([
    ['answer-lost-order-live', 'an error', 'NEW 0'],
    ['answer-lost-order-filled', 'an error', 'FILLED 10000'],
    ['answer-hangs-order-live', 'nothing', 'NEW 0'],
    ['request-lost', 'an error', 'no order'],
    ['request-late-inside-window', 'nothing', 'no order'],
    ['request-late-past-window', 'nothing', 'no order'],
    ['request-delivered-twice', '400 -2010', 'NEW 0'],
    ['answer-twice', '200 NEW', 'NEW 0'],
    ['bad-gateway-order-live', '502 string', 'NEW 0'],
    ['bad-gateway-not-accepted', '502 string', 'no order'],
    ['engine-timeout-order-live', '504 -1007', 'NEW 0'],
    ['answer-truncated', 'an error', 'NEW 0'],
    ['answer-stops-mid-body', 'nothing', 'NEW 0'],
    ['answer-in-html', '200 string', 'NEW 0'],
    ['answer-in-odd-numbers', '200 NEW', 'NEW 0'],
    ['answer-trickles', 'nothing', 'NEW 0'],
    ['rate-limited', '429 -1003', 'no order'],
    ['banned', '418 -1003', 'no order'],
    ['blocked-by-firewall', '403 string', 'no order'],
    ['key-revoked', '401 -2015', 'no order'],
    ['funds-denied', '400 -2010', 'no order'],
    ['delisted', '400 -2010', 'no order'],
    ['maintenance', '503 -1001', 'no order'],
    ['venue-clock-ahead', '400 -1021', 'no order'],
    ['venue-clock-behind', '400 -1021', 'no order'],
  ])('%s: the client hears %s, the venue has %s', async (name, heard, held) => {
    // Signed by the client's own clock, as a client would.
    const timestamp = Date.now();
    alice.admin.start(name, { account: 'alice' });
    const terms = { ...BTC, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '40000' };
    const call = alice.call('POST', '/api/v3/order', { ...terms, newClientOrderId: 'mine', timestamp });
    expect([await told(call), truth()]).toEqual([heard, held]);
    call.catch(() => undefined);
  });

  it('request-late-inside-window: the order arrives after its client gave up', async () => {
    alice.admin.start('request-late-inside-window', { ms: 300 });
    const call = place();
    expect([await told(call), truth()]).toEqual(['nothing', 'no order']);
    await call;
    expect(truth()).toBe('NEW 0');
  });

  it('quantity-rounded: less is taken than was asked', async () => {
    alice.admin.start('quantity-rounded', { account: 'alice' });
    const { body } = await alice.limit('BUY', '0.12345', '40000');
    expect(body.origQty).toBe('0.12340000');
  });
});

describe('canceling an order in an incident', () => {
  it.each([
    ['cancel-answer-lost', 'an error', 'CANCELED 0'],
    ['cancel-lost', 'an error', 'NEW 0'],
    ['cancel-of-filled', '400 -2011', 'FILLED 10000'],
    ['partial-fill-before-cancel', '200 CANCELED', 'CANCELED 5000'],
  ])('%s: the client hears %s, the venue has %s', async (name, heard, held) => {
    await place();
    alice.admin.start(name, { account: 'alice' });
    expect([await told(cancel()), truth()]).toEqual([heard, held]);
  });

  it('fill-after-cancel: acknowledged first, filled later', async () => {
    await place();
    alice.admin.start('fill-after-cancel', { ms: 30 });
    expect([await told(cancel()), truth()]).toEqual(['200 CANCELED', 'CANCELED 0']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(truth()).toBe('CANCELED 5000');
  });

  it('cancel-replace-half-done: the old order is gone and there is no new one', async () => {
    await place();
    alice.admin.start('cancel-replace-half-done', { account: 'alice' });
    const terms = { ...BTC, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '41000' };
    const call = alice.call('POST', '/api/v3/order/cancelReplace', {
      ...terms,
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'mine',
    });
    expect([await told(call), truth()]).toEqual(['409 -2021', 'CANCELED 0']);
  });
});

describe('asking for an order in an incident', () => {
  it.each([
    ['query-lag', '400 -2013'],
    ['orders-forgotten', '400 -2013'],
    ['orders-archived', '400 -2026'],
  ])('%s: the client hears %s of an order that was there', async (name, heard) => {
    await place();
    await cancel();
    expect(await told(find())).toBe('200 CANCELED');
    alice.admin.start(name, { account: 'alice' });
    expect(await told(find())).toBe(heard);
  });

  it('balance-disagrees: no fill explains what the account shows', async () => {
    alice.admin.start('balance-disagrees', { account: 'alice' });
    const { body } = await alice.call('GET', '/api/v3/account');
    expect(body.balances[0]).toEqual({ asset: 'USDT', free: '99876.55000000', locked: '0.00000000' });
    expect(alice.balance('USDT').free).toBe('100000');
  });

  it('equal-timestamps: trades of one moment cannot be told apart by time', async () => {
    alice.admin.start('equal-timestamps');
    await place();
    for (const lots of [1_000, 2_000, 3_000]) alice.admin.houseTrade('BTCUSDT', 'SELL', 4_000_000, lots);
    const { body } = await alice.call('GET', '/api/v3/myTrades', BTC);
    expect(new Set(body.map(({ time }: { time: number }) => time)).size).toBe(1);
    expect(body).toHaveLength(3);
  });

  it('price-spike: one trade at ten times the price, and back', async () => {
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 1);
    alice.admin.start('price-spike', BTC);
    const { body } = await alice.send('GET', '/api/v3/trades?symbol=BTCUSDT');
    expect(body.map(({ price }: { price: string }) => Number(price))).toEqual([40_000, 400_000, 40_000]);
  });
});

describe('incidents of perpetuals', () => {
  it('strike the futures endpoint when they are told to, and not spot', async () => {
    const [started] = alice.admin.start('answer-lost-order-live', { product: 'futures' });
    expect(started).toContain('POST /fapi/v1/order');
    expect(await told(place())).toBe('200 NEW');
    expect(() => alice.admin.start('cancel-of-filled', { product: 'futures' })).toThrow('is for spot');
  });
});
