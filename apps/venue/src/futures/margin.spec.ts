import { unitsOf } from '../engine/amounts.js';
import { Random } from '../engine/random.js';
import { bracketAt, bracketsOf, MAJOR_BRACKETS } from './contract.js';
import {
  fundingPayment,
  initialMargin,
  liquidationPrice,
  maintenanceMargin,
  openOrderMargin,
  unrealized,
} from './margin.js';
import { rateOf } from './mark-book.js';
import { applyFill, emptyPosition, entryPrice } from './positions.js';

const u = unitsOf;
/** One bracket of 0.5 %, as in the worked example. */
const FLAT = bracketsOf([{ maxLeverage: 100, cap: '1000000000', maintenanceRate: '0.005' }]);
const MAJOR = bracketsOf(MAJOR_BRACKETS);

describe('margin', () => {
  it('liquidates where the worked example says: half a bitcoin at 40,000, tenfold', () => {
    const cost = u('20000');
    expect(initialMargin(cost, 10)).toBe(u('2000'));
    expect(liquidationPrice(u('0.5'), cost, u('2000'), FLAT)).toBe(u('36180.90452261'));
    expect(liquidationPrice(u('-0.5'), cost, u('2000'), FLAT)).toBe(u('43781.09452736'));
    expect(unrealized(u('-0.5'), cost, u('41000'))).toBe(u('-500'));
  });

  it('has no liquidation price where the margin outlives the whole fall', () => {
    expect(liquidationPrice(u('0.5'), u('20000'), u('20000'), FLAT)).toBe(0n);
    expect(liquidationPrice(0n, 0n, u('1'), FLAT)).toBe(0n);
  });

  it('knows no step in maintenance from one bracket to the next', () => {
    expect(MAJOR[1]).toMatchObject({ number: 2, deduction: u('300') });
    expect(MAJOR[4]!.deduction).toBe(u('132000'));
    for (const { cap } of MAJOR.slice(0, -1)) {
      const step = maintenanceMargin(MAJOR, cap) - maintenanceMargin(MAJOR, cap - 1n);
      expect(step <= 1n && step >= 0n).toBe(true);
    }
    expect(bracketAt(MAJOR, u('9999999999')).number).toBe(12);
  });

  it('finds the liquidation price in the bracket that holds there, at any size', () => {
    const random = new Random(5);
    for (let i = 0; i < 200; i++) {
      const size = BigInt(1 + random.below(200_000_000_000)) * (random.next() < 0.5 ? -1n : 1n);
      const cost = ((size < 0n ? -size : size) * u('40000')) / u('1');
      const margin = cost / BigInt(2 + random.below(100));
      const price = liquidationPrice(size, cost, margin, MAJOR);
      if (price === 0n) continue;
      const notional = ((size < 0n ? -size : size) * price) / u('1');
      const equity = margin + unrealized(size, cost, price);
      const distance = equity - maintenanceMargin(MAJOR, notional);
      // Within what the cut-off part of the price moves equity and maintenance by.
      const tolerance = (2n * (size < 0n ? -size : size)) / u('1') + 2n;
      expect(distance <= tolerance && distance >= -tolerance).toBe(true);
    }
  });

  it('charges longs at a positive rate and pays shorts as much', () => {
    expect(fundingPayment(u('0.5'), u('40000'), u('0.0001'))).toBe(u('-2'));
    expect(fundingPayment(u('-0.5'), u('40000'), u('0.0001'))).toBe(u('2'));
    expect(fundingPayment(u('0.5'), u('40000'), u('-0.0001'))).toBe(u('2'));
  });

  it('draws the rate towards 0.01 %, and caps it', () => {
    expect(rateOf(0n)).toBe(u('0.0001'));
    expect(rateOf(u('0.0004'))).toBe(u('0.0001'));
    expect(rateOf(u('0.001'))).toBe(u('0.0005'));
    expect(rateOf(u('-0.001'))).toBe(u('-0.0005'));
    expect(rateOf(u('0.5'))).toBe(u('0.02'));
  });

  it('asks margin of orders only for what they could open', () => {
    expect(openOrderMargin(0n, u('1000'), u('800'), 10)).toBe(u('100'));
    // Selling a long of 1,000 down to a short of 500 never needs more than the long itself.
    expect(openOrderMargin(u('1000'), 0n, u('1500'), 10)).toBe(0n);
    expect(openOrderMargin(u('1000'), 0n, u('2500'), 10)).toBe(u('50'));
  });
});

describe('a position', () => {
  it('is averaged when it grows, keeps its entry when it shrinks, and turns at the price of the turn', () => {
    const position = emptyPosition('BTCUSDT', 'BOTH');
    const fill = (delta: string, price: string) => {
      const size = u(delta);
      const quoteUnits = ((size < 0n ? -size : size) * u(price)) / u('1');
      return applyFill(position, { delta: size, quoteUnits, at: 1 });
    };
    fill('1', '100');
    fill('1', '110');
    expect(entryPrice(position)).toBe(u('105'));
    expect(fill('-0.5', '115').realized).toBe(u('5'));
    expect(entryPrice(position)).toBe(u('105'));
    expect(fill('-2', '95').realized).toBe(u('-15'));
    expect([position.size, entryPrice(position)]).toEqual([u('-0.5'), u('95')]);
    expect(fill('0.5', '90').realized).toBe(u('2.5'));
    expect([position.size, position.entryCost, position.realized]).toEqual([0n, 0n, u('-7.5')]);
  });

  it('realises in the end exactly what was received less what was paid, however it was traded', () => {
    const random = new Random(9);
    for (let run = 0; run < 50; run++) {
      const position = emptyPosition('X', 'BOTH');
      let cash = 0n;
      const trade = (delta: bigint) => {
        const size = delta < 0n ? -delta : delta;
        const quoteUnits = (size * BigInt(1 + random.below(1_000_000_000))) / 1_000_000n;
        cash += delta < 0n ? quoteUnits : -quoteUnits;
        applyFill(position, { delta, quoteUnits, at: 0 });
      };
      for (let i = 0; i < 30; i++) trade(BigInt(random.below(2_000_000) - 1_000_000) || 1n);
      if (position.size !== 0n) trade(-position.size);
      expect([position.size, position.entryCost]).toEqual([0n, 0n]);
      expect(position.realized).toBe(cash);
    }
  });
});
