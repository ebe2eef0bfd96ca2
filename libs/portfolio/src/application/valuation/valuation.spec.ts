import { parseScaled } from '@sextant/kernel';
import { sumKnown, Valuation } from './valuation.js';

const price = (text: string, stale = false) => ({ priceUnits: parseScaled(text), asOf: 1, stale });

function valuation(marks: Record<string, ReturnType<typeof price>>): Valuation {
  return new Valuation({ mark: (symbol) => marks[symbol] ?? null }, 'USDT');
}

describe('valuing', () => {
  it('takes the reporting asset at par and others at their mark', () => {
    const values = valuation({ 'BTC/USDT': price('50000') });
    expect(values.value('USDT', parseScaled('7'))).toBe(parseScaled('7'));
    expect(values.value('BTC', parseScaled('0.5'))).toBe(parseScaled('25000'));
    expect([values.complete, values.stale]).toEqual([true, false]);
  });

  it('turns a mark round when only the other direction has one, HALF_EVEN', () => {
    const values = valuation({ 'USDT/TRY': price('30') });
    expect(values.value('TRY', parseScaled('10'))).toBe(parseScaled('0.333333333333333333'));
  });

  it('needs no mark for nothing', () => {
    const values = valuation({});
    expect(values.value('BTC', 0n)).toBe(0n);
    expect(values.complete).toBe(true);
  });

  it('does not know what has no mark, and says whether a stale one was the reason', () => {
    const without = valuation({});
    expect(without.value('BTC', 1n)).toBeNull();
    expect([without.complete, without.stale]).toEqual([false, false]);
    const stale = valuation({ 'BTC/USDT': price('50000', true) });
    expect([stale.value('BTC', 1n), stale.mark('BTC/USDT')]).toEqual([null, null]);
    expect([stale.complete, stale.stale]).toEqual([false, true]);
  });

  it('adds up to unknown when one part is unknown', () => {
    expect(sumKnown([1n, null, 2n])).toBeNull();
    expect(sumKnown([1n, 2n])).toBe(3n);
    expect(sumKnown([])).toBe(0n);
  });
});
