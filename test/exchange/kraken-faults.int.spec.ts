import type { ConformanceWorld, VenueDataEvent } from '@sextant/exchange';
import { HARMS, openFaultWorld, valueOf } from './front-ends/fault-world.js';
import type { FaultWorld } from './front-ends/fault-world.js';
import { KRAKEN, startKraken } from './front-ends/kraken/kraken-front-end.js';
import type { KrakenFrontEnd } from './front-ends/kraken/kraken-front-end.js';
import { LEVEL_LOTS } from './front-ends/market-floor.js';

const ADD = '/0/private/AddOrder';

let opened: FaultWorld<KrakenFrontEnd>;
let frontEnd: KrakenFrontEnd;
let world: ConformanceWorld;

beforeEach(async () => {
  opened = await openFaultWorld(KRAKEN, startKraken);
  ({ frontEnd, world } = opened);
});

afterEach(() => opened.close());

const find = async (clientOrderId: string) =>
  valueOf(await world.session.orderByClientId(clientOrderId, 'BTC/USD'));

describe('a placement whose answer suffers', () => {
  it.each(HARMS)('%s after it took effect: unknown, placed once, found by asking', async (_name, harm) => {
    frontEnd.door.harmNext({ path: ADD, when: 'AFTER', harm });
    const wanted = world.request();
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(frontEnd.door.heardOf(ADD)).toHaveLength(1);
    expect(frontEnd.floor.orders()).toHaveLength(1);
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'NEW', lots: wanted.lots });
  });

  it.each(HARMS)('%s before it took effect: unknown, sent once, and not to be found', async (_name, harm) => {
    frontEnd.door.harmNext({ path: ADD, when: 'BEFORE', harm });
    const wanted = world.request();
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(frontEnd.door.heardOf(ADD)).toHaveLength(1);
    expect(await find(wanted.clientOrderId)).toBeNull();
  });

  it('filled while its answer was lost: found among the closed ones, with its fills', async () => {
    frontEnd.door.harmNext({ path: ADD, when: 'AFTER', harm: 'DROP' });
    const wanted = world.request({ type: 'MARKET', priceTicks: null });
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'FILLED', filledLots: wanted.lots });
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills.map(({ clientOrderId }) => clientOrderId)).toEqual([wanted.clientOrderId]);
  });
});

it('a placement that comes after its deadline is refused by the clock of the venue', async () => {
  frontEnd.floor.shiftClock(60_000);
  expect(await world.send(world.request())).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW', detail: expect.stringContaining('Deadline elapsed') },
  });
  expect(frontEnd.floor.orders()).toEqual([]);
});

it('a placement that another secret has signed is refused, and nothing of it exists', async () => {
  const secret = Buffer.from('another').toString('base64');
  const dialled = { ...KRAKEN, credential: { ...KRAKEN.credential, secret } };
  const stranger = await openFaultWorld(dialled, startKraken);
  expect(await stranger.world.send(stranger.world.request())).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'CREDENTIAL_INVALID', detail: expect.stringContaining('Invalid signature') },
  });
  expect(stranger.frontEnd.floor.orders()).toEqual([]);
  await stranger.close();
});

it('what an order over several prices cost is the sum over its fills, not a product of their average', async () => {
  frontEnd.floor.level('SELL', 600_003, LEVEL_LOTS * 2);
  const wanted = world.request({ type: 'MARKET', priceTicks: null, lots: LEVEL_LOTS * 3 });
  valueOf(await world.send(wanted));
  const order = await find(wanted.clientOrderId);
  const { fills } = valueOf(await world.session.fillsSince(null));
  expect(fills).toHaveLength(2);
  const cost = fills.reduce(
    (sum, fill) => sum + world.instrument.notionalUnits(fill.priceTicks, fill.lots),
    0n,
  );
  expect(order).toMatchObject({ status: 'FILLED', cumulativeQuoteUnits: cost });
});

it('a market order for an amount of quote is filled, whatever it is a quantity of', async () => {
  const quoteUnits = 300n * 10n ** 18n;
  const wanted = world.request({ type: 'MARKET', priceTicks: null, lots: null, quoteUnits });
  valueOf(await world.send(wanted));
  expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'FILLED', lots: null });
});

