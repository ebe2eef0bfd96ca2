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
  instType: 'SPOT',
  instId: 'BTC-USDT',
  baseCcy: 'BTC',
  quoteCcy: 'USDT',
  settleCcy: '',
  ctVal: '',
  ctType: '',
  tickSz: '0.01',
  lotSz: '0.00001',
  minSz: '0.00001',
  maxLmtSz: '9999999999',
  maxMktSz: '1000000',
  state: 'live',
  lever: '10',
};

const swap = {
  ...spot,
  instType: 'SWAP',
  instId: 'BTC-USDT-SWAP',
  baseCcy: '',
  quoteCcy: '',
  uly: 'BTC-USDT',
  instFamily: 'BTC-USDT',
  settleCcy: 'USDT',
  ctVal: '0.01',
  ctMult: '1',
  ctValCcy: 'BTC',
  ctType: 'linear',
  tickSz: '0.1',
  lotSz: '0.01',
  minSz: '0.01',
};

const ours = `ord_${'1'.padStart(32, '0')}`;
const wireId = '1'.padStart(32, '0');

function here(script: (channel: ScriptedChannel) => void = () => undefined) {
  return ccxtUnderTest('okx', (channel) => {
    channel.on('GET /api/v5/public/instruments', ({ fields }) => ({
      body: { code: '0', msg: '', data: [fields['instType'] === 'SPOT' ? spot : swap] },
    }));
    script(channel);
  });
}

const answer = (entry: object, code = '0') => ({ body: { code, msg: '', data: [entry] } });
const taken = answer({ ordId: '312269865356374016', clOrdId: wireId, sCode: '0', sMsg: '' });

const order = {
  instType: 'SPOT',
  instId: 'BTC-USDT',
  ordId: '312269865356374016',
  clOrdId: wireId,
  px: '60000.12',
  sz: '0.0006',
  ordType: 'limit',
  side: 'buy',
  tdMode: 'cash',
  accFillSz: '0.0002',
  avgPx: '60000.115',
  state: 'partially_filled',
  fee: '-0.0000002',
  feeCcy: 'BTC',
  tgtCcy: '',
  uTime: String(START),
  cTime: String(START),
};

it('counts perpetuals in base, contracts stay inside', async () => {
  const { gateway } = await here();
  const specs = (await gateway.instruments()).map(({ spec }) => [spec.symbol, spec.stepSize, spec.tickSize]);
  expect(specs).toEqual([
    ['BTC/USDT', '0.00001', '0.01'],
    ['BTC/USDT:USDT', '0.0001', '0.1'],
  ]);
});

it('a placement goes to the single-order endpoint, under our id, with a time after which it is dropped', async () => {
  const world = await here((channel) => channel.on('POST /api/v5/trade/order', taken));
  expect(await sendOrder(world)).toMatchObject({
    outcome: 'CONFIRMED',
    value: {
      clientOrderId: ours,
      venueOrderId: '312269865356374016',
      status: 'NEW',
      lots: 60,
      filledLots: 0,
    },
  });
  const { fields, request } = world.channel.last('POST');
  expect(fields).toEqual({
    instId: 'BTC-USDT',
    tdMode: 'cash',
    side: 'buy',
    ordType: 'limit',
    clOrdId: wireId,
    sz: '0.0006',
    px: '60000.12',
  });
  expect(request.headers['expTime']).toBe(String(START + 5_000));
  expect(request.headers['OK-ACCESS-TIMESTAMP']).toBe(new Date(START).toISOString());
});

it('a market buy says which asset its size is in, post-only and the rest have their type', async () => {
  const world = await here((channel) => channel.on('POST /api/v5/trade/order', taken));
  await sendOrder(world, { type: 'MARKET', priceTicks: null });
  expect(world.channel.last('POST').fields).toMatchObject({
    ordType: 'market',
    sz: '0.0006',
    tgtCcy: 'base_ccy',
  });
  await sendOrder(world, { type: 'MARKET', priceTicks: null, lots: null, quoteUnits: 25n * 10n ** 18n });
  expect(world.channel.last('POST').fields).toMatchObject({
    ordType: 'market',
    sz: '25',
    tgtCcy: 'quote_ccy',
  });
  await sendOrder(world, { postOnly: true });
  expect(world.channel.last('POST').fields).toMatchObject({ ordType: 'post_only' });
  await sendOrder(world, { timeInForce: 'FOK' });
  expect(world.channel.last('POST').fields).toMatchObject({ ordType: 'fok' });
  await sendOrder(world, { symbol: 'BTC/USDT:USDT', lots: 100, priceTicks: 600_001 });
  expect(world.channel.last('POST').fields).toMatchObject({ sz: '1', px: '60000.1', tdMode: 'cross' });
});

