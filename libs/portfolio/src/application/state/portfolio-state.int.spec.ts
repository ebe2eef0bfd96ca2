import type { CommitPlan } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import { VerifyProjections, VerifyProjectionsHandler } from '../ledger/verify-projections.js';

let world: PortfolioWorld;
beforeEach(async () => {
  world = await PortfolioWorld.create();
});
afterEach(() => world.close());

/** A long mixed day: three markets, two strategies, every kind of fee, flips and rebates. */
function fills(count: number) {
  const markets = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC'];
  return Array.from({ length: count }, (_, index) => {
    const symbol = markets[index % 3]!;
    const feeAsset = [symbol.split('/')[0]!, symbol.split('/')[1]!, 'BNB'][index % 4 === 3 ? 2 : index % 2]!;
    return aFill({
      symbol,
      side: index % 5 < 2 ? 'SELL' : 'BUY',
      quantity: `0.${(index * 7919) % 9973}1`,
      price: `${100 + (index % 13)}.${index % 10}7`,
      fee: `${index % 11 === 0 ? '-' : ''}0.000${index % 7}3`,
      feeAsset,
      feeValue: feeAsset === 'BNB' && index % 8 === 3 ? '0.05' : null,
      strategy: index % 4 === 0 ? 'grid' : null,
    });
  });
}

describe('the portfolio an owner keeps in memory', () => {
  it('equals its rows and its ledger after fills that were committed without waiting for each other', async () => {
    const { accountId } = (await world.openAccount({ USDT: '100000', BTC: '10', ETH: '10', BNB: '1' }))
      .account;
    const state = await world.repository.load(accountId);
    const commit = await world.lane(accountId);
    await Promise.all(fills(240).map((fill) => commit(state.applyFill(fill))));

    const check = await new VerifyProjectionsHandler(world.database).execute(
      new VerifyProjections(TENANT, accountId),
    );
    expect(check).toEqual({ accountId, entryCount: 244, equal: true, differences: [] });
    const loaded = await world.repository.load(accountId);
    expect(loaded.positions().toSorted(bySymbol)).toEqual(state.positions().toSorted(bySymbol));
    for (const asset of state.assets()) expect(loaded.totalUnits(asset)).toBe(state.totalUnits(asset));
    for (const { symbol } of state.positions()) {
      expect(loaded.strategyPosition(symbol, 'grid')).toEqual(state.strategyPosition(symbol, 'grid'));
      expect(loaded.strategyPosition(symbol, null)).toEqual(state.strategyPosition(symbol, null));
    }
  });

  it('books a venue trade once: the second time the commit is refused, and nothing of it is written', async () => {
    const { accountId } = (await world.openAccount({ USDT: '100000' })).account;
    const state = await world.repository.load(accountId);
    const commit = await world.lane(accountId);
    const fill = aFill({ quantity: '1', price: '100' });
    await commit(state.applyFill(fill));
    const replayed: CommitPlan = state.applyFill({ ...fill, fillId: world.ids.next('fil') });
    await expect(commit(replayed)).rejects.toMatchObject({ constraint: 'ledger_transaction_reference' });
    const loaded = await world.repository.load(accountId);
    expect(loaded.position('BTC/USDT').signedUnits).toBe(fill.baseUnits);
  });

  it('is not found for an account that does not exist', async () => {
    await expect(world.repository.load(world.ids.next('acc'))).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
  });
});

function bySymbol(a: { symbol: string }, b: { symbol: string }): number {
  return a.symbol < b.symbol ? -1 : 1;
}
