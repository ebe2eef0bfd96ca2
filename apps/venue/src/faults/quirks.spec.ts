import { Rehearsal } from '../venue-client.contract.js';

const NOW = 1_700_000_000_000;
const BTC = { symbol: 'BTCUSDT' };

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start({ clock: { frozenAt: NOW } });
});
afterEach(() => alice.close());

const pass = (ms: number) => alice.venue.core.clock.advance(ms);
const find = (id: string) => alice.call('GET', '/api/v3/order', { ...BTC, origClientOrderId: id });
const cancel = (id: string) => alice.call('DELETE', '/api/v3/order', { ...BTC, origClientOrderId: id });
const place = (id: string) => alice.limit('BUY', '0.1', '40000', { newClientOrderId: id });
const trades = async () => (await alice.call('GET', '/api/v3/myTrades', BTC)).body;

describe('a venue with a quirk', () => {
  it('does not see what it accepted until its lag is over', async () => {
    alice.admin.setQuirks({ visibilityLagMs: 2_000 });
    await place('hidden');
    pass(1_999);
    expect((await find('hidden')).body.code).toBe(-2013);
    expect((await alice.call('GET', '/api/v3/openOrders', BTC)).body).toEqual([]);
    pass(1);
    expect((await find('hidden')).body.status).toBe('NEW');
    alice.house('SELL', 4_000_000, 20_000);
    expect(await trades()).toEqual([]);
    pass(2_000);
    expect(await trades()).toHaveLength(1);
  });

  it('forgets or archives what ended unfilled', async () => {
    await place('gone');
    await cancel('gone');
    alice.admin.setQuirks({ archiveAfterMs: 1_000 });
    expect((await find('gone')).body.status).toBe('CANCELED');
    pass(1_000);
    expect((await find('gone')).body.code).toBe(-2026);
    alice.admin.setQuirks({ archiveAfterMs: null, forgetsUnfilled: true });
    expect((await find('gone')).body.code).toBe(-2013);
    expect((await alice.call('GET', '/api/v3/allOrders', BTC)).body).toEqual([]);
  });

  it('charges a fee after the fill, and the ledger still adds up', async () => {
    alice.admin.setQuirks({ lateFeeMs: 500 });
    await place('one');
    alice.house('SELL', 4_000_000, 10_000);
    expect(await trades()).toMatchObject([{ commission: '0.00000000' }]);
    expect(alice.balance('BTC').free).toBe('2.1');
    pass(500);
    expect(await trades()).toMatchObject([{ commission: '0.00010000', commissionAsset: 'BTC' }]);
    expect(alice.balance('BTC').free).toBe('2.0999');
    expect(alice.admin.conservation().every(({ deposited, held }) => deposited === held)).toBe(true);
  });

  it('rounds a quantity down and says so only in its answer', async () => {
    alice.admin.setQuirks({ roundsToLots: 1_000 });
    expect((await alice.limit('BUY', '0.12345', '40000')).body.origQty).toBe('0.12000000');
    expect((await alice.limit('BUY', '0.00999', '40000')).body.msg).toContain('LOT_SIZE');
  });

  it('gives all fills of an order the trade id of the first', async () => {
    alice.admin.setQuirks({ sharesTradeIds: true });
    await place('one');
    alice.admin.houseTrade('BTCUSDT', 'SELL', 4_000_000, 4_000);
    alice.admin.houseTrade('BTCUSDT', 'SELL', 4_000_000, 6_000);
    const told = (await trades()) as { id: number; qty: string }[];
    expect(told.map(({ id, qty }) => [id, qty])).toEqual([
      [1, '0.04000000'],
      [1, '0.06000000'],
    ]);
  });

  it('misstates a balance that the ledger has right', async () => {
    alice.admin.setQuirks({ misstatedBalances: { USDT: '-5' } });
    const { body } = await alice.call('GET', '/api/v3/account');
    expect(body.balances).toContainEqual({ asset: 'USDT', free: '99995.00000000', locked: '0.00000000' });
    expect(alice.balance('USDT').free).toBe('100000');
  });

  it('denies funds that are there, for one account alone', async () => {
    alice.admin.openAccount({ accountId: 'bob', keys: [] });
    alice.admin.setQuirks({ deniesFunds: true }, 'bob');
    expect((await place('one')).status).toBe(200);
    alice.admin.setQuirks({ deniesFunds: true }, 'alice');
    expect((await place('two')).body.msg).toContain('insufficient balance');
    alice.admin.calm();
    expect((await place('two')).status).toBe(200);
  });

  it('is down for maintenance and says so where it is asked', async () => {
    alice.admin.setQuirks({ isInMaintenance: true });
    expect((await alice.call('GET', '/api/v3/account')).status).toBe(503);
    expect((await alice.send('GET', '/api/v3/time')).body).toEqual({ serverTime: NOW });
    expect((await alice.send('GET', '/sapi/v1/system/status')).body).toEqual({
      status: 1,
      msg: 'system maintenance',
    });
  });

  it('has no validity window, or cannot find by client id', async () => {
    alice.admin.setQuirks({ hasValidityWindow: false, findsByClientId: false });
    expect((await alice.call('GET', '/api/v3/account', { timestamp: 1 })).status).toBe(200);
    const { body } = await place('one');
    expect((await find('one')).body.code).toBe(-2013);
    expect((await alice.call('GET', '/api/v3/order', { ...BTC, orderId: body.orderId })).body.status).toBe(
      'NEW',
    );
  });
});

