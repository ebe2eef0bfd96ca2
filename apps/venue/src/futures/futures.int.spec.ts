import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MarketSide, marketSide } from '../market/market-side.js';
import { API_KEY, ALICE, Rehearsal } from '../venue-client.contract.js';
import type { VenueOptions } from '../venue-options.js';
import { startVenue } from '../venue.js';

const NOON = Date.UTC(2026, 5, 1, 12);
const symbol = 'BTCUSDT';

/** A frozen venue: alice has 10,000 USDT on margin, the mark stands at 60,000, and the book is the house's. */
class Desk extends Rehearsal {
  static override async start(options: VenueOptions = {}): Promise<Desk> {
    let side!: MarketSide;
    const venue = await startVenue(
      {
        accounts: [ALICE],
        clock: { frozenAt: NOON },
        market: { still: 'ALL', historyMinutes: 0 },
        futures: { historyMinutes: 0, balances: { alice: '10000' } },
        ...options,
      },
      [(core, given) => (side = marketSide(core, given))],
    );
    const desk = new Desk(venue, side);
    desk.quote(60_000);
    await desk.pin('60000');
    return desk;
  }

  constructor(
    venue: Rehearsal['venue'],
    readonly side: MarketSide,
  ) {
    super(venue);
  }

  /** Much to buy and to sell a dollar around a price. */
  quote(price: number): void {
    const { house } = this.side.futures.engine;
    house.clear(symbol);
    house.setLevels(symbol, [
      ['BUY', (price - 1) * 10, 1_000_000],
      ['SELL', (price + 1) * 10, 1_000_000],
    ]);
  }

  async pin(price: string | null): Promise<void> {
    const body = JSON.stringify({ symbol, price });
    await fetch(`${this.venue.url}/admin/futures/mark`, { method: 'POST', body });
  }

  async order(params: Record<string, string | number>) {
    return this.call('POST', '/fapi/v1/order', { symbol, ...params });
  }

  async market(side: string, quantity: string, more: object = {}) {
    return this.order({ side, type: 'MARKET', quantity, ...more });
  }

  async positions(): Promise<Record<string, string>[]> {
    return (await this.call('GET', '/fapi/v3/positionRisk')).body;
  }

  async wallet(): Promise<number> {
    return Number((await this.call('GET', '/fapi/v3/account')).body.totalWalletBalance);
  }

  async income(incomeType: string): Promise<Record<string, string>[]> {
    return (await this.call('GET', '/fapi/v1/income', { incomeType })).body;
  }

  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 60_000) this.venue.core.clock.advance(Math.min(left, 60_000));
  }
}

