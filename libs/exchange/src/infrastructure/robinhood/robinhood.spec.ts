import type { VenueCredential } from '../../domain/venue-credentials.js';
import type { VenueDataEvent } from '../../domain/venue-market-data.js';
import { describeConformance } from '../../conformance/describe-conformance.contract.js';
import { nativeTarget, openNativeVenue, value } from '../native/native-fixture.contract.js';
import { describeNativeVenue } from '../native/native-venue.contract.js';
import type { Fixture, NativeVenue } from '../native/native-fixture.contract.js';
import { RobinhoodDialect } from './robinhood-dialect.contract.js';
import { RobinhoodGateway } from './robinhood-gateway.js';
import { RobinhoodSigner, robinhoodMessage } from './robinhood-signer.js';
import { toWireId } from './robinhood-values.js';

/** The key of the published example (docs.robinhood.com/crypto/trading), never live, and one made of it. */
const credential: VenueCredential = {
  credentialId: 'cred-1',
  apiKey: 'rh-api-6148effc-c0b1-486c-8940-a1d099456be6',
  secret: 'xQnTJVeQLmw1/Mg2YimEViSpw/SdJcgNXZ5kQkAXNPU=',
  passphrase: null,
};
const otherCredential: VenueCredential = {
  credentialId: 'cred-2',
  apiKey: 'rh-api-00000000-0000-4000-8000-000000000002',
  secret: Buffer.alloc(32, 2).toString('base64'),
  passphrase: null,
};

const robinhood: NativeVenue<RobinhoodDialect> = {
  dialect: () => new RobinhoodDialect([credential, otherCredential]),
  gateway: (deps) => new RobinhoodGateway(deps),
  credential,
  otherCredential,
  symbol: 'BTC/USD',
  resting: { lots: 12_000_000, priceTicks: 5_000_001, quantity: '0.12', price: '50000.01' },
  tooMuch: { lots: 300_000_000, priceTicks: 5_000_000 },
  toWireId,
  paths: { place: 'POST /api/v1/crypto/trading/orders/', cancel: '/cancel/' },
};

describeNativeVenue('Robinhood', robinhood);
describeConformance(
  nativeTarget('Robinhood', robinhood, {
    bestBidTicks: 5_999_001,
    bestAskTicks: 6_001_002,
    // Of public data it tells best prices only, and nothing of who made a trade.
    tellsMarketData: false,
  }),
);

