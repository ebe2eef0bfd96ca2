import { generateKeyPairSync } from 'node:crypto';
import {
  accountId,
  ccxtUnderTest,
  credential,
  describeAnswers,
  NO_CONDITIONS,
  sendOrder,
  START,
  valueOf,
} from './scripted-channel.contract.js';
import type { ScriptedChannel } from './scripted-channel.contract.js';

const product = {
  product_id: 'BTC-USDT',
  price: '60000',
  base_increment: '0.00000001',
  quote_increment: '0.01',
  price_increment: '0.01',
  quote_min_size: '1',
  quote_max_size: '150000000',
  base_min_size: '0.00000001',
  base_max_size: '3400',
  base_name: 'Bitcoin',
  quote_name: 'Tether',
  status: 'online',
  cancel_only: false,
  limit_only: false,
  post_only: false,
  trading_disabled: false,
  is_disabled: false,
  product_type: 'SPOT',
  quote_currency_id: 'USDT',
  base_currency_id: 'BTC',
  alias: '',
  alias_to: [],
};

const ours = `ord_${'1'.padStart(32, '0')}`;
const wireId = '00000000-0000-0000-0000-000000000001';
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
});
const signer = { apiKey: 'organizations/o/apiKeys/k', secret: key.toString() };

function here(script: (channel: ScriptedChannel) => void = () => undefined) {
  return ccxtUnderTest(
    'coinbase',
    (channel) => {
      channel.on('GET /api/v3/brokerage/market/products', ({ fields }) => ({
        body: { products: fields['product_type'] === undefined ? [product] : [], num_products: 1 },
      }));
      channel.on('GET /api/v3/brokerage/transaction_summary', { body: { fee_tier: {} } });
      script(channel);
    },
    signer,
  );
}

const taken = {
  success: true,
  success_response: { order_id: 'o-1', product_id: 'BTC-USDT', side: 'BUY', client_order_id: wireId },
};
const terms = { lots: 60_000, priceTicks: 6_000_012 };
const place = 'POST /api/v3/brokerage/orders';

it('our id is on the wire in the shape of a UUID: ccxt would put its own there', async () => {
  const world = await here((channel) => channel.on(place, { body: taken }));
  expect(await sendOrder(world, terms)).toMatchObject({
    outcome: 'CONFIRMED',
    value: { clientOrderId: ours, venueOrderId: 'o-1', status: 'NEW' },
  });
  const { fields, request } = world.channel.last(place);
  expect(fields).toEqual({
    client_order_id: wireId,
    product_id: 'BTC-USDT',
    side: 'BUY',
    order_configuration: {
      limit_limit_gtc: { base_size: '0.0006', limit_price: '60000.12', post_only: false },
    },
  });
  expect(request.headers['Authorization']).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
});

it('each kind of order has its configuration; a market sale for quote is refused here, nothing leaves', async () => {
  const world = await here((channel) => channel.on(place, { body: taken }));
  const sent = () => world.channel.last(place).fields['order_configuration'];
  await sendOrder(world, { ...terms, timeInForce: 'IOC' });
  expect(sent()).toEqual({ sor_limit_ioc: { base_size: '0.0006', limit_price: '60000.12' } });
  await sendOrder(world, { ...terms, timeInForce: 'FOK' });
  expect(sent()).toEqual({ limit_limit_fok: { base_size: '0.0006', limit_price: '60000.12' } });
  await sendOrder(world, { type: 'MARKET', priceTicks: null, lots: null, quoteUnits: 25n * 10n ** 18n });
  expect(sent()).toEqual({ market_market_ioc: { quote_size: '25' } });
  await sendOrder(world, { ...terms, type: 'MARKET', priceTicks: null, side: 'SELL' });
  expect(sent()).toEqual({ market_market_ioc: { base_size: '0.0006' } });
  await sendOrder(world, { ...terms, type: 'MARKET', priceTicks: null });
  expect(sent()).toEqual({ market_market_ioc: { base_size: '0.0006' } });
  const before = world.channel.count(place);
  const forQuote = { lots: null, quoteUnits: 25n * 10n ** 18n, priceTicks: null };
  expect(await sendOrder(world, { ...forQuote, type: 'MARKET', side: 'SELL' })).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'UNSUPPORTED' },
    evidence: { kind: 'NOT_SENT' },
  });
  expect(world.channel.count(place)).toBe(before);
});

