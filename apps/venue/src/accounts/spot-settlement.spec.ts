import { ROUND, TradingFloor } from '../engine/trading-floor.contract.js';
import { FEES } from './ledger.js';

const UNIT = 100_000_000n;

function floorWith(
  fees: { maker: string; taker: string },
  feeAsset?: { asset: string; discount: string },
): TradingFloor {
  const floor = new TradingFloor('house-like');
  floor.engine.addMarket({ symbol: 'FEEBBB', base: 'FEE', quote: 'BBB', tickSize: '1', stepSize: '1' });
  floor.open({
    accountId: 'ann',
    keys: [],
    balances: { AAA: '1000', BBB: '100000', FEE: '2' },
    fees,
    feeAsset,
  });
  return floor;
}

const commissions = (floor: TradingFloor) =>
  floor.engine.orders
    .fillsOfAccount('ann', ROUND.symbol)
    .map(({ commission: { asset, units } }) => `${units} ${asset}`);

describe('what a fill costs', () => {
  it('is taken in what is received: base by a buyer, quote by a seller, by its role', () => {
    const floor = floorWith({ maker: '0.001', taker: '0.002' });
    floor.sell('house-like', 100, 10);
    floor.buy('ann', 100, 10);
    floor.sell('ann', 110, 10);
    floor.buy('house-like', 110, 10);
    expect(commissions(floor)).toEqual([
      `${(10n * UNIT * 2n) / 1_000n} AAA`,
      `${(1_100n * UNIT) / 1_000n} BBB`,
    ]);
    expect(floor.balance('ann', 'AAA').free).toBe(1_000 - 0.02);
    expect(floor.ledger.balance(FEES, 'BBB').free).toBe((1_100n * UNIT) / 1_000n);
    expect(floor.imbalance()).toBeNull();
  });

  it('may be a rebate, which the fee account pays', () => {
    const floor = floorWith({ maker: '-0.001', taker: '0' });
    floor.buy('ann', 100, 10);
    floor.sell('house-like', 100, 10);
    expect(commissions(floor)).toEqual([`${-(10n * UNIT) / 1_000n} AAA`]);
    expect(floor.balance('ann', 'AAA').free).toBe(1_010.01);
    expect(floor.imbalance()).toBeNull();
  });

  it('is taken in a third asset at a discount while there is enough of it, and then as usual', () => {
    const floor = floorWith({ maker: '0.001', taker: '0.001' }, { asset: 'FEE', discount: '0.25' });
    floor.engine.house.trade('FEEBBB', 'BUY', 50, 1);
    floor.sell('house-like', 100, 900);
    floor.buy('ann', 100, 800);
    // 80,000 quote × 0.1 % × 0.75 at 50 a piece is 1.2 of the two that it has.
    expect(commissions(floor)).toEqual([`${(12n * UNIT) / 10n} FEE`]);
    // 90 at 200 would cost 0.27 more, and 0.2 is left.
    floor.engine.settleNow(() => floor.ledger.deposit('ann', 'FEE', -(6n * UNIT) / 10n));
    floor.engine.cancel(floor.engine.orders.open('house-like')[0]!, null);
    floor.sell('house-like', 200, 90);
    floor.buy('ann', 200, 90);
    expect(commissions(floor).at(-1)).toBe(`${(90n * UNIT) / 1_000n} AAA`);
    expect(floor.imbalance()).toBeNull();
  });
});

describe('the ledger', () => {
  it('refuses a withdrawal of what is locked', () => {
    const floor = floorWith({ maker: '0', taker: '0' });
    floor.buy('ann', 100, 1_000);
    expect(floor.ledger.deposit('ann', 'BBB', -1n)).toBe(false);
    expect(floor.balance('ann', 'BBB')).toEqual({ free: 0, locked: 100_000 });
  });

  it('does not let an order pay more than is held for it', () => {
    const floor = floorWith({ maker: '0', taker: '0' });
    floor.ledger.hold('h', 1, 'ann', 'BBB', 10n);
    expect(() => floor.ledger.pay('h', 1, FEES, 11n)).toThrow('pays 11 out of a hold of 10');
    expect(() => floor.ledger.pay('h', 2, FEES, 1n)).toThrow('order 2');
  });

  it('holds for a list what its dearest order needs', () => {
    const floor = floorWith({ maker: '0', taker: '0' });
    floor.ledger.hold('list', 1, 'ann', 'BBB', 10n);
    floor.ledger.hold('list', 2, 'ann', 'BBB', 30n);
    expect(floor.ledger.balance('ann', 'BBB').locked).toBe(30n);
    floor.ledger.release('list', 2);
    expect(floor.ledger.balance('ann', 'BBB').locked).toBe(10n);
    floor.ledger.release('list', 1);
    expect(floor.ledger.balance('ann', 'BBB').locked).toBe(0n);
  });
});
