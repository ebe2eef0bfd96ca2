import { createHmac } from 'node:crypto';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import {
  accountId,
  ccxtUnderTest,
  credential,
  NO_CONDITIONS,
  sendOrder,
  START,
  termsOf,
} from './scripted-channel.contract.js';
import type { CcxtUnderTest, ScriptedChannel } from './scripted-channel.contract.js';

const BTCUSDT = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  baseAssetPrecision: 8,
  quoteAsset: 'USDT',
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  orderTypes: [
    'LIMIT',
    'LIMIT_MAKER',
    'MARKET',
    'STOP_LOSS',
    'STOP_LOSS_LIMIT',
    'TAKE_PROFIT_LIMIT',
    'TAKE_PROFIT',
  ],
  allowTrailingStop: true,
  icebergAllowed: false,
  isSpotTradingAllowed: true,
  permissionSets: [['SPOT']],
  filters: [
    {
      filterType: 'PRICE_FILTER',
      minPrice: '0.01000000',
      maxPrice: '1000000.00000000',
      tickSize: '0.01000000',
    },
    { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    { filterType: 'NOTIONAL', minNotional: '5.00000000', maxNotional: '9000000.00000000' },
  ],
};

/** A step that has no exact count in it, and a base that is no asset of ours. */
const OFF_GRID = { ...BTCUSDT, symbol: 'ODDUSDT', baseAsset: 'ODD' };
const odd = {
  ...OFF_GRID,
  filters: OFF_GRID.filters.map((filter) =>
    filter.filterType === 'LOT_SIZE' ? { ...filter, stepSize: '0.00000000000000000001' } : filter,
  ),
};

function venue(channel: ScriptedChannel): void {
  channel.on('GET /api/v3/exchangeInfo', { body: { symbols: [BTCUSDT, odd] } });
}

const placed = {
  symbol: 'BTCUSDT',
  orderId: 4_711,
  clientOrderId: 'x',
  transactTime: START + 7,
  price: '60000.12000000',
  origQty: '0.00060000',
  executedQty: '0.00000000',
  origQuoteOrderQty: '0.00000000',
  cummulativeQuoteQty: '0.00000000',
  status: 'NEW',
  timeInForce: 'GTC',
  type: 'LIMIT',
  side: 'BUY',
  fills: [],
};

/** As Binance writes it: an id past 2^53 is digits, not a double. */
const placedText = JSON.stringify(placed).replace('4711', '9007199254740993');

async function here(script: (channel: ScriptedChannel) => void = () => undefined): Promise<CcxtUnderTest> {
  return ccxtUnderTest('binance', (channel) => {
    venue(channel);
    script(channel);
  });
}

function value<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

it('asks Binance for the markets that trade, without the permissions that make up most of the answer', async () => {
  const world = await here();
  await world.gateway.instruments();
  const { fields } = world.channel.last('GET /api/v3/exchangeInfo');
  expect(fields).toEqual({ symbolStatus: 'TRADING', showPermissionSets: 'false' });
});

