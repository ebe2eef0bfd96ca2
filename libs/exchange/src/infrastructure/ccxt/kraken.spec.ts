import {
  accountId,
  ccxtUnderTest,
  describeAnswers,
  NO_CONDITIONS,
  sendOrder,
  START,
  termsOf,
  valueOf,
} from './scripted-channel.contract.js';
import type { ScriptedChannel } from './scripted-channel.contract.js';

const XBTUSDT = {
  altname: 'XBTUSDT',
  wsname: 'XBT/USDT',
  aclass_base: 'currency',
  base: 'XXBT',
  aclass_quote: 'currency',
  quote: 'USDT',
  pair_decimals: 1,
  cost_decimals: 5,
  lot_decimals: 8,
  lot_multiplier: 1,
  fees: [[0, 0.4]],
  fees_maker: [[0, 0.25]],
  fee_volume_currency: 'ZUSD',
  ordermin: '0.00005',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
};

const ours = `ord_${'1'.padStart(32, '0')}`;
const wireId = '1'.padStart(32, '0');
const ok = (result: object) => ({ body: { error: [], result } });
const no = (...error: string[]) => ({ error });

function here(script: (channel: ScriptedChannel) => void = () => undefined) {
  return ccxtUnderTest('kraken', (channel) => {
    channel.on('GET /0/public/AssetPairs', ok({ XBTUSDT }));
    script(channel);
  });
}

const taken = ok({ descr: { order: 'buy 0.00006 XBTUSDT @ limit 60000.1' }, txid: ['OUF4EM-FRGI2-MQMWZD'] });
const terms = { lots: 6_000, priceTicks: 600_001 };

const stopAt = { ...NO_CONDITIONS, stopTicks: 610_000 };
const trigger = { price: '61000', trigger: 'last' };

it.each([
  ['STOP_MARKET', null, { ...trigger, ordertype: 'stop-loss' }],
  [
    'STOP_LIMIT',
    600_001,
    { ...trigger, ordertype: 'stop-loss-limit', price2: '60000.1', timeinforce: 'GTC' },
  ],
  ['TAKE_PROFIT_MARKET', null, { ...trigger, ordertype: 'take-profit' }],
  ['TAKE_PROFIT_LIMIT', 600_001, { ...trigger, ordertype: 'take-profit-limit', price2: '60000.1' }],
] as const)(
  '%s leaves with its trigger as the price, and its limit beside it',
  async (type, priceTicks, fields) => {
    const world = await here((channel) => channel.on('POST /0/private/AddOrder', taken));
    const answer = await sendOrder(world, { ...terms, type, priceTicks, conditions: stopAt });
    expect(answer).toMatchObject({ outcome: 'CONFIRMED', value: { status: 'NEW' } });
    const sent = world.channel.last('POST').fields;
    expect(sent).toMatchObject({ ...fields, cl_ord_id: wireId });
    expect('price2' in sent).toBe(priceTicks !== null);
  },
);

it('an order with an end leaves with it in seconds; one that ends within a second does not leave', async () => {
  const world = await here((channel) => channel.on('POST /0/private/AddOrder', taken));
  const until = (expiresAt: number) =>
    sendOrder(world, { ...terms, timeInForce: 'GTD', conditions: { ...NO_CONDITIONS, expiresAt } });
  expect(await until(1_900_000_000_000)).toMatchObject({ outcome: 'CONFIRMED' });
  expect(world.channel.last('POST').fields).toMatchObject({ timeinforce: 'GTD', expiretm: '1900000000' });
  expect(await until(1_900_000_000_500)).toMatchObject({
    reason: { code: 'UNSUPPORTED' },
    evidence: { kind: 'NOT_SENT' },
  });
});