describe('perpetuals on margin', () => {
  let desk: Desk;

  beforeEach(async () => {
    desk = await Desk.start();
  });

  afterEach(() => desk.close());

  it('lose nothing and make nothing: what accounts, house, fees and insurance have is what was put in', async () => {
    await desk.market('BUY', '0.5');
    desk.quote(61_000);
    await desk.market('SELL', '0.8');
    await desk.market('BUY', '0.3');
    const { ledger } = desk.side.futures.book;
    expect(ledger.total('USDT')).toBe(ledger.deposited('USDT'));
    // 0.5 bought at 60,001 and sold at 60,999; 0.3 sold there and bought back at 61,001; a fee of 0.05 % each time.
    const fees = (0.5 * 60_001 + 0.8 * 60_999 + 0.3 * 61_001) * 0.0005;
    expect(await desk.wallet()).toBeCloseTo(10_000 + 0.5 * 998 - 0.3 * 2 - fees, 6);
    expect(await desk.positions()).toEqual([]);
  });

  it('are refused when the margin does not reach, and not when they only close', async () => {
    expect((await desk.market('BUY', '4')).body.code).toBe(-2019);
    await desk.call('POST', '/fapi/v1/leverage', { symbol, leverage: 50 });
    expect((await desk.market('BUY', '4')).body.status).toBe('FILLED');
    expect((await desk.call('POST', '/fapi/v1/leverage', { symbol, leverage: 10 })).body.code).toBe(-2019);
    expect((await desk.market('SELL', '4')).body.status).toBe('FILLED');
  });

  it('may be long and short at once in hedge mode, and only there', async () => {
    expect((await desk.market('BUY', '0.1', { positionSide: 'LONG' })).body.code).toBe(-4061);
    await desk.call('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    await desk.market('BUY', '0.2', { positionSide: 'LONG' });
    await desk.market('SELL', '0.1', { positionSide: 'SHORT' });
    const rows = (await desk.positions()).map(({ positionSide, positionAmt }) => [positionSide, positionAmt]);
    expect(rows).toEqual([
      ['LONG', '0.200'],
      ['SHORT', '-0.100'],
    ]);
    expect(
      (await desk.call('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' })).body.code,
    ).toBe(-4068);
    await desk.market('SELL', '0.2', { positionSide: 'LONG' });
    expect(await desk.positions()).toHaveLength(1);
  });

  it('never open the other way by reduce-only, which ends when there is nothing left to reduce', async () => {
    await desk.market('BUY', '0.2');
    const limit = { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '62000', reduceOnly: 'true' };
    const resting = await desk.order({ ...limit, quantity: '0.5' });
    expect(resting.body).toMatchObject({ status: 'NEW', origQty: '0.200', reduceOnly: true });
    expect((await desk.order({ ...limit, quantity: '0.1' })).body.code).toBe(-2022);
    await desk.market('SELL', '0.2');
    const { body } = await desk.call('GET', '/fapi/v1/order', { symbol, orderId: resting.body.orderId });
    expect(body.status).toBe('EXPIRED');
  });

  it('keep post-only orders out of the other side, and refuse one id twice', async () => {
    const limit = { side: 'BUY', type: 'LIMIT', quantity: '0.01' };
    expect((await desk.order({ ...limit, price: '60010', timeInForce: 'GTX' })).body.code).toBe(-5022);
    const own = { ...limit, price: '59000', timeInForce: 'GTX', newClientOrderId: 'mine' };
    expect((await desk.order(own)).body).toMatchObject({ status: 'NEW', timeInForce: 'GTX' });
    expect((await desk.order(own)).body.code).toBe(-4116);
    expect((await desk.order({ ...limit, price: '59000.05', timeInForce: 'GTC' })).body.code).toBe(-4014);
    expect(
      (await desk.order({ ...limit, quantity: '0.0001', price: '59000', timeInForce: 'GTC' })).body.code,
    ).toBe(-1111);
    expect(
      (await desk.order({ ...limit, quantity: '0.001', price: '59000', timeInForce: 'GTC' })).body.code,
    ).toBe(-4164);
    expect((await desk.order({ side: 'SELL', type: 'STOP_MARKET', quantity: '1' })).body.code).toBe(-4120);
  });

  it('keep their ids when they are modified, trade if the new price says so, and stay as they are when refused', async () => {
    const limit = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '59000' };
    const { orderId } = (await desk.order(limit)).body;
    const modify = (quantity: string, price: string) =>
      desk.call('PUT', '/fapi/v1/order', { symbol, orderId, side: 'BUY', quantity, price });
    expect((await modify('0.2', '59500')).body).toMatchObject({
      orderId,
      origQty: '0.200',
      price: '59500.0',
    });
    expect((await modify('0.2', '59500')).body.code).toBe(-5027);
    expect((await modify('9', '59500')).body.code).toBe(-2019);
    const [row] = await desk.positions();
    expect(row).toMatchObject({ bidNotional: '11900.00000000', positionAmt: '0.000' });
    expect((await modify('0.2', '60001')).body).toMatchObject({
      orderId,
      status: 'FILLED',
      avgPrice: '60001.00000000',
    });
    expect((await modify('0.3', '60001')).body.code).toBe(-2011);
    const resting = (await desk.order({ ...limit, timeInForce: 'GTX' })).body;
    const crossing = { symbol, orderId: resting.orderId, side: 'BUY', quantity: '0.1', price: '60010' };
    expect((await desk.call('PUT', '/fapi/v1/order', crossing)).body.status).toBe('CANCELED');
  });

  it('pay funding at the stamp to the last digit, out of their own margin when isolated', async () => {
    await desk.call('POST', '/fapi/v1/marginType', { symbol, marginType: 'ISOLATED' });
    await desk.market('BUY', '0.5');
    const before = await desk.wallet();
    const [held] = await desk.positions();
    desk.advance(4 * 3_600_000);
    const [stamp] = (await desk.call('GET', '/fapi/v1/fundingRate', { symbol })).body;
    expect(stamp).toMatchObject({ fundingTime: NOON + 4 * 3_600_000, markPrice: '60000.00000000' });
    const due = 0.5 * 60_000 * Number(stamp.fundingRate);
    const [paid] = await desk.income('FUNDING_FEE');
    expect(Number(paid!['income'])).toBeCloseTo(-due, 8);
    expect(await desk.wallet()).toBeCloseTo(before - due, 8);
    const [now] = await desk.positions();
    expect(Number(now!['isolatedWallet'])).toBeCloseTo(Number(held!['isolatedWallet']) - due, 8);
  });

  it('take a whole cross account down together, and never below zero', async () => {
    await desk.call('POST', '/fapi/v1/leverage', { symbol, leverage: 50 });
    await desk.market('BUY', '5');
    const [position] = await desk.positions();
    const end = Number(position!['liquidationPrice']);
    await desk.pin((end + 1).toFixed(2));
    expect(await desk.positions()).toHaveLength(1);
    // The book has fallen further than the mark: the loss is more than the wallet.
    desk.quote(Math.floor(end) - 1000);
    await desk.pin((end - 1).toFixed(2));
    expect(await desk.positions()).toEqual([]);
    expect(await desk.wallet()).toBe(0);
    expect(Number((await desk.income('INSURANCE_CLEAR'))[0]!['income'])).toBeGreaterThan(0);
    const { ledger } = desk.side.futures.book;
    expect(ledger.total('USDT')).toBe(ledger.deposited('USDT'));
  });

  it('turn conditional orders into orders when last or mark price gets there', async () => {
    await desk.market('BUY', '0.2');
    const algo = (params: object) =>
      desk.call('POST', '/fapi/v1/algoOrder', { symbol, algoType: 'CONDITIONAL', side: 'SELL', ...params });
    const stop = await algo({
      type: 'STOP_MARKET',
      triggerPrice: '58000',
      closePosition: 'true',
      workingType: 'MARK_PRICE',
    });
    const profit = await algo({
      type: 'TAKE_PROFIT',
      triggerPrice: '61000',
      price: '61500',
      quantity: '0.1',
    });
    const trailing = await algo({ type: 'TRAILING_STOP_MARKET', callbackRate: '1', quantity: '0.05' });
    expect((await algo({ type: 'STOP_MARKET', triggerPrice: '65000', quantity: '0.1' })).body.code).toBe(
      -2021,
    );
    const statusOf = async ({ body }: { body: any }) =>
      (await desk.call('GET', '/fapi/v1/algoOrder', { algoId: body.algoId })).body.algoStatus;

    desk.side.futures.engine.house.trade(symbol, 'BUY', 610_100, 1);
    desk.advance(100);
    expect([await statusOf(profit), await statusOf(trailing), await statusOf(stop)]).toEqual([
      'NEW',
      'NEW',
      'NEW',
    ]);
    desk.quote(61_200);
    desk.side.futures.engine.house.trade(symbol, 'BUY', 612_010, 1);
    desk.advance(100);
    expect(await statusOf(profit)).toBe('FINISHED');
    // One per cent below the highest price since.
    desk.quote(60_500);
    desk.side.futures.engine.house.trade(symbol, 'SELL', 604_990, 1);
    desk.advance(100);
    expect(await statusOf(trailing)).toBe('FINISHED');
    await desk.pin('57999');
    desk.advance(100);
    expect(await statusOf(stop)).toBe('FINISHED');
    // What is left is the take-profit's limit order.
    expect(await desk.positions()).toMatchObject([{ positionAmt: '0.000', askNotional: '6150.00000000' }]);
  });

  it('move money from and to the spot wallet for keys that may', async () => {
    const move = (type: string, amount: string) =>
      desk.call('POST', '/sapi/v1/asset/transfer', { type, asset: 'USDT', amount });
    expect((await move('MAIN_UMFUTURE', '100')).body.code).toBe(-2015);
    desk.venue.admin.setPermissions(API_KEY, { permitsUniversalTransfer: true });
    expect((await move('MAIN_UMFUTURE', '100')).status).toBe(200);
    expect(await desk.wallet()).toBe(10_100);
    expect((await move('UMFUTURE_MAIN', '20000')).body.code).toBe(-9000);
    await move('UMFUTURE_MAIN', '10100');
    expect(desk.venue.core.ledger.balance('alice', 'USDT').free).toBe(110_000n * 100_000_000n);
  });
});

