import type { PreparedRequest } from '../../domain/channel/venue-answer.js';
import { amendmentDifference, wireDifference } from './wire-check.js';
import type { WireConditions, WireOrder } from './wire-order.js';

const order: WireOrder = {
  clientId: 'our-id',
  symbol: 'BTC/USDT',
  marketId: 'BTCUSDT',
  perpetual: false,
  side: 'buy',
  type: 'LIMIT',
  quantity: '0.0006',
  quote: null,
  price: '2.2504',
  timeInForce: 'GTC',
  postOnly: false,
  conditions: null,
};
const fields = { clientId: 'id', quantity: ['qty'], quote: ['cost'], price: ['px'] };

function form(terms: Record<string, string>): PreparedRequest {
  const body = new URLSearchParams({ id: 'our-id', qty: '0.00060', px: '2.2504', ...terms }).toString();
  return { method: 'POST', url: 'https://venue.example/order', headers: {}, body };
}

it('what was asked may be written with other zeros, in a form or deep in JSON', () => {
  expect(wireDifference(form({}), order, fields)).toBeNull();
  const body = JSON.stringify([{ id: 'our-id', terms: { limit: { qty: '0.0006', px: '2.25040' } } }]);
  expect(wireDifference({ ...form({}), body }, order, fields)).toBeNull();
});

it.each([
  ['a quantity cut by a library (0.0006 became 0.0005)', { qty: '0.0005' }],
  ['an exponent (9e-05)', { qty: '6e-4' }],
  ['a price rounded by a library (2.2504 became 2.2503)', { px: '2.2503' }],
  ['an id of the library’s own', { id: 'x-TKT5PX2Fabc' }],
])('%s does not leave', (_what, terms) => {
  expect(wireDifference(form(terms), order, fields)).not.toBeNull();
});

it('a field that is missing or there twice does not leave', () => {
  const none = { ...form({}), body: 'id=our-id&px=2.2504' };
  expect(wireDifference(none, order, fields)).toBe('it has 0 fields for the quantity');
  const twice = { ...form({}), url: 'https://venue.example/order?qty=0.0006' };
  expect(wireDifference(twice, order, fields)).toBe('it has 2 fields for the quantity');
});

it('where the fields have no known names, each value must still be there', () => {
  expect(wireDifference(form({}), order, 'ANYWHERE')).toBeNull();
  expect(wireDifference(form({ px: '2.25' }), order, 'ANYWHERE')).toBe('2.2504 is not in it');
});

describe('the conditions of an order', () => {
  const conditions: WireConditions = {
    triggerPrice: '2.3',
    trailingBps: 250,
    triggerBy: 'LAST',
    displayQuantity: '0.0001',
    expiresAt: 1_700_000_000_000,
    reduceOnly: true,
    positionSide: null,
  };
  const conditional: WireOrder = { ...order, type: 'STOP_LIMIT', timeInForce: 'GTD', conditions };
  const places = {
    ...fields,
    trigger: ['stop'],
    display: ['shown'],
    trailing: { names: ['rate'], write: (bps: number) => `${bps / 100}` },
    expiry: { names: ['until'], write: (at: number) => new Date(at).toISOString() },
    reduceOnly: { names: ['reduce'], write: String },
  };
  const asked = {
    stop: '2.30',
    shown: '0.0001',
    rate: '2.5',
    until: '2023-11-14T22:13:20.000Z',
    reduce: 'true',
  };

  it('leave as they were asked for', () => {
    expect(wireDifference(form(asked), conditional, places)).toBeNull();
  });

  it.each([
    ['stop', '2.31', 'its trigger is 2.31, not 2.3'],
    ['shown', '0.0002', 'its visible quantity is 0.0002, not 0.0001'],
    ['rate', '250', 'its trailing distance is 250, not 2.5'],
    ['until', '1700000000000', 'its end is 1700000000000, not 2023-11-14T22:13:20.000Z'],
    ['reduce', 'false', 'its reduce-only flag is false, not true'],
  ])('do not leave with another %s, or without', (name, text, difference) => {
    expect(wireDifference(form({ ...asked, [name]: text }), conditional, places)).toBe(difference);
    const { [name as 'stop']: _left, ...rest } = asked;
    expect(wireDifference(form(rest), conditional, places)).toMatch(/^it has 0 fields for the /);
  });

  it.each(Object.entries(asked))('a plain order with a %s does not leave', (name, text) => {
    expect(wireDifference(form({ [name]: text }), order, places)).toMatch(/that nobody asked for$/);
  });

  it('that a venue has no field for do not leave', () => {
    expect(wireDifference(form(asked), conditional, fields)).toBe('it has 0 fields for the trigger');
  });
});

it('an amendment names its order and has exactly the new terms', () => {
  const { clientId, symbol, marketId, perpetual, side } = order;
  const amend = {
    clientId,
    symbol,
    marketId,
    perpetual,
    side,
    venueOrderId: '5',
    since: 0,
    quantity: '0.0006',
    price: '2.2504',
  };
  expect(amendmentDifference(form({}), amend)).toBeNull();
  expect(amendmentDifference(form({ id: 'another' }), amend)).toBe('the order is not named in it');
  expect(amendmentDifference(form({ qty: '0.0007' }), amend)).toBe('the quantity 0.0006 is not in it');
});
