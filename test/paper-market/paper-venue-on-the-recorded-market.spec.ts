import { ExchangeGateways, SimulatedGateway, SimulatedVenue } from '@sextant/exchange';
import type {
  ExchangeSession,
  GatewayOutcome,
  PlaceOrderRequest,
  VenueFill,
  VenueOrder,
} from '@sextant/exchange';
import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { feedPaperVenue, MarketFeed, ReplayFeed, shippedCapture, VenueMarkets } from '@sextant/market-data';
import { SystemClock, SystemTimers } from '@sextant/platform';
import { InMemoryVenueJournal, paperInstruments } from '@sextant/venue';

const ONE = 10n ** 18n;
const SYMBOL = 'BTC/USDT';
const accountId = `acc_${'7'.repeat(32)}` as AccountId;
const instrument = paperInstruments[0]!;
const { mint, check } = createApprovalAuthority();

let orders = 0;

function value<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome.reason));
  return outcome.value;
}

function request(terms: Partial<PlaceOrderRequest>): PlaceOrderRequest {
  orders += 1;
  return {
    accountId,
    orderId: `ord_${String(orders).padStart(32, '0')}` as OrderId,
    clientOrderId: `paper-${orders}`,
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    lots: 100,
    quoteUnits: null,
    priceTicks: null,
    timeInForce: 'GTC',
    postOnly: false,
    attempt: 1,
    epoch: 1,
    isHeld: () => true,
    ...terms,
  };
}

async function place(session: ExchangeSession, terms: Partial<PlaceOrderRequest>): Promise<VenueOrder> {
  const wanted = request(terms);
  const { orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = wanted;
  const approved = { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch };
  return value(await session.place(wanted, mint.mint({ ...approved, deadlineMs: Infinity })));
}

async function allFills(session: ExchangeSession): Promise<VenueFill[]> {
  const fills: VenueFill[] = [];
  for (let cursor: string | null = null; ;) {
    const page: { fills: VenueFill[]; cursor: string } = value(await session.fillsSince(cursor));
    if (page.fills.length === 0) return fills;
    fills.push(...page.fills);
    cursor = page.cursor;
  }
}

it('five minutes of a real market fill resting orders within their limits, and every unit is accounted for', async () => {
  const clock = new SystemClock();
  const venue = new SimulatedVenue(new InMemoryVenueJournal(), clock, paperInstruments);
  const gateways = new ExchangeGateways([new SimulatedGateway(venue, check, clock)]);
  const gateway = gateways.of('paper');
  const feed = new MarketFeed();
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => 10 };
  const timers = new SystemTimers();
  const instruments = await gateway.instruments();
  const data = new VenueMarkets('PAPER', null, { clock, timers, settings }, null, instruments);
  data.listenTo(feed);
  feedPaperVenue(data, venue);
  const options = { file: shippedCapture, instrument, speed: () => 2_000 };
  const replay = new ReplayFeed(options, feed, data, clock, timers);
  await gateway.deposit!(accountId, 'USDT', 1_000_000n * ONE, 'usdt');
  await gateway.deposit!(accountId, 'BTC', 10n * ONE, 'btc');
  const session = await gateway.open(accountId);
  expect(await session.place(request({ type: 'MARKET' }), mint.mint({} as never))).toMatchObject({
    outcome: 'REFUSED',
  });

  const looped = new Promise<void>((resolve) => {
    let snapshots = 0;
    feed.snapshots.subscribe(() => (++snapshots === 2 ? resolve() : undefined));
  });
  await replay.start();
  while (data.topOfBook(SYMBOL) === null) await new Promise((resolve) => setTimeout(resolve, 1));
  const top = data.topOfBook(SYMBOL)!;
  const market = await place(session, { type: 'MARKET', lots: 100 });
  expect(market).toMatchObject({ status: 'FILLED', filledLots: 100 });
  const limits: VenueOrder[] = [];
  for (let away = 0; away <= 20_000; away += 2_000) {
    limits.push(
      await place(session, { side: 'BUY', priceTicks: top.bidTicks - away, lots: 5_000, postOnly: true }),
    );
    limits.push(
      await place(session, { side: 'SELL', priceTicks: top.askTicks + away, lots: 5_000, postOnly: true }),
    );
  }
  await looped;
  await replay.stop();

  const fills = await allFills(session);
  const now = new Map<string, VenueOrder>();
  for (const { clientOrderId } of limits) {
    now.set(clientOrderId, value(await session.orderByClientId(clientOrderId, SYMBOL))!);
  }
  const states = [...now.values()].map(({ status }) => status);
  expect(states).toContain('FILLED');
  expect(states).toContain('NEW');
  const totals = new Map([
    ['USDT', 1_000_000n * ONE],
    ['BTC', 10n * ONE],
  ]);
  for (const fill of fills) {
    const order = now.get(fill.clientOrderId);
    if (order !== undefined) expect([fill.priceTicks, fill.role]).toEqual([order.priceTicks, 'MAKER']);
    const sign = fill.side === 'BUY' ? 1n : -1n;
    totals.set('BTC', totals.get('BTC')! + sign * instrument.baseUnits(fill.lots));
    totals.set('USDT', totals.get('USDT')! - sign * instrument.notionalUnits(fill.priceTicks, fill.lots));
    totals.set(fill.feeAsset, totals.get(fill.feeAsset)! - fill.feeUnits);
  }
  const balances = value(await session.balances());
  expect(
    new Map(balances.map(({ asset, freeUnits, lockedUnits }) => [asset, freeUnits + lockedUnits])),
  ).toEqual(new Map([...totals].sort()));
  const successor = await gateway.open(accountId);
  expect(value(await successor.balances())).toEqual(balances);
  expect(await allFills(successor)).toEqual(fills);
});
