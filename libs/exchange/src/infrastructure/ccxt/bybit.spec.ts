import {
  accountId,
  ccxtUnderTest,
  credential,
  describeAnswers,
  sendOrder,
  START,
  valueOf,
} from './scripted-channel.contract.js';
import type { ScriptedChannel } from './scripted-channel.contract.js';

const spot = {
  symbol: 'BTCUSDT',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  innovation: '0',
  status: 'Trading',
  marginTrading: 'none',
  lotSizeFilter: {
    basePrecision: '0.000001',
    quotePrecision: '0.00000001',
    minOrderQty: '0.000048',
    maxOrderQty: '71.73',
    minOrderAmt: '1',
    maxOrderAmt: '2000000',
  },
  priceFilter: { tickSize: '0.01' },
};

const linear = {
  symbol: 'BTCUSDT',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  settleCoin: 'USDT',
  launchTime: '1584230400000',
  deliveryTime: '0',
  priceScale: '2',
  leverageFilter: { minLeverage: '1', maxLeverage: '100', leverageStep: '0.01' },
  priceFilter: { minPrice: '0.10', maxPrice: '1999999.80', tickSize: '0.10' },
  lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: '0.001', qtyStep: '0.001', minNotionalValue: '5' },
};

const ours = `ord_${'1'.padStart(32, '0')}`;
const ok = (result: object) => ({ body: { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: START } });
const no = (retCode: number, retMsg = 'no') => ({ retCode, retMsg, result: {}, retExtInfo: {}, time: START });

function here(script: (channel: ScriptedChannel) => void = () => undefined) {
  return ccxtUnderTest('bybit', (channel) => {
    channel.on('GET /v5/market/instruments-info', ({ fields }) =>
      ok({
        category: fields['category'],
        list: [fields['category'] === 'spot' ? spot : linear],
        nextPageCursor: '',
      }),
    );
    script(channel);
  });
}

const taken = ok({ orderId: '1321003749386327552', orderLinkId: ours });

it('a placement leaves as one request with our id, our numbers and the window that is signed', async () => {
  const world = await here((channel) => channel.on('POST /v5/order/create', taken));
  expect(await sendOrder(world, { lots: 600 })).toMatchObject({
    outcome: 'CONFIRMED',
    value: { venueOrderId: '1321003749386327552', status: 'NEW' },
  });
  const { fields, request } = world.channel.last('POST');
  expect(fields).toEqual({
    category: 'spot',
    symbol: 'BTCUSDT',
    side: 'Buy',
    orderType: 'Limit',
    orderLinkId: ours,
    qty: '0.0006',
    price: '60000.12',
    timeInForce: 'GTC',
  });
  expect(request.headers).toMatchObject({ 'X-BAPI-RECV-WINDOW': '5000', 'X-BAPI-TIMESTAMP': String(START) });
  expect(world.channel.sent.filter(({ request: { method } }) => method === 'POST')).toHaveLength(1);
  await sendOrder(world, { type: 'MARKET', priceTicks: null, lots: null, quoteUnits: 25n * 10n ** 18n });
  expect(world.channel.last('POST').fields).toMatchObject({
    orderType: 'Market',
    qty: '25',
    marketUnit: 'quoteCoin',
  });
  await sendOrder(world, { symbol: 'BTC/USDT:USDT', lots: 5, priceTicks: 600_001, postOnly: true });
  expect(world.channel.last('POST').fields).toMatchObject({
    category: 'linear',
    qty: '0.005',
    timeInForce: 'PostOnly',
  });
});

describeAnswers('the table of Bybit', here, 'POST /v5/order/create', [
  ['no funds, spot', 200, no(170_131), 'REFUSED', 'INSUFFICIENT_BALANCE'],
  ['no funds, contracts', 200, no(110_007), 'REFUSED', 'INSUFFICIENT_BALANCE'],
  ['duplicate id', 200, no(110_072), 'UNKNOWN', 'DUPLICATE_CLIENT_ORDER_ID'],
  ['timeout inside', 200, no(10_000), 'UNKNOWN', 'VENUE_TIMEOUT'],
  ['creation timed out', 200, no(170_146), 'UNKNOWN', 'VENUE_TIMEOUT'],
  ['server error', 200, no(10_016), 'UNKNOWN', 'VENUE_ERROR'],
  ['late', 200, no(10_002), 'REFUSED', 'TIMESTAMP_OUTSIDE_WINDOW'],
  ['too fast', 200, no(10_006), 'REFUSED', 'RATE_LIMITED'],
  ['filled already', 200, no(170_139), 'REFUSED', 'UNKNOWN_ORDER'],
  ['would take', 200, no(170_218), 'REFUSED', 'POST_ONLY_WOULD_TAKE'],
  ['bad key', 200, no(10_003), 'REFUSED', 'CREDENTIAL_INVALID'],
  ['unlisted', 200, no(199_999), 'UNKNOWN', 'UNLISTED_ANSWER'],
  ['no code', 200, {}, 'UNKNOWN', 'UNLISTED_ANSWER'],
  ['yes without an id', 200, ok({}).body, 'UNKNOWN', 'UNREADABLE_ANSWER'],
]);

