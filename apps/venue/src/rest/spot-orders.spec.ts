import { Rehearsal } from '../venue-client.contract.js';

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start();
});
afterEach(() => alice.close());

const place = (params: Record<string, string | number>) =>
  alice.call('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', ...params });
const order = (params: Record<string, string | number>) =>
  alice.call('GET', '/api/v3/order', { symbol: 'BTCUSDT', ...params });
const cancel = (params: Record<string, string | number>) =>
  alice.call('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', ...params });

describe('placing', () => {
  it('answers in full, in result, or with an acknowledgement', async () => {
    alice.house('SELL', 4_000_000, 100_000);
    const full = await alice.limit('BUY', '0.1', '40000');
    expect(full.body).toEqual({
      symbol: 'BTCUSDT',
      orderId: 1,
      orderListId: -1,
      clientOrderId: expect.stringMatching(/^[A-Za-z0-9]{22}$/),
      transactTime: expect.any(Number),
      price: '40000.00000000',
      origQty: '0.10000000',
      executedQty: '0.10000000',
      origQuoteOrderQty: '0.00000000',
      cummulativeQuoteQty: '4000.00000000',
      status: 'FILLED',
      timeInForce: 'GTC',
      type: 'LIMIT',
      side: 'BUY',
      workingTime: expect.any(Number),
      selfTradePreventionMode: 'EXPIRE_MAKER',
      fills: [
        {
          price: '40000.00000000',
          qty: '0.10000000',
          commission: '0.00010000',
          commissionAsset: 'BTC',
          tradeId: 1,
        },
      ],
    });
    const result = await alice.limit('BUY', '0.1', '30000', { newOrderRespType: 'RESULT' });
    expect(result.body).toMatchObject({ status: 'NEW' });
    expect(result.body).not.toHaveProperty('fills');
    const ack = await place({ type: 'LIMIT_MAKER', quantity: '0.1', price: '30000' });
    expect(Object.keys(ack.body)).toEqual([
      'symbol',
      'orderId',
      'orderListId',
      'clientOrderId',
      'transactTime',
    ]);
  });

  it.each([
    ['no price', { type: 'LIMIT', timeInForce: 'GTC', quantity: '1' }, -1102],
    ['no time in force', { type: 'LIMIT', quantity: '1', price: '40000' }, -1102],
    ['an unknown time in force', { type: 'LIMIT', timeInForce: 'DAY', quantity: '1', price: '40000' }, -1115],
    ['an unknown type', { type: 'ICEBERG', quantity: '1' }, -1116],
    ['an unknown side', { type: 'MARKET', quantity: '1', side: 'LONG' }, -1117],
    ['an unknown symbol', { type: 'MARKET', quantity: '1', symbol: 'NOWHERE' }, -1121],
    ['a price for a market order', { type: 'MARKET', quantity: '1', price: '40000' }, -1106],
    ['quantity and budget', { type: 'MARKET', quantity: '1', quoteOrderQty: '10' }, -1106],
    ['a number in scientific notation', { type: 'MARKET', quantity: '1e-3' }, -1100],
    ['a negative number', { type: 'MARKET', quantity: '-1' }, -1100],
    ['nine decimals', { type: 'MARKET', quantity: '0.000000001' }, -1111],
    ['an empty quantity', { type: 'MARKET', quantity: '' }, -1105],
    ['a client id with a space', { type: 'MARKET', quantity: '1', newClientOrderId: 'not this' }, -1100],
    ['a client id of 37 letters', { type: 'MARKET', quantity: '1', newClientOrderId: 'x'.repeat(37) }, -1100],
    [
      'a stop price for a limit order',
      { type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '4', stopPrice: '3' },
      -1106,
    ],
    [
      'an iceberg that hides nothing',
      { type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '40000', icebergQty: '1' },
      -2010,
    ],
    [
      'an iceberg that does not rest',
      { type: 'LIMIT', timeInForce: 'IOC', quantity: '1', price: '40000', icebergQty: '0.1' },
      -1106,
    ],
    ['a market order that trails', { type: 'MARKET', quantity: '1', trailingDelta: '100' }, -1106],
    ['a stop without a trigger', { type: 'STOP_LOSS', quantity: '1' }, -1102],
    ['half a basis point', { type: 'STOP_LOSS', quantity: '1', side: 'SELL', trailingDelta: '0.5' }, -1100],
  ])('refuses %s', async (_, params, code) => {
    expect((await place(params)).body.code).toBe(code);
  });

  it.each([
    ['PRICE_FILTER', { price: '40000.001' }],
    ['PRICE_FILTER', { price: '0' }],
    ['PRICE_FILTER', { price: '1000000.01' }],
    ['LOT_SIZE', { quantity: '0.000011' }],
    ['LOT_SIZE', { quantity: '9000.00001' }],
    ['LOT_SIZE', { quantity: '0' }],
    ['NOTIONAL', { quantity: '0.0001', price: '49999' }],
    ['PERCENT_PRICE_BY_SIDE', { price: '200000.01' }],
    ['PERCENT_PRICE_BY_SIDE', { price: '7999.99' }],
    ['MAX_POSITION', { quantity: '9', price: '20000' }],
  ])('fails %s with %j', async (filter, wrong) => {
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 100);
    alice.admin.changeRules('BTCUSDT', { maxPosition: '10' });
    const terms = { type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '40000', ...wrong };
    expect((await place(terms)).body).toEqual({ code: -1013, msg: `Filter failure: ${filter}` });
  });

  it('fails MARKET_LOT_SIZE for market orders alone', async () => {
    alice.admin.deposit({ accountId: 'alice', asset: 'BTC', amount: '5000' });
    expect((await place({ type: 'MARKET', side: 'SELL', quantity: '1000.1' })).body.msg).toContain(
      'MARKET_LOT_SIZE',
    );
    expect((await alice.limit('SELL', '1000.1', '8000')).status).toBe(200);
  });

  it('fails the count of open orders, and of those with a trigger', async () => {
    alice.admin.changeRules('BTCUSDT', { maxOpenOrders: 2, maxOpenTriggerOrders: 1 });
    const stop = {
      type: 'STOP_LOSS_LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
      price: '51000',
      stopPrice: '50000',
    };
    expect((await place(stop)).status).toBe(200);
    expect((await place(stop)).body.msg).toContain('MAX_NUM_ALGO_ORDERS');
    await alice.limit('BUY', '0.001', '40000');
    expect((await alice.limit('BUY', '0.001', '40000')).body.msg).toContain('MAX_NUM_ORDERS');
  });

  it.each([
    ['LIMIT', { price: '100000.01', timeInForce: 'GTC', quantity: '1' }],
    ['MARKET', { quantity: '3' }],
    ['MARKET', { quoteOrderQty: '100001' }],
  ])('refuses a %s order that the account cannot pay', async (type, terms) => {
    alice.house('SELL', 4_000_000, 10_000_000);
    const { status, body } = await place({ type, ...terms });
    expect([status, body]).toEqual([
      400,
      { code: -2010, msg: 'Account has insufficient balance for requested action.' },
    ]);
  });

  it('buys for an amount of the quote asset', async () => {
    alice.house('SELL', 4_000_000, 1_000);
    alice.house('SELL', 5_000_000, 100_000);
    const { body } = await place({ type: 'MARKET', quoteOrderQty: '1000' });
    expect(body).toMatchObject({
      status: 'FILLED',
      origQuoteOrderQty: '1000.00000000',
      executedQty: '0.02200000',
      cummulativeQuoteQty: '1000.00000000',
    });
    expect(body.fills).toHaveLength(2);
  });

  it('refuses a maker order that would take, and a stop beyond its price', async () => {
    alice.house('SELL', 4_000_000, 1_000);
    expect((await place({ type: 'LIMIT_MAKER', quantity: '0.1', price: '40000' })).body).toEqual({
      code: -2010,
      msg: 'Order would immediately match and take.',
    });
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 1);
    expect((await place({ type: 'STOP_LOSS', quantity: '0.1', stopPrice: '39000' })).body).toEqual({
      code: -2010,
      msg: 'Order would trigger immediately.',
    });
    expect((await place({ type: 'TAKE_PROFIT', quantity: '0.1', stopPrice: '39000' })).status).toBe(200);
  });

  it('tests an order without placing it', async () => {
    const terms = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };
    expect((await alice.call('POST', '/api/v3/order/test', terms)).body).toEqual({});
    expect((await alice.call('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })).body).toEqual([]);
  });

  it('is closed while the market is', async () => {
    alice.admin.setStatus('BTCUSDT', 'BREAK');
    expect((await alice.limit('BUY', '0.1', '40000')).body).toEqual({
      code: -2010,
      msg: 'Market is closed.',
    });
  });
});

