import { Params } from '../rest/params.js';
import { goodTillDateIn } from './good-till-date.js';

const NOW = 1_700_000_000_500;

function read(goodTillDate: number | null, timeInForce = 'GTD'): number | null {
  const values = goodTillDate === null ? [] : ([['goodTillDate', String(goodTillDate)]] as const);
  return goodTillDateIn(new Params(new Map(values)), timeInForce, NOW);
}

describe('the date until which an order is good', () => {
  it('counts to the second', () => {
    expect(read(1_700_000_700_999)).toBe(1_700_000_700_000);
  });

  it('is for GTD orders alone', () => {
    expect(read(1_700_000_700_000, 'GTC')).toBeNull();
  });

  it.each([
    ['missing', null, -1102],
    ['within ten minutes', NOW + 600_000, -1130],
    ['past', NOW - 1, -1130],
    ['beyond four-digit years', 253_402_300_799_000, -1130],
  ])('is refused when it is %s', (_what, date, code) => {
    expect(() => read(date)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
