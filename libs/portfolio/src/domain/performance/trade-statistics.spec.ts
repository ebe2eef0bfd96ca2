import { parseScaled } from '@sextant/kernel';
import { TradeTally } from './trade-statistics.js';

function tally(...nets: (string | null)[]) {
  const trades = new TradeTally();
  for (const [index, net] of nets.entries()) {
    trades.add({ netUnits: net === null ? null : parseScaled(net), openedAt: 0, closedAt: (index + 1) * 10 });
  }
  return trades.statistics();
}

describe('the statistics of closed trades', () => {
  it('count a win where net > 0, and take fees for what they are', () => {
    expect(tally('30', '-10', '0', '10', '-20')).toEqual({
      count: 5,
      wins: 2,
      losses: 2,
      unvalued: 0,
      netUnits: parseScaled('10'),
      hitRate: 0.4,
      profitFactor: 40 / 30,
      expectancyUnits: parseScaled('2'),
      averageWinUnits: parseScaled('20'),
      averageLossUnits: parseScaled('15'),
      bestUnits: parseScaled('30'),
      worstUnits: parseScaled('-20'),
      kelly: 0.4 - 0.6 / (20 / 15),
      averageHoldingMs: 30,
    });
  });

  it('have an expectancy of p_win·avgWin − p_loss·avgLoss', () => {
    const { wins, losses, averageWinUnits, averageLossUnits, expectancyUnits } = tally(
      '30',
      '-10',
      '-20',
      '10',
    );
    const expected = (BigInt(wins) * averageWinUnits! - BigInt(losses) * averageLossUnits!) / 4n;
    expect(expectancyUnits).toBe(expected);
  });

  it('are null where nothing was lost, won, or traded', () => {
    expect(tally('5')).toMatchObject({ profitFactor: null, averageLossUnits: null, kelly: null, hitRate: 1 });
    expect(tally()).toMatchObject({
      count: 0,
      hitRate: null,
      expectancyUnits: null,
      averageHoldingMs: null,
      bestUnits: null,
    });
  });

  it('do not guess the result of a trade whose fee has no known value', () => {
    expect(tally('10', null)).toMatchObject({
      count: 2,
      unvalued: 1,
      hitRate: 1,
      netUnits: parseScaled('10'),
    });
    expect(tally(null, null)).toMatchObject({ count: 2, unvalued: 2, netUnits: null, expectancyUnits: null });
  });
});