describe('client ids', () => {
  it('are unique among open orders only: the same id executes twice once the first order filled', async () => {
    const twin = { newClientOrderId: 'twin' };
    const first = await alice.limit('BUY', '0.1', '40000', twin);
    expect((await alice.limit('BUY', '0.1', '40000', twin)).body).toEqual({
      code: -2010,
      msg: 'Duplicate order sent.',
    });
    alice.house('SELL', 4_000_000, 20_000);
    const second = await alice.limit('BUY', '0.1', '40000', twin);
    expect(second.body).toMatchObject({ status: 'FILLED', clientOrderId: 'twin' });
    expect(second.body.orderId).not.toBe(first.body.orderId);
    expect((await order({ origClientOrderId: 'twin' })).body.orderId).toBe(second.body.orderId);
    expect(alice.balance('BTC').free).toBe('2.1998');
  });

  it('are unique for ever, or not at all, where the venue is told so', async () => {
    const twin = { newClientOrderId: 'twin' };
    alice.admin.setQuirks({ clientIds: 'FOREVER' });
    await alice.limit('BUY', '0.1', '40000', twin);
    await cancel({ origClientOrderId: 'twin' });
    expect((await alice.limit('BUY', '0.1', '40000', twin)).body.code).toBe(-2010);
    alice.admin.setQuirks({ clientIds: 'NONE' });
    await alice.limit('BUY', '0.1', '40000', twin);
    expect((await alice.limit('BUY', '0.1', '40000', twin)).status).toBe(200);
  });
});

