import type { VenueEvent } from '@sextant/exchange';
import { BID } from './chaos-target.js';
import { BYBIT } from './front-ends/bybit/bybit-target.js';
import { valueOf } from './front-ends/harms.js';
import { describeFaults } from './front-ends/loopback-faults.js';
import type { FaultyWorld } from './front-ends/loopback-faults.js';

const faulty = describeFaults(BYBIT, { are: /"(?:order|execution)"/, count: 2 });

describe('what is pushed', () => {
  let still: FaultyWorld['still'];
  let world: FaultyWorld['world'];

  beforeEach(async () => {
    ({ still, world } = faulty());
    await world.eventually('both topics are subscribed', async () =>
      ['"order"', '"execution"'].every((topic) => still.front.frames.some((frame) => frame.includes(topic))),
    );
  });

  it('an order of spot is of spot, although the perpetual there has the same id', async () => {
    const outside = {
      accountId: 'rehearsal',
      symbol: 'BTCUSDT',
      clientOrderId: 'outside',
      side: 'BUY',
    } as const;
    const terms = {
      type: 'Limit GTC',
      timeInForce: 'GTC',
      postOnly: false,
      ticks: BID - 100,
      lots: 100,
    } as const;
    const rest = { quoteBudget: null, trigger: null, stp: 'NONE', orderListId: -1, attributes: {} } as const;
    still.venue.core.engine.place({ ...outside, ...terms, ...rest });
    const told = await world.eventually('it is told', async () =>
      world.events.find((event) => event.kind === 'ORDER' && event.order.clientOrderId === 'outside'),
    );
    expect(told).toMatchObject({
      order: { symbol: 'BTC/USDT', status: 'NEW', lots: 100, priceTicks: BID - 100 },
    });
  });

  it('a fill is the listed one, its fee in the asset in which it was charged', async () => {
    Object.assign(still.venue.core.accounts.find('rehearsal')!, {
      feeAsset: { asset: 'USDT', discountUnits: 0n },
    });
    const wanted = world.request({ type: 'MARKET', priceTicks: null });
    valueOf(await world.send(wanted));
    const isFill = (event: VenueEvent) => event.kind === 'FILL';
    const told = await world.eventually('the fill is told', async () => world.events.find(isFill));
    const { fills } = valueOf(await world.session.fillsSince(null));
    expect(fills).toHaveLength(1);
    expect(fills[0]).toMatchObject({ feeAsset: 'USDT', symbol: 'BTC/USDT' });
    expect(told).toEqual({ kind: 'FILL', fill: fills[0] });
  });

  it('an order that was canceled with a part of it filled is canceled, not expired', async () => {
    const wanted = world.request();
    valueOf(await world.send(wanted));
    still.venue.admin.houseLevel('BTCUSDT', 'BUY', BID, 0);
    still.venue.admin.houseTrade('BTCUSDT', 'SELL', BID, wanted.lots! / 4);
    const canceled = valueOf(await world.session.cancel(wanted.clientOrderId, wanted.symbol));
    expect(canceled).toMatchObject({ status: 'CANCELED', filledLots: wanted.lots! / 4 });
  });
});