it.each([
  ['BUY', 'STOP_DIRECTION_STOP_UP'],
  ['SELL', 'STOP_DIRECTION_STOP_DOWN'],
] as const)(
  'a stop-limit order to %s waits for its side of the market, with an end or without',
  async (side, way) => {
    const world = await here((channel) => channel.on(place, { body: taken }));
    const sent = () => world.channel.last(place).fields['order_configuration'];
    const conditions = { ...NO_CONDITIONS, stopTicks: 6_100_000 };
    const stop = { ...terms, side, type: 'STOP_LIMIT', conditions } as const;
    const configuration = {
      base_size: '0.0006',
      limit_price: '60000.12',
      stop_price: '61000',
      stop_direction: way,
    };
    await sendOrder(world, stop);
    expect(sent()).toEqual({ stop_limit_stop_limit_gtc: configuration });
    const expiresAt = Date.UTC(2030, 0, 2, 3, 4, 5, 6);
    await sendOrder(world, { ...stop, timeInForce: 'GTD', conditions: { ...conditions, expiresAt } });
    const end_time = '2030-01-02T03:04:05.006Z';
    expect(sent()).toEqual({ stop_limit_stop_limit_gtd: { ...configuration, end_time } });
    await sendOrder(world, { ...terms, timeInForce: 'GTD', conditions: { ...NO_CONDITIONS, expiresAt } });
    const limit = { base_size: '0.0006', limit_price: '60000.12', post_only: false, end_time };
    expect(sent()).toEqual({ limit_limit_gtd: limit });
    expect(await sendOrder(world, { ...stop, timeInForce: 'IOC' })).toMatchObject({
      reason: { code: 'UNSUPPORTED' },
      evidence: { kind: 'NOT_SENT' },
    });
  },
);

const failed = (error_response: object) => ({
  success: false,
  failure_reason: 'UNKNOWN_FAILURE_REASON',
  error_response,
});

describeAnswers('the table of Coinbase', here, place, [
  [
    'no funds',
    200,
    failed({ error: 'INSUFFICIENT_FUND', message: 'Insufficient balance' }),
    'REFUSED',
    'INSUFFICIENT_BALANCE',
  ],
  [
    'no funds, previewed',
    200,
    failed({ error: 'UNKNOWN_FAILURE_REASON', preview_failure_reason: 'PREVIEW_INSUFFICIENT_FUND' }),
    'REFUSED',
    'INSUFFICIENT_BALANCE',
  ],
  [
    'configuration',
    200,
    failed({ new_order_failure_reason: 'UNSUPPORTED_ORDER_CONFIGURATION' }),
    'REFUSED',
    'REQUEST_REFUSED',
  ],
  ['failed without a reason', 200, { success: false }, 'UNKNOWN', 'UNLISTED_ANSWER'],
  [
    'failed for an unknown reason',
    200,
    failed({ error: 'UNKNOWN_FAILURE_REASON' }),
    'UNKNOWN',
    'UNLISTED_ANSWER',
  ],
  [
    'internal, whatever ccxt calls it',
    500,
    { error: 'internal_server_error', message: '' },
    'UNKNOWN',
    'VENUE_ERROR',
  ],
  ['not signed in', 401, 'Unauthorized', 'REFUSED', 'CREDENTIAL_INVALID'],
  ['too fast', 429, { error: 'rate_limit_exceeded' }, 'REFUSED', 'RATE_LIMITED'],
  ['no permission', 403, { error: 'PERMISSION_DENIED', message: '' }, 'REFUSED', 'PERMISSION_DENIED'],
  ['yes without an id', 200, { success: true, success_response: {} }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
]);

const order = {
  order_id: 'o-1',
  client_order_id: wireId,
  product_id: 'BTC-USDT',
  side: 'BUY',
  status: 'QUEUED',
  order_type: 'LIMIT',
  time_in_force: 'GOOD_UNTIL_CANCELLED',
  order_configuration: {
    limit_limit_gtc: { base_size: '0.0006', limit_price: '60000.12', post_only: false },
  },
  created_time: new Date(START).toISOString(),
  filled_size: '0',
  average_filled_price: '0',
  filled_value: '0',
  total_fees: '0',
  completion_percentage: '0',
};

it('an order is found by looking through the recent ones, and a queued one is open', async () => {
  const pages: Record<string, object> = {
    first: { orders: [{ ...order, client_order_id: 'another' }], has_next: true, cursor: 'second' },
    second: { orders: [order], has_next: false, cursor: '' },
  };
  const world = await here((channel) =>
    channel.on('GET /api/v3/brokerage/orders/historical/batch', ({ fields }) => ({
      body: pages[String(fields['cursor'] ?? 'first')],
    })),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toMatchObject({
    clientOrderId: ours,
    venueOrderId: 'o-1',
    status: 'NEW',
    lots: 60_000,
    priceTicks: 6_000_012,
  });
});

it('cancels by the id of the venue, which it looks up, and believes the result of the one order', async () => {
  const world = await here((channel) =>
    channel
      .on('GET /api/v3/brokerage/orders/historical/batch', {
        body: { orders: [order], has_next: false, cursor: '' },
      })
      .on('GET /api/v3/brokerage/orders/historical/o-1', {
        body: { order: { ...order, status: 'CANCELLED' } },
      })
      .on('batch_cancel', {
        body: {
          results: [{ success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: 'o-1' }],
        },
      }),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.cancel(ours, 'BTC/USDT'))).toMatchObject({
    status: 'CANCELED',
    filledLots: 0,
  });
  expect(world.channel.last('batch_cancel').fields).toEqual({ order_ids: ['o-1'] });
  const gone = { success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER', order_id: 'o-1' };
  world.channel.on('batch_cancel', { body: { results: [gone] } });
  expect(await session.cancel(ours, 'BTC/USDT')).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'UNKNOWN_ORDER' },
  });
});

