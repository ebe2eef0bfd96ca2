import { mulDivHalfEven, ONE } from '@sextant/kernel';
import { units } from './fills.contract.js';
import {
  averageEntryPrice,
  flatPosition,
  marketValue,
  netPnl,
  positionQuantity,
  directionOf,
  tradePosition,
  unrealizedPnl,
} from './position.js';
import type { Position } from './position.js';
import { fc } from '../../../../../test/support/property.js';

/** Trades `[signed quantity, price]` in order. */
function after(...trades: [quantity: string, price: string][]): Position {
  return trades.reduce((position, [quantity, price], index) => {
    const signed = units(quantity);
    const notional = mulDivHalfEven(signed < 0n ? -signed : signed, units(price), ONE);
    return tradePosition(position, signed, notional, index + 1);
  }, flatPosition('BTC/USDT'));
}

describe('a position', () => {
  it('has a quantity that is never negative, with its side, and a signed one that is > 0 when long', () => {
    const short = after(['-2', '100']);
    expect([directionOf(short), positionQuantity(short), short.signedUnits]).toEqual([
      'SHORT',
      units('2'),
      units('-2'),
    ]);
    expect(directionOf(after(['2', '100']))).toBe('LONG');
    expect(directionOf(flatPosition('BTC/USDT'))).toBe('FLAT');
  });

  it('averages its entry over what was bought, fees excluded', () => {
    const position = after(['1', '100'], ['1', '120']);
    expect(averageEntryPrice(position)).toBe(units('110'));
    expect(position.realizedUnits).toBe(0n);
  });

  it('keeps its entry price through reductions and realizes sign(q)·dq·(p − a)', () => {
    const position = after(['1', '100'], ['1', '120'], ['-1.5', '130']);
    expect(averageEntryPrice(position)).toBe(units('110'));
    expect(position.realizedUnits).toBe(units('30'));
    expect(position.costUnits).toBe(units('55'));
    const short = after(['-2', '100'], ['1', '90']);
    expect(averageEntryPrice(short)).toBe(units('100'));
    expect(short.realizedUnits).toBe(units('10'));
  });

  it('restarts at the fill price when it flips', () => {
    const position = after(['1', '100'], ['-3', '130']);
    expect(position).toMatchObject({ signedUnits: units('-2'), realizedUnits: units('30'), openedAt: 2 });
    expect(averageEntryPrice(position)).toBe(units('130'));
  });

  it('takes the rest of the cost with the final close, whatever was rounded before', () => {
    const third = mulDivHalfEven(units('1'), 1n, 3n);
    let position = tradePosition(flatPosition('BTC/USDT'), units('1'), units('100'), 1);
    position = tradePosition(position, -third, units('50'), 2);
    expect(position.costUnits).toBe(units('66.6666666666666667'));
    position = tradePosition(position, -(units('1') - third), units('70'), 3);
    expect(position).toMatchObject({ costUnits: 0n, realizedUnits: units('20'), openedAt: null });
  });

  it('removes cost·dq/q rounded HALF_EVEN at ledger scale', () => {
    const odd: Position = { ...flatPosition('BTC/USDT'), signedUnits: 2n, costUnits: 5n };
    expect(tradePosition(odd, -1n, 3n, 1).costUnits).toBe(3n); // 2.5 removed as 2
    const even: Position = { ...odd, costUnits: 7n };
    expect(tradePosition(even, -1n, 3n, 1).costUnits).toBe(3n); // 3.5 removed as 4
  });

  it('has no average entry price while flat', () => {
    expect(averageEntryPrice(after(['1', '100'], ['-1', '90']))).toBeNull();
  });

  it('is worth signed quantity × mark, and unrealised q·(mark − a)', () => {
    const short = after(['-2', '100']);
    expect(marketValue(short, units('90'))).toBe(units('-180'));
    expect(unrealizedPnl(short, units('90'))).toBe(units('20'));
    expect(unrealizedPnl(after(['2', '100']), units('90'))).toBe(units('-20'));
  });

  it('nets realizedPnl − fees + funding, and does not know it while a fee has no value', () => {
    const position: Position = {
      ...after(['1', '100'], ['-1', '130']),
      feeUnits: units('2'),
      fundingUnits: units('-1'),
    };
    expect(netPnl(position)).toBe(units('27'));
    expect(netPnl({ ...position, unvaluedFeeCount: 1 })).toBeNull();
  });

  it('loses nothing: cost − realized = Σ signed notional, and the entry is that of exact rationals to 1e-18 a step', () => {
    const trade = fc.record({
      signed: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).filter((value) => value !== 0n),
      notional: fc.bigInt({ min: 1n, max: 10n ** 28n }),
    });
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
        let position = flatPosition('BTC/USDT');
        let exact: Rational = { signed: 0n, cost: [0n, 1n] };
        let moved = 0n;
        for (const { signed, notional } of trades) {
          position = tradePosition(position, signed, notional, 1);
          exact = tradeExactly(exact, signed, notional);
          moved += signed < 0n ? -notional : notional;
          expect(position.costUnits - position.realizedUnits).toBe(moved);
          expect(position.signedUnits).toBe(exact.signed);
        }
        const [numerator, denominator] = exact.cost;
        const off = position.costUnits * denominator - numerator;
        expect((off < 0n ? -off : off) <= BigInt(trades.length) * denominator).toBe(true);
      }),
    );
  });
});

interface Rational {
  signed: bigint;
  cost: [numerator: bigint, denominator: bigint];
}

/** Average cost in unrounded fractions. */
function tradeExactly({ signed: held, cost: [n, d] }: Rational, signed: bigint, notional: bigint): Rational {
  const moved = signed < 0n ? -notional : notional;
  const after = held + signed;
  if (held === 0n || held > 0n === signed > 0n) return { signed: after, cost: [n + moved * d, d] };
  if (after === 0n) return { signed: 0n, cost: [0n, 1n] };
  if (after > 0n === held > 0n)
    return { signed: after, cost: held < 0n ? [n * -after, d * -held] : [n * after, d * held] };
  return { signed: after, cost: [moved * (after < 0n ? -after : after), signed < 0n ? -signed : signed] };
}
