import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import fc from 'fast-check';
import { Valuation } from '../valuation/valuation.js';
import { assetTotals } from './portfolio-totals.js';
import type { HeldAtVenue } from './portfolio-totals.js';

function at(
  venue: string,
  price: string | null,
  held: Record<string, [total: bigint, locked: bigint]>,
): HeldAtVenue {
  const mark = price === null ? null : { priceUnits: parseScaled(price), asOf: 1, stale: false };
  return {
    venue,
    valuation: new Valuation({ mark: (symbol) => (symbol === 'BTC/USDT' ? mark : null) }, 'USDT'),
    holdings: Object.entries(held).map(([asset, [totalUnits, lockedUnits]]) => ({
      accountId: 'acc_1' as AccountId,
      asset,
      totalUnits,
      lockedUnits,
      updatedAt: 1,
    })),
  };
}

describe('an asset over all accounts', () => {
  it('is valued at each venue by the marks of that venue', () => {
    const one = parseScaled('1');
    const totals = assetTotals([
      at('KRAKEN', '50000', { BTC: [one, 0n] }),
      at('BINANCE', '51000', { BTC: [2n * one, one] }),
      at('BINANCE', '51000', { BTC: [one, 0n] }),
    ]);
    expect(totals).toEqual([
      {
        asset: 'BTC',
        free: '3',
        locked: '1',
        total: '4',
        value: '203000',
        venues: [
          { venue: 'BINANCE', total: '3', value: '153000' },
          { venue: 'KRAKEN', total: '1', value: '50000' },
        ],
      },
    ]);
  });

  it('has no value while one venue has no price, and no other venue values it instead', () => {
    const one = parseScaled('1');
    const [btc] = assetTotals([
      at('KRAKEN', null, { BTC: [one, 0n] }),
      at('OKX', '50000', { BTC: [one, 0n] }),
    ]);
    expect([btc!.value, btc!.venues.map(({ value }) => value)]).toEqual([null, [null, '50000']]);
  });

  it('adds up to the last unit, however it is spread', () => {
    const amount = fc.bigInt(-(10n ** 30n), 10n ** 30n);
    const account = fc.record({
      venue: fc.constantFrom('A', 'B'),
      btc: amount,
      usdt: amount,
      locked: amount,
    });
    fc.assert(
      fc.property(fc.array(account, { minLength: 1, maxLength: 20 }), (accounts) => {
        const totals = assetTotals(
          accounts.map(({ venue, btc, usdt, locked }) =>
            at(venue, '3', { BTC: [btc, 0n], USDT: [usdt, locked] }),
          ),
        );
        const sum = (pick: (one: (typeof accounts)[number]) => bigint) =>
          formatScaled(accounts.reduce((units, one) => units + pick(one), 0n));
        expect(totals.map(({ total, value }) => [total, value])).toEqual([
          [sum(({ btc }) => btc), sum(({ btc }) => 3n * btc)],
          [sum(({ usdt }) => usdt), sum(({ usdt }) => usdt)],
        ]);
        expect(totals[1]!.free).toBe(sum(({ usdt, locked }) => usdt - locked));
      }),
    );
  });
});