it('a fill has the id of its own entry: several have shared a trade id', async () => {
  const fill = (entry: string) => ({
    entry_id: entry,
    trade_id: 'shared',
    order_id: 'o-1',
    trade_time: new Date(START - 1_000).toISOString(),
    trade_type: 'FILL',
    price: '60000.12',
    size: '0.0001',
    commission: '0.036',
    product_id: 'BTC-USDT',
    sequence_timestamp: new Date(START - 1_000).toISOString(),
    liquidity_indicator: 'TAKER',
    size_in_quote: false,
    side: 'BUY',
  });
  const world = await here((channel) =>
    channel
      .on('GET /api/v3/brokerage/orders/historical/o-1', { body: { order } })
      .on('GET /api/v3/brokerage/orders/historical/fills', ({ fields }) => ({
        body: {
          fills:
            String(fields['end_sequence_timestamp']) >= new Date(START - 1_000).toISOString()
              ? [fill('a'), fill('b')]
              : [],
          cursor: '',
        },
      })),
  );
  const session = await world.gateway.open(accountId);
  const { fills } = valueOf(await session.fillsSince(null));
  expect(
    fills.map(({ venueTradeId, clientOrderId, feeAsset }) => [venueTradeId, clientOrderId, feeAsset]),
  ).toEqual([
    ['a', ours, 'USDT'],
    ['b', ours, 'USDT'],
  ]);
});

it('a fill whose size is in quote is counted in whole steps of base', async () => {
  const fill = {
    entry_id: 'e-1',
    trade_id: 't-1',
    order_id: 'o-1',
    trade_time: new Date(START - 1_000).toISOString(),
    price: '60000.12',
    // 0.00041666 BTC; the quotient has no end.
    size: '24.9996499992',
    commission: '0.15',
    product_id: 'BTC-USDT',
    liquidity_indicator: 'TAKER',
    size_in_quote: true,
    side: 'BUY',
  };
  const world = await here((channel) =>
    channel
      .on('GET /api/v3/brokerage/orders/historical/o-1', { body: { order } })
      .on('GET /api/v3/brokerage/orders/historical/fills', ({ fields }) => ({
        body: {
          fills: String(fields['end_sequence_timestamp']) >= fill.trade_time ? [fill] : [],
          cursor: '',
        },
      })),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.fillsSince(null)).fills).toMatchObject([
    { venueTradeId: 'e-1', priceTicks: 6_000_012, lots: 41_666 },
  ]);
});

it('tells what a key may do', async () => {
  const told = {
    can_view: true,
    can_trade: true,
    can_transfer: false,
    portfolio_uuid: '00000000-0000-4000-8000-000000000001',
    portfolio_type: 'DEFAULT',
  };
  const world = await here((channel) => channel.on('GET /api/v3/brokerage/key_permissions', { body: told }));
  expect(valueOf(await world.gateway.permissions({ ...credential, ...signer }))).toMatchObject({
    trade: true,
    withdraw: false,
    transfer: false,
    accountIdentity: told.portfolio_uuid,
  });
});