describe('the stream of executions', () => {
  const told = (clientOrderId: string) =>
    world.events
      .filter((event) => (event.kind === 'FILL' ? event.fill : event.order).clientOrderId === clientOrderId)
      .map((event) => (event.kind === 'FILL' ? 'FILL' : event.order.status));

  /** The subscription is there once an order is pushed. */
  async function listening(): Promise<void> {
    await world.eventually('it is asked for', async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return frontEnd.door.heardOf('/0/private/GetWebSocketsToken').length > 0;
    });
  }

  it('tells orders by our id, and needs no list for it', async () => {
    await listening();
    const heard: string[][] = [];
    // The lists are read every now and then whatever the stream says: that may fall into one of these, not into each.
    while (heard.length < 5 && heard.at(-1)?.length !== 1) {
      const asked = frontEnd.door.heard.length;
      const wanted = world.request();
      valueOf(await world.send(wanted));
      await frontEnd.floor.tradeThrough('BUY', wanted.priceTicks!, wanted.lots! / 2);
      await frontEnd.floor.tradeThrough('BUY', wanted.priceTicks!, wanted.lots! / 2);
      await world.eventually('the end is told', async () => told(wanted.clientOrderId).includes('FILLED'));
      expect(told(wanted.clientOrderId)).toEqual(['NEW', 'FILL', 'FILL', 'FILLED']);
      heard.push(frontEnd.door.heard.slice(asked).map(({ path }) => path.slice('/0/private/'.length)));
    }
    expect(heard.at(-1)).toEqual(['AddOrder']);
  });

  it('names an order rightly although the answer to its placement is lost', async () => {
    await listening();
    frontEnd.door.harmNext({ path: ADD, when: 'AFTER', harm: 'DROP' });
    const wanted = world.request();
    valueOf(await world.session.balances());
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    await world.eventually('it is told', async () => told(wanted.clientOrderId).length > 0);
    expect(world.events.every((event) => event.kind === 'ORDER')).toBe(true);
    expect(told(wanted.clientOrderId)).toEqual(['NEW']);
    expect(world.events).toHaveLength(1);
  });
});

it('the token of a socket takes its turn among the calls of the key: no nonce overtakes another', async () => {
  const token = '/0/private/GetWebSocketsToken';
  await world.eventually('the first session has its own', async () => frontEnd.door.heardOf(token)[0]?.to);
  frontEnd.door.lateMs.set(token, 100);
  const session = await world.gateway.open(world.accountId);
  const first = frontEnd.door.heard.length;
  const before = frontEnd.door.heardOf(token).length;
  session.onEvent(() => undefined);
  await world.eventually('it is asked for', async () => frontEnd.door.heardOf(token).length > before);
  valueOf(await session.balances());
  await session.close();
  const calls = frontEnd.door.heard.slice(first).filter(({ path }) => path.startsWith('/0/private/'));
  expect(calls.map(({ path }) => path)).toContain(token);
  expect(calls.slice(1).every(({ from }, index) => (calls[index]!.to ?? Infinity) <= from)).toBe(true);
});

describe('the stream of a book', () => {
  let events: VenueDataEvent[];
  let end: () => void;
  const bids = () => events.findLast((event) => event.kind === 'BOOK')?.book.bids;
  const states = () => events.flatMap((event) => (event.kind === 'STREAM' ? [event.state] : []));

  beforeEach(async () => {
    events = [];
    const asked = { channel: 'BOOK', symbol: 'BTC/USD', depth: 10 } as const;
    end = world.gateway.marketData!.subscribe(asked, (event) => events.push(event));
    await world.eventually('a book', async () => bids() !== undefined);
  });

  afterEach(() => end());

  it('follows the market, checked against its checksum, also where one side is thin', async () => {
    for (const ticks of [599_990, 599_995, 600_000]) frontEnd.floor.level('BUY', ticks, ticks);
    frontEnd.floor.level('BUY', 599_995, 0);
    await world.eventually('its changes', async () => bids()?.length === 2);
    expect(bids()).toEqual([
      [600_000, 600_000],
      [599_990, 599_990],
    ]);
    expect(states()).toEqual(['UP']);
  });

  it('is made anew when the checksum is not that of the book', async () => {
    frontEnd.sockets.wrongChecksums = 1;
    frontEnd.floor.level('BUY', 599_990, 10);
    await world.eventually('it is up again', async () => states().join() === 'UP,DOWN,UP');
    expect(bids()).toContainEqual([599_990, 10]);
  });
});