describe('a conditional placement at Binance', () => {
  const none = NO_CONDITIONS;
  const stopAt = { ...none, stopTicks: 6_100_000 };
  const trailing = { ...none, trailingBps: 250 };
  const waiting = { ...placed, type: 'STOP_LOSS_LIMIT', workingTime: -1 };

  it.each([
    ['STOP_MARKET', null, stopAt, { type: 'STOP_LOSS', stopPrice: '61000' }],
    ['STOP_LIMIT', 6_000_012, stopAt, { type: 'STOP_LOSS_LIMIT', stopPrice: '61000', price: '60000.12' }],
    ['TAKE_PROFIT_MARKET', null, stopAt, { type: 'TAKE_PROFIT', stopPrice: '61000' }],
    ['TAKE_PROFIT_LIMIT', 6_000_012, stopAt, { type: 'TAKE_PROFIT_LIMIT', timeInForce: 'GTC' }],
    ['TRAILING_STOP_MARKET', null, trailing, { type: 'STOP_LOSS', trailingDelta: '250' }],
    [
      'TRAILING_STOP_MARKET',
      null,
      { ...trailing, stopTicks: 5_900_000 },
      { type: 'TAKE_PROFIT', trailingDelta: '250', stopPrice: '59000' },
    ],
  ] as const)('%s at %s leaves as the venue calls it', async (type, priceTicks, conditions, fields) => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: waiting }));
    const answer = await sendOrder(world, { type, priceTicks, conditions });
    expect(answer).toMatchObject({ outcome: 'CONFIRMED', value: { status: 'NEW', triggered: false } });
    const sent = world.channel.last('POST /api/v3/order').fields;
    expect(sent).toMatchObject({ ...fields, newClientOrderId: `ord_${'1'.padStart(32, '0')}` });
    expect('price' in sent).toBe(priceTicks !== null);
    expect('stopPrice' in sent).toBe(conditions.stopTicks !== null);
  });

  it.each([
    [
      'by the mark price',
      { type: 'STOP_MARKET', priceTicks: null, conditions: { ...stopAt, triggerBy: 'MARK' } },
    ],
    ['with an end', { timeInForce: 'GTD', conditions: { ...none, expiresAt: START + 900_000 } }],
    ['that only reduces', { conditions: { ...none, reduceOnly: true } }],
    ['that hides, in a market that shows all', { conditions: { ...none, displayLots: 10 } }],
  ] as const)('one %s is not sent', async (_what, terms) => {
    const world = await here();
    expect(await sendOrder(world, terms)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'UNSUPPORTED' },
      evidence: { kind: 'NOT_SENT' },
    });
  });

  it.each([
    ['a stop without a trigger', { type: 'STOP_MARKET', priceTicks: null, conditions: none }],
    ['a limit order with a trigger', { conditions: stopAt }],
    [
      'a trailing stop that does not trail',
      { type: 'TRAILING_STOP_MARKET', priceTicks: null, conditions: none },
    ],
    [
      'a stop that trails',
      { type: 'STOP_MARKET', priceTicks: null, conditions: { ...stopAt, trailingBps: 5 } },
    ],
    ['an iceberg that hides nothing', { conditions: { ...none, displayLots: 60 } }],
    [
      'a trigger of half a tick',
      { type: 'STOP_MARKET', priceTicks: null, conditions: { ...none, stopTicks: 0.5 } },
    ],
  ] as const)('%s is no order', async (_what, terms) => {
    const answer = await sendOrder(await here(), terms);
    expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'MALFORMED_ORDER' } });
  });

  it('is triggered once it works', async () => {
    const working = { ...waiting, workingTime: START + 9 };
    const world = await here((channel) => channel.on('GET /api/v3/order', { body: working }));
    const session = await world.gateway.open(accountId);
    const told = value(await session.orderByClientId('x', 'BTC/USDT'));
    expect(told).toMatchObject({ status: 'NEW', triggered: true });
  });
});

