import { Rehearsal } from './venue-client.contract.js';
import { startVenue } from './venue.js';

describe('a running venue', () => {
  it('trades, and its money adds up', async () => {
    const alice = await Rehearsal.start();
    alice.house('SELL', 4_990_000, 20_000);
    const { body } = await alice.limit('BUY', '0.5', '50000');
    expect(body).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.20000000' });
    expect(alice.balance('USDT')).toEqual({ free: '75020', locked: '15000' });
    expect(alice.admin.conservation().every(({ deposited, held }) => deposited === held)).toBe(true);
    await alice.close();
  });

  it('listens no more once it is closed', async () => {
    const venue = await startVenue({ market: { historyMinutes: 0 }, futures: { historyMinutes: 0 } });
    expect((await fetch(`${venue.url}/api/v3/ping`)).status).toBe(200);
    await venue.close();
    await expect(fetch(`${venue.url}/api/v3/ping`)).rejects.toThrow('fetch failed');
  });

  it('makes up the same ids for the same seed', async () => {
    const idOf = async (seed: number) => {
      const alice = await Rehearsal.start({ seed });
      const { body } = await alice.limit('BUY', '0.1', '40000');
      await alice.close();
      return body.clientOrderId as string;
    };
    const [first, again, other] = [await idOf(7), await idOf(7), await idOf(8)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('keeps the accounts apart: no order, trade or balance of another is seen or touched', async () => {
    const alice = await Rehearsal.start();
    const keys = [{ apiKey: 'bobs-key', secret: 'alice-rehearses' }];
    alice.admin.openAccount({ accountId: 'bob', keys, balances: { USDT: '1000' } });
    const { body: placed } = await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'alices' });
    const asBob = async (method: string, path: string, params: Record<string, string | number>) => {
      const query = alice.sign({ symbol: 'BTCUSDT', ...params });
      return (await alice.send(method, `${path}?${query}`, { headers: { 'X-MBX-APIKEY': 'bobs-key' } })).body;
    };
    expect((await asBob('GET', '/api/v3/order', { orderId: placed.orderId })).code).toBe(-2013);
    expect((await asBob('GET', '/api/v3/order', { origClientOrderId: 'alices' })).code).toBe(-2013);
    expect((await asBob('DELETE', '/api/v3/order', { orderId: placed.orderId })).code).toBe(-2011);
    expect(await asBob('GET', '/api/v3/allOrders', {})).toEqual([]);
    expect((await asBob('GET', '/api/v3/account', {})).balances).toHaveLength(1);
    const terms = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '40000' };
    expect((await asBob('POST', '/api/v3/order', { ...terms, newClientOrderId: 'alices' })).status).toBe(
      'NEW',
    );
    await alice.close();
  });
});
