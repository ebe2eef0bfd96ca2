import { asAdmin, testServerUrl } from '@sextant/testing';
import { ALICE, Rehearsal } from '../../apps/venue/src/venue-client.contract.js';
import { TestApp } from '../http/test-app.js';

/** Below what the venue's figures show, and above what is tolerated of anything else. */
const TOLERANCE = 'USDT=0.000001';
const LISTED = '/api/reconciliations';

let venue: Rehearsal;
let app: TestApp;
let accountId: string;
/** A book in which nothing moves counts as stale. */
let ticking: NodeJS.Timeout;

beforeAll(async () => {
  const [key] = ALICE.keys;
  // A key that may withdraw is not taken.
  const permissions = { enableWithdrawals: false, permitsUniversalTransfer: false };
  venue = await Rehearsal.start({ accounts: [{ ...ALICE, keys: [{ ...key!, permissions }] }] });
  venue.house('SELL', 6_000_000, 10_000_000);
  venue.house('BUY', 5_999_000, 10_000_000);
  let lots = 1_000;
  ticking = setInterval(() => venue.house('SELL', 6_000_500, (lots += 1)), 200);
  app = await TestApp.start(
    {
      SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
      SEXTANT__EXECUTION__LIVETRADING: 'true',
      SEXTANT__PORTFOLIO__TOLERANCES: TOLERANCE,
    },
    { scripted: false },
  );
  const credential = { apiKey: key!.apiKey, secret: key!.secret };
  const body = { venue: 'BINANCE', label: 'Desk', endpoint: venue.venue.url, credential };
  accountId = (await call('POST', '/api/exchange-connections', body)).body.accountId;
  await until('the account is seen', seenAMinuteAgo);
  await until('trades are compared', async () => (await compare()).trades !== null);
});
afterAll(async () => {
  clearInterval(ticking);
  await app.close();
  await venue.close();
});

const call = (method: string, path: string, body?: unknown) =>
  app.call(method, path, { as: app.adminKey, body });
const compare = async (more: object = {}) => (await call('POST', LISTED, { accountId, ...more })).body;
const history = async (query: string) =>
  (await call('GET', `${LISTED}?accountId=${accountId}&${query}`)).body.data;
const pay = (asset: string, amount: string) => venue.admin.deposit({ accountId: 'alice', asset, amount });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What was executed around the first sight is not compared, being in the opening balances: a wait that proves nothing here. */
async function seenAMinuteAgo(): Promise<boolean> {
  const server = new URL(await testServerUrl());
  server.pathname = app.databaseName;
  const { rowCount } = await asAdmin(server.href, (admin) =>
    admin.query(`UPDATE event_log SET occurred_at = occurred_at - interval '1 minute'
      WHERE type = 'PortfolioSynced' AND stream_id = '${accountId}'`),
  );
  return (rowCount ?? 0) > 0;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    if (await holds()) return;
    await pause(500);
  }
  throw new Error(`${what}: not within 20 s`);
}

