import { formatScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { aFill, units } from '../positions/fills.contract.js';
import { planPostings } from './plan-postings.js';
import type { LedgerFact } from './plan-postings.js';
import { PostingSheet } from './posting.js';

const OTHER = 'acc_00000000000000000000000000000002' as AccountId;

const lines = (fact: LedgerFact) =>
  planPostings('PAPER', fact, new Map()).map(
    ({ account, asset, amount }) => `${account} ${formatScaled(amount)} ${asset}`,
  );

describe('planning the postings of a fact', () => {
  it('books a deposit, and what was there at first sight, against the outside world', () => {
    const expected = ['wallet:PAPER 5 USDT', 'external:PAPER -5 USDT'];
    expect(lines({ kind: 'DEPOSIT', asset: 'USDT', units: units('5') })).toEqual(expected);
    expect(lines({ kind: 'OPENING', asset: 'USDT', units: units('5') })).toEqual(expected);
  });

  it('books a withdrawal with the network fee on top of it', () => {
    expect(lines({ kind: 'WITHDRAWAL', asset: 'BTC', units: units('1'), feeUnits: units('0.0002') })).toEqual(
      ['wallet:PAPER -1.0002 BTC', 'external:PAPER 1 BTC', 'transfer-fee:PAPER 0.0002 BTC'],
    );
  });

  it('books a transfer in both ledgers so that only its fee is gone', () => {
    const transfer = { kind: 'TRANSFER', asset: 'BTC', counterpart: OTHER } as const;
    const sent = planPostings(
      'PAPER',
      { ...transfer, units: units('-1'), feeUnits: units('0.1') },
      new Map(),
    );
    const received = planPostings('PAPER', { ...transfer, units: units('1'), feeUnits: 0n }, new Map());
    const sum = (purpose: string) =>
      [...sent, ...received]
        .filter(({ account }) => account.startsWith(purpose))
        .reduce((total, { amount }) => total + amount, 0n);
    expect(sum('transfer:')).toBe(0n);
    expect(sum('wallet:')).toBe(units('-0.1'));
    expect(sum('transfer-fee:')).toBe(units('0.1'));
  });

  it('books a difference to the venue into suspense, either way', () => {
    expect(lines({ kind: 'CORRECTION', asset: 'USDT', units: units('-3') })).toEqual([
      'wallet:PAPER -3 USDT',
      'suspense:PAPER 3 USDT',
    ]);
  });

  it('books a fill as it changes the positions before it', () => {
    expect(lines({ kind: 'FILL', fill: aFill({ quantity: '2', price: '10' }) })).toEqual([
      'wallet:PAPER 2 BTC',
      'wallet:PAPER -20 USDT',
      'position:PAPER:BTC/USDT -2 BTC',
      'position:PAPER:BTC/USDT 20 USDT',
    ]);
  });

  it('never hands out what does not balance', () => {
    expect(() => new PostingSheet().add('wallet:PAPER', 'USDT', 1n).balanced()).toThrow('not to zero');
  });
});
