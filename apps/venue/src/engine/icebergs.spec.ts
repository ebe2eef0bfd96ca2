import { TradingFloor } from './trading-floor.contract.js';

let floor: TradingFloor;

beforeEach(() => {
  floor = new TradingFloor('ann', 'bob', 'cid');
});
afterEach(() => floor.assertBalanced());

const filled = (events: TradingFloor['events']) =>
  events.flatMap((event) => (event.kind === 'Filled' && event.fill.maker ? [event.fill] : []));

describe('an iceberg', () => {
  it('shows a part of itself, and the next one at the end of the queue', () => {
    floor.sell('ann', 100, 10, { displayLots: 4 });
    floor.sell('bob', 100, 3);
    expect(floor.depth().asks).toEqual([[100, 7]]);
    floor.buy('cid', 100, 9);
    expect(filled(floor.events).map(({ accountId, lots }) => [accountId, lots])).toEqual([
      ['ann', 4],
      ['bob', 3],
      ['ann', 2],
    ]);
    expect(floor.depth().asks).toEqual([[100, 2]]);
  });

  it('fills to its last lot, and leaves nothing behind', () => {
    const order = floor.sell('ann', 100, 10, { displayLots: 4 });
    floor.buy('cid', 100, 12);
    expect(order).toMatchObject({ status: 'FILLED', filledLots: 10 });
    expect(floor.depth()).toEqual({ bids: [[100, 2]], asks: [] });
    expect(floor.balance('ann', 'AAA').locked).toBe(0);
  });

  it('counts whole for a fill-or-kill and for a market order, though others do not see it', () => {
    floor.sell('ann', 100, 10, { displayLots: 1 });
    expect(floor.buy('bob', 100, 10, { timeInForce: 'FOK' }).status).toBe('FILLED');
    floor.sell('ann', 100, 10, { displayLots: 1 });
    const market = floor.place('bob', {
      type: 'MARKET',
      timeInForce: 'IOC',
      quoteBudget: 800n * 100_000_000n,
    });
    expect(market).toMatchObject({ status: 'FILLED', filledLots: 8 });
  });

  it('gives up what it hides first when it is made smaller', () => {
    const order = floor.sell('ann', 100, 10, { displayLots: 4 });
    floor.engine.amend(order, 6, 'smaller');
    expect(floor.depth().asks).toEqual([[100, 4]]);
    floor.engine.amend(order, 3, 'smallest');
    expect(floor.depth().asks).toEqual([[100, 3]]);
    floor.engine.cancel(order, null);
    expect(floor.depth().asks).toEqual([]);
  });

  it('can be filled by the house beyond what it shows, and swept by it', () => {
    const order = floor.sell('ann', 100, 10, { displayLots: 4 });
    floor.engine.fillOpen(order, 7);
    expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filledLots: 7 });
    floor.engine.house.setLevel('AAABBB', 'BUY', 101, 5);
    expect(order.status).toBe('FILLED');
    expect(floor.depth().bids).toEqual([[101, 2]]);
  });

  it('shrinks as any other by the prevention of trades with oneself', () => {
    const order = floor.sell('ann', 100, 10, { displayLots: 4 });
    floor.buy('ann', 100, 6, { stp: 'DECREMENT' });
    expect(order).toMatchObject({ status: 'NEW', preventedLots: 6 });
    expect(floor.depth()).toEqual({ bids: [], asks: [[100, 2]] });
  });
});
