import type { AccountId } from '@sextant/kernel';
import { aFill, units } from '../positions/fills.contract.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import { TradeFold, tradeNet } from './closed-trades.js';
import type { ClosedTrade } from './closed-trades.js';
import { fc } from '../../../../../test/support/property.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const STEP = units('0.001');

function trades(fills: readonly BookedFill[], step = STEP) {
  const portfolio = PortfolioAggregate.open(ACCOUNT, 'PAPER');
  const fold = new TradeFold();
  const closed: ClosedTrade[] = [];
  for (const fill of fills) {
    const { postings } = portfolio.applyFill(fill);
    const { executedAt: occurredAt, symbol } = fill;
    closed.push(...fold.add({ occurredAt, postings, fill: { symbol, stepUnits: step } }));
  }
  return { closed, fold, portfolio };
}

const buy = (quantity: string, price: string, rest: Partial<BookedFill> & { fee?: string } = {}) =>
  aFill({ quantity, price, ...rest });
const sell = (quantity: string, price: string, rest: Partial<BookedFill> & { fee?: string } = {}) =>
  aFill({ side: 'SELL', quantity, price, ...rest });

describe('a closed trade', () => {
  it('goes from flat to flat, and its result is net of all its fees', () => {
    const { closed } = trades([
      buy('1', '100', { fee: '0.1', executedAt: 1 }),
      buy('1', '120', { fee: '0.12', executedAt: 2 }),
      sell('1.5', '130', { fee: '0.195', executedAt: 3 }),
      sell('0.5', '140', { fee: '0.07', executedAt: 4 }),
    ]);
    expect(closed).toEqual([
      {
        symbol: 'BTC/USDT',
        side: 'LONG',
        asset: 'USDT',
        openedAt: 1,
        closedAt: 4,
        openedUnits: units('2'),
        entryUnits: units('220'),
        closedUnits: units('2'),
        exitUnits: units('265'),
        realizedUnits: units('45'),
        feeUnits: units('0.485'),
        fundingUnits: 0n,
        unvaluedFeeCount: 0,
      },
    ]);
    expect(tradeNet(closed[0]!)).toBe(units('44.515'));
  });

  it('is split by a flip, the fee by quantity', () => {
    const { closed } = trades([
      buy('1', '100', { executedAt: 1 }),
      sell('3', '130', { fee: '0.9', executedAt: 2 }),
      buy('2', '120', { executedAt: 3 }),
    ]);
    expect(closed.map(({ side, openedAt, closedAt }) => [side, openedAt, closedAt])).toEqual([
      ['LONG', 1, 2],
      ['SHORT', 2, 3],
    ]);
    expect(closed.map(tradeNet)).toEqual([units('29.7'), units('19.4')]);
    expect(closed[1]).toMatchObject({ entryUnits: units('260'), exitUnits: units('240') });
  });

  it('closes although a fee in base left dust that nobody could sell', () => {
    const { closed, fold } = trades([
      buy('1', '50000', { fee: '0.0015', feeAsset: 'BTC', executedAt: 1 }),
      sell('0.998', '60000', { executedAt: 2 }),
      buy('1', '50000', { executedAt: 3 }),
    ]);
    expect(closed).toHaveLength(1);
    expect(closed[0]).toMatchObject({ realizedUnits: units('9980'), feeUnits: units('75') });
    expect(fold.remainders().get('BTC/USDT')).toMatchObject({ realizedUnits: 0n, feeUnits: 0n });
  });

  it('has no known result while the value of a fee is not known', () => {
    const { closed } = trades([buy('1', '100', { fee: '0.01', feeAsset: 'KCS' }), sell('1', '110')]);
    expect(closed.map(tradeNet)).toEqual([null]);
  });

  it('adds up with what is open and what is outside of any to the results of the positions, exactly', () => {
    const someFill = fc
      .record({
        symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', 'BNB/USDT'),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        lots: fc.integer({ min: 1, max: 3000 }),
        notionalUnits: fc.bigInt({ min: 1n, max: 10n ** 25n }),
        feePart: fc.integer({ min: -900, max: 900 }),
        feeIn: fc.constantFrom('base', 'quote', 'BNB'),
        feeValueUnits: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), { freq: 20 }),
      })
      .map(({ feePart, feeIn, lots, feeValueUnits, ...rest }): BookedFill => {
        const fill = aFill({ ...rest, lots, baseUnits: BigInt(lots) * STEP });
        const feeAsset = feeIn === 'base' ? fill.base : feeIn === 'quote' ? fill.quote : feeIn;
        const feeUnits = (fill.baseUnits * BigInt(feePart)) / 1000n;
        return { ...fill, feeAsset, feeUnits, feeValueUnits };
      });
    fc.assert(
      fc.property(fc.array(someFill, { maxLength: 40 }), (fills) => {
        const { closed, fold, portfolio } = trades(fills);
        for (const [symbol, rest] of fold.remainders()) {
          const own = closed.filter((trade) => trade.symbol === symbol);
          const sumOf = (field: 'realizedUnits' | 'feeUnits' | 'fundingUnits') =>
            own.reduce((sum, trade) => sum + trade[field], rest[field]);
          const position = portfolio.positions.get(symbol);
          expect(sumOf('realizedUnits')).toBe(position?.realizedUnits ?? 0n);
          expect(sumOf('feeUnits')).toBe(position?.feeUnits ?? 0n);
          expect(sumOf('fundingUnits')).toBe(position?.fundingUnits ?? 0n);
          for (const { openedAt, closedAt } of own) expect(openedAt).toBeLessThanOrEqual(closedAt);
        }
      }),
    );
  });
});

describe('a perpetual in hedge mode', () => {
  it('has trades of each side of its own, with the funding between in them', () => {
    const market = 'BTC/USDT:USDT';
    const perpetual = { symbol: market, base: 'BTC', quote: 'USDT' };
    const portfolio = PortfolioAggregate.open(ACCOUNT, 'BINANCE');
    const fold = new TradeFold();
    const fill = { symbol: market, stepUnits: STEP };
    const add = (postings: Parameters<TradeFold['add']>[0]['postings'], occurredAt: number) =>
      fold.add({ occurredAt, postings, fill });
    const book = (options: Parameters<typeof aFill>[0], at: number) =>
      add(portfolio.applyFill(aFill({ ...perpetual, ...options })).postings, at);
    book({ quantity: '1', price: '100', positionSide: 'LONG' }, 1);
    book({ side: 'SELL', quantity: '1', price: '100', positionSide: 'SHORT' }, 2);
    add(
      [
        { account: 'wallet:BINANCE', asset: 'USDT', amount: units('-2') },
        { account: `funding:BINANCE:${market}#LONG`, asset: 'USDT', amount: units('2') },
      ],
      3,
    );
    const closed = [
      ...book({ side: 'SELL', quantity: '1', price: '110', positionSide: 'LONG' }, 4),
      ...book({ quantity: '1', price: '110', positionSide: 'SHORT' }, 5),
    ];
    expect(closed.map((trade) => [trade.side, tradeNet(trade)])).toEqual([
      ['LONG', units('8')],
      ['SHORT', units('-10')],
    ]);
  });
});
