import { ALICE, API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const BTC = { symbol: 'BTCUSDT' };

let alice: Rehearsal;

beforeEach(async () => {
  const account = {
    ...ALICE,
    fees: { maker: '0.0002', taker: '0.0004' },
    feeAsset: { asset: 'BNB', discount: '0.25' },
  };
  alice = await Rehearsal.start({ clock: { frozenAt: NOW }, accounts: [account] });
});
afterEach(() => alice.close());

const get = async (path: string, params = {}) => (await alice.call('GET', path, params)).body;
const pass = (ms: number) => alice.venue.core.clock.advance(ms);
const ids = (rows: { orderId: number }[]) => rows.map(({ orderId }) => orderId);

describe('the account', () => {
  it('shows balances, rates and what may be done', async () => {
    await alice.limit('BUY', '0.1', '40000');
    expect(await get('/api/v3/account')).toEqual({
      makerCommission: 2,
      takerCommission: 4,
      buyerCommission: 0,
      sellerCommission: 0,
      commissionRates: {
        maker: '0.00020000',
        taker: '0.00040000',
        buyer: '0.00000000',
        seller: '0.00000000',
      },
      canTrade: true,
      canWithdraw: true,
      canDeposit: true,
      brokered: false,
      requireSelfTradePrevention: false,
      preventSor: false,
      updateTime: NOW,
      accountType: 'SPOT',
      balances: [
        { asset: 'USDT', free: '96000.00000000', locked: '4000.00000000' },
        { asset: 'BTC', free: '2.00000000', locked: '0.00000000' },
        { asset: 'BNB', free: '10.00000000', locked: '0.00000000' },
      ],
      permissions: ['SPOT'],
      uid: expect.any(Number),
    });
  });

  it('leaves out what it has nothing of, where asked', async () => {
    alice.admin.deposit({ accountId: 'alice', asset: 'BNB', amount: '-10' });
    const { balances } = await get('/api/v3/account', { omitZeroBalances: 'true' });
    expect(balances.map(({ asset }: { asset: string }) => asset)).toEqual(['USDT', 'BTC']);
  });

  it('was updated when its money last moved', async () => {
    pass(5_000);
    await alice.limit('BUY', '0.1', '40000');
    pass(5_000);
    expect((await get('/api/v3/account')).updateTime).toBe(NOW + 5_000);
  });

  it('tells rates by symbol, in both places, and the discount', async () => {
    expect(await get('/api/v3/account/commission', BTC)).toMatchObject({
      symbol: 'BTCUSDT',
      standardCommission: { maker: '0.00020000', taker: '0.00040000' },
      discount: { enabledForAccount: true, discountAsset: 'BNB', discount: '0.25000000' },
    });
    expect(await get('/sapi/v1/asset/tradeFee', BTC)).toEqual([
      { symbol: 'BTCUSDT', makerCommission: '0.0002', takerCommission: '0.0004' },
    ]);
  });

  it('pays commissions in the third asset once it has a price', async () => {
    alice.admin.houseTrade('BNBUSDT', 'BUY', 60_000, 1);
    alice.house('SELL', 4_000_000, 10_000);
    const { body } = await alice.limit('BUY', '0.1', '40000');
    // 4,000 × 0.04 % × 0.75 at 600 a piece.
    expect(body.fills).toMatchObject([{ commission: '0.00200000', commissionAsset: 'BNB' }]);
    expect(alice.balance('BNB').free).toBe('9.998');
    expect(alice.balance('BTC').free).toBe('2.1');
  });

  it('knows its assets and its key', async () => {
    const assets = await get('/sapi/v1/capital/config/getall');
    expect(assets.find(({ coin }: { coin: string }) => coin === 'BTC')).toMatchObject({
      free: '2.00000000',
      trading: true,
    });
    expect(await get('/sapi/v1/account/apiRestrictions')).toMatchObject({
      ipRestrict: false,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
    });
    const pairs = await alice.send('GET', '/sapi/v1/margin/allPairs', {
      headers: { 'X-MBX-APIKEY': API_KEY },
    });
    expect(pairs.body).toEqual([]);
  });
});

describe('times', () => {
  it('are microseconds for who asks for them, in timestamps sent and told', async () => {
    const headers = { 'X-MBX-TIME-UNIT': 'MICROSECOND' };
    expect((await alice.send('GET', '/api/v3/time', { headers })).body).toEqual({ serverTime: NOW * 1_000 });
    const query = alice.sign({ timestamp: NOW * 1_000 });
    const { body } = await alice.send('GET', `/api/v3/account?${query}`, { headers });
    expect([body.updateTime, body.uid]).toEqual([NOW * 1_000, expect.any(Number)]);
    expect((await alice.send('GET', '/api/v3/time')).body).toEqual({ serverTime: NOW });
  });
});

describe('orders and trades of the past', () => {
  beforeEach(async () => {
    for (const price of ['40000', '39000', '38000']) {
      await alice.limit('BUY', '0.1', price);
      pass(HOUR);
    }
  });

  it('are found by time: from a start the oldest, else the newest', async () => {
    const all = '/api/v3/allOrders';
    expect(ids(await get(all, BTC))).toEqual([1, 2, 3]);
    expect(ids(await get(all, { ...BTC, limit: 2 }))).toEqual([2, 3]);
    expect(ids(await get(all, { ...BTC, startTime: NOW + 1, limit: 1 }))).toEqual([2]);
    expect(ids(await get(all, { ...BTC, endTime: NOW + HOUR, limit: 1 }))).toEqual([2]);
    expect(ids(await get(all, { ...BTC, orderId: 2 }))).toEqual([2, 3]);
    expect((await get(all, { ...BTC, startTime: NOW, endTime: NOW + 25 * HOUR })).code).toBe(-1127);
  });

  it('are found by order, by trade, and not by both a trade and a time', async () => {
    for (const lots of [4_000, 6_000, 10_000]) {
      alice.admin.houseTrade('BTCUSDT', 'SELL', 3_900_000, lots);
      pass(HOUR);
    }
    const trades = async (params = {}) =>
      ((await get('/api/v3/myTrades', { ...BTC, ...params })) as { id: number; orderId: number }[]).map(
        ({ id, orderId }) => [id, orderId],
      );
    expect(await trades()).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(await trades({ orderId: 1 })).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(await trades({ fromId: 2 })).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect(await trades({ startTime: NOW + 4 * HOUR })).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect((await get('/api/v3/myTrades', { ...BTC, fromId: 2, startTime: NOW })).code).toBe(-1128);
    expect(await get('/api/v3/myTrades', { ...BTC, fromId: 3 })).toEqual([
      {
        symbol: 'BTCUSDT',
        id: 3,
        orderId: 2,
        orderListId: -1,
        price: '39000.00000000',
        qty: '0.10000000',
        quoteQty: '3900.00000000',
        commission: '0.00002000',
        commissionAsset: 'BTC',
        time: NOW + 5 * HOUR,
        isBuyer: true,
        isMaker: true,
        isBestMatch: true,
      },
    ]);
  });

  it('are open across symbols, or in one', async () => {
    alice.admin.openAccount({ ...ALICE, accountId: 'bob', keys: [{ apiKey: 'bobs-key', secret: SECRET }] });
    await alice.call('POST', '/api/v3/order', {
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '1',
      price: '2000',
    });
    expect(ids(await get('/api/v3/openOrders'))).toEqual([1, 2, 3, 4]);
    expect(ids(await get('/api/v3/openOrders', { symbol: 'ETHUSDT' }))).toEqual([4]);
    expect(await get('/api/v3/openOrders', { symbol: 'BNBUSDT' })).toEqual([]);
  });
});