describe('a placement at Binance', () => {
  it('leaves with our id, our numbers digit for digit, and a validity window', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    const answer = await sendOrder(world, { lots: 60, priceTicks: 6_000_012 });
    expect(answer).toMatchObject({
      outcome: 'CONFIRMED',
      value: {
        clientOrderId: `ord_${'1'.padStart(32, '0')}`,
        venueOrderId: '9007199254740993',
        status: 'NEW',
        lots: 60,
        filledLots: 0,
        priceTicks: 6_000_012,
        updatedAt: START + 7,
      },
    });
    const { fields, intent } = world.channel.last('POST /api/v3/order');
    expect(fields).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      newClientOrderId: `ord_${'1'.padStart(32, '0')}`,
      quantity: '0.0006',
      price: '60000.12',
      recvWindow: '5000',
      timestamp: String(START),
    });
    expect(intent).toMatchObject({
      class: 'ENTRY',
      bucket: 'trading',
      credentialId: 'cred-1',
      idempotentRead: false,
    });
  });

  it('that protects goes as such, with what it costs in the budget of trading', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    await sendOrder(world, { protective: true });
    expect(world.channel.last('POST /api/v3/order').intent).toMatchObject({
      ...{ class: 'PROTECTIVE', bucket: 'trading', idempotentRead: false },
    });
  });

  it('is written from ticks and lots by us, and signed with the key; ccxt signs what is not ours to sign', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    await sendOrder(world, { lots: 60, priceTicks: 6_000_012 });
    const { request } = world.channel.last('POST /api/v3/order');
    const [text, signature] = (request.body as string).split('&signature=');
    expect(text).toBe(
      `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0006&price=60000.12` +
        `&newClientOrderId=ord_${'1'.padStart(32, '0')}&recvWindow=5000&timestamp=${START}`,
    );
    expect(signature).toBe(createHmac('sha256', credential.secret).update(text!).digest('hex'));
    expect(request.headers).toMatchObject({ 'X-MBX-APIKEY': credential.apiKey });
    await sendOrder(world, { type: 'MARKET', lots: null, quoteUnits: 15n * 10n ** 18n, priceTicks: null });
    expect(world.channel.last('POST /api/v3/order').fields).toMatchObject({ quoteOrderQty: '15' });
  });

  it('by an amount of quote never becomes quantity × price, and post-only is a maker order', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    await sendOrder(world, { type: 'MARKET', lots: null, priceTicks: null, quoteUnits: 25n * 10n ** 18n });
    expect(world.channel.last('POST').fields).toMatchObject({ type: 'MARKET', quoteOrderQty: '25' });
    expect(world.channel.last('POST').fields).not.toHaveProperty('quantity');
    await sendOrder(world, { type: 'MARKET', priceTicks: null });
    expect(world.channel.last('POST').fields).toMatchObject({ type: 'MARKET', quantity: '0.0006' });
    expect(world.channel.last('POST').fields).not.toHaveProperty('quoteOrderQty');
    await sendOrder(world, { postOnly: true });
    expect(world.channel.last('POST').fields).toMatchObject({ type: 'LIMIT_MAKER' });
    expect(world.channel.last('POST').fields).not.toHaveProperty('timeInForce');
  });

  it('is sent once, whatever the answer: ccxt has no retry left to make', async () => {
    const world = await here((channel) =>
      channel.on('POST /api/v3/order', { status: 503, body: '<html>busy</html>' }),
    );
    const session = await world.gateway.open(accountId);
    const request = world.request();
    const approval = world.mint.mint({ ...termsOf(request), deadlineMs: Infinity });
    expect(await session.place(request, approval)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(world.channel.count('POST /api/v3/order')).toBe(1);
  });

  it('prepared anew for another endpoint goes out with the timestamp it had', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    world.channel.prepares = 3;
    expect(await sendOrder(world)).toMatchObject({ outcome: 'CONFIRMED' });
    expect(world.channel.last('POST').fields).toMatchObject({ timestamp: String(START) });
  });

  it('waits for nothing without an approval of these terms, or when the lease is lost just before bytes', async () => {
    const world = await here();
    const session = await world.gateway.open(accountId);
    const request = world.request();
    const notSent = { outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } };
    const other = world.mint.mint({ ...termsOf(request), lots: 61, deadlineMs: Infinity });
    expect(await session.place(request, other)).toMatchObject({
      ...notSent,
      reason: { code: 'APPROVAL_REFUSED' },
    });
    const late = world.mint.mint({ ...termsOf(request), deadlineMs: -1 });
    expect(await session.place(request, late)).toMatchObject({
      ...notSent,
      reason: { code: 'APPROVAL_REFUSED' },
    });
    const lost = world.request({ isHeld: () => false });
    const good = world.mint.mint({ ...termsOf(lost), deadlineMs: Infinity });
    expect(await session.place(lost, good)).toMatchObject({ ...notSent, reason: { code: 'LEASE_LOST' } });
    expect(await session.place({ ...lost, isHeld: () => true }, good)).toMatchObject(notSent);
    expect(world.channel.count('POST')).toBe(0);
  });

  it('through a session that a later one replaced does not leave', async () => {
    const world = await here();
    const first = await world.gateway.open(accountId);
    await world.gateway.open(accountId);
    const request = world.request();
    const approval = world.mint.mint({ ...termsOf(request), deadlineMs: Infinity });
    expect(await first.place(request, approval)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'SESSION_REPLACED' },
      evidence: { kind: 'NOT_SENT' },
    });
  });
});

