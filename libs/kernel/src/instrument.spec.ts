import { fc } from '../../../test/support/property.js';
import { formatScaled, ONE, parseScaled } from './decimal-text.js';
import { Price, Quantity } from './decimal-value.js';
import { DomainError } from './domain-error.js';
import { Instrument } from './instrument.js';
import type { InstrumentSpec } from './instrument.js';

const BTC_USDT: InstrumentSpec = {
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
};

function load(changes: Partial<InstrumentSpec> = {}): Instrument {
  return Instrument.load({ ...BTC_USDT, ...changes });
}

/** The error that `act` throws, so that its code and its facts can be looked at. */
function refusal(act: () => unknown): { code: string; context: Readonly<Record<string, unknown>> } {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const instrument = load();
const ticks = fc.integer({ min: instrument.minTicks, max: instrument.maxTicks });
const lots = fc.integer({ min: instrument.minLots, max: instrument.maxLots });

describe('the grid of an instrument', () => {
  it('counts a price in ticks and a quantity in lots, and back, without loss', () => {
    fc.assert(
      fc.property(ticks, lots, (tickCount, lotCount) => {
        expect(instrument.priceToTicks(instrument.ticksToPrice(tickCount))).toBe(tickCount);
        expect(instrument.quantityToLots(instrument.lotsToQuantity(lotCount))).toBe(lotCount);
      }),
    );
  });

  it('gives the value of an order exactly, up to the largest order the venue admits', () => {
    fc.assert(
      fc.property(ticks, lots, (tickCount, lotCount) => {
        const price = parseScaled(instrument.ticksToPrice(tickCount).toString());
        const quantity = parseScaled(instrument.lotsToQuantity(lotCount).toString());
        expect(instrument.notionalUnits(tickCount, lotCount) * ONE).toBe(price * quantity);
        expect(instrument.baseUnits(lotCount)).toBe(quantity);
      }),
    );
    const largest = instrument.notionalUnits(instrument.maxTicks, instrument.maxLots);
    expect(formatScaled(largest)).toBe('9000000000');
  });

  it('does not count in fractions', () => {
    expect(() => instrument.notionalUnits(1.5, 1)).toThrow(RangeError);
    expect(() => instrument.ticksToPrice(Number.NaN)).toThrow(RangeError);
  });

  it('either accepts a price or names the nearest one that it accepts', () => {
    const price = fc.bigInt({ min: 1n, max: 3n * 10n ** 24n }).map((units) => Price.ofUnits(units));
    fc.assert(
      fc.property(price, (wanted) => {
        try {
          instrument.priceToTicks(wanted);
        } catch (error) {
          const nearest = Price.parse(String((error as DomainError).context.nearestValid));
          const accepted = instrument.priceToTicks(nearest);
          expect(accepted).toBeGreaterThanOrEqual(instrument.minTicks);
          if ((error as DomainError).code !== 'PRICE_NOT_ON_TICK') return;
          const distance = nearest.units - wanted.units;
          const inside = wanted.units >= instrument.tickUnits && accepted < instrument.maxTicks;
          if (inside) expect((distance < 0n ? -distance : distance) * 2n <= instrument.tickUnits).toBe(true);
        }
      }),
    );
  });

  it('either accepts a quantity or names the nearest one that it accepts', () => {
    const quantity = fc.bigInt({ min: 0n, max: 2n * 10n ** 22n }).map((units) => Quantity.ofUnits(units));
    fc.assert(
      fc.property(quantity, (wanted) => {
        try {
          instrument.quantityToLots(wanted);
        } catch (error) {
          const nearest = Quantity.parse(String((error as DomainError).context.nearestValid));
          expect(instrument.quantityToLots(nearest)).toBeGreaterThanOrEqual(instrument.minLots);
        }
      }),
    );
  });

  it.each([
    ['64000.005', 'PRICE_NOT_ON_TICK', '64000.01'],
    ['64000.004999', 'PRICE_NOT_ON_TICK', '64000'],
    ['0.001', 'PRICE_NOT_ON_TICK', '0.01'],
    ['1000000.01', 'PRICE_OUT_OF_BOUNDS', '1000000'],
    ['99999999999999999999', 'PRICE_OUT_OF_BOUNDS', '1000000'],
  ])('price %s: %s, nearest %s', (text, code, nearestValid) => {
    expect(refusal(() => instrument.priceToTicks(Price.parse(text)))).toMatchObject({
      code,
      context: { pointer: '/price', nearestValid },
    });
  });

  it.each([
    ['0', 'QUANTITY_TOO_SMALL', '0.00001'],
    ['0.000009', 'QUANTITY_TOO_SMALL', '0.00001'],
    ['0.000015', 'QUANTITY_NOT_ON_STEP', '0.00001'],
    ['9000.00001', 'QUANTITY_TOO_LARGE', '9000'],
  ])('quantity %s: %s, nearest %s', (text, code, nearestValid) => {
    expect(refusal(() => instrument.quantityToLots(Quantity.parse(text)))).toMatchObject({
      code,
      context: { pointer: '/quantity', nearestValid },
    });
  });

  it('takes limits that stand between two grid points inwards', () => {
    const odd = load({
      minPrice: '0.015',
      maxPrice: '0.999',
      minQuantity: '0.000011',
      maxQuantity: '0.000059',
    });
    expect([odd.minTicks, odd.maxTicks, odd.minLots, odd.maxLots]).toEqual([2, 99, 2, 5]);
    expect(refusal(() => odd.priceToTicks(Price.parse('0.01'))).context.nearestValid).toBe('0.02');
    expect(refusal(() => odd.priceToTicks(Price.parse('1'))).context.nearestValid).toBe('0.99');
    expect(refusal(() => odd.quantityToLots(Quantity.parse('0.00001'))).context.nearestValid).toBe('0.00002');
  });

  it('has no order of nothing, even where the venue states no minimum', () => {
    const open = load({ minQuantity: '0', minPrice: '0' });
    expect([open.minLots, open.minTicks]).toEqual([1, 1]);
    expect(refusal(() => open.quantityToLots(Quantity.ZERO)).code).toBe('QUANTITY_TOO_SMALL');
  });
});

describe('the minimum value of an order', () => {
  it('is met, or the smallest quantity that meets it is named', () => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: 1, max: 100_000 }), (tickCount, lotCount) => {
        const smallEnough = instrument.notionalUnits(tickCount, lotCount) < instrument.minNotionalUnits;
        if (!smallEnough) {
          expect(() => instrument.assertNotional(tickCount, lotCount)).not.toThrow();
          return;
        }
        const { code, context } = refusal(() => instrument.assertNotional(tickCount, lotCount));
        expect(code).toBe('NOTIONAL_TOO_SMALL');
        const needed = instrument.quantityToLots(Quantity.parse(String(context.nearestValid)));
        expect(() => instrument.assertNotional(tickCount, needed)).not.toThrow();
        expect(() => instrument.assertNotional(tickCount, needed - 1)).toThrow(DomainError);
      }),
    );
  });

  it('names no quantity that the instrument does not admit', () => {
    const tight = load({ maxQuantity: '1', minNotional: '100' });
    expect(refusal(() => tight.assertNotional(1, 1)).context).not.toHaveProperty('nearestValid');
  });
});

