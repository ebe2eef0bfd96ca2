import { parseScaled } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import type { AccountId } from '@sextant/kernel';
import type { BookedFill } from '../positions/booked-fill.js';
import { aFill } from '../positions/fills.contract.js';
import { PositionsByTime, restatements } from './history.js';
import { LedgerFold } from './ledger-fold.js';
import { assertBalanced } from './posting.js';
import type { Posting } from './posting.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const VENUE = 'PAPER';

/** A spot account at a venue: its fills in the order of execution, cut in two where it is first seen. */
const lives = fc
  .array(
    fc.record({
      symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', 'BNB/USDT'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      quantity: fc.integer({ min: 1, max: 1_000 }),
      price: fc.integer({ min: 1, max: 1_000 }),
      feeAsset: fc.constantFrom('USDT', 'BASE', 'BNB'),
      fee: fc.integer({ min: 0, max: 50 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .chain((trades) =>
    fc.record({ trades: fc.constant(trades), seen: fc.integer({ min: 0, max: trades.length }) }),
  );

function fillsOf(trades: readonly { symbol: string; quantity: number; price: number; fee: number }[]) {
  return trades.map((trade, index) => {
    const { symbol, side, quantity, price, feeAsset, fee } = trade as typeof trade & {
      side: BookedFill['side'];
      feeAsset: string;
    };
    const base = symbol.split('/')[0]!;
    const charged = feeAsset === 'BASE' ? base : feeAsset;
    return aFill({
      ...{ symbol, side, feeAsset: charged, venueTradeId: String(index), executedAt: 1_000 * index },
      quantity: String(quantity),
      price: `${price}.000000000000000001`,
      fee: `0.${String(fee).padStart(3, '0')}`,
      feeValue: charged === 'USDT' || charged === base ? null : `0.${String(fee).padStart(2, '0')}`,
    });
  });
}

/** What the fills moved in the wallet. */
function moved(fills: readonly BookedFill[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (asset: string, units: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + units);
  for (const { side, base, quote, baseUnits, notionalUnits, feeAsset, feeUnits } of fills) {
    add(base, side === 'BUY' ? baseUnits : -baseUnits);
    add(quote, side === 'BUY' ? -notionalUnits : notionalUnits);
    add(feeAsset, -feeUnits);
  }
  return sums;
}

/** An account that is first seen after `seen` of its fills, trades the others, and then imports the first ones. */
class Life {
  readonly portfolio = PortfolioAggregate.open(ACCOUNT, VENUE);
  readonly fold = new LedgerFold();
  readonly postings: Posting[] = [];
  /** How many balances the import changed. */
  moved = 0;

  constructor(
    readonly fills: BookedFill[],
    seen: number,
    held: ReadonlyMap<string, bigint>,
  ) {
    for (const [asset, units] of held) {
      if (units <= 0n) continue;
      this.keep(this.portfolio.applyCash({ kind: 'OPENING', asset, units }, 0n).postings, 0, null);
    }
    for (const fill of fills.slice(seen))
      this.keep(this.portfolio.applyFill(fill).postings, fill.executedAt, fill);
  }

  importHistory(history: readonly BookedFill[]): void {
    for (const fill of history) {
      const { postings, balances } = this.portfolio.applyHistory(fill);
      this.moved += balances.length;
      this.keep(postings, fill.executedAt, fill);
    }
  }

  restate(): void {
    const byTime = new PositionsByTime();
    for (const fill of this.fills) byTime.add({ kind: 'FILL', fill });
    const changes = restatements(this.portfolio.positions.values(), byTime.positions);
    for (const change of changes) this.keep(this.portfolio.restate(change, 10 ** 6).postings, 10 ** 6, null);
  }

  of(purpose: string): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const { account, asset, amount } of this.postings) {
      if (account !== `${purpose}:${VENUE}`) continue;
      sums.set(asset, (sums.get(asset) ?? 0n) + amount);
    }
    return sums;
  }

  /** Without the times: those of what was booked out of order are none of the order of execution. */
  positions() {
    return [...this.portfolio.positions.values()]
      .map(({ openedAt: _, updatedAt: __, ...rest }) => rest)
      .sort((a, b) => a.symbol.localeCompare(b.symbol));
  }

  private keep(postings: Posting[], occurredAt: number, fill: BookedFill | null): void {
    assertBalanced(postings);
    this.postings.push(...postings);
    this.fold.add({ occurredAt, postings, fill });
  }
}

describe('a history that is imported', () => {
  it('ends in the positions, costs and results of an account that was followed from the beginning', () => {
    fc.assert(
      fc.property(lives, ({ trades, seen }) => {
        const fills = fillsOf(trades);
        const history = fills.slice(0, seen);
        const life = new Life(fills, seen, moved(history));
        life.importHistory(history);
        life.restate();
        const followed = new Life(fills, 0, new Map());
        expect(life.positions()).toEqual(followed.positions());
      }),
    );
  });

  it('moves no balance, and leaves as opening what the account held before it', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom('0', '1000000'), ({ trades, seen }, before) => {
        const fills = fillsOf(trades);
        const history = fills.slice(0, seen);
        // What it held before its history, enough for all of it: the opening is that and what was traded since.
        const held = moved(history);
        for (const asset of ['USDT', 'BTC', 'ETH', 'BNB']) {
          held.set(asset, (held.get(asset) ?? 0n) + parseScaled(before) + parseScaled('100000000'));
        }
        const life = new Life(fills, seen, held);
        life.importHistory(history);
        const shown = new Map(life.portfolio.balances);
        life.restate();
        expect(life.moved).toBe(0);
        expect(new Map(life.portfolio.balances)).toEqual(shown);
        const contributed = life.of('external');
        for (const asset of ['USDT', 'BTC', 'ETH', 'BNB']) {
          expect(contributed.get(asset)).toBe(-(parseScaled(before) + parseScaled('100000000')));
        }
      }),
    );
  });

  it('folds from the ledger to what the account shows, wherever the import stopped', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 0, max: 30 }), ({ trades, seen }, stopped) => {
        const fills = fillsOf(trades);
        const history = fills.slice(0, seen);
        const life = new Life(fills, seen, moved(history));
        life.importHistory(history.slice(0, stopped));
        const folded = () => {
          const { balances, positions } = life.fold.snapshot(ACCOUNT, VENUE);
          return { balances: new Map(balances.map((one) => [one.asset, one.totalUnits])), positions };
        };
        const shown = () => ({
          balances: new Map([...life.portfolio.balances].map(([asset, { freeUnits }]) => [asset, freeUnits])),
          positions: [...life.portfolio.positions.values()],
        });
        expect(folded()).toEqual(shown());
        life.importHistory(history.slice(stopped));
        life.restate();
        expect(folded()).toEqual(shown());
      }),
    );
  });

  it('corrects nothing where nothing was traded since the account was first seen', () => {
    const fills = fillsOf([
      { symbol: 'BTC/USDT', side: 'BUY', quantity: 2, price: 10, feeAsset: 'USDT', fee: 1 },
      { symbol: 'BTC/USDT', side: 'SELL', quantity: 1, price: 30, feeAsset: 'BASE', fee: 1 },
    ] as never);
    const life = new Life(fills, 2, moved(fills));
    life.importHistory(fills);
    const before = life.postings.length;
    life.restate();
    expect(life.postings).toHaveLength(before);
  });

  it('gives a sale of what was held when first seen the cost of the trade that bought it', () => {
    const fills = [
      aFill({ side: 'BUY', quantity: '1', price: '10', executedAt: 1 }),
      aFill({ side: 'BUY', quantity: '1', price: '20', executedAt: 2 }),
      aFill({ side: 'SELL', quantity: '1', price: '30', executedAt: 3 }),
    ];
    const life = new Life(fills, 2, new Map([['BTC', parseScaled('2')]]));
    expect(life.positions()[0]).toMatchObject({ signedUnits: -parseScaled('1'), realizedUnits: 0n });
    life.importHistory(fills.slice(0, 2));
    life.restate();
    expect(life.positions()).toMatchObject([
      { signedUnits: parseScaled('1'), costUnits: parseScaled('15'), realizedUnits: parseScaled('15') },
    ]);
  });
});
