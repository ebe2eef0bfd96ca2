import type { ConformanceWorld } from '@sextant/exchange';
import { ecKey } from './front-ends/coinbase/coinbase-auth.js';
import { COINBASE, coinbaseWith, startCoinbase } from './front-ends/coinbase/coinbase-front-end.js';
import { HARMS, openFaultWorld, valueOf } from './front-ends/fault-world.js';
import type { FaultWorld } from './front-ends/fault-world.js';
import type { FrontEnd } from './front-ends/front-end-target.js';
import { LEVEL_LOTS } from './front-ends/market-floor.js';

const ORDERS = '/api/v3/brokerage/orders';
const EC_KEY = ecKey();

let opened: FaultWorld<FrontEnd>;
let frontEnd: FrontEnd;
let world: ConformanceWorld;

async function open(dialled = COINBASE, start = () => startCoinbase()): Promise<void> {
  opened = await openFaultWorld(dialled, start);
  ({ frontEnd, world } = opened);
}

afterEach(() => opened.close());

const find = async (clientOrderId: string) =>
  valueOf(await world.session.orderByClientId(clientOrderId, 'BTC/USD'));

const told = (clientOrderId: string) =>
  world.events.flatMap((event) =>
    event.kind === 'ORDER' && event.order.clientOrderId === clientOrderId ? [event.order] : [],
  );

describe('a placement whose answer suffers', () => {
  beforeEach(() => open());

  it.each(HARMS)('%s after it took effect: unknown, placed once, found by looking', async (_name, harm) => {
    frontEnd.door.harmNext({ path: ORDERS, when: 'AFTER', harm });
    const wanted = world.request();
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(frontEnd.door.heardOf(ORDERS)).toHaveLength(1);
    expect(frontEnd.floor.orders()).toHaveLength(1);
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'NEW', lots: wanted.lots });
  });

  it.each(HARMS)('%s before it took effect: unknown, and absence proves nothing', async (_name, harm) => {
    frontEnd.door.harmNext({ path: ORDERS, when: 'BEFORE', harm });
    const wanted = world.request();
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(frontEnd.door.heardOf(ORDERS)).toHaveLength(1);
    expect(await find(wanted.clientOrderId)).toBeNull();
    // No window after which a late request is void, and no search by our id: whoever asks must go on asking.
    expect(world.session.traits).toMatchObject({ absenceProof: 'NEVER', validityWindowMs: null });
  });

  it('filled while its answer was lost: found among all of them, with its fills', async () => {
    frontEnd.door.harmNext({ path: ORDERS, when: 'AFTER', harm: 'DROP' });
    const wanted = world.request({ type: 'MARKET', priceTicks: null });
    expect(await world.send(wanted)).toMatchObject({ outcome: 'UNKNOWN' });
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'FILLED', filledLots: wanted.lots });
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills.map(({ clientOrderId }) => clientOrderId)).toEqual([wanted.clientOrderId]);
  });
});

describe('what becomes of an order', () => {
  beforeEach(() => open());

  it('over several prices it cost the sum over its fills', async () => {
    frontEnd.floor.level('SELL', 6_000_003, LEVEL_LOTS * 2);
    const wanted = world.request({ type: 'MARKET', priceTicks: null, lots: LEVEL_LOTS * 3 });
    valueOf(await world.send(wanted));
    const { fills } = valueOf(await world.session.fillsSince(null));
    const value = fills.map((fill) => world.instrument.notionalUnits(fill.priceTicks, fill.lots));
    const cumulativeQuoteUnits = value.reduce((sum, units) => sum + units, 0n);
    expect(fills).toHaveLength(2);
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'FILLED', cumulativeQuoteUnits });
  });

  it('fill-or-kill is read with its quantity and price, filled or not', async () => {
    const killed = world.request({ timeInForce: 'FOK', lots: LEVEL_LOTS * 9, priceTicks: 6_000_001 });
    const filled = world.request({ timeInForce: 'FOK', priceTicks: 6_000_001 });
    for (const wanted of [killed, filled]) valueOf(await world.send(wanted));
    const { lots, priceTicks } = killed;
    expect(await find(killed.clientOrderId)).toMatchObject({ status: 'CANCELED', lots, priceTicks });
    expect(await find(filled.clientOrderId)).toMatchObject({
      status: 'FILLED',
      lots: filled.lots,
      priceTicks,
    });
  });

  it('for an amount of quote it is filled', async () => {
    const quoteUnits = 300n * 10n ** 18n;
    const wanted = world.request({ type: 'MARKET', priceTicks: null, lots: null, quoteUnits });
    valueOf(await world.send(wanted));
    expect(await find(wanted.clientOrderId)).toMatchObject({ status: 'FILLED', lots: null });
  });
});

it('a placement that another key has signed is refused, and nothing of it exists', async () => {
  await open(coinbaseWith(EC_KEY), () => startCoinbase());
  const refused = { outcome: 'REFUSED', reason: { code: 'CREDENTIAL_INVALID' } };
  expect(await world.send(world.request())).toMatchObject(refused);
  expect(frontEnd.floor.orders()).toEqual([]);
});

describe.each([
  ['an Ed25519 key', COINBASE, () => startCoinbase()],
  ['an ES256 key', coinbaseWith(EC_KEY), () => startCoinbase(EC_KEY)],
] as const)('the channel of the user, with %s', (_name, dialled, start) => {
  beforeEach(() => open(dialled, start));

  it('tells an order with its whole quantity, and needs no list for it', async () => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const asked = frontEnd.door.heard.length;
    const wanted = world.request();
    valueOf(await world.send(wanted));
    frontEnd.floor.cancel(frontEnd.floor.open()[0]!);
    await world.eventually('its end is told', async () => told(wanted.clientOrderId).length === 2);
    const { lots, priceTicks } = wanted;
    expect(told(wanted.clientOrderId)).toMatchObject([
      { status: 'NEW', lots, priceTicks },
      { status: 'CANCELED', lots, priceTicks },
    ]);
    expect(frontEnd.door.heard.slice(asked).map(({ path }) => path)).toEqual([ORDERS]);
  });
});
