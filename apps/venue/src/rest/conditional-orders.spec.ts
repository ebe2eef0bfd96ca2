import { Rehearsal } from '../venue-client.contract.js';

const BTC = { symbol: 'BTCUSDT' };

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start();
  alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 1);
});
afterEach(() => alice.close());

const place = (params: Record<string, string | number>) =>
  alice.call('POST', '/api/v3/order', { ...BTC, quantity: '0.1', newClientOrderId: 'mine', ...params });
const order = async () =>
  (await alice.call('GET', '/api/v3/order', { ...BTC, origClientOrderId: 'mine' })).body;

describe('a trailing stop', () => {
  it('is told with its distance and since when it trails', async () => {
    await place({ side: 'SELL', type: 'TAKE_PROFIT', stopPrice: '41000', trailingDelta: 250 });
    expect(await order()).toMatchObject({
      status: 'NEW',
      isWorking: false,
      stopPrice: '41000.00000000',
      trailingDelta: 250,
      trailingTime: -1,
      workingTime: -1,
    });
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_100_000, 1);
    expect((await order()).trailingTime).toBeGreaterThan(0);
    alice.house('BUY', 3_900_000, 100_000);
    alice.admin.houseTrade('BTCUSDT', 'BUY', 3_997_500, 1);
    expect(await order()).toMatchObject({ status: 'FILLED', isWorking: true, executedQty: '0.10000000' });
  });

  it.each(['9', '2001'])('of %s basis points fails its filter', async (trailingDelta) => {
    const { body } = await place({ side: 'SELL', type: 'STOP_LOSS', trailingDelta });
    expect(body).toEqual({ code: -1013, msg: 'Filter failure: TRAILING_DELTA' });
  });

  it('is refused while its price to begin at is behind the market', async () => {
    const { body } = await place({
      side: 'SELL',
      type: 'TAKE_PROFIT',
      stopPrice: '39000',
      trailingDelta: 100,
    });
    expect(body.msg).toBe('Order would trigger immediately.');
  });
});

describe('an iceberg', () => {
  const iceberg = (icebergQty: string) =>
    place({ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '40000', icebergQty });

  it('is told whole to its owner, and in part to everybody else', async () => {
    expect((await iceberg('0.03')).body).toMatchObject({ origQty: '0.10000000', icebergQty: '0.03000000' });
    const { body } = await alice.call('GET', '/api/v3/depth', BTC);
    expect(body.bids).toEqual([['40000.00000000', '0.03000000']]);
  });

  it('fails filters of its own', async () => {
    alice.admin.changeRules('BTCUSDT', { maxIcebergParts: 4, maxIcebergs: 1 });
    expect((await iceberg('0.02')).body.msg).toBe('Filter failure: ICEBERG_PARTS');
    expect((await iceberg('0.000001')).body.msg).toBe('Filter failure: LOT_SIZE');
    expect((await iceberg('0.025')).status).toBe(200);
    expect((await iceberg('0.025')).body.msg).toBe('Filter failure: MAX_NUM_ICEBERG_ORDERS');
  });
});