describe('the books against a venue that speaks the real protocol', () => {
  it('halt for a deposit that nobody told of, and take it over on somebody’s word', async () => {
    pay('USDT', '250');
    const first = await compare();
    expect(first).toMatchObject({
      outcome: 'DIFFERENT',
      halted: false,
      differences: [{ asset: 'USDT', difference: '250', classification: 'UNKNOWN_DEPOSIT', status: 'OPEN' }],
    });
    expect(await compare()).toMatchObject({ halted: true, reconciled: false });
    const order = { accountId, symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    const refused = await call('POST', '/api/orders', { ...order, clientOrderId: 'halted-1' });
    expect(refused.body).toMatchObject({
      code: 'ACCOUNT_NOT_RECONCILED',
      detail: first.differences[0].hint,
    });
    const accept = [{ asset: 'USDT', difference: '250', as: 'TRANSFER', note: 'bank transfer' }];
    expect(await compare({ accept })).toMatchObject({
      outcome: 'CORRECTED',
      reconciled: true,
      differences: [{ classification: 'TRANSFER', status: 'BOOKED' }],
    });
    const again = await compare({ accept });
    expect(again).toMatchObject({ outcome: 'EQUAL', differences: [] });
  });

  it('know a withdrawal from a deposit', async () => {
    pay('BTC', '-0.5');
    const round = await compare();
    expect(round.differences).toMatchObject([{ asset: 'BTC', classification: 'UNKNOWN_WITHDRAWAL' }]);
    expect(round.differences[0].hint).toContain('Revoke the key');
    pay('BTC', '0.5');
    expect(await compare()).toMatchObject({ outcome: 'EQUAL' });
  });

  it('take over what is within the tolerance of the asset, and nothing of another one', async () => {
    venue.admin.setQuirks({ misstatedBalances: { USDT: '0.0000001', BTC: '0.0000001' } });
    const round = await compare();
    expect(round).toMatchObject({
      outcome: 'DIFFERENT',
      differences: [
        { asset: 'BTC', classification: 'UNKNOWN_DEPOSIT', status: 'OPEN' },
        { asset: 'USDT', classification: 'DUST', status: 'BOOKED' },
      ],
    });
    venue.admin.setQuirks({ misstatedBalances: {} });
    expect(await compare()).toMatchObject({
      outcome: 'CORRECTED',
      differences: [{ classification: 'DUST' }],
    });
  });

  it('find a trade that was made at the venue in a market unknown to them, and book it by itself', async () => {
    venue.admin.houseLevel('ETHUSDT', 'SELL', 300_000, 1_000_000);
    const dropped = venue.admin.setFault({
      target: 'STREAM',
      match: { stream: 'user' },
      action: { kind: 'DROP_FRAME' },
      times: null,
    });
    await venue.call('POST', '/api/v3/order', {
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.5',
    });
    const round = await compare();
    expect(round).toMatchObject({ outcome: 'IN_FLIGHT', reconciled: true });
    expect(round.differences).toMatchObject([
      { asset: 'ETH', classification: 'MISSING_FILL', status: 'PASSING', symbol: 'ETH/USDT' },
      { asset: 'USDT', classification: 'MISSING_FILL', status: 'PASSING' },
    ]);
    await until('the trade is booked', async () => (await compare()).outcome === 'EQUAL');
    venue.admin.removeFault(dropped.id);
    const { body } = await call('GET', `/api/fills?accountId=${accountId}&symbol=ETHUSDT`);
    expect(body.data).toMatchObject([{ symbol: 'ETH/USDT', quantity: '0.5' }]);
  });

  it('book a fee that comes late as a posting of its own, and show it with its fill', async () => {
    venue.admin.setQuirks({ lateFeeMs: 500 });
    const order = { accountId, symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    let attempts = 0;
    let placed = await call('POST', '/api/orders', { ...order, clientOrderId: 'late-fee' });
    // The first to look at a market may have to wait for its book.
    await until('the market is open', async () => {
      if (placed.body.status === 'FILLED') return true;
      attempts += 1;
      placed = await call('POST', '/api/orders', { ...order, clientOrderId: `late-fee-${attempts}` });
      return false;
    });
    expect(placed.body).toMatchObject({ status: 'FILLED', fees: [] });
    await pause(1_000);
    const found = await compare();
    venue.admin.setQuirks({ lateFeeMs: null });
    expect(found).toMatchObject({
      outcome: 'CORRECTED',
      differences: [{ subject: 'TRADE', asset: 'BTC', difference: '-0.00001', status: 'BOOKED' }],
    });
    const { body } = await call('GET', `/api/fills?accountId=${accountId}&orderId=${placed.body.id}`);
    const transactionId = found.differences[0].correctedBy;
    expect(body.data).toMatchObject([
      { fee: { amount: '0' }, feeChanges: [{ asset: 'BTC', amount: '0.00001', transactionId }] },
    ]);
  });

  it('keep a history of every kind, by filters', async () => {
    expect(await history('halted=true')).toMatchObject([{ outcome: 'DIFFERENT', trigger: 'ON_DEMAND' }]);
    expect(await history('classification=FEE&asset=BTC')).toMatchObject([{ outcome: 'CORRECTED' }]);
    expect((await history('outcome=EQUAL')).length).toBeGreaterThan(2);
    const deposits = await history('classification=UNKNOWN_DEPOSIT&asset=USDT');
    expect(deposits.length).toBeGreaterThan(1);
    expect(await history('from=2999-01-01')).toEqual([]);
    expect((await history('to=2999-01-01&limit=500')).length).toBeGreaterThan(8);
  });

  it('agree with their ledger at the end, to the last digit', async () => {
    const { body } = await call('GET', `/api/accounts/${accountId}/ledger/trial-balance`);
    const wallet = new Map<string, string>(
      body.lines
        .filter(({ account }: { account: string }) => account.startsWith('wallet:'))
        .map(({ asset, balance }: { asset: string; balance: string }) => [asset, balance]),
    );
    for (const asset of ['BTC', 'ETH', 'USDT']) {
      const { free } = venue.balance(asset);
      expect(Number(wallet.get(asset))).toBeCloseTo(Number(free), 8);
    }
  });
});
