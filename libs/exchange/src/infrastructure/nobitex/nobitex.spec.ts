import type { VenueCredential } from '../../domain/venue-credentials.js';
import { describeConformance } from '../../conformance/describe-conformance.contract.js';
import { nativeTarget, openNativeVenue, value } from '../native/native-fixture.contract.js';
import { describeNativeVenue } from '../native/native-venue.contract.js';
import type { Fixture, NativeVenue } from '../native/native-fixture.contract.js';
import { Ed25519Key } from '../signing/ed25519-key.js';
import { NobitexDialect, tokenOf } from './nobitex-dialect.contract.js';
import { NobitexGateway } from './nobitex-gateway.js';
import { fromWireId, toWireId } from './nobitex-names.js';
import { nobitexMessage } from './nobitex-signer.js';
import { nobitexTraits } from './nobitex-traits.js';

function keyOf(byte: number): VenueCredential {
  const secret = Buffer.alloc(32, byte).toString('base64url');
  const apiKey = Ed25519Key.parse(secret).publicKey;
  return { credentialId: `key-${byte}`, apiKey, secret, passphrase: null };
}

const keys = [keyOf(1), keyOf(2)] as const;
const tokens = [tokenOf('a'), tokenOf('b')] as const;

const signed: NativeVenue<NobitexDialect> = {
  dialect: () =>
    new NobitexDialect(
      keys.map(({ apiKey }) => apiKey),
      tokens.map(({ secret }) => secret),
    ),
  gateway: (deps) => new NobitexGateway(deps),
  credential: keys[0],
  otherCredential: keys[1],
  symbol: 'BTC/IRR',
  resting: { lots: 1_500, priceTicks: 147_000_000, quantity: '0.0015', price: '1470000000' },
  tooMuch: { lots: 1_000_000_000, priceTicks: 147_000_000 },
  toWireId,
  paths: { place: 'POST /market/orders/add', cancel: 'POST /market/orders/update-status' },
};

describeNativeVenue('Nobitex with an API key', signed);
describeNativeVenue(
  'Nobitex with a token',
  { ...signed, credential: tokens[0], otherCredential: tokens[1] },
  ['RESET'],
);

describeConformance(
  nativeTarget('Nobitex', signed, {
    bestBidTicks: 147_000_112,
    bestAskTicks: 147_609_100,
    tellsMarketData: true,
  }),
);