const order = {
  orderId: '5',
  orderLinkId: ours,
  symbol: 'BTCUSDT',
  orderType: 'Limit',
  side: 'Sell',
  price: '60000.12',
  qty: '0.0006',
  cumExecQty: '0.0006',
  cumExecValue: '36.000072',
  avgPrice: '60000.12',
  leavesQty: '0',
  cumExecFee: '0.036',
  orderStatus: 'Filled',
  timeInForce: 'GTC',
  createdTime: String(START),
  updatedTime: String(START + 3),
};

it('an order that is no longer in the recent list is found in the history', async () => {
  const world = await here((channel) =>
    channel.on('GET /v5/order/realtime', ok({ list: [] })).on('GET /v5/order/history', ok({ list: [order] })),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toMatchObject({
    clientOrderId: ours,
    side: 'SELL',
    status: 'FILLED',
    filledLots: 600,
    cumulativeQuoteUnits: 36_000_072_000_000_000_000n,
    updatedAt: START + 3,
  });
  world.channel.on('GET /v5/order/history', ok({ list: [] }));
  expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toBeNull();
});

it('open orders are those of spot and of contracts, whatever these are settled in', async () => {
  const open = { ...order, orderStatus: 'New', cumExecQty: '0', cumExecValue: '0', leavesQty: '0.0006' };
  const contract = { ...open, price: '60000.1', qty: '0.006', leavesQty: '0.006' };
  const world = await here((channel) =>
    channel.on('GET /v5/order/realtime', ({ fields }) =>
      ok({
        list:
          fields['category'] === 'spot' ? [open] : [{ ...contract, orderId: String(fields['settleCoin']) }],
      }),
    ),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.openOrders()).map(({ venueOrderId }) => venueOrderId)).toEqual([
    ...['5', 'USDT', 'USDC'],
  ]);
});

it('fills of spot and contracts come together, each under its order', async () => {
  const fill = (category: string) => ({
    symbol: 'BTCUSDT',
    orderId: '5',
    orderLinkId: ours,
    side: 'Sell',
    execId: `e-${category}`,
    execPrice: '60000.1',
    execQty: '0.001',
    execValue: '60',
    execFee: '0.06',
    feeCurrency: 'USDT',
    feeRate: '0.001',
    execTime: String(START - 5_000),
    execType: 'Trade',
    isMaker: true,
  });
  const world = await here((channel) =>
    channel.on('GET /v5/execution/list', ({ fields }) =>
      ok({
        list:
          Number(fields['startTime']) < START - 5_000 && Number(fields['endTime']) >= START - 5_000
            ? [fill(String(fields['category']))]
            : [],
      }),
    ),
  );
  const session = await world.gateway.open(accountId);
  const { fills, cursor } = valueOf(await session.fillsSince(null));
  expect(fills.map(({ symbol, lots, clientOrderId, role }) => [symbol, lots, clientOrderId, role])).toEqual([
    ['BTC/USDT', 1_000, ours, 'MAKER'],
    ['BTC/USDT:USDT', 1, ours, 'MAKER'],
  ]);
  expect(valueOf(await session.fillsSince(cursor))).toEqual({ fills: [], cursor });
});

it('tells what a key may do', async () => {
  const permissions = { Spot: ['SpotTrade'], Wallet: ['AccountTransfer'], ContractTrade: [] };
  const world = await here((channel) =>
    channel.on('GET /v5/user/query-api', ok({ userID: 24617703, readOnly: 0, permissions, ips: ['*'] })),
  );
  expect(valueOf(await world.gateway.permissions(credential))).toEqual({
    read: true,
    trade: true,
    withdraw: false,
    transfer: true,
    ipRestricted: false,
    accountIdentity: '24617703',
  });
});