describeAnswers('the table of OKX', here, 'POST /api/v5/trade/order', [
  [
    'no funds',
    200,
    { code: '1', msg: '', data: [{ sCode: '51008', sMsg: 'Insufficient balance' }] },
    'REFUSED',
    'INSUFFICIENT_BALANCE',
  ],
  [
    'duplicate id',
    200,
    { code: '1', data: [{ sCode: '51016', sMsg: 'Duplicated' }] },
    'UNKNOWN',
    'DUPLICATE_CLIENT_ORDER_ID',
  ],
  [
    'half of a batch',
    200,
    { code: '2', data: [{ sCode: '51121', sMsg: 'lot' }] },
    'REFUSED',
    'QUANTITY_FILTER',
  ],
  [
    'timeout inside',
    200,
    { code: '50004', msg: 'API endpoint request timeout', data: [] },
    'UNKNOWN',
    'VENUE_TIMEOUT',
  ],
  ['busy', 200, { code: '50013', msg: 'Systems are busy', data: [] }, 'UNKNOWN', 'VENUE_BUSY'],
  ['too fast', 429, { code: '50011', msg: 'Too many requests', data: [] }, 'REFUSED', 'RATE_LIMITED'],
  [
    'late',
    200,
    { code: '50102', msg: 'Timestamp request expired', data: [] },
    'REFUSED',
    'TIMESTAMP_OUTSIDE_WINDOW',
  ],
  ['past expTime', 200, { code: '50037', msg: 'expired', data: [] }, 'REFUSED', 'TIMESTAMP_OUTSIDE_WINDOW'],
  ['bad key', 401, { code: '50111', msg: 'Invalid OK-ACCESS-KEY' }, 'REFUSED', 'CREDENTIAL_INVALID'],
  ['unlisted', 200, { code: '59999', msg: 'new', data: [] }, 'UNKNOWN', 'UNLISTED_ANSWER'],
  ['no code at all', 200, { data: [] }, 'UNKNOWN', 'UNLISTED_ANSWER'],
  ['yes without an id', 200, { code: '0', data: [{ sCode: '0' }] }, 'UNKNOWN', 'UNREADABLE_ANSWER'],
]);

it('a query is by our id; the quote of the fills is the average times the quantity, exactly', async () => {
  const world = await here((channel) => channel.on('GET /api/v5/trade/order', answer(order)));
  const session = await world.gateway.open(accountId);
  const found = valueOf(await session.orderByClientId(ours, 'BTC/USDT'));
  expect(found).toMatchObject({ clientOrderId: ours, status: 'PARTIALLY_FILLED', lots: 60, filledLots: 20 });
  expect(found!.cumulativeQuoteUnits).toBe(12_000_023_000_000_000_000n);
  expect(world.channel.last('GET /api/v5/trade/order').fields).toMatchObject({ clOrdId: wireId });
  world.channel.on('GET /api/v5/trade/order', {
    body: { code: '51603', msg: 'Order does not exist', data: [] },
  });
  expect(await session.orderByClientId(ours, 'BTC/USDT')).toMatchObject({
    outcome: 'CONFIRMED',
    value: null,
  });
});

it('a cancel is over when a query says so, not when it is taken note of', async () => {
  const world = await here((channel) => channel.on('POST /api/v5/trade/cancel-order', taken));
  const session = await world.gateway.open(accountId);
  const states = ['live', 'live', 'canceled'];
  world.channel.on('GET /api/v5/trade/order', () =>
    answer({ ...order, state: states.shift() ?? 'canceled' }),
  );
  const asked = session.cancel(ours, 'BTC/USDT');
  for (let round = 0; round < 10; round += 1) {
    await new Promise(setImmediate);
    await world.timers.advance(100);
  }
  expect(valueOf(await asked)).toMatchObject({ status: 'CANCELED', filledLots: 20 });
  world.channel.on('POST /api/v5/trade/cancel-order', answer({ sCode: '51402', sMsg: 'filled' }, '1'));
  expect(await session.cancel(ours, 'BTC/USDT')).toMatchObject({ reason: { code: 'UNKNOWN_ORDER' } });
});

it('open orders are read to the last page', async () => {
  const row = (id: number) => ({
    ...order,
    ordId: String(id),
    clOrdId: `c${id}`,
    state: 'live',
    accFillSz: '0',
    avgPx: '',
  });
  const all = Array.from({ length: 130 }, (_, index) => row(1_000 - index));
  const world = await here((channel) =>
    channel.on('GET /api/v5/trade/orders-pending', ({ fields }) => {
      const older = all.filter(
        ({ ordId }) => fields['after'] === undefined || Number(ordId) < Number(fields['after']),
      );
      return { body: { code: '0', data: older.slice(0, 100) } };
    }),
  );
  const session = await world.gateway.open(accountId);
  const open = valueOf(await session.openOrders());
  expect(new Set(open.map(({ venueOrderId }) => venueOrderId)).size).toBe(130);
});