describe('Robinhood in particular', () => {
  let here: Fixture<RobinhoodDialect>;

  beforeEach(async () => {
    here = await openNativeVenue(robinhood);
  });

  afterEach(() => here.close());

  it('signs the JSON that it sends: path before method, the very bytes of the body', () => {
    const order = {
      client_order_id: '131de903-5a9c-4260-abc1-28d562a5dcf0',
      side: 'buy',
      symbol: 'BTC-USD',
      type: 'market',
      market_order_config: { asset_quantity: '0.1' },
    };
    const draft = {
      method: 'POST' as const,
      path: '/api/v1/crypto/trading/orders/',
      body: JSON.stringify(order),
    };
    expect(robinhoodMessage('k', 7, { method: 'GET', path: '/a/?b=c', body: null })).toBe('k7/a/?b=cGET');
    expect(new RobinhoodSigner().headers(draft, credential, 1_698_708_981_999)).toEqual({
      'x-api-key': credential.apiKey,
      'x-timestamp': '1698708981',
      // Computed from the published example's key over the same order as compact JSON.
      'x-signature':
        'UCrqnNobORgfcMA0VirVLvNW/N1BqJ3xx8M0M1dS7jpuoYIF+ZKynseqtqQ19r2ESnsg9Ze8hRn0/pQsg02VCA==',
    });
  });

  it('sends an order as documented, every number as text', async () => {
    value(await here.send(here.request({ side: 'SELL', lots: 1 })));
    const [sent] = here.venue.heardOf('POST /api/v1/crypto/trading/orders/');
    expect(JSON.parse(sent!.body)).toEqual({
      client_order_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      side: 'sell',
      symbol: 'BTC-USD',
      type: 'limit',
      limit_order_config: { asset_quantity: '0.00000001', limit_price: '50000.01' },
    });
    value(await here.send(here.request({ type: 'MARKET', priceTicks: null })));
    const [, market] = here.venue.heardOf('POST /api/v1/crypto/trading/orders/');
    expect(JSON.parse(market!.body)).toMatchObject({
      type: 'market',
      market_order_config: { asset_quantity: '0.12' },
    });
  });

  it('takes markets that can be traded and counted exactly, with steps and sizes of the venue and no fee', async () => {
    const instruments = await here.gateway.instruments();
    expect(instruments.map(({ symbol }) => symbol.toString())).toEqual(['BTC/USD', 'ETH/USD']);
    expect(instruments[0]!.spec).toMatchObject({
      venue: 'ROBINHOOD',
      tickSize: '0.01',
      stepSize: '0.00000001',
      minQuantity: '0.000001',
      maxQuantity: '20',
      takerFeeRate: '0',
    });
  });

  it('searches every page of the list, from just before the order was sent', async () => {
    const { session, request, send, venue } = here;
    const first = request();
    for (const wanted of [first, request(), request(), request(), request()]) value(await send(wanted));
    const again = await here.gateway.open(first.accountId);
    expect(value(await again.orderByClientId(first.clientOrderId, first.symbol))).toMatchObject({
      status: 'NEW',
    });
    expect(venue.heardOf('?symbol=BTC-USD').length).toBe(3);
    expect(value(await again.openOrders())).toHaveLength(5);
    const lost = request();
    venue.harmNext({ where: 'POST', when: 'BEFORE', harm: 'RESET' });
    await send(lost);
    expect(await session.orderByClientId(lost.clientOrderId, lost.symbol)).toMatchObject(NOT_SENT);
    await again.close();
  });

  it('tells holdings to the last digit of what the venue wrote, and counts what buys hold', async () => {
    const { session, request, send } = here;
    value(await send(request()));
    expect(value(await session.balances())).toEqual([
      { asset: 'USD', freeUnits: 93_999_9988n * 10n ** 14n, lockedUnits: 60_000_012n * 10n ** 14n },
      { asset: 'BTC', freeUnits: 10n ** 13n, lockedUnits: 0n },
      { asset: 'ETH', freeUnits: 15n * 10n ** 17n, lockedUnits: 0n },
    ]);
  });

  it('gives equal executions different ids, and partial fills their order', async () => {
    const { session, request, send, dialect } = here;
    const wanted = request();
    value(await send(wanted));
    const wire = toWireId(wanted.clientOrderId);
    const order = dialect.orders[0]!;
    for (let n = 0; n < 2; n += 1) dialect.fill(wire, '0.03', '50000.01');
    order.executions[1]!.timestamp = order.executions[0]!.timestamp;
    const page = value(await session.fillsSince(null));
    expect(page.fills.map(({ lots }) => lots)).toEqual([3_000_000, 3_000_000]);
    expect(new Set(page.fills.map(({ venueTradeId }) => venueTradeId)).size).toBe(2);
    dialect.fill(wire, '0.06', '50000.01');
    const rest = value(await session.fillsSince(page.cursor));
    expect(rest.fills.map(({ lots }) => lots)).toEqual([6_000_000]);
    order.executions.reverse();
    expect(value(await session.fillsSince(rest.cursor)).fills).toEqual([]);
  });

  it.each([
    ['a float without its digits', { filled_asset_quantity: 1e-19 }],
    ['no number', { filled_asset_quantity: null }],
    ['a negative', { filled_asset_quantity: -0.1 }],
    ['a quantity off the grid', { filled_asset_quantity: 0.000000001 }],
    ['fills that do not add up', { filled_asset_quantity: 0.01 }],
    ['a price off the grid', { limit_order_config: { asset_quantity: '0.12', limit_price: '50000.001' } }],
    ['an exponent beyond reason', { limit_order_config: { asset_quantity: '1e400', limit_price: '50000' } }],
    ['NaN', { limit_order_config: { asset_quantity: 'NaN', limit_price: '50000' } }],
    ['another order', { client_order_id: '00000000-0000-4000-8000-000000000000' }],
    ['another side', { side: 'sell' }],
    ['another market', { symbol: 'ETH-USD' }],
    ['no id', { id: 'latest' }],
    ['no time', { updated_at: 'yesterday' }],
    ['filled with nothing', { state: 'filled' }],
    ['no object', null],
  ])('does not believe an answer with %s: the order is unknown', async (_, change) => {
    const { request, send, dialect } = here;
    dialect.spoil = (order) => (change === null ? null : { ...order, ...change });
    expect(await send(request())).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'UNREADABLE_ANSWER' },
      evidence: { kind: 'VENUE_ANSWER', detail: { status: 201 } },
    });
    expect(dialect.accepted()).toHaveLength(1);
  });

  it('takes a state that it does not know for one that has not ended', async () => {
    const { session, request, send, dialect } = here;
    dialect.spoil = (order) => ({ ...order, state: 'queued_for_review' });
    const order = value(await send(request()));
    expect(order.status).toBe('NEW');
    expect(value(await session.orderByClientId(order.clientOrderId, order.symbol))?.status).toBe('NEW');
  });

  it('keeps what was filled before a cancel, and books a fill that is told after it', async () => {
    const { session, request, send, dialect } = here;
    const wanted = request();
    value(await send(wanted));
    const wire = toWireId(wanted.clientOrderId);
    dialect.fill(wire, '0.03', '50000.01');
    const first = value(await session.fillsSince(null));
    expect(value(await session.cancel(wanted.clientOrderId, wanted.symbol))).toMatchObject({
      status: 'CANCELED',
      filledLots: 3_000_000,
    });
    dialect.fill(wire, '0.01', '50000.01');
    dialect.orders[0]!.state = 'canceled';
    const late = value(await session.fillsSince(first.cursor));
    expect([...first.fills, ...late.fills].map(({ lots }) => lots)).toEqual([3_000_000, 1_000_000]);
    expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toMatchObject({
      status: 'CANCELED',
      filledLots: 4_000_000,
    });
  });

  it('asks for the rules again when the venue refuses by a rule', async () => {
    const { request, send, dialect, venue } = here;
    const answer = dialect.answer.bind(dialect);
    const body = {
      type: 'validation_error',
      errors: [{ attr: 'asset_quantity', detail: 'Must be a multiple of the increment.' }],
    };
    dialect.answer = (asked) => (asked.method === 'POST' ? { status: 400, body } : answer(asked));
    const before = venue.heardOf('/trading_pairs/').length;
    expect(await send(request())).toMatchObject({ outcome: 'REFUSED', reason: { code: 'QUANTITY_FILTER' } });
    dialect.answer = answer;
    value(await send(request()));
    expect(venue.heardOf('/trading_pairs/')).toHaveLength(before + 1);
  });

  it.each([
    [
      429,
      { type: 'client_error', errors: [{ detail: 'Slow down.', attr: null }] },
      'REFUSED',
      'RATE_LIMITED',
    ],
    [403, { type: 'client_error', errors: [{ detail: 'No.', attr: null }] }, 'REFUSED', 'PERMISSION_DENIED'],
    [403, '<html>blocked</html>', 'REFUSED', 'LOCATION_RESTRICTED'],
    [500, { type: 'server_error', errors: [{ detail: 'Oops.', attr: null }] }, 'UNKNOWN', 'VENUE_ERROR'],
    [503, { type: 'server_error', errors: [] }, 'UNKNOWN', 'VENUE_ERROR'],
    [
      404,
      { type: 'validation_error', errors: [{ detail: 'Gone.', attr: 'symbol' }] },
      'REFUSED',
      'UNKNOWN_SYMBOL',
    ],
    [418, 'teapot', 'REFUSED', 'RATE_LIMITED'],
    [302, '', 'UNKNOWN', 'UNLISTED_ANSWER'],
    [400, { no: 'errors' }, 'UNKNOWN', 'UNLISTED_ANSWER'],
  ])('a placement answered HTTP %i %j is %s %s', async (status, body, outcome, code) => {
    const { request, send, dialect } = here;
    dialect.answer = () => ({ status, body });
    expect(await send(request())).toMatchObject({ outcome, reason: { code } });
  });

  it('never follows the list to another path', async () => {
    const { session, venue } = here;
    here.dialect.answer = () => ({
      status: 200,
      body: { next: 'https://elsewhere.invalid/steal/?cursor=1', previous: null, results: [] },
    });
    expect(await session.openOrders()).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'UNREADABLE_ANSWER' },
    });
    expect(venue.heardOf('/steal/')).toEqual([]);
  });

  it('cancels an order that it knows without asking first, and says what it cannot tell', async () => {
    const { session, request, send, venue } = here;
    const wanted = request();
    const { venueOrderId } = value(await send(wanted));
    const before = venue.heard.length;
    for (let read = 0; read < 8; read += 1)
      venue.harmNext({ where: 'GET ', when: 'BEFORE', harm: 'HTTP 503' });
    expect((await session.cancel(wanted.clientOrderId, wanted.symbol)).outcome).toBe('UNKNOWN');
    expect(venue.heard[before]).toMatchObject({
      method: 'POST',
      path: `/api/v1/crypto/trading/orders/${venueOrderId}/cancel/`,
      body: '',
    });
    expect(here.dialect.orders[0]!.state).toBe('canceled');
  });

  it('says cancel pending while the venue has only taken note, and that a fill won', async () => {
    const { session, request, send, dialect } = here;
    const wanted = request();
    value(await send(wanted));
    dialect.spoil = (order) => ({ ...order, state: 'open' });
    expect(await session.cancel(wanted.clientOrderId, wanted.symbol)).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'CANCEL_PENDING' },
    });
    const filled = request();
    value(await send(filled));
    dialect.spoil = (order) => order;
    dialect.fill(toWireId(filled.clientOrderId), '0.12', '50000.01');
    expect(await session.cancel(filled.clientOrderId, filled.symbol)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'UNKNOWN_ORDER', detail: 'The order is FILLED.' },
    });
  });

  it('tells what the venue tells of a key: that it reads, and that no key can move anything out', async () => {
    expect(value(await here.gateway.permissions!(credential))).toEqual({
      read: true,
      trade: null,
      withdraw: false,
      transfer: false,
      ipRestricted: null,
      accountIdentity: 'A1',
    });
    const stranger = { ...credential, credentialId: 'cred-3', apiKey: 'rh-api-unknown' };
    expect(await here.gateway.permissions!(stranger)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'CREDENTIAL_INVALID' },
    });
  });

  it('rounds the quotes of the dealer so that neither looks better than it is, and tells nothing else', async () => {
    const data = here.gateway.marketData!;
    expect(value(await data.tickers(['BTC/USD']))).toEqual([
      {
        symbol: 'BTC/USD',
        bidTicks: 5_999_001,
        bidLots: null,
        askTicks: 6_001_002,
        askLots: null,
        lastTicks: null,
        asOf: Date.UTC(2026, 0, 5, 17, 0, 0, 123),
      },
    ]);
    expect(await data.tickers(['DOGE/USD'])).toMatchObject({ reason: { code: 'UNKNOWN_SYMBOL' } });
    expect(await data.orderBook('BTC/USD', 5)).toMatchObject({
      ...NOT_SENT,
      reason: { code: 'UNSUPPORTED' },
    });
    const events: VenueDataEvent[] = [];
    await new Promise<void>((resolve) => {
      const end = data.subscribe({ channel: 'TICKER', symbol: 'BTC/USD' }, (event) => {
        events.push(event);
        if (event.kind === 'TICKER') resolve();
      });
      setTimeout(end, 1_000).unref();
    });
    expect(events.map(({ kind }) => kind)).toEqual(['STREAM', 'TICKER']);
  });

  it('is refused, definitely, when its clock is not that of the venue, and asks for the time anew', async () => {
    const { request, send, dialect } = here;
    dialect.clockAheadMs = 60_000;
    expect(await send(request())).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' },
    });
    expect(dialect.accepted()).toEqual([]);
  });

  it('knows the time of the venue by its answers', async () => {
    expect(Math.abs((await here.gateway.serverTime()) - Date.now())).toBeLessThan(2_000);
  });
});

const NOT_SENT = { outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } };
