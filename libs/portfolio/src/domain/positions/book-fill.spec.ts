import { formatScaled } from '@sextant/kernel';
import { bookFee, bookFill } from './book-fill.js';
import type { PositionBook } from './book-fill.js';
import type { BookedFill } from './booked-fill.js';
import { aFill, units } from './fills.contract.js';
import { averageEntryPrice } from './position.js';
import type { Position } from './position.js';

/** Books fills in order; the last one's postings as text, and the book. */
function booked(...fills: BookedFill[]): { lines: string[]; book: PositionBook } {
  const book = new Map<string, Position>();
  let lines: string[] = [];
  for (const fill of fills) {
    const { postings, positions } = bookFill(book, fill);
    for (const position of positions) book.set(position.symbol, position);
    lines = postings.map(({ account, asset, amount }) => `${account} ${asset} ${formatScaled(amount)}`);
  }
  return { lines, book };
}

const buy = (options: Parameters<typeof aFill>[0] = {}) =>
  aFill({ side: 'BUY', quantity: '1', price: '50000', ...options });

describe('booking a fill', () => {
  it('with a fee in quote: pay 50 050, get 1 BTC', () => {
    const { lines, book } = booked(buy({ fee: '50' }));
    expect(lines).toEqual([
      'wallet:PAPER BTC 1',
      'wallet:PAPER USDT -50050',
      'position:PAPER:BTC/USDT BTC -1',
      'position:PAPER:BTC/USDT USDT 50000',
      'fee:PAPER:BTC/USDT USDT 50',
    ]);
    expect(averageEntryPrice(book.get('BTC/USDT')!)).toBe(units('50000'));
  });

  it('with a fee in base: pay 50 000, get 0.999 BTC; the position shrinks, not the price', () => {
    const { lines, book } = booked(buy({ feeAsset: 'BTC', fee: '0.001' }));
    expect(lines).toEqual([
      'wallet:PAPER BTC 0.999',
      'wallet:PAPER USDT -50000',
      'position:PAPER:BTC/USDT BTC -0.999',
      'position:PAPER:BTC/USDT USDT 49950',
      'fee:PAPER:BTC/USDT BTC 0.001',
      'fee-value:PAPER:BTC/USDT BTC -0.001',
      'fee-value:PAPER:BTC/USDT USDT 50',
    ]);
    expect(book.get('BTC/USDT')).toMatchObject({
      signedUnits: units('0.999'),
      feeUnits: units('50'),
      realizedUnits: 0n,
    });
    expect(averageEntryPrice(book.get('BTC/USDT')!)).toBe(units('50000'));
  });

  it('with a fee in base on a cheaper position: the fee is worth the fill price and leaves at average cost', () => {
    const { book } = booked(buy({ price: '40000' }), buy({ feeAsset: 'BTC', fee: '0.001' }));
    const position = book.get('BTC/USDT')!;
    expect(averageEntryPrice(position)).toBe(units('45000'));
    expect(position).toMatchObject({
      feeUnits: units('50'),
      realizedUnits: units('5'),
      signedUnits: units('1.999'),
    });
  });

  it('with a rebate in quote: a negative fee', () => {
    const { lines, book } = booked(buy({ fee: '-5', role: 'MAKER' }));
    expect(lines).toContain('wallet:PAPER USDT -49995');
    expect(lines).toContain('fee:PAPER:BTC/USDT USDT -5');
    expect(book.get('BTC/USDT')!.feeUnits).toBe(units('-5'));
  });

  it('with a rebate in base: the position grows at the fill price', () => {
    const { book } = booked(buy({ feeAsset: 'BTC', fee: '-0.001' }));
    expect(book.get('BTC/USDT')).toMatchObject({ signedUnits: units('1.001'), costUnits: units('50050') });
    expect(book.get('BTC/USDT')!.feeUnits).toBe(units('-50'));
  });

  it('with a fee in a third asset: a disposal of it at its value, out of the position in it', () => {
    const bnb = aFill({ symbol: 'BNB/USDT', quantity: '1', price: '500' });
    const { lines, book } = booked(bnb, buy({ feeAsset: 'BNB', fee: '0.02', feeValue: '12' }));
    expect(lines).toEqual([
      'wallet:PAPER BTC 1',
      'wallet:PAPER USDT -50000',
      'position:PAPER:BTC/USDT BTC -1',
      'position:PAPER:BTC/USDT USDT 50000',
      'wallet:PAPER BNB -0.02',
      'fee:PAPER:BTC/USDT BNB 0.02',
      'fee-value:PAPER:BTC/USDT BNB -0.02',
      'fee-value:PAPER:BTC/USDT USDT 12',
      'position:PAPER:BNB/USDT BNB 0.02',
      'position:PAPER:BNB/USDT USDT -10',
      'realized:PAPER:BNB/USDT USDT -2',
    ]);
    expect(book.get('BNB/USDT')).toMatchObject({ signedUnits: units('0.98'), realizedUnits: units('2') });
  });

  it('with a fee in a third asset that was deposited: out of the inventory, not a short position', () => {
    const { lines, book } = booked(buy({ feeAsset: 'BNB', fee: '0.02', feeValue: '12' }));
    expect(lines).toContain('inventory:PAPER:BNB/USDT BNB 0.02');
    expect(lines).toContain('inventory:PAPER:BNB/USDT USDT -12');
    expect(book.has('BNB/USDT')).toBe(false);
  });

  it('with a fee in a third asset of unknown value: charged, and the total in quote is unknown until it is valued', () => {
    const { lines, book } = booked(buy({ feeAsset: 'BNB', fee: '0.02', feeValue: null }));
    expect(lines.slice(-2)).toEqual(['wallet:PAPER BNB -0.02', 'fee:PAPER:BTC/USDT BNB 0.02']);
    expect(book.get('BTC/USDT')).toMatchObject({ unvaluedFeeCount: 1, feeUnits: 0n });
  });

  it('moves cost out and shows the result when a position closes', () => {
    const { lines } = booked(buy(), aFill({ side: 'SELL', quantity: '0.4', price: '60000' }));
    expect(lines).toEqual([
      'wallet:PAPER BTC -0.4',
      'wallet:PAPER USDT 24000',
      'position:PAPER:BTC/USDT BTC 0.4',
      'position:PAPER:BTC/USDT USDT -20000',
      'realized:PAPER:BTC/USDT USDT -4000',
    ]);
  });

  it('agrees with the reference case of average cost without fees', () => {
    const { book } = booked(
      aFill({ price: '100', fee: '0.10' }),
      aFill({ price: '120', fee: '0.12' }),
      aFill({ side: 'SELL', quantity: '1.5', price: '130', fee: '0.195' }),
    );
    const position = book.get('BTC/USDT')!;
    // Fees expensed: realized 30 gross, 0.415 fees; with the open half marked at 130 the total is 39.585 as published.
    expect(position).toMatchObject({ realizedUnits: units('30'), feeUnits: units('0.415') });
    const total = position.realizedUnits - position.feeUnits + units('65') - position.costUnits;
    expect(total).toBe(units('39.585'));
  });
});

