import { divideScaled, formatScaled, mulDivHalfEven, ONE } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { units } from '../positions/fills.contract.js';
import { crossMarginOf, isCrossLost } from './cross-margin.js';
import {
  inverseEntryPrice,
  inverseFunding,
  inverseLiquidationPrice,
  inversePnl,
  openInverse,
} from './inverse-contract.js';
import {
  initialMargin,
  linearBankruptcyPrice,
  linearBreakEvenPrice,
  linearFunding,
  linearLiquidationPrice,
  linearNotional,
  linearPnl,
} from './linear-contract.js';
import { maintenanceMargin, singleTier, tierAt } from './margin-tiers.js';
import type { MarginTier } from './margin-tiers.js';

const FLAT = { signedFaceUnits: 0n, coinUnits: 0n };
const HALF_PERCENT = singleTier(units('0.005'), 125);

/** Cut to two decimals as the worked numbers are shown, HALF_EVEN. */
function cents(price: bigint | null): string | null {
  return price === null ? null : formatScaled(mulDivHalfEven(price, 100n, ONE) * 10n ** 16n);
}

describe('a linear contract', () => {
  const long = { signedUnits: units('0.5'), costUnits: units('20000') };
  const short = { signedUnits: units('-0.5'), costUnits: units('-20000') };

  it('needs |q|·e/L of margin: 0.5 at 40000 with 10 times leverage is 2000', () => {
    expect(initialMargin(long.costUnits, 10)).toBe(units('2000'));
    expect(initialMargin(short.costUnits, 10)).toBe(units('2000'));
    expect(initialMargin(100n, 3)).toBe(34n);
  });

  it('is liquidated at 36180.90 long and 43781.09 short', () => {
    expect(cents(linearLiquidationPrice(long, units('2000'), HALF_PERCENT))).toBe('36180.9');
    expect(cents(linearLiquidationPrice(short, units('2000'), HALF_PERCENT))).toBe('43781.09');
  });

  it('pays 2.00 of funding long at a mark of 40000 and a rate of 0.01 %', () => {
    expect(linearFunding(long.signedUnits, units('40000'), units('0.0001'))).toBe(units('-2'));
    expect(linearFunding(short.signedUnits, units('40000'), units('0.0001'))).toBe(units('2'));
  });

  it('has used its margin up at the bankruptcy price, which lies beyond the liquidation price', () => {
    expect(linearBankruptcyPrice(long, units('2000'))).toBe(units('36000'));
    expect(linearBankruptcyPrice(short, units('2000'))).toBe(units('44000'));
    expect(linearBankruptcyPrice(long, units('30000'))).toBeNull();
  });

  it('breaks even beyond what fees and funding have cost', () => {
    expect(linearBreakEvenPrice(long, units('-10'))).toBe(units('40020'));
    expect(linearBreakEvenPrice(short, units('-10'))).toBe(units('39980'));
    expect(linearBreakEvenPrice(long, units('30000'))).toBeNull();
  });

  it('is never liquidated when it is covered in full', () => {
    expect(linearLiquidationPrice(long, units('20000'), HALF_PERCENT)).toBeNull();
    expect(linearLiquidationPrice({ signedUnits: 0n, costUnits: 0n }, units('1'), HALF_PERCENT)).toBeNull();
  });
});

/** Tiers as a venue publishes them: each deduction makes the maintenance margin continuous at the floor. */
const TIERS: MarginTier[] = [
  { floorUnits: 0n, maintenanceRate: units('0.004'), deductionUnits: 0n, maxLeverage: 125 },
  {
    floorUnits: units('50000'),
    maintenanceRate: units('0.005'),
    deductionUnits: units('50'),
    maxLeverage: 100,
  },
  {
    floorUnits: units('250000'),
    maintenanceRate: units('0.01'),
    deductionUnits: units('1300'),
    maxLeverage: 50,
  },
];