describe('Nobitex in particular', () => {
  let here: Fixture<NobitexDialect>;

  beforeEach(async () => {
    here = await openNativeVenue(signed);
  });

  afterEach(() => here.close());

  it('signs time, method, path with query and body, in this order', () => {
    const draft = { method: 'GET' as const, path: '/market/orders/list?fromId=123', body: null };
    expect(nobitexMessage(1_700_000_000, draft)).toBe('1700000000GET/market/orders/list?fromId=123');
    const post = { method: 'POST' as const, path: '/market/orders/add', body: '{"a":1}' };
    expect(nobitexMessage(1_700_000_000, post)).toBe('1700000000POST/market/orders/add{"a":1}');
  });

  it('sends an order as documented: currencies apart and small, rial by the name of rls', async () => {
    const wanted = here.request({ side: 'SELL', lots: 1 });
    value(await here.send(wanted));
    value(await here.send(here.request({ symbol: '1MPEPE/IRR', lots: 150, priceTicks: 3 })));
    value(await here.send(here.request({ symbol: 'BTC/USDT', type: 'MARKET', priceTicks: null })));
    const sent = here.venue.heardOf(signed.paths.place).map(({ body }) => JSON.parse(body) as object);
    expect(sent).toMatchObject([
      {
        type: 'sell',
        execution: 'limit',
        srcCurrency: 'btc',
        dstCurrency: 'rls',
        amount: '0.000001',
        price: '1470000000',
        clientOrderId: wanted.clientOrderId.slice(4),
      },
      { srcCurrency: '1m_pepe', dstCurrency: 'rls', amount: '1.5', price: '3' },
      { execution: 'market', srcCurrency: 'btc', dstCurrency: 'usdt', amount: '0.0015' },
    ]);
    expect(sent[2]).not.toHaveProperty('price');
  });

  it('counts rial in rial: steps, least values and fees of the venue, under the name of the rial', async () => {
    const instruments = await here.gateway.instruments();
    expect(instruments.map(({ symbol }) => symbol.toString())).toEqual([
      'BTC/IRR',
      'BTC/USDT',
      'BCH/IRR',
      '1MPEPE/IRR',
    ]);
    expect(instruments[0]!.spec).toMatchObject({
      tickSize: '10',
      stepSize: '0.000001',
      minNotional: '3000000',
      takerFeeRate: '0.0025',
    });
    expect(instruments[1]!.spec).toMatchObject({
      tickSize: '0.01',
      minNotional: '11',
      takerFeeRate: '0.002',
    });
  });

  it('turns every client order id that it takes into one of at most 32 characters, one to one', () => {
    const pattern = new RegExp(nobitexTraits.clientOrderIdPattern);
    const ours = `ord_${'0123456789abcdef'.repeat(2)}`;
    for (const id of [ours, 'mine', 'A-1_b', 'x'.repeat(32)]) {
      expect(pattern.test(id)).toBe(true);
      expect(toWireId(id).length).toBeLessThanOrEqual(32);
      expect(fromWireId(toWireId(id), '7')).toBe(id);
    }
    for (const id of ['', ours.slice(4), 'x'.repeat(33), 'venue-7', 'a b', 'ü', `${ours}0`]) {
      expect(pattern.test(id)).toBe(false);
    }
    expect(fromWireId(null, '7')).toBe('venue-7');
  });

  it('finds an order that has ended in the list of all, page after page, where the venue does not find it', async () => {
    const { session, request, send, dialect, gateway, venue } = here;
    const wanted = request();
    value(await send(wanted));
    dialect.fill(toWireId(wanted.clientOrderId), '0.0015', '1470000000');
    for (let n = 0; n < 4; n += 1) value(await send(request()));
    await session.close();
    const next = await gateway.open(wanted.accountId);
    expect(value(await next.orderByClientId(wanted.clientOrderId, wanted.symbol))?.status).toBe('FILLED');
    expect(
      venue.heardOf('status=all').map(({ path }) => /page=(\d+)/.exec(path.replace('pageSize', ''))?.[1]),
    ).toEqual([undefined, '2', '3']);
    dialect.spoil = ({ clientOrderId: _, ...order }) => order;
    const other = request();
    expect(await next.orderByClientId(other.clientOrderId, other.symbol)).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'UNREADABLE_ANSWER' },
    });
    await next.close();
  });

  it('books fees in what is received, orders of others by the name of the venue, and each trade once', async () => {
    const { session, request, send, dialect } = here;
    const buy = request();
    const sell = request({ side: 'SELL' });
    for (const wanted of [buy, sell]) {
      value(await send(wanted));
      dialect.fill(toWireId(wanted.clientOrderId), '0.0005', '1470000000');
      dialect.fill(toWireId(wanted.clientOrderId), '0.0005', '1470000000');
    }
    dialect.orders.push({
      ...dialect.orders[0]!,
      id: 5,
      clientOrderId: 'elsewhere',
      market: 'BTC-USDT',
      price: '1',
    });
    dialect.fill('elsewhere', '0.0001', '60000');
    dialect.orders.at(-1)!.clientOrderId = null;
    const page = value(await session.fillsSince(null));
    expect(page.fills.map(({ clientOrderId, feeAsset }) => [clientOrderId, feeAsset])).toEqual([
      [buy.clientOrderId, 'BTC'],
      [buy.clientOrderId, 'BTC'],
      [sell.clientOrderId, 'IRR'],
      [sell.clientOrderId, 'IRR'],
      ['venue-5', 'BTC'],
    ]);
    expect(page.fills[0]!.feeUnits).toBe(1_250_000_000_000n);
    expect(page.fills.at(-1)).toMatchObject({ symbol: 'BTC/USDT', priceTicks: 6_000_000, lots: 100 });
    expect(value(await session.orderByClientId(buy.clientOrderId, buy.symbol))).toMatchObject({
      status: 'PARTIALLY_FILLED',
      filledLots: 1_000,
      cumulativeQuoteUnits: 1_470_000n * 10n ** 18n,
    });
    expect((await session.fillsSince('nonsense')).outcome).toBe('UNKNOWN');
  });

  it('reads 0E-10 and names of assets as the venue means them', async () => {
    expect(value(await here.session.balances())).toEqual([
      { asset: 'IRR', freeUnits: 10n ** 30n, lockedUnits: 0n },
      { asset: 'BTC', freeUnits: 5n * 10n ** 17n, lockedUnits: 0n },
      { asset: '1MPEPE', freeUnits: 125n * 10n ** 17n, lockedUnits: 0n },
    ]);
  });

  it.each([
    ['OverValueOrder', 'REFUSED', 'INSUFFICIENT_BALANCE'],
    ['SmallOrder', 'REFUSED', 'NOTIONAL_FILTER'],
    ['BadPrice', 'REFUSED', 'PRICE_BAND'],
    ['InvalidOrderPrice', 'REFUSED', 'PRICE_FILTER'],
    ['InvalidMarketPair', 'REFUSED', 'UNKNOWN_SYMBOL'],
    ['MarketClosed', 'REFUSED', 'MARKET_CLOSED'],
    ['TradingUnavailable', 'REFUSED', 'ACCOUNT_RESTRICTED'],
    ['DuplicateOrder', 'REFUSED', 'ORDER_REJECTED'],
    ['DuplicateClientOrderId', 'UNKNOWN', 'DUPLICATE_CLIENT_ORDER_ID'],
    ['SomethingNew', 'UNKNOWN', 'UNLISTED_ANSWER'],
  ])('a placement answered %s with HTTP 200 is %s %s', async (code, outcome, ours) => {
    const { dialect, request, send } = here;
    dialect.instead = ({ path }) =>
      path === '/market/orders/add' ? { status: 200, body: { status: 'failed', code, message: 'no' } } : null;
    expect(await send(request())).toMatchObject({
      outcome,
      reason: { code: ours },
      evidence: { kind: 'VENUE_ANSWER', detail: { status: 200, rawCode: code } },
    });
  });

  it('stays away for as long as it is told to back off', async () => {
    const { dialect, request, send, venue } = here;
    const body = { status: 'failed', code: 'TooManyRequests', message: 'slowly', backOff: 12, limit: 60 };
    dialect.instead = ({ path }) => (path === '/market/orders/add' ? { status: 429, body } : null);
    expect(await send(request())).toMatchObject({ outcome: 'REFUSED', reason: { code: 'RATE_LIMITED' } });
    const before = venue.heard.length;
    expect(await send(request())).toMatchObject({ ...NOT_SENT, reason: { code: 'VENUE_HALTED' } });
    expect(venue.heard).toHaveLength(before);
  });

  it.each([
    ['an amount of nothing', { amount: null }],
    ['more matched than ordered', { matchedAmount: '1' }],
    ['a negative', { amount: '-1' }],
    ['an exponent beyond reason', { amount: '1e30' }],
    ['a price off the grid', { price: '1470000005' }],
    ['a status that is not listed', { status: 'Sleeping' }],
    ['another market', { market: 'BTC-USDT' }],
    ['a market of no form', { market: 'BTC' }],
    ['another order', { clientOrderId: 'another' }],
    ['another side', { type: 'sell' }],
    ['no id', { id: null }],
    ['no time', { created_at: 1_700_000_000 }],
    ['a fill without its price', { matchedAmount: '0.0005', averagePrice: null }],
  ])('does not believe an answer with %s: the order is unknown', async (_, change) => {
    const { dialect, request, send } = here;
    dialect.spoil = (order) => ({ ...order, ...change });
    expect(await send(request())).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'UNREADABLE_ANSWER' },
    });
    expect(dialect.accepted()).toHaveLength(1);
  });

  it.each([
    ['Done', '0.0015', 'FILLED'],
    ['Done', '0.0005', 'EXPIRED'],
    ['Canceled', '0.0005', 'CANCELED'],
    ['Rejected', '0', 'REJECTED'],
    ['Inactive', '0', 'NEW'],
  ])('an order that is %s with %s matched is %s', async (status, matchedAmount, ours) => {
    const { dialect, request, send } = here;
    dialect.spoil = (order) => ({ ...order, status, matchedAmount, averagePrice: '1470000000' });
    expect(value(await send(request())).status).toBe(ours);
  });

  it('says what a key may do, that a token may do everything, and what it cannot tell', async () => {
    const { gateway, dialect } = here;
    const rights = { read: true, trade: true, withdraw: false, transfer: false, ipRestricted: true };
    const safe = { ...rights, accountIdentity: null };
    expect(value(await gateway.permissions!(keys[0]))).toEqual(safe);
    dialect.keyPermissions = 'READ,TRADE,WITHDRAW';
    expect(value(await gateway.permissions!(keys[0]))).toEqual({ ...safe, withdraw: true, transfer: true });
    dialect.keyPermissions = 'READ,ADDRESS_BOOK';
    expect(value(await gateway.permissions!(keys[0]))).toEqual({ ...safe, trade: false, transfer: null });
    expect(value(await gateway.permissions!(tokens[0]))).toMatchObject({ withdraw: true, transfer: true });
    dialect.instead = ({ path }) =>
      path === '/apikeys/list' ? { status: 403, body: { detail: 'no' } } : null;
    expect(value(await gateway.permissions!(keys[0]))).toMatchObject({ read: true, withdraw: null });
    const odd = { ...keys[0], credentialId: 'odd', apiKey: keys[1].apiKey };
    expect(await gateway.permissions!(odd)).toMatchObject({
      ...NOT_SENT,
      reason: { code: 'CREDENTIAL_INVALID' },
    });
  });
});