it('an order says of itself what triggered it', async () => {
  const row = (misc: string, price2: string) => ({
    cl_ord_id: wireId,
    status: 'open',
    opentm: START / 1_000,
    descr: { pair: 'XBTUSDT', type: 'buy', ordertype: 'stop-loss-limit', price: '61000.0', price2 },
    vol: '0.00006000',
    vol_exec: '0.00000000',
    cost: '0.00000',
    fee: '0.00000',
    price: '0.00000',
    misc,
    oflags: 'fciq',
  });
  for (const [misc, triggered] of [
    ['', false],
    ['stopped', true],
  ] as const) {
    const world = await here((channel) =>
      channel.on('POST /0/private/OpenOrders', ok({ open: { 'OUF4EM-FRGI2-MQMWZD': row(misc, '60000.1') } })),
    );
    const session = await world.gateway.open(accountId);
    expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toMatchObject({
      status: 'NEW',
      triggered,
      priceTicks: 600_001,
    });
  }
});

it('its countdown is set in seconds, for the whole account', async () => {
  const world = await here((channel) =>
    channel.on('POST /0/private/CancelAllOrdersAfter', ok({ currentTime: '', triggerTime: '0' })),
  );
  const session = await world.gateway.open(accountId);
  expect(await session.cancelAllAfter!(60)).toMatchObject({ outcome: 'CONFIRMED' });
  expect(world.channel.last('POST').fields).toMatchObject({ timeout: '60' });
  expect(await session.cancelAllAfter!(86_400)).toMatchObject({ evidence: { kind: 'NOT_SENT' } });
});

it('a placement leaves with our id and the deadline after which the engine refuses it', async () => {
  const world = await here((channel) => channel.on('POST /0/private/AddOrder', taken));
  expect(await sendOrder(world, terms)).toMatchObject({
    outcome: 'CONFIRMED',
    value: { clientOrderId: ours, venueOrderId: 'OUF4EM-FRGI2-MQMWZD', status: 'NEW' },
  });
  expect(world.channel.last('POST').fields).toMatchObject({
    pair: 'XBTUSDT',
    type: 'buy',
    ordertype: 'limit',
    volume: '0.00006',
    price: '60000.1',
    timeinforce: 'GTC',
    cl_ord_id: wireId,
    deadline: new Date(START + 5_000).toISOString(),
  });
  await sendOrder(world, { type: 'MARKET', priceTicks: null, lots: null, quoteUnits: 25n * 10n ** 18n });
  expect(world.channel.last('POST').fields).toMatchObject({
    ordertype: 'market',
    volume: '25',
    oflags: 'viqc',
  });
  await sendOrder(world, { ...terms, postOnly: true });
  expect(world.channel.last('POST').fields).toMatchObject({ oflags: 'post' });
});

it('nonces rise, and the calls of one key go one after the other, the urgent ones first', async () => {
  const world = await here((channel) =>
    channel.on('POST /0/private/BalanceEx', ok({})).on('POST /0/private/OpenOrders', ok({ open: {} })),
  );
  const session = await world.gateway.open(accountId);
  await Promise.all([session.openOrders(), session.openOrders(), session.openOrders()]);
  const nonces = world.channel.sent.flatMap(({ fields }) =>
    'nonce' in fields ? [Number(fields['nonce'])] : [],
  );
  expect(nonces).toHaveLength(3);
  expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b));
});