describe('the table of Binance decides', () => {
  const cases: readonly (readonly [status: number, body: unknown, outcome: string, code: OutcomeCode])[] = [
    [
      400,
      { code: -2010, msg: 'Account has insufficient balance for requested action.' },
      'REFUSED',
      'INSUFFICIENT_BALANCE',
    ],
    [400, { code: -2010, msg: 'Duplicate order sent.' }, 'UNKNOWN', 'DUPLICATE_CLIENT_ORDER_ID'],
    [400, { code: -2010, msg: 'Order would immediately match and take.' }, 'REFUSED', 'POST_ONLY_WOULD_TAKE'],
    [400, { code: -2010, msg: 'Market is closed.' }, 'REFUSED', 'MARKET_CLOSED'],
    [400, { code: -1013, msg: 'Filter failure: PRICE_FILTER' }, 'REFUSED', 'PRICE_FILTER'],
    [400, { code: -1013, msg: 'Filter failure: LOT_SIZE' }, 'REFUSED', 'QUANTITY_FILTER'],
    [400, { code: -1013, msg: 'Filter failure: NOTIONAL' }, 'REFUSED', 'NOTIONAL_FILTER'],
    [400, { code: -1013, msg: 'Filter failure: PERCENT_PRICE_BY_SIDE' }, 'REFUSED', 'PRICE_BAND'],
    [400, { code: -1013, msg: 'Filter failure: MAX_NUM_ORDERS' }, 'REFUSED', 'TOO_MANY_OPEN_ORDERS'],
    [400, { code: -1013, msg: 'Filter failure: SOMETHING_NEW' }, 'REFUSED', 'FILTER_FAILURE'],
    [
      400,
      { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' },
      'REFUSED',
      'TIMESTAMP_OUTSIDE_WINDOW',
    ],
    [400, { code: -1022, msg: 'Signature for this request is not valid.' }, 'REFUSED', 'CREDENTIAL_INVALID'],
    [
      401,
      { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
      'REFUSED',
      'CREDENTIAL_INVALID',
    ],
    [400, { code: -1121, msg: 'Invalid symbol.' }, 'REFUSED', 'UNKNOWN_SYMBOL'],
    [429, { code: -1003, msg: 'Too many requests.' }, 'REFUSED', 'RATE_LIMITED'],
    [429, { code: -1015, msg: 'Too many new orders.' }, 'REFUSED', 'RATE_LIMITED'],
    [418, { code: -1003, msg: 'Way too many requests; IP banned until 1.' }, 'REFUSED', 'RATE_LIMITED'],
    [403, '<html>WAF</html>', 'REFUSED', 'LOCATION_RESTRICTED'],
    [500, { code: -1000, msg: 'An unknown error occurred.' }, 'UNKNOWN', 'VENUE_ERROR'],
    [
      504,
      { code: -1007, msg: 'Timeout waiting for response from backend server.' },
      'UNKNOWN',
      'VENUE_TIMEOUT',
    ],
    [200, { code: -1006, msg: 'An unexpected response was received.' }, 'UNKNOWN', 'VENUE_ERROR'],
    [503, { code: -1008, msg: 'Server is overloaded.' }, 'UNKNOWN', 'VENUE_BUSY'],
    // A code of refusal under a 5xx: the gateway failed, and what the engine did is open.
    [502, { code: -2010, msg: 'Account has insufficient balance.' }, 'UNKNOWN', 'VENUE_ERROR'],
    [502, '<html>Bad Gateway</html>', 'UNKNOWN', 'VENUE_ERROR'],
    [400, { code: -9999, msg: 'Something new.' }, 'UNKNOWN', 'UNLISTED_ANSWER'],
    [400, 'bad', 'UNKNOWN', 'UNLISTED_ANSWER'],
    [302, '', 'UNKNOWN', 'UNLISTED_ANSWER'],
    [200, '<html>hello</html>', 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, '', 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, '{"symbol":"BTCUSDT","orderId":1', 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, '['.repeat(5_000) + ']'.repeat(5_000), 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, {}, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [
      200,
      { ...placed, executedQty: '1e-5', cummulativeQuoteQty: '0.6000012' },
      'UNKNOWN',
      'UNREADABLE_ANSWER',
    ],
    [200, { ...placed, executedQty: 'NaN' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, executedQty: '-0.00010' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, executedQty: '9'.repeat(400) }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, executedQty: '0.000012345' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, executedQty: '0.00070' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, origQty: null }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, price: '60000.123' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, status: 'SHINY' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, side: 'SELL' }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, { ...placed, orderId: undefined }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [200, JSON.stringify(placed).replace('"0.00060000"', '6e-4'), 'UNKNOWN', 'UNREADABLE_ANSWER'],
  ];

  const named = cases.map(
    ([status, body, ...rest]) => [status, JSON.stringify(body).slice(0, 70), ...rest, body] as const,
  );

  it.each(named)('%i %s is %s %s', async (status, _shown, outcome, code, body) => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { status, body }));
    const answer = await sendOrder(world);
    expect(answer).toMatchObject({ outcome, reason: { code }, evidence: { kind: 'VENUE_ANSWER' } });
    expect(world.channel.distrusted).toBe(code === 'TIMESTAMP_OUTSIDE_WINDOW' ? 1 : 0);
  });

  it('tells what never left from what may have', async () => {
    const noAnswer = { kind: 'NO_ANSWER', code: 'TRUNCATED', detail: 'cut' } as const;
    const notSent = { kind: 'NOT_SENT', code: 'BREAKER_OPEN', detail: 'open', retryAfterMs: 5 } as const;
    const cut = await here((channel) => channel.on('POST', noAnswer));
    expect(await sendOrder(cut)).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'TRUNCATED' },
      evidence: { kind: 'TRANSPORT' },
    });
    const closed = await here((channel) => channel.on('POST', notSent));
    expect(await sendOrder(closed)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'BREAKER_OPEN' },
      evidence: { kind: 'NOT_SENT' },
    });
  });
});