describe('canceling', () => {
  it('answers with the order’s id and the cancel’s own', async () => {
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'mine' });
    const { body } = await cancel({ origClientOrderId: 'mine', newClientOrderId: 'goodbye' });
    expect(body).toMatchObject({
      origClientOrderId: 'mine',
      clientOrderId: 'goodbye',
      status: 'CANCELED',
      executedQty: '0.00000000',
    });
    expect(alice.balance('USDT')).toEqual({ free: '100000', locked: '0' });
    expect((await order({ origClientOrderId: 'mine' })).body.status).toBe('CANCELED');
  });

  it('knows no order that is over, another’s, or not the one that both ids name', async () => {
    const { body: placed } = await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'mine' });
    const unknown = { code: -2011, msg: 'Unknown order sent.' };
    expect((await cancel({ orderId: placed.orderId, origClientOrderId: 'other' })).body).toEqual(unknown);
    await cancel({ orderId: placed.orderId });
    expect((await cancel({ orderId: placed.orderId })).body).toEqual(unknown);
    expect((await cancel({ orderId: 999 })).body).toEqual(unknown);
    expect((await cancel({})).body.code).toBe(-1102);
  });

  it('can be limited to orders that have not filled yet', async () => {
    alice.house('SELL', 4_000_000, 5_000);
    const { body: placed } = await alice.limit('BUY', '0.1', '40000');
    expect((await cancel({ orderId: placed.orderId, cancelRestrictions: 'ONLY_NEW' })).body.code).toBe(-2011);
    expect(
      (await cancel({ orderId: placed.orderId, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' })).body,
    ).toMatchObject({
      status: 'CANCELED',
      executedQty: '0.05000000',
    });
  });

  it('ends all open orders of a symbol', async () => {
    await alice.limit('BUY', '0.1', '40000');
    await alice.limit('BUY', '0.1', '39000');
    const all = () => alice.call('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect((await all()).body).toMatchObject([{ status: 'CANCELED' }, { status: 'CANCELED' }]);
    expect((await all()).body.code).toBe(-2011);
  });
});

describe('replacing', () => {
  const replace = (params: Record<string, string | number>) =>
    alice.call('POST', '/api/v3/order/cancelReplace', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.1',
      price: '41000',
      cancelReplaceMode: 'STOP_ON_FAILURE',
      ...params,
    });

  it('cancels and places', async () => {
    const { body: placed } = await alice.limit('BUY', '0.1', '40000');
    expect(await replace({ cancelOrderId: placed.orderId })).toMatchObject({
      status: 200,
      body: {
        cancelResult: 'SUCCESS',
        newOrderResult: 'SUCCESS',
        cancelResponse: { orderId: placed.orderId, status: 'CANCELED' },
        newOrderResponse: { price: '41000.00000000', status: 'NEW' },
      },
    });
  });

  it('stops at a failed cancel, or goes on', async () => {
    expect(await replace({ cancelOrderId: 999 })).toMatchObject({
      status: 400,
      body: {
        code: -2022,
        data: { cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED', newOrderResponse: null },
      },
    });
    expect(await replace({ cancelOrderId: 999, cancelReplaceMode: 'ALLOW_FAILURE' })).toMatchObject({
      status: 409,
      body: { code: -2021, data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS' } },
    });
  });

  it('tells of a cancel that is done when the new order is refused', async () => {
    const { body: placed } = await alice.limit('BUY', '0.1', '40000');
    const told = await replace({ cancelOrderId: placed.orderId, quantity: '10' });
    expect(told).toMatchObject({
      status: 409,
      body: {
        code: -2021,
        data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -2010 } },
      },
    });
    expect((await order({ orderId: placed.orderId })).body.status).toBe('CANCELED');
  });

  it('amends to a smaller quantity under a new id', async () => {
    const { body: placed } = await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'before' });
    const amend = (newQty: string) =>
      alice.call('PUT', '/api/v3/order/amend/keepPriority', {
        symbol: 'BTCUSDT',
        orderId: placed.orderId,
        newQty,
        newClientOrderId: 'after',
      });
    expect((await amend('0.04')).body.amendedOrder).toMatchObject({
      orderId: placed.orderId,
      origClientOrderId: 'before',
      clientOrderId: 'after',
      qty: '0.04000000',
    });
    expect((await amend('0.05')).body.code).toBe(-2038);
    expect(alice.balance('USDT').locked).toBe('1600');
  });
});