describe('answers', () => {
  describeAnswers('the table of Kraken', here, 'POST /0/private/AddOrder', [
    ['no funds', 200, no('EOrder:Insufficient funds'), 'REFUSED', 'INSUFFICIENT_BALANCE'],
    ['too small', 200, no('EGeneral:Invalid arguments:volume'), 'REFUSED', 'QUANTITY_FILTER'],
    ['bad argument', 200, no('EGeneral:Invalid arguments:cl_ord_id'), 'REFUSED', 'REQUEST_REFUSED'],
    ['duplicate', 200, no('EOrder:Duplicate cl_ord_id'), 'UNKNOWN', 'DUPLICATE_CLIENT_ORDER_ID'],
    [
      'duplicate in other words',
      200,
      no('EGeneral:Invalid arguments:cl_ord_id already in use'),
      'UNKNOWN',
      'DUPLICATE_CLIENT_ORDER_ID',
    ],
    ['post only', 200, no('EOrder:Post only order'), 'REFUSED', 'POST_ONLY_WOULD_TAKE'],
    ['nonce', 200, no('EAPI:Invalid nonce'), 'REFUSED', 'TIMESTAMP_OUTSIDE_WINDOW'],
    ['signature', 200, no('EAPI:Invalid signature'), 'REFUSED', 'CREDENTIAL_INVALID'],
    ['too fast', 200, no('EOrder:Rate limit exceeded'), 'REFUSED', 'RATE_LIMITED'],
    ['throttled until', 200, no('EService:Throttled: 1700000000'), 'REFUSED', 'RATE_LIMITED'],
    ['deadline', 200, no('EService:Deadline elapsed'), 'REFUSED', 'TIMESTAMP_OUTSIDE_WINDOW'],
    ['timeout inside', 200, no('EService:Timeout'), 'UNKNOWN', 'VENUE_TIMEOUT'],
    ['busy', 200, no('EService:Busy'), 'UNKNOWN', 'VENUE_BUSY'],
    ['unavailable', 200, no('EService:Unavailable'), 'UNKNOWN', 'VENUE_MAINTENANCE'],
    ['internal', 200, no('EGeneral:Internal error'), 'UNKNOWN', 'VENUE_ERROR'],
    ['unlisted', 200, no('EOrder:Something new'), 'UNKNOWN', 'UNLISTED_ANSWER'],
    ['no list of errors', 200, { result: {} }, 'UNKNOWN', 'UNLISTED_ANSWER'],
    ['yes without an id', 200, { error: [], result: {} }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
    [
      'a warning is no refusal, but there is no id',
      200,
      { error: ['WOrder:slow'], result: {} },
      'UNKNOWN',
      'UNREADABLE_ANSWER',
    ],
  ]);
});

const row = {
  refid: null,
  userref: null,
  cl_ord_id: wireId,
  status: 'closed',
  opentm: START / 1_000,
  closetm: START / 1_000 + 1.5,
  descr: {
    pair: 'XBTUSDT',
    type: 'sell',
    ordertype: 'limit',
    price: '60000.1',
    price2: '0',
    leverage: 'none',
    order: '',
    close: '',
  },
  vol: '0.00006000',
  vol_exec: '0.00006000',
  cost: '3.60000',
  fee: '0.00900',
  price: '60000.1',
  misc: '',
  oflags: 'fciq',
};

it('an order is looked for among the open ones, then the closed ones', async () => {
  const world = await here((channel) =>
    channel
      .on('POST /0/private/OpenOrders', ok({ open: {} }))
      .on(
        'POST /0/private/ClosedOrders',
        ok({ closed: { 'OLD-1': { ...row, cl_ord_id: 'other' }, 'OQ-1': row }, count: 2 }),
      ),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toMatchObject({
    clientOrderId: ours,
    venueOrderId: 'OQ-1',
    side: 'SELL',
    status: 'FILLED',
    filledLots: 6_000,
    // The venue's `cost` is rounded to its digits; the sum of price × quantity is not.
    cumulativeQuoteUnits: 3_600_006_000_000_000_000n,
  });
  world.channel.on('POST /0/private/ClosedOrders', ok({ closed: {}, count: 0 }));
  expect(valueOf(await session.orderByClientId('c-2', 'BTC/USDT'))).toBeNull();
});

it('an order whose id is known is asked for by it, and an unknown one is null though ccxt calls that invalid', async () => {
  const world = await here((channel) => channel.on('POST /0/private/AddOrder', taken));
  const session = await world.gateway.open(accountId);
  const request = world.request(terms);
  await session.place(request, world.mint.mint({ ...termsOf(request), deadlineMs: Infinity }));
  world.channel.on('POST /0/private/QueryOrders', { body: no('EOrder:Unknown order') });
  expect(valueOf(await session.orderByClientId(request.clientOrderId, 'BTC/USDT'))).toBeNull();
  expect(world.channel.last('QueryOrders').fields).toMatchObject({ txid: 'OUF4EM-FRGI2-MQMWZD' });
});

it('fills carry the fee as charged', async () => {
  const trade = {
    ordertxid: 'OQ-1',
    postxid: 'X',
    pair: 'XBTUSDT',
    time: START / 1_000 - 60.5,
    type: 'sell',
    ordertype: 'limit',
  };
  const money = {
    price: '60000.1',
    cost: '3.60001',
    fee: '0.00900',
    vol: '0.00006000',
    margin: '0',
    misc: '',
    maker: true,
  };
  const world = await here((channel) =>
    channel
      .on('POST /0/private/TradesHistory', ok({ trades: { 'T-1': { ...trade, ...money } }, count: 1 }))
      .on('POST /0/private/QueryOrders', ok({ 'OQ-1': row })),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.fillsSince(null)).fills).toMatchObject([
    {
      venueTradeId: 'T-1',
      clientOrderId: ours,
      lots: 6_000,
      feeAsset: 'USDT',
      feeUnits: 9_000_000_000_000_000n,
      role: 'MAKER',
    },
  ]);
});

it('an order that has ended is found although a search by our id knows open orders only', async () => {
  const world = await here((channel) =>
    channel
      .on('POST /0/private/OpenOrders', ok({ open: {} }))
      .on('POST /0/private/ClosedOrders', ({ fields }) =>
        ok({ closed: 'cl_ord_id' in fields ? {} : { 'OQ-1': row }, count: 1 }),
      ),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.orderByClientId(ours, 'BTC/USDT'))).toMatchObject({ status: 'FILLED' });
});