describe('queries at Binance', () => {
  it('a query without a find is null, an archived order is not', async () => {
    const world = await here();
    const session = await world.gateway.open(accountId);
    world.channel.on('GET /api/v3/order', {
      status: 400,
      body: { code: -2013, msg: 'Order does not exist.' },
    });
    expect(await session.orderByClientId('c-1', 'BTC/USDT')).toMatchObject({
      outcome: 'CONFIRMED',
      value: null,
    });
    expect(world.channel.last('GET /api/v3/order').fields).toMatchObject({ origClientOrderId: 'c-1' });
    world.channel.on('GET /api/v3/order', { status: 400, body: { code: -2026, msg: 'Archived.' } });
    expect(await session.orderByClientId('c-1', 'BTC/USDT')).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'ORDER_ARCHIVED' },
    });
  });

  it('a canceled order keeps its own id, not the id of the cancel, and what was filled', async () => {
    const world = await here();
    const session = await world.gateway.open(accountId);
    const gone = {
      ...placed,
      orderId: 5,
      status: 'CANCELED',
      origClientOrderId: 'c-1',
      clientOrderId: 'its-cancel',
    };
    const filled = { executedQty: '0.00020000', cummulativeQuoteQty: '12.00002400' };
    world.channel.on('DELETE /api/v3/order', { body: { ...gone, ...filled } });
    const order = value(await session.cancel('c-1', 'BTC/USDT'));
    expect(order).toMatchObject({ clientOrderId: 'c-1', status: 'CANCELED', filledLots: 20, lots: 60 });
    expect(order.cumulativeQuoteUnits).toBe(12_000_024_000_000_000_000n);
    world.channel.on('DELETE', { status: 400, body: { code: -2011, msg: 'Unknown order sent.' } });
    expect(await session.cancel('c-1', 'BTC/USDT')).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'UNKNOWN_ORDER' },
    });
  });

  it('a market order that ran out of liquidity is EXPIRED with what it got', async () => {
    const world = await here();
    const session = await world.gateway.open(accountId);
    const half = { ...placed, orderId: 6, type: 'MARKET', price: '0.00000000', status: 'EXPIRED' };
    const got = {
      executedQty: '0.00030000',
      cummulativeQuoteQty: '18.00003600',
      time: START,
      updateTime: START + 1,
    };
    world.channel.on('GET /api/v3/order', { body: { ...half, ...got } });
    expect(value(await session.orderByClientId('c-1', 'BTC/USDT'))).toMatchObject({
      status: 'EXPIRED',
      filledLots: 30,
      priceTicks: null,
    });
  });

  it('fills are paged by id, each once, and equal times lose none', async () => {
    const world = await here();
    world.channel.on('POST /api/v3/order', { body: placedText });
    const session = await world.gateway.open(accountId);
    const request = world.request();
    await session.place(request, world.mint.mint({ ...termsOf(request), deadlineMs: Infinity }));
    const trade = (id: number, fee: string) => ({
      symbol: 'BTCUSDT',
      id,
      orderId: '9007199254740993',
      price: '60000.12000000',
      qty: '0.00010000',
      quoteQty: '6.00001200',
      commission: fee,
      commissionAsset: 'BNB',
      time: START + 9,
      isBuyer: true,
      isMaker: id % 2 === 0,
    });
    const all = [trade(9, '0.00001'), trade(10, '-0.00002'), trade(11, '0')];
    world.channel.on('GET /api/v3/myTrades', ({ fields }) => ({
      body: all.filter(({ id }) => id >= Number(fields['fromId'])).slice(0, 2),
    }));
    const first = value(await session.fillsSince(null));
    expect(first.fills.map(({ venueTradeId }) => venueTradeId)).toEqual(['9', '10']);
    expect(first.fills[1]).toMatchObject({
      clientOrderId: request.clientOrderId,
      lots: 10,
      priceTicks: 6_000_012,
      feeAsset: 'BNB',
      feeUnits: -20_000_000_000_000n,
      role: 'MAKER',
      executedAt: START + 9,
    });
    const second = value(await session.fillsSince(first.cursor));
    expect(second.fills.map(({ venueTradeId }) => venueTradeId)).toEqual(['11']);
    expect(value(await session.fillsSince(second.cursor))).toEqual({ fills: [], cursor: second.cursor });
    expect(await session.fillsSince('{"by":"TIME"}')).toMatchObject({ outcome: 'UNKNOWN' });
  });

  it('a fill of an order made outside is told under its own id', async () => {
    const world = await here((channel) => channel.on('POST /api/v3/order', { body: placedText }));
    const session = await world.gateway.open(accountId);
    const request = world.request();
    await session.place(request, world.mint.mint({ ...termsOf(request), deadlineMs: Infinity }));
    const theirs = { symbol: 'BTCUSDT', id: 1, orderId: 77, price: '60000.12', qty: '0.0001', quoteQty: '6' };
    const rest = { commission: '0.1', commissionAsset: 'USDT', time: START, isBuyer: false, isMaker: false };
    world.channel.on('GET /api/v3/myTrades', { body: [{ ...theirs, ...rest }] });
    const order = { ...placed, orderId: 77, clientOrderId: 'web_abc', side: 'SELL', time: START };
    world.channel.on('GET /api/v3/order', { body: order });
    const { fills } = value(await session.fillsSince(null));
    expect(fills).toMatchObject([{ clientOrderId: 'web_abc', side: 'SELL', venueOrderId: '77' }]);
  });

  it('balances are exact, zero ones are left out', async () => {
    const world = await here();
    const balances = [
      { asset: 'BTC', free: '0.12345678', locked: '0.00000001' },
      { asset: 'USDT', free: '0.00000000', locked: '0.00000000' },
    ];
    world.channel.on('GET /api/v3/account', { body: { updateTime: START, accountType: 'SPOT', balances } });
    const session = await world.gateway.open(accountId);
    expect(value(await session.balances())).toEqual([
      { asset: 'BTC', freeUnits: 123_456_780_000_000_000n, lockedUnits: 10_000_000_000n },
    ]);
  });
});