describe('a venue that is started again from its journal', () => {
  it('has the positions, settings, orders, incomes and conditional orders that it had', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'venue-'));
    const journal = { file: path.join(folder, 'journal.jsonl') };
    const first = await Desk.start({ journal });
    await first.call('POST', '/fapi/v1/leverage', { symbol, leverage: 7 });
    await first.market('SELL', '0.3');
    await first.market('BUY', '0.1');
    const limit = { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '64000' };
    await first.order(limit);
    const stop = {
      algoType: 'CONDITIONAL',
      type: 'STOP_MARKET',
      side: 'BUY',
      triggerPrice: '66000',
      quantity: '0.1',
    };
    await first.call('POST', '/fapi/v1/algoOrder', { symbol, ...stop });
    const paths = [
      '/fapi/v3/positionRisk',
      '/fapi/v3/account',
      '/fapi/v1/openOrders',
      '/fapi/v1/openAlgoOrders',
      '/fapi/v1/income',
    ];
    const look = async (desk: Desk) => {
      const seen = [];
      for (const each of paths) seen.push((await desk.call('GET', each)).body);
      seen.push((await desk.call('GET', '/fapi/v1/userTrades', { symbol })).body);
      return seen;
    };
    const before = await look(first);
    await first.close();
    const second = await Desk.start({ journal });
    expect(await look(second)).toEqual(before);
    expect((await second.market('BUY', '0.2', { reduceOnly: 'true' })).body.status).toBe('FILLED');
    await second.close();
    rmSync(folder, { recursive: true });
  });
});