it('an order is searched from when it was made on, however long ago that is', async () => {
  const threeDays = 3 * 86_400_000;
  const madeAt = (START - threeDays).toString(16).padStart(12, '0');
  const cl_ord_id = `${madeAt}7${'0'.repeat(19)}`;
  const world = await here((channel) =>
    channel
      .on('POST /0/private/OpenOrders', ok({ open: {} }))
      .on('POST /0/private/ClosedOrders', ({ fields }) => {
        const isIn = Number(fields['start']) <= (START - threeDays) / 1_000;
        return ok({ closed: isIn ? { 'OQ-1': { ...row, cl_ord_id } } : {}, count: 1 });
      }),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.orderByClientId(`ord_${cl_ord_id}`, 'BTC/USDT'))).toMatchObject({
    status: 'FILLED',
  });
});

it('fills of one second are read to the end, however many, and each once', async () => {
  const trade = (id: number) => ({
    ...{ ordertxid: 'OQ-1', postxid: 'X', pair: 'XBTUSDT', time: START / 1_000 - 60.5, type: 'sell' },
    ...{ ordertype: 'limit', price: '60000.1', cost: '3.60001', fee: '0.00900', vol: '0.00006000' },
    ...{ margin: '0', misc: '', maker: true, trade_id: id },
  });
  const all = Array.from({ length: 120 }, (_, id): [string, object] => [`T-${id}`, trade(id)]);
  const world = await here((channel) =>
    channel
      .on('POST /0/private/TradesHistory', ({ fields }) => {
        const isIn =
          Number(fields['start']) < START / 1_000 - 60 && Number(fields['end']) >= START / 1_000 - 60;
        // What was told late has moved the list by one.
        const first = Math.max(0, Number(fields['ofs'] ?? 0) - 1);
        return ok({ trades: Object.fromEntries(isIn ? all.slice(first, first + 50) : []), count: 120 });
      })
      .on('POST /0/private/QueryOrders', ok({ 'OQ-1': row })),
  );
  const session = await world.gateway.open(accountId);
  const { fills } = valueOf(await session.fillsSince(null));
  expect(fills.map(({ venueTradeId }) => venueTradeId).toSorted()).toEqual(all.map(([id]) => id).toSorted());
});

it('does not tell what a key may do: that it reads is all that is known of it', async () => {
  const { gateway } = await here((channel) => channel.on('POST /0/private/BalanceEx', ok({})));
  const credential = (await import('./scripted-channel.contract.js')).credential;
  expect(valueOf(await gateway.permissions(credential))).toEqual({
    ...{ read: true, trade: null, withdraw: null, transfer: null, ipRestricted: null, accountIdentity: null },
  });
});

it('does not take a key that cannot even read', async () => {
  const invalid = { body: { error: ['EAPI:Invalid key'] } };
  const { gateway } = await here((channel) => channel.on('POST /0/private/BalanceEx', invalid));
  const credential = (await import('./scripted-channel.contract.js')).credential;
  expect(await gateway.permissions(credential)).toMatchObject({
    ...{ outcome: 'REFUSED', reason: { code: 'CREDENTIAL_INVALID' } },
  });
});
