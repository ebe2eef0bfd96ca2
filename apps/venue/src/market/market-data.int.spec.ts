import { Rehearsal } from '../venue-client.contract.js';

const NOON = Date.UTC(2026, 5, 1, 12);

describe('public data over REST', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await Rehearsal.start({ clock: { frozenAt: NOON } });
    rehearsal.house('BUY', 5_999_900, 100);
    rehearsal.house('SELL', 6_000_000, 300);
    rehearsal.house('SELL', 6_100_000, 50);
    const trade = (ticks: number, lots: number) => rehearsal.admin.houseTrade('BTCUSDT', 'BUY', ticks, lots);
    trade(6_000_000, 100);
    rehearsal.venue.core.clock.advance(90_000);
    trade(6_000_000, 200);
    trade(6_100_000, 10);
  });

  afterAll(() => rehearsal.close());

  const get = async (path: string) => (await rehearsal.send('GET', path)).body;

  it('shows the book as deep as asked, with its number', async () => {
    expect(await get('/api/v3/depth?symbol=BTCUSDT&limit=1')).toEqual({
      lastUpdateId: rehearsal.venue.core.engine.depth('BTCUSDT').lastUpdateId,
      bids: [['59999.00000000', '0.00100000']],
      asks: [['61000.00000000', '0.00040000']],
    });
  });

  it('lists trades, and what belongs together as one', async () => {
    const trades = await get('/api/v3/trades?symbol=BTCUSDT&limit=2');
    expect(trades.map(({ id, qty }: { id: number; qty: string }) => [id, qty])).toEqual([
      [2, '0.00200000'],
      [3, '0.00010000'],
    ]);
    expect(trades[1]).toMatchObject({ price: '61000.00000000', quoteQty: '6.10000000', isBuyerMaker: false });
    expect(await get('/api/v3/aggTrades?symbol=BTCUSDT&fromId=2&limit=1')).toMatchObject([
      { a: 2, f: 2, l: 2, M: true },
    ]);
  });

  it('makes candles of them', async () => {
    const rows = await get(`/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${NOON}`);
    expect(rows).toEqual([
      [
        NOON,
        '60000.00000000',
        '60000.00000000',
        '60000.00000000',
        '60000.00000000',
        '0.00100000',
        NOON + 59_999,
        '60.00000000',
        1,
        '0.00100000',
        '60.00000000',
        '0',
      ],
      [
        NOON + 60_000,
        '60000.00000000',
        '61000.00000000',
        '60000.00000000',
        '61000.00000000',
        '0.00210000',
        NOON + 119_999,
        '126.10000000',
        2,
        '0.00210000',
        '126.10000000',
        '0',
      ],
    ]);
  });

  it('sums windows up: a day, the day so far, a minute', async () => {
    expect(await get('/api/v3/ticker/24hr?symbol=BTCUSDT')).toMatchObject({
      priceChange: '1000.00000000',
      priceChangePercent: '1.666',
      volume: '0.00310000',
      count: 3,
      firstId: 1,
      bidPrice: '59999.00000000',
    });
    expect(await get('/api/v3/ticker/tradingDay?symbol=BTCUSDT')).toMatchObject({
      count: 3,
      openTime: NOON - 43_200_000,
    });
    expect(await get('/api/v3/ticker?symbol=BTCUSDT&windowSize=1m&type=MINI')).toMatchObject({ count: 3 });
    rehearsal.venue.core.clock.advance(60_000);
    expect(await get('/api/v3/ticker?symbol=BTCUSDT&windowSize=1m')).toMatchObject({
      count: 2,
      lastPrice: '61000.00000000',
    });
    expect(await get('/api/v3/avgPrice?symbol=BTCUSDT')).toMatchObject({ mins: 5, price: '60032.25806451' });
  });

  it.each([
    ['/api/v3/depth', -1102],
    ['/api/v3/depth?symbol=NOSUCH', -1121],
    ['/api/v3/klines?symbol=BTCUSDT&interval=7m', -1120],
    ['/api/v3/klines?symbol=BTCUSDT&interval=1d&timeZone=20', -1100],
    ['/api/v3/ticker/24hr?symbol=BTCUSDT&symbols=["BTCUSDT"]', -1128],
    ['/api/v3/ticker/price?symbols=BTCUSDT', -1100],
    ['/api/v3/ticker', -1102],
    ['/api/v3/ticker?symbol=BTCUSDT&windowSize=90m', -1130],
    ['/api/v3/trades?symbol=BTCUSDT&limit=0', -1130],
  ])('refuses %s', async (path, code) => {
    expect((await get(path)).code).toBe(code);
  });
});