describe('one cancels the other', () => {
  const oco = (params: Record<string, string | number> = {}) =>
    alice.call('POST', '/api/v3/orderList/oco', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '1',
      aboveType: 'LIMIT_MAKER',
      abovePrice: '45000',
      belowType: 'STOP_LOSS_LIMIT',
      belowStopPrice: '38000',
      belowPrice: '37000',
      belowTimeInForce: 'GTC',
      listClientOrderId: 'pair',
      ...params,
    });

  it('rests on one reservation and ends together', async () => {
    const { body } = await oco();
    expect(body).toMatchObject({
      orderListId: 0,
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: 'pair',
      orderReports: [
        { type: 'LIMIT_MAKER', status: 'NEW' },
        { type: 'STOP_LOSS_LIMIT', status: 'NEW' },
      ],
    });
    expect(alice.balance('BTC')).toEqual({ free: '1', locked: '1' });
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_500_000, 100_000);
    const { body: list } = await alice.call('GET', '/api/v3/orderList', { origClientOrderId: 'pair' });
    expect(list).toMatchObject({ listStatusType: 'ALL_DONE', listOrderStatus: 'ALL_DONE' });
    const { body: orders } = await alice.call('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' });
    expect(orders.map(({ status }: { status: string }) => status)).toEqual(['FILLED', 'EXPIRED']);
    expect(alice.balance('BTC')).toEqual({ free: '1', locked: '0' });
  });

  it('is refused with its prices the wrong way round', async () => {
    expect((await oco({ belowStopPrice: '46000' })).body.msg).toContain('relationship of the prices');
  });

  it('takes the older form', async () => {
    const { body } = await alice.call('POST', '/api/v3/order/oco', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '1',
      price: '45000',
      stopPrice: '38000',
      stopLimitPrice: '37000',
      stopLimitTimeInForce: 'GTC',
    });
    expect(body.orderReports.map(({ type }: { type: string }) => type)).toEqual([
      'LIMIT_MAKER',
      'STOP_LOSS_LIMIT',
    ]);
    const { body: canceled } = await alice.call('DELETE', '/api/v3/orderList', {
      symbol: 'BTCUSDT',
      orderListId: body.orderListId,
    });
    expect(canceled).toMatchObject({
      listStatusType: 'ALL_DONE',
      orderReports: [{ status: 'CANCELED' }, { status: 'CANCELED' }],
    });
  });
});