it('fills are read by windows of time, a full one is halved, and each comes once', async () => {
  const fill = (id: number, ts: number) => ({
    instType: 'SPOT',
    instId: 'BTC-USDT',
    tradeId: String(id),
    ordId: '5',
    clOrdId: `c${id}`,
    side: 'sell',
    fillPx: '60000.12',
    fillSz: '0.0001',
    fee: '-0.006',
    feeCcy: 'USDT',
    execType: 'T',
    ts: String(ts),
  });
  // 150 in one window, 60 of them within one millisecond.
  const all = Array.from({ length: 150 }, (_, index) =>
    fill(index, START - 40_000_000 + Math.max(0, index - 60) * 1_000),
  );
  const world = await here((channel) =>
    channel.on('GET /api/v5/trade/fills-history', ({ fields }) => {
      const within = all.filter(
        ({ ts }) => Number(ts) >= Number(fields['begin']) && Number(ts) <= Number(fields['end']),
      );
      return { body: { code: '0', data: fields['instType'] === 'SPOT' ? within.slice(-100).reverse() : [] } };
    }),
  );
  const session = await world.gateway.open(accountId);
  const seen: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: { fills: { venueTradeId: string }[]; cursor: string } = valueOf(
      await session.fillsSince(cursor),
    );
    seen.push(...page.fills.map(({ venueTradeId }) => venueTradeId));
    if (page.fills.length === 0) {
      expect(page.cursor).toBe(cursor);
      break;
    }
    cursor = page.cursor;
  }
  expect(seen).toHaveLength(150);
  expect(new Set(seen).size).toBe(150);
});

it('fills of a quiet account are read in one look at all that OKX keeps', async () => {
  const world = await here((channel) =>
    channel.on('GET /api/v5/trade/fills-history', { body: { code: '0', data: [] } }),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.fillsSince(null)).fills).toEqual([]);
  // Spot and perpetuals.
  expect(world.channel.count('GET /api/v5/trade/fills-history')).toBe(2);
});

it('its countdown is set in seconds, for the whole account', async () => {
  const world = await here((channel) =>
    channel.on(
      'POST /api/v5/trade/cancel-all-after',
      answer({ triggerTime: '0', tag: '', ts: String(START) }),
    ),
  );
  const session = await world.gateway.open(accountId);
  expect(await session.cancelAllAfter!(30)).toMatchObject({ outcome: 'CONFIRMED', value: null });
  expect(world.channel.last('POST').fields).toMatchObject({ timeOut: '30' });
  expect(await session.cancelAllAfter!(5)).toMatchObject({ evidence: { kind: 'NOT_SENT' } });
  expect(world.channel.count('POST /api/v5/trade/cancel-all-after')).toBe(1);
});

it('a charged fee is positive here, a rebate negative: the signs of OKX are the other way round', async () => {
  const fill = { instType: 'SPOT', instId: 'BTC-USDT', tradeId: '1', ordId: '5', clOrdId: 'c1', side: 'buy' };
  const rest = {
    fillPx: '60000.12',
    fillSz: '0.0001',
    fee: '0.00000001',
    feeCcy: 'BTC',
    execType: 'M',
    ts: String(START),
  };
  const world = await here((channel) =>
    channel.on('GET /api/v5/trade/fills-history', ({ fields }) => ({
      body: { code: '0', data: fields['instType'] === 'SPOT' ? [{ ...fill, ...rest }] : [] },
    })),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.fillsSince(null)).fills).toMatchObject([
    { feeUnits: -10_000_000_000n, feeAsset: 'BTC', role: 'MAKER', clientOrderId: 'c1' },
  ]);
});

it('a resting order is amended in one call', async () => {
  const world = await here((channel) =>
    channel.on('POST /api/v5/trade/amend-order', taken).on('GET /api/v5/trade/order', answer(order)),
  );
  const session = await world.gateway.open(accountId);
  const request = { ...world.request(), venueOrderId: '5', lots: 70, priceTicks: 6_000_050 };
  const { orderId, symbol, side, lots, priceTicks, attempt, epoch } = request;
  const terms = { accountId, orderId, symbol, side, lots, quoteUnits: null, priceTicks, attempt, epoch };
  const approval = world.mint.mint({ ...terms, deadlineMs: Infinity });
  expect(await session.amend!(request, approval)).toMatchObject({ outcome: 'CONFIRMED' });
  expect(world.channel.last('POST').fields).toMatchObject({ newSz: '0.0007', newPx: '60000.5' });
  expect(await session.amend!(request, approval)).toMatchObject({ reason: { code: 'APPROVAL_REFUSED' } });
});

it('tells what a key may do', async () => {
  const world = await here((channel) =>
    channel.on(
      'GET /api/v5/account/config',
      answer({ uid: '44705892343619584', perm: 'read_only,trade', ip: '' }),
    ),
  );
  expect(valueOf(await world.gateway.permissions(credential))).toMatchObject({
    trade: true,
    withdraw: false,
    ipRestricted: false,
    accountIdentity: '44705892343619584',
  });
});

it('asks OKX for no more candles of a range than a page holds: it would answer the latest ones', async () => {
  const world = await here();
  world.channel.on('candles', { body: { code: '0', msg: '', data: [] } });
  const from = Date.UTC(2026, 0, 1);
  const range = { from, to: from + 86_400_000, limit: 100 };
  expect(await world.gateway.marketData.candles('BTC/USDT', '1m', range)).toMatchObject({
    outcome: 'CONFIRMED',
  });
  const { fields } = world.channel.last('candles');
  expect(Number(fields['after'])).toBeLessThanOrEqual(from + 100 * 60_000);
});
