import { Price, Quantity } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { PortfolioAggregate } from './portfolio-aggregate.js';
import { aFill, units } from './positions/fills.contract.js';

const TEST_ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const open = () => PortfolioAggregate.open(TEST_ACCOUNT, 'PAPER');

describe('PortfolioAggregate', () => {
  it('opens a position', () => {
    const portfolio = open();
    portfolio.updateBalance('USDT', Quantity.parse('1000'), Quantity.parse('0'));

    portfolio.openPosition('BTC/USDT', Quantity.parse('0.1'), Price.parse('50000'), 10);

    expect(portfolio.positions.has('BTC/USDT')).toBe(true);
    expect(portfolio.pullEvents()).toHaveLength(2); // balance and position
  });

  it('refuses a position whose margin the free balance does not cover, and changes nothing', () => {
    const portfolio = open();
    portfolio.updateBalance('USDT', Quantity.parse('600'), Quantity.parse('400'));
    portfolio.pullEvents();

    expect(() => portfolio.openPosition('BTC/USDT', Quantity.parse('0.1'), Price.parse('50000'), 8)).toThrow(
      expect.objectContaining({
        code: 'BALANCE_INSUFFICIENT',
        context: expect.objectContaining({ required: '625' }),
      }),
    );
    expect(portfolio.positions.size).toBe(0);
    expect(portfolio.pullEvents()).toEqual([]);
    expect(portfolio.balances.get('USDT')).toEqual({ freeUnits: units('600'), lockedUnits: units('400') });
  });

  it('locks the margin, so that the next position must be covered by the rest', () => {
    const portfolio = open();
    portfolio.updateBalance('USDT', Quantity.parse('1000'), Quantity.parse('0'));
    portfolio.openPosition('BTC/USDT', Quantity.parse('0.1'), Price.parse('50000'), 10);

    expect(portfolio.balances.get('USDT')).toEqual({ freeUnits: units('500'), lockedUnits: units('500') });
    expect(() =>
      portfolio.openPosition('BTC/USDT', Quantity.parse('0.11'), Price.parse('50000'), 10),
    ).toThrow('are free');
  });

  it('tells when a position opens, turns and closes', () => {
    const portfolio = open();
    portfolio.applyFill(aFill({ side: 'BUY', quantity: '1', price: '100' }));
    portfolio.applyFill(aFill({ side: 'BUY', quantity: '1', price: '120' }));
    expect(positionEvents(portfolio)).toEqual(['PositionOpened LONG 1']);
    portfolio.applyFill(aFill({ side: 'SELL', quantity: '3', price: '130' }));
    expect(positionEvents(portfolio)).toEqual(['PositionClosed 40', 'PositionOpened SHORT 1']);
    portfolio.applyFill(aFill({ side: 'BUY', quantity: '1', price: '125' }));
    expect(positionEvents(portfolio)).toEqual(['PositionClosed 5']);
  });

  it('books a venue fill that overdraws it, and says so', () => {
    const portfolio = open();
    portfolio.applyFill(aFill({ side: 'BUY', quantity: '1', price: '100' }));
    expect(portfolio.totalUnits('USDT')).toBe(units('-100'));
    expect(portfolio.pullEvents()).toContainEqual({
      type: 'BalanceOverdrawn',
      asset: 'USDT',
      totalUnits: units('-100'),
    });
  });

  it('refuses a withdrawal beyond what orders leave free', () => {
    const portfolio = open();
    portfolio.applyCash({ kind: 'DEPOSIT', asset: 'USDT', units: units('100') }, 0n);
    const withdraw = (amount: string) =>
      portfolio.applyCash(
        { kind: 'WITHDRAWAL', asset: 'USDT', units: units(amount), feeUnits: units('1') },
        units('30'),
      );
    expect(() => withdraw('69.000000000000000001')).toThrow(
      expect.objectContaining({ code: 'BALANCE_INSUFFICIENT' }),
    );
    withdraw('69');
    expect(portfolio.totalUnits('USDT')).toBe(units('30'));
  });

  it.each(['0', '-5'])('refuses a deposit of %s', (amount) => {
    expect(() => open().applyCash({ kind: 'DEPOSIT', asset: 'USDT', units: units(amount) }, 0n)).toThrow(
      expect.objectContaining({ code: 'AMOUNT_OUT_OF_RANGE' }),
    );
  });

  it('values itself at the marks it is given: spot total × mark, locked included', () => {
    const portfolio = open();
    portfolio.updateBalance('USDT', Quantity.parse('10'), Quantity.parse('90'));
    portfolio.updateBalance('BTC', Quantity.parse('2'), Quantity.parse('0'));
    portfolio.pullEvents();
    portfolio.revalue('USDT', (asset, held) => (asset === 'USDT' ? held : held * 50n));
    portfolio.revalue('USDT', (asset, held) => (asset === 'USDT' ? held : null));
    expect(portfolio.pullEvents()).toEqual([
      { type: 'EquityChanged', asset: 'USDT', equityUnits: units('200'), complete: true },
      { type: 'EquityChanged', asset: 'USDT', equityUnits: null, complete: false },
    ]);
  });

  it('keeps the virtual positions of strategies apart while the account nets them', () => {
    const portfolio = open();
    portfolio.applyFill(aFill({ side: 'BUY', quantity: '2', price: '100', strategy: 'grid' }));
    portfolio.applyFill(aFill({ side: 'SELL', quantity: '1', price: '110', strategy: null }));
    expect(portfolio.positions.get('BTC/USDT')).toMatchObject({
      signedUnits: units('1'),
      realizedUnits: units('10'),
    });
    expect(portfolio.strategyPositions('grid').get('BTC/USDT')).toMatchObject({
      signedUnits: units('2'),
      realizedUnits: 0n,
    });
    expect(portfolio.strategyPositions(null).get('BTC/USDT')).toMatchObject({
      signedUnits: units('-1'),
      costUnits: units('-110'),
    });
  });
});

function positionEvents(portfolio: PortfolioAggregate): string[] {
  return portfolio.pullEvents().flatMap((event) => {
    if (event.type === 'PositionOpened')
      return [`${event.type} ${event.side} ${event.quantityUnits / units('1')}`];
    return event.type === 'PositionClosed' ? [`${event.type} ${event.realizedUnits / units('1')}`] : [];
  });
}
