import type { Told, VenueOrder } from './chaos-journal.js';
import { Sums } from './arithmetic.js';
import { executionFindings } from './executions.js';
import { familyFindings } from './families.js';
import type { AccountBooks, Row } from './read-books.js';
import { reservationFindings } from './reservations.js';

/** What the venue had, one order after the other: its number, its client id, and what it filled. */
function toldOf(...orders: [number, string, number][]): Told {
  const life = orders.flatMap(([number, clientOrderId]) => [
    { number, clientOrderId, isOpen: true },
    { number, clientOrderId, isOpen: false },
  ]);
  const listed = orders.map(([number, clientOrderId, filledLots]) => {
    const order = { number, clientOrderId, filledLots, lateLots: 0, fills: [] } as unknown as VenueOrder;
    return [number, order] as const;
  });
  return { orders: new Map(listed), totals: new Sums(), placements: [], life };
}

function leg(id: string, name: string, more: Row = {}): Row {
  const group = { groupId: 'grp_1', leg: name, lots: 10 };
  return {
    ...{ order_id: id, client_order_id: id, symbol: 'BTC/USDT', side: name === 'ENTRY' ? 'BUY' : 'SELL' },
    ...{ type: 'LIMIT', status: 'NEW', lots: '10', filled_lots: '0', step_size: '5', tick_size: '1' },
    ...{ price_ticks: '3', fees: [], reserved: '0', reserved_asset: 'BTC', closed_at: null },
    conditions: { group, heldBy: 'SEXTANT' },
    ...more,
  };
}

const bought = leg('entry', 'ENTRY', { status: 'FILLED', filled_lots: '10', closed_at: new Date(0) });

function books(orders: Row[], more: Partial<AccountBooks> = {}): AccountBooks {
  const balances = [{ asset: 'BTC', total: '1000' }];
  return { accountId: 'acc_1', orders, balances, ...more } as unknown as AccountBooks;
}

describe('orders of which one may live at a time', () => {
  const amended = {
    ...{ order_id: 'ord_1', client_order_id: 'a', lots: '10', conditions: null },
    progress: { revisions: [{ clientOrderId: 'a' }, { clientOrderId: 'b' }] },
  };

  it('are fine one after the other', () => {
    expect([...familyFindings(books([amended]), toldOf([1, 'a', 4], [2, 'b', 6]))]).toEqual([]);
  });

  it('are a finding together: two revisions', () => {
    const told = toldOf([1, 'a', 0], [2, 'b', 0]);
    told.life.splice(1, 2, told.life[2]!, told.life[1]!);
    expect([...familyFindings(books([amended]), told)]).toEqual([
      'acc_1: order ord_1 had a (1) and b (2) at the venue at once',
    ]);
  });

  it('are a finding together: two legs', () => {
    const told = toldOf([1, 'stop', 0], [2, 'target', 0]);
    told.life.splice(1, 2, told.life[2]!, told.life[1]!);
    const orders = [bought, leg('stop', 'STOP_LOSS'), leg('target', 'TAKE_PROFIT')];
    expect([...familyFindings(books(orders), told)]).toEqual([
      'acc_1: group grp_1 had stop (1) and target (2) at the venue at once',
    ]);
  });

  it('never fill more than was wanted', () => {
    expect([...familyFindings(books([amended]), toldOf([1, 'a', 5], [2, 'b', 6]))]).toEqual([
      'acc_1: order ord_1 filled 11 lots of 10 that it was amended to',
    ]);
    const orders = [bought, leg('stop', 'STOP_LOSS'), leg('target', 'TAKE_PROFIT')];
    const told = toldOf([1, 'entry', 10], [2, 'stop', 8], [3, 'target', 3]);
    expect([...familyFindings(books(orders), told)]).toEqual([
      'acc_1: group grp_1 filled 11 lots of 10 that its entry filled',
    ]);
  });
});

describe('what a group sets aside', () => {
  const stop = leg('stop', 'STOP_LOSS', { type: 'STOP_MARKET', reserved: '50' });
  const target = leg('target', 'TAKE_PROFIT', { status: 'CREATED' });

  it('is set aside once', () => {
    expect([...reservationFindings(books([bought, stop, target]))]).toEqual([]);
    const twice = { ...target, reserved: '50' };
    expect([...reservationFindings(books([bought, stop, twice]))]).toEqual([
      'acc_1: group grp_1 reserves 2 times',
      'acc_1: group grp_1 reserves 100, its legs need 50',
    ]);
  });

  it('is what the entry has filled, and protects at the venue', () => {
    const held = { ...target, reserved: '45' };
    expect([...reservationFindings(books([bought, held]))]).toEqual([
      'acc_1: group grp_1 reserves 45, its legs need 50',
      'acc_1: group grp_1 has no leg at the venue, which would take one',
    ]);
  });
});

describe('an execution', () => {
  const execution = {
    ...{ execution_id: 'exe_0123456789', lots: '10', side: 'BUY', status: 'COMPLETED', reason: null },
    ...{ terms: { limitTicks: 100, endAt: 0 }, closed_at: new Date(0), waiting: null },
  };
  const child = {
    ...{ order_id: 'ord_x', client_order_id: 'ord_0000456789', filled_lots: '10', price_ticks: '100' },
    ...{ closed_at: new Date(0), conditions: { executionId: 'exe_0123456789' } },
  };
  const slice = { execution_id: 'exe_0123456789', slice: 0, order_id: 'ord_x' };
  const found = (one: Row, order: Row, row: Row): string[] => [
    ...executionFindings(books([order], { executions: [one], slices: [row] })),
  ];

  it('is what its slices are', () => {
    expect(found(execution, child, slice)).toEqual([]);
  });

  it.each<[string, RegExp, Row, Row, Row]>([
    ['a slice of another id', /instead of ord_0000456789/, {}, { client_order_id: 'ord_7' }, {}],
    ['a slice without an order', /which is no order of it/, {}, {}, { order_id: 'ord_y' }],
    ['more than was wanted', /filled 11 lots of 10/, {}, { filled_lots: '11' }, {}],
    ['a price beyond its limit', /beyond its limit/, {}, { price_ticks: '101' }, {}],
    ['an end without an order’s', /1 of its orders live/, {}, { closed_at: null }, {}],
    ['an end that does not come', /is RUNNING past its end/, { status: 'RUNNING' }, {}, {}],
    ['an end that is not stored', /is not closed/, { closed_at: null }, {}, {}],
    ['a completion with less', /COMPLETED with 9 lots/, {}, { filled_lots: '9' }, {}],
  ])('is not when there is %s', (_, pattern, one, order, row) => {
    const findings = found({ ...execution, ...one }, { ...child, ...order }, { ...slice, ...row });
    expect(findings).toContainEqual(expect.stringMatching(pattern));
  });
});
