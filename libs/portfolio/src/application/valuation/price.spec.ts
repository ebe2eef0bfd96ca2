import { formatScaled, mulDivHalfEven, ONE, parseScaled } from '@sextant/kernel';
import type { MarketPath, QuotedMark } from '@sextant/market-data';
import fc from 'fast-check';
import { findPrice } from './price.js';
import { Valuation } from './valuation.js';

interface Quoted {
  price: string;
  stale?: boolean;
  spreadBps?: number;
  asOf?: number;
}

/** A venue with these paths, and prices of some of its markets. */
class FakeVenue {
  readonly venue = 'KRAKEN';
  readonly touched: string[] = [];

  constructor(
    private readonly known: string[],
    private readonly prices: Record<string, Quoted>,
  ) {}

  get routes(): this {
    return this;
  }

  paths(): MarketPath[] {
    return this.known.map((path) =>
      path.split(' ').map((symbol) => {
        const [base, quote] = symbol.split('/') as [string, string];
        return { symbol, base, quote };
      }),
    );
  }

  quoted(symbol: string): QuotedMark | null {
    const quoted = this.prices[symbol];
    if (quoted === undefined) return null;
    const { price, stale = false, spreadBps = 1, asOf = 5 } = quoted;
    return { priceUnits: parseScaled(price), asOf, stale, spreadBps };
  }

  mark(symbol: string): QuotedMark | null {
    return this.quoted(symbol);
  }

  touch(symbol: string): void {
    this.touched.push(symbol);
  }
}

const DIRECT = 'ETH/USDT';
const CROSS = 'ETH/BTC BTC/USDT';
const ETH = {
  [DIRECT]: { price: '3000' },
  'ETH/BTC': { price: '0.05', asOf: 3 },
  'BTC/USDT': { price: '61000' },
};

describe('the price of an asset', () => {
  it('is that of its own market, with its source and the moment of its mark', () => {
    const { price } = findPrice(new FakeVenue([DIRECT, CROSS], ETH), 'ETH', 'USDT');
    expect(price).toMatchObject({
      path: [DIRECT],
      source: 'KRAKEN',
      asOf: 5,
      priceUnits: parseScaled('3000'),
    });
  });

  it('goes over another market where its own is stale or hardly traded, and is as old as the oldest mark', () => {
    const expected = { path: ['ETH/BTC', 'BTC/USDT'], asOf: 3, priceUnits: parseScaled('3050') };
    for (const poor of [{ stale: true }, { spreadBps: 900 }]) {
      const venue = new FakeVenue([DIRECT, CROSS], { ...ETH, [DIRECT]: { price: '3000', ...poor } });
      expect(findPrice(venue, 'ETH', 'USDT')).toMatchObject({ price: expected, stale: false });
    }
  });

  it('of two equally short ways is that with the closer prices', () => {
    const venue = new FakeVenue([CROSS, 'ETH/EUR EUR/USDT'], {
      ...ETH,
      'BTC/USDT': { price: '61000', spreadBps: 30 },
      'ETH/EUR': { price: '2800' },
      'EUR/USDT': { price: '1.1' },
    });
    expect(findPrice(venue, 'ETH', 'USDT').price).toMatchObject({ path: ['ETH/EUR', 'EUR/USDT'] });
  });

  it('is taken from a wide market where there is no other', () => {
    const venue = new FakeVenue([DIRECT], { [DIRECT]: { price: '3000', spreadBps: 900 } });
    expect(findPrice(venue, 'ETH', 'USDT').price).toMatchObject({ path: [DIRECT] });
  });

  it('is not known without fresh marks all the way; the best ways are followed from then on', () => {
    const venue = new FakeVenue([DIRECT, CROSS], { 'ETH/BTC': { price: '0.05', stale: true } });
    expect(findPrice(venue, 'ETH', 'USDT')).toEqual({ price: null, stale: true });
    expect(venue.touched).toEqual([DIRECT, 'ETH/BTC', 'BTC/USDT']);
    expect(findPrice(new FakeVenue([], {}), 'ETH', 'USDT')).toEqual({ price: null, stale: false });
  });

  it('is exact through the whole way, in either direction of each market, rounded once', () => {
    const price = fc.bigInt({ min: 1n, max: 10n ** 26n });
    const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(price, price, fc.boolean(), fc.boolean(), units, (one, two, flipOne, flipTwo, amount) => {
        const path = `${flipOne ? 'B/A' : 'A/B'} ${flipTwo ? 'C/B' : 'B/C'}`;
        const venue = new FakeVenue([path], {
          [path.split(' ')[0]!]: { price: formatScaled(one) },
          [path.split(' ')[1]!]: { price: formatScaled(two) },
        });
        const above = (flipOne ? ONE : one) * (flipTwo ? ONE : two);
        const below = (flipOne ? one : ONE) * (flipTwo ? two : ONE);
        const found = findPrice(venue, 'A', 'C').price!;
        expect(found.convert(amount)).toBe(mulDivHalfEven(amount, above, below));
        expect(found.priceUnits).toBe(mulDivHalfEven(ONE, above, below));
      }),
    );
  });

  it('is the same for every amount of one valuation, and the prices that were used are told', () => {
    const prices: Record<string, Quoted> = { ...ETH };
    const valuation = new Valuation(new FakeVenue([DIRECT], prices), 'USDT');
    expect(valuation.value('ETH', ONE)).toBe(parseScaled('3000'));
    prices[DIRECT] = { price: '1' };
    expect(valuation.value('ETH', 2n * ONE)).toBe(parseScaled('6000'));
    expect(valuation.value('USDT', ONE)).toBe(ONE);
    expect(valuation.used()).toEqual([{ asset: 'ETH', price: expect.objectContaining({ path: [DIRECT] }) }]);
  });
});