describe('a venue that is odd by nature', () => {
  it('is so again once it is calm', async () => {
    const bob = await Rehearsal.start({ quirks: { clientIds: 'FOREVER' } });
    bob.admin.setQuirks({ clientIds: 'NONE', deniesFunds: true });
    bob.admin.calm();
    expect(bob.venue.core.quirks.venue).toMatchObject({ clientIds: 'FOREVER', deniesFunds: false });
    await bob.close();
  });
});

describe('fills that race a cancel', () => {
  const onCancel = (
    action: Parameters<typeof alice.admin.setFault>[0]['action'],
    point: 'BEFORE_ACCEPT' | 'AFTER_ACCEPT',
  ) =>
    alice.admin.setFault({
      target: 'REQUEST',
      match: { method: 'DELETE', path: '/api/v3/order' },
      point,
      action: action as { kind: 'DROP' },
    });

  it('come first: the cancel finds a part filled, or nothing left', async () => {
    await place('part');
    onCancel({ kind: 'FILL_BEFORE_CANCEL', share: 0.5 }, 'BEFORE_ACCEPT');
    expect((await cancel('part')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.05000000' });
    await place('whole');
    onCancel({ kind: 'FILL_BEFORE_CANCEL', share: 1 }, 'BEFORE_ACCEPT');
    expect((await cancel('whole')).body).toMatchObject({ code: -2011 });
    expect((await find('whole')).body.status).toBe('FILLED');
  });

  it('pass over an order that waits for its trigger: it is in no queue', async () => {
    const stop = { ...BTC, side: 'SELL', type: 'STOP_LOSS_LIMIT', quantity: '0.1', timeInForce: 'GTC' };
    const prices = { price: '30000', stopPrice: '31000', newClientOrderId: 'stop' };
    expect((await alice.call('POST', '/api/v3/order', { ...stop, ...prices })).body).toMatchObject({
      orderId: 1,
    });
    onCancel({ kind: 'FILL_BEFORE_CANCEL', share: 0.5 }, 'BEFORE_ACCEPT');
    expect((await cancel('stop')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.00000000' });
  });

  it('come after the acknowledgement, and are booked', async () => {
    await place('late');
    onCancel({ kind: 'FILL_AFTER_CANCEL', share: 0.5, delayMs: 300 }, 'AFTER_ACCEPT');
    expect((await cancel('late')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.00000000' });
    expect(await trades()).toEqual([]);
    pass(300);
    expect((await find('late')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.05000000' });
    expect(await trades()).toMatchObject([{ qty: '0.05000000', isMaker: true }]);
    expect(alice.balance('USDT')).toEqual({ free: '98000', locked: '0' });
  });
});