describe('tiers', () => {
  it('meet without a step', () => {
    for (const { floorUnits } of TIERS.slice(1)) {
      expect(maintenanceMargin(TIERS, floorUnits)).toBe(maintenanceMargin(TIERS, floorUnits - 1n));
    }
    expect(tierAt(TIERS, units('49999'))).toBe(TIERS[0]);
    expect(tierAt(TIERS, units('50000'))).toBe(TIERS[1]);
  });

  it('at the liquidation price, margin and result together are the maintenance margin', () => {
    const someSize = fc.bigInt({ min: 10n ** 15n, max: 10n ** 20n });
    const somePrice = fc.bigInt({ min: 10n ** 20n, max: 10n ** 23n });
    fc.assert(
      fc.property(
        someSize,
        somePrice,
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        (size, price, by, isLong) => {
          const cost = mulDivHalfEven(size, price, ONE);
          const position = isLong
            ? { signedUnits: size, costUnits: cost }
            : { signedUnits: -size, costUnits: -cost };
          const margin = initialMargin(cost, by);
          const at = linearLiquidationPrice(position, margin, TIERS);
          if (at === null) return;
          const equity = margin + linearPnl(position, at);
          const maintenance = maintenanceMargin(TIERS, linearNotional(position, at));
          const off = equity > maintenance ? equity - maintenance : maintenance - equity;
          // One unit of price times the size, and the roundings of the two sides.
          expect(off).toBeLessThanOrEqual(size / ONE + 4n);
        },
      ),
    );
  });
});

describe('an inverse contract', () => {
  const opened = (face: string, price: string) => openInverse(FLAT, units(face), units(price));
  const long = opened('10000', '40000');
  const short = opened('-10000', '40000');

  it('gains 0.02272727 coin from 40000 to 44000', () => {
    expect(formatScaled(inversePnl(long, units('44000'))).slice(0, 10)).toBe('0.02272727');
    expect(inversePnl(short, units('44000'))).toBe(-inversePnl(long, units('44000')));
  });

  it('is liquidated at 36545.45 long and 44222.22 short with 10 times leverage', () => {
    const margin = initialMargin(long.coinUnits, 10);
    expect(margin).toBe(units('0.025'));
    expect(cents(inverseLiquidationPrice(long, margin, HALF_PERCENT))).toBe('36545.45');
    expect(cents(inverseLiquidationPrice(short, margin, HALF_PERCENT))).toBe('44222.22');
  });

  it('short with its whole value as margin is never liquidated, long near half of the entry', () => {
    const margin = initialMargin(long.coinUnits, 1);
    expect(inverseLiquidationPrice(short, margin, HALF_PERCENT)).toBeNull();
    expect(inverseLiquidationPrice(long, margin, HALF_PERCENT)).toBe(units('20100'));
  });

  it('averages its entries harmonically', () => {
    const two = openInverse(opened('100', '40000'), units('100'), units('50000'));
    expect(cents(inverseEntryPrice(two))).toBe('44444.44');
    expect(inverseEntryPrice(FLAT)).toBeNull();
  });

  it('pays funding in coin', () => {
    expect(inverseFunding(long.signedFaceUnits, units('40000'), units('0.0001'))).toBe(units('-0.000025'));
    expect(inverseFunding(short.signedFaceUnits, units('40000'), units('0.0001'))).toBe(units('0.000025'));
  });
});

describe('cross margin', () => {
  const position = (unrealized: string, maintenance: string, isolated: string | null = null) => ({
    unrealizedUnits: units(unrealized),
    maintenanceUnits: units(maintenance),
    isolatedMarginUnits: isolated === null ? null : units(isolated),
  });

  it('is lost once equity no longer exceeds the sum of maintenance', () => {
    const two = [position('-900', '50'), position('-40', '10')];
    expect(isCrossLost(units('1001'), two)).toBe(false);
    expect(isCrossLost(units('1000'), two)).toBe(true);
    expect(isCrossLost(units('0'), [position('-900', '50', '100')])).toBe(false);
  });

  it('leaves a position what the others do not need, and nothing of what is put aside for one alone', () => {
    const [one, other, alone] = [position('-100', '20'), position('300', '30'), position('-5', '1', '250')];
    expect(crossMarginOf(one, units('1000'), [one, other, alone])).toBe(units('1020'));
  });

  it('its liquidation price is where the account is lost', () => {
    const held = { signedUnits: units('0.5'), costUnits: units('20000') };
    const other = position('-200', '100');
    const mine = position('0', '0');
    const price = linearLiquidationPrice(
      held,
      crossMarginOf(mine, units('3000'), [mine, other]),
      HALF_PERCENT,
    )!;
    const at = (mark: bigint) => ({
      ...mine,
      unrealizedUnits: linearPnl(held, mark),
      maintenanceUnits: maintenanceMargin(HALF_PERCENT, linearNotional(held, mark)),
    });
    expect(isCrossLost(units('3000'), [at(price + units('0.01')), other])).toBe(false);
    expect(isCrossLost(units('3000'), [at(price - units('0.01')), other])).toBe(true);
    expect(divideScaled(price, units('1'))).toBe(price);
  });
});