describe('markets and keys at Binance', () => {
  it('loads one endpoint for its instruments and says what it leaves out', async () => {
    const world = await here();
    expect(world.channel.sent.map(({ path }) => path)).toEqual(['/api/v3/exchangeInfo']);
    const [instrument] = await world.gateway.instruments();
    expect(instrument!.spec).toEqual({
      venue: 'BINANCE',
      symbol: 'BTC/USDT',
      tickSize: '0.01',
      stepSize: '0.00001',
      minPrice: '0.01',
      maxPrice: '1000000',
      minQuantity: '0.00001',
      maxQuantity: '9000',
      minNotional: '5',
      makerFeeRate: '0.001',
      takerFeeRate: '0.001',
    });
    expect(await world.gateway.leftOut()).toMatchObject([{ symbol: 'ODD/USDT' }]);
    expect(await world.gateway.instruments()).toHaveLength(1);
  });

  it('reads its rules again after the venue refused by one of them', async () => {
    const world = await here((channel) =>
      channel.on('POST', { status: 400, body: { code: -1013, msg: 'Filter failure: LOT_SIZE' } }),
    );
    world.clock.advance(60_000);
    await sendOrder(world);
    await world.gateway.instruments();
    expect(world.channel.count('exchangeInfo')).toBe(2);
  });

  it('tells what a key may do', async () => {
    const world = await here();
    const told = { ipRestrict: false, enableReading: true, enableSpotAndMarginTrading: true };
    const money = { enableWithdrawals: false, enableInternalTransfer: false, permitsUniversalTransfer: true };
    world.channel.on('/sapi/v1/account/apiRestrictions', { body: { ...told, ...money } });
    world.channel.on('GET /api/v3/account', { body: { uid: 'no name', balances: [] } });
    const { credential } = await import('./scripted-channel.contract.js');
    expect(value(await world.gateway.permissions(credential))).toEqual({
      read: true,
      trade: true,
      withdraw: false,
      transfer: true,
      ipRestricted: false,
      accountIdentity: null,
    });
  });

  it('does not repeat as a word what the venue left out', async () => {
    const { credential } = await import('./scripted-channel.contract.js');
    for (const [body, detail] of [
      [{ code: -1000 }, '-1000'],
      [{ msg: 'no' }, 'no'],
    ] as const) {
      const world = await here();
      world.channel.on('/sapi/v1/account/apiRestrictions', { status: 400, body });
      const told = await world.gateway.permissions(credential);
      expect(told).toMatchObject({ reason: { detail: expect.not.stringContaining('undefined') } });
      expect(told).toMatchObject({ reason: { detail: expect.stringContaining(detail) } });
    }
  });

  it('tells whose key it is by the id of the account, where the key reads it', async () => {
    const world = await here();
    const { credential } = await import('./scripted-channel.contract.js');
    world.channel.on('/sapi/v1/account/apiRestrictions', { body: { enableReading: true } });
    world.channel.on('GET /api/v3/account', { body: { uid: 354937868, balances: [] } });
    const told = await world.gateway.permissions(credential);
    expect(value(told)).toMatchObject({ accountIdentity: '354937868' });
    world.channel.on('/sapi/v1/account/apiRestrictions', { body: { enableReading: false } });
    expect(value(await world.gateway.permissions(credential))).toMatchObject({ accountIdentity: null });
  });

  it('feeds the budget with what the headers say', async () => {
    const { channel } = await here();
    const headers = {
      'x-mbx-used-weight-1m': '1234',
      'x-mbx-order-count-10s': '7',
      'x-mbx-order-count-1d': 'many',
    };
    expect(channel.profile.headersToBudget!(headers)).toEqual([
      { rule: 'weight-1m', used: 1234 },
      { rule: 'orders-10s', used: 7 },
    ]);
  });
});
