import type { InstrumentSpec } from '@sextant/kernel';
import { Logger, ManualClock } from '@sextant/platform';
import { confirmed, refused } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { MarketList, Markets } from './markets.js';
import type { ListedMarket } from './markets.js';

const evidence = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 0 };
const down = refused({ code: 'VENUE_UNAVAILABLE', detail: 'down' }, evidence);

function listed(symbol: string, change: Partial<InstrumentSpec> = {}): ListedMarket {
  const spec: InstrumentSpec = {
    venue: 'TEST',
    symbol,
    tickSize: '0.01',
    stepSize: '0.001',
    minPrice: '0.01',
    maxPrice: '1000',
    minQuantity: '0.001',
    maxQuantity: '1000',
    minNotional: '1',
    makerFeeRate: '0',
    takerFeeRate: '0',
    ...change,
  };
  return { wireName: symbol.replace('/', ''), symbol, spec: () => spec };
}

const symbolsOf = (answer: GatewayOutcome<Markets>): string[] =>
  answer.outcome === 'CONFIRMED' ? answer.value.instruments().map(({ symbol }) => symbol.toString()) : [];

it('leaves out what cannot be counted exactly, cannot be read, or has the name of another', () => {
  const unreadable: ListedMarket = {
    ...listed('D/USD'),
    spec: () => {
      throw new Error('no decimal');
    },
  };
  const fine = listed('B/USD', { tickSize: '0.0000000001', stepSize: '0.0000000001' });
  const twice = { ...listed('A/USD'), wireName: 'A2USD' };
  const markets = new Markets([listed('A/USD'), fine, unreadable, twice, listed('a b')], Logger.silent());
  expect(markets.instruments().map(({ symbol }) => symbol.toString())).toEqual(['A/USD']);
  expect(markets.ofName('AUSD')).toBe(markets.of('A/USD'));
  expect(markets.ofName('A2USD')).toBeNull();
});

it('asks once an hour, once for all who wait, and at once after a refusal by a rule', async () => {
  const clock = new ManualClock();
  const list = new MarketList(clock, Logger.silent());
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return confirmed([listed(`A${asked}/USD`)], evidence);
  };
  const both = await Promise.all([list.current(ask), list.current(ask)]);
  expect(both.map(symbolsOf)).toEqual([['A1/USD'], ['A1/USD']]);
  clock.advance(3_599_000);
  expect(symbolsOf(await list.current(ask))).toEqual(['A1/USD']);
  clock.advance(1_000);
  expect(symbolsOf(await list.current(ask))).toEqual(['A2/USD']);
  list.distrust();
  expect(symbolsOf(await list.current(ask))).toEqual(['A3/USD']);
});

it('goes on with old rules while new ones cannot be had, and does not ask for them all the time', async () => {
  const clock = new ManualClock();
  const list = new MarketList(clock, Logger.silent());
  let asked = 0;
  const fail = async () => {
    asked += 1;
    return down;
  };
  expect(await list.current(fail)).toBe(down);
  await list.current(async () => confirmed([listed('A/USD')], evidence));
  clock.advance(3_600_000);
  asked = 0;
  for (let second = 0; second < 20; second += 1) {
    expect(symbolsOf(await list.current(fail))).toEqual(['A/USD']);
    clock.advance(1_000);
  }
  expect(asked).toBe(2);
});