describe('an instrument', () => {
  it.each<[string, string, Partial<InstrumentSpec>]>([
    ['a tick of zero', 'tickSize must be greater than zero', { tickSize: '0' }],
    ['a negative step', 'stepSize must be greater than zero', { stepSize: '-0.1' }],
    ['text that is no decimal', 'not a decimal', { tickSize: '1e-2' }],
    [
      'tick × step finer than the ledger',
      'finer than the ledger scale',
      { tickSize: '0.0000000001', stepSize: '0.0000000015', maxPrice: '1', maxQuantity: '1' },
    ],
    ['more ticks than safe integers', 'maxPrice', { tickSize: '0.000000001', maxPrice: '99999999' }],
    ['more lots than safe integers', 'maxQuantity', { stepSize: '0.000000000001', maxQuantity: '90000' }],
    ['a minimum above the maximum', 'above its maximum', { minQuantity: '10', maxQuantity: '9' }],
    ['a maximum of nothing', 'above its maximum', { maxPrice: '0' }],
    ['a negative minimum value', 'minNotional', { minNotional: '-1' }],
    ['a fee as large as the value', 'takerFeeRate', { takerFeeRate: '1' }],
    ['a rebate as large as the value', 'makerFeeRate', { makerFeeRate: '-1' }],
    ['a symbol that is none', 'BASE/QUOTE', { symbol: 'BTCUSDT' }],
  ])('with %s is not loaded', (_, message, changes) => {
    expect(() => load(changes)).toThrow(message);
  });

  it('admits a rebate', () => {
    expect(load({ makerFeeRate: '-0.0001' }).makerFeeRate).toBe(-(ONE / 10_000n));
  });

  it('cannot be changed, nor can the rules it was loaded with', () => {
    const spec = { ...BTC_USDT };
    const loaded = Instrument.load(spec);
    spec.tickSize = '5';
    expect(loaded.spec.tickSize).toBe('0.01');
    expect(() => Object.assign(loaded, { maxLots: 1 })).toThrow(TypeError);
    expect(() => Object.assign(loaded.spec, { tickSize: '5' })).toThrow(TypeError);
  });

  it('knows its assets', () => {
    expect([instrument.base, instrument.quote, String(instrument.symbol)]).toEqual([
      'BTC',
      'USDT',
      'BTC/USDT',
    ]);
  });
});