describe('booking a fee after its fill', () => {
  const lines = (effect: ReturnType<typeof bookFill>) =>
    effect.postings.map(({ account, asset, amount }) => `${account} ${asset} ${formatScaled(amount)}`);
  const late = (fill: BookedFill) => ({ ...fill, executedAt: fill.executedAt + 60_000 });

  it('in quote: an expense, and the trade moves nothing again', () => {
    const fill = buy();
    const { book } = booked(fill);
    const effect = bookFee(book, late({ ...fill, feeUnits: units('50') }));
    expect(lines(effect)).toEqual(['wallet:PAPER USDT -50', 'fee:PAPER:BTC/USDT USDT 50']);
    expect(effect.positions).toMatchObject([
      { signedUnits: units('1'), costUnits: units('50000'), feeUnits: units('50') },
    ]);
    expect(effect.positions[0]).toMatchObject({
      openedAt: fill.executedAt,
      updatedAt: fill.executedAt + 60_000,
    });
  });

  it('in base: the position is what it had been with the fee at once', () => {
    const fill = buy({ feeAsset: 'BTC', fee: '0.001' });
    const { book } = booked({ ...fill, feeUnits: 0n });
    const [after] = bookFee(book, late(fill)).positions;
    expect({ ...after, updatedAt: fill.executedAt }).toEqual(booked(fill).book.get('BTC/USDT'));
  });

  it('given back: what was charged is undone', () => {
    const fill = buy({ fee: '50' });
    const { book } = booked(fill);
    const effect = bookFee(book, late({ ...fill, feeUnits: units('-20') }));
    expect(lines(effect)).toEqual(['wallet:PAPER USDT 20', 'fee:PAPER:BTC/USDT USDT -20']);
    expect(effect.positions).toMatchObject([{ feeUnits: units('30') }]);
  });
});