describe('market data of Nobitex, by the samples of its documentation', () => {
  let here: Fixture<NobitexDialect>;

  beforeEach(async () => {
    here = await openNativeVenue(signed);
  });

  afterEach(() => here.close());

  it('a book in ticks of ten rial', async () => {
    expect(value(await here.gateway.marketData!.orderBook('BTC/IRR', 1))).toEqual({
      symbol: 'BTC/IRR',
      sequence: null,
      bids: [[147_000_112, 126_571]],
      asks: [[147_609_100, 1_016_000]],
      asOf: 1_644_991_756_704,
    });
  });

  it('trades without those of nothing, with ids that stay', async () => {
    const data = here.gateway.marketData!;
    const trades = value(await data.trades('BCH/IRR', 10));
    expect(trades).toMatchObject([{ priceTicks: 147_000_011, lots: 200, executedAt: 1_588_689_360_464 }]);
    expect(value(await data.trades('BCH/IRR', 10))).toEqual(trades);
  });

  it('best prices and the last one', async () => {
    expect(value(await here.gateway.marketData!.tickers(['BTC/IRR']))).toMatchObject([
      { symbol: 'BTC/IRR', bidTicks: 73_305_960, askTicks: 74_997_636, lastTicks: 75_035_000, bidLots: null },
    ]);
  });

  it.each([
    [
      'bids in no order',
      {
        bids: [
          ['10', '1'],
          ['20', '1'],
        ],
      },
    ],
    ['a price off the grid', { asks: [['1476091005', '1']] }],
    ['a size that is a float too fine', { asks: [['1476091000', 1e-9]] }],
    ['no list', { asks: 'none' }],
    ['no time', { lastUpdate: 'now' }],
  ])('a book with %s is not believed', async (_, change) => {
    const told = { status: 'ok', lastUpdate: 1_644_991_756_704, asks: [], bids: [], ...change };
    here.dialect.instead = ({ path }) => (path.startsWith('/v3/') ? { status: 200, body: told } : null);
    expect((await here.gateway.marketData!.orderBook('BTC/IRR', 5)).outcome).toBe('UNKNOWN');
  });

  it('candles with the digits that were written; none of Tehran’s days', async () => {
    const data = here.gateway.marketData!;
    const hour = 3_600;
    const t = [1_700_002_800, 1_700_002_800 + hour];
    const body =
      `{"s":"ok","t":[${t.join()}],"o":[146272500,150551000.5],"h":[155869600,161869500],"l":[140062400,150551000],` +
      '"c":[151440200,157000000],"v":[18.221362316,9.8592626506]}';
    here.dialect.instead = ({ path }) =>
      path.startsWith('/market/udf/') ? { status: 200, body: JSON.parse(body) as object } : null;
    const range = { from: t[0]! * 1_000, to: (t[1]! + hour) * 1_000, limit: 500 };
    expect(value(await data.candles('BTC/IRR', '1h', range))).toMatchObject([
      {
        openTime: t[0]! * 1_000,
        closeTime: t[1]! * 1_000,
        open: '146272500',
        volume: '18.221362316',
        closed: true,
      },
      { openTime: t[1]! * 1_000, open: '150551000.5', trades: null },
    ]);
    expect(here.venue.heardOf('/market/udf/').at(-1)!.path).toBe(
      `/market/udf/history?symbol=BTCIRT&resolution=60&from=${t[0]}&to=${t[1]! + hour}`,
    );
    expect(await data.candles('BTC/IRR', '1d', range)).toMatchObject({
      ...NOT_SENT,
      reason: { code: 'UNSUPPORTED' },
    });
    here.dialect.instead = () => ({ status: 200, body: { s: 'no_data' } });
    expect(value(await data.candles('BTC/IRR', '1h', range))).toEqual([]);
    const sample = { s: 'ok', t: [1562095800], o: [1], h: [1], l: [1], c: [1], v: [1] };
    here.dialect.instead = () => ({ status: 200, body: sample });
    expect((await data.candles('BTC/IRR', '1h', range)).outcome).toBe('UNKNOWN');
    here.dialect.instead = () => ({ status: 200, body: { s: 'error', errmsg: 'Invalid resolution!' } });
    expect((await data.candles('BTC/IRR', '1h', range)).outcome).toBe('UNKNOWN');
  });
});

const NOT_SENT = { outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } };
