import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';
import type { VenueOptions } from '../venue-options.js';

const NOW = 1_700_000_000_000;
const BTC = { symbol: 'BTCUSDT' };

let folder: string;
let alice: Rehearsal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-venue-'));
  alice = await start();
});
afterEach(async () => {
  await alice.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(options: VenueOptions = {}): Promise<Rehearsal> {
  const file = join(folder, 'journal.jsonl');
  return Rehearsal.start({ clock: { frozenAt: NOW }, journal: { file }, ...options });
}

async function restart(options: VenueOptions = {}): Promise<void> {
  await alice.close();
  alice = await start(options);
}

async function everything() {
  const get = async (path: string, params = {}) => (await alice.call('GET', path, params)).body;
  return {
    account: await get('/api/v3/account'),
    orders: await get('/api/v3/allOrders', BTC),
    open: await get('/api/v3/openOrders', BTC),
    trades: await get('/api/v3/myTrades', BTC),
    lists: await get('/api/v3/allOrderList'),
    conservation: alice.admin.conservation(),
  };
}

describe('a venue that starts again on its journal', () => {
  it('has every order, fill, list and balance, and goes on with its numbers', async () => {
    alice.house('SELL', 4_000_000, 3_000);
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'partly' });
    await alice.limit('BUY', '0.2', '39000', { newClientOrderId: 'resting' });
    await alice.limit('BUY', '0.2', '38000', { newClientOrderId: 'canceled' });
    await alice.call('DELETE', '/api/v3/order', { ...BTC, origClientOrderId: 'canceled' });
    await alice.call('POST', '/api/v3/orderList/oco', {
      ...BTC,
      side: 'SELL',
      quantity: '1',
      aboveType: 'LIMIT_MAKER',
      abovePrice: '45000',
      belowType: 'STOP_LOSS',
      belowStopPrice: '30000',
    });
    const before = await everything();
    const { lastUpdateId } = alice.venue.core.engine.depth('BTCUSDT');
    await restart();
    expect(await everything()).toEqual(before);
    expect(alice.venue.core.engine.depth('BTCUSDT').lastUpdateId).toBe(lastUpdateId);

    // The queue is as it was, and so are both numberings.
    alice.admin.houseTrade('BTCUSDT', 'SELL', 3_900_000, 7_001);
    const { trades } = await everything();
    expect(trades.at(-1)).toMatchObject({ id: 3, qty: '0.00001000', price: '39000.00000000' });
    expect((await alice.limit('BUY', '0.1', '20000')).body.orderId).toBe(6);
  });

  it('has its icebergs, and how far its trailing stops have come', async () => {
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_000_000, 1);
    await alice.limit('BUY', '0.1', '30000', { icebergQty: '0.03' });
    await alice.call('POST', '/api/v3/order', {
      ...BTC,
      side: 'SELL',
      type: 'STOP_LOSS',
      quantity: '0.1',
      trailingDelta: '100',
      newClientOrderId: 'trails',
    });
    alice.admin.houseTrade('BTCUSDT', 'BUY', 5_000_000, 1);
    const before = await everything();
    await restart();
    expect(await everything()).toEqual(before);
    expect(alice.venue.core.engine.depth('BTCUSDT').bids).toEqual([[3_000_000, 3_000]]);
    const isWorking = async () => (await everything()).orders[1].isWorking;
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_950_001, 1);
    expect(await isWorking()).toBe(false);
    alice.admin.houseTrade('BTCUSDT', 'BUY', 4_950_000, 1);
    expect(await isWorking()).toBe(true);
  });

  it('has its keys, rules, markets and bans', async () => {
    alice.admin.addKey('alice', { apiKey: 'second-key', secret: SECRET });
    alice.admin.revokeKey(API_KEY);
    alice.admin.changeRules('BTCUSDT', { minNotional: '50' });
    alice.admin.setStatus('ETHUSDT', 'BREAK');
    alice.admin.deposit({ accountId: 'alice', asset: 'USDT', amount: '-1000' });
    await restart();
    expect((await alice.call('GET', '/api/v3/account')).body.code).toBe(-2015);
    const { accounts, symbols, ledger } = alice.venue.core;
    expect(accounts.keysOf('alice').map(({ apiKey, revoked }) => [apiKey, revoked])).toEqual([
      [API_KEY, true],
      ['second-key', false],
    ]);
    expect(symbols.find('BTCUSDT')?.rules.minNotional).toBe('50');
    expect(symbols.find('ETHUSDT')?.market.status).toBe('BREAK');
    expect(ledger.balance('alice', 'USDT').free).toBe(99_000n * 100_000_000n);
    alice.admin.ban('127.0.0.1', 90_000);
    await restart();
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(418);
    await restart({ clock: { frozenAt: NOW + 90_000 } });
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(200);
  });

  it('has forgotten nothing that it answered, killed or not', async () => {
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'answered' });
    // Read from the file as a killed process would have left it: without closing the venue.
    const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    expect(lines).toContain('"clientOrderId":"answered"');
    expect(lines).toContain('"kind":"answer"');
  });

  it('cuts a half-written line off and goes on', async () => {
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'whole' });
    const before = await everything();
    await alice.close();
    appendFileSync(join(folder, 'journal.jsonl'), '{"seq":99999,"at":17000000');
    alice = await start();
    expect(await everything()).toEqual(before);
    await restart();
    expect((await everything()).open).toHaveLength(1);
  });

  it('charges late fees that were still to come when it stopped', async () => {
    alice.admin.setQuirks({ lateFeeMs: 500 });
    await alice.limit('BUY', '0.1', '40000');
    alice.house('SELL', 4_000_000, 10_000);
    await restart({ quirks: { lateFeeMs: 500 } });
    expect((await everything()).trades).toMatchObject([{ commission: '0.00000000' }]);
    alice.venue.core.clock.advance(500);
    const charged = await everything();
    expect(charged.trades).toMatchObject([{ commission: '0.00010000' }]);
    await restart();
    const { trades, conservation } = await everything();
    expect(trades).toEqual(charged.trades);
    expect(conservation.every(({ deposited, held }) => deposited === held)).toBe(true);
  });
});

describe('what the journal answers', () => {
  const read = async (query: string) => (await alice.send('GET', `/admin/journal?${query}`)).body;

  it('gives entries from a number on, of one kind, oldest first', async () => {
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'first' });
    await alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'second' });
    const requests = await read('kind=request');
    expect(requests).toMatchObject([
      { method: 'POST', at: NOW, ip: '127.0.0.1', headers: { 'x-mbx-apikey': API_KEY } },
      { method: 'POST', query: expect.stringContaining('newClientOrderId=second') },
    ]);
    const later = await read(`kind=request&from=${requests[1].seq}`);
    expect(later).toHaveLength(1);
    const all = await read(`from=${requests[0].seq}&limit=3`);
    expect(all.map(({ seq }: { seq: number }) => seq)).toEqual([0, 1, 2].map((by) => requests[0].seq + by));
    expect((await alice.send('GET', '/admin/journal?kind=gossip')).status).toBe(400);
  });

  it('reads from the file what memory no longer holds', async () => {
    await restart({ journal: { file: join(folder, 'journal.jsonl'), keep: 2 } });
    for (let count = 0; count < 8; count += 1)
      await alice.limit('BUY', '0.001', '40000', { newClientOrderId: `n${count}` });
    const requests = await read('kind=request');
    expect(requests).toHaveLength(8);
    expect(requests[0].query).toContain('n0');
  });
});
