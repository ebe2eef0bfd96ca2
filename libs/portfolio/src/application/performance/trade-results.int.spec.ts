import type { AccountId } from '@sextant/kernel';
import { parseScaled } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { TradeResults } from './trade-results.js';

const ALL = { from: null, to: null };

let world: PortfolioWorld;
let accountId: AccountId;
let state: PortfolioState;
let commit: Awaited<ReturnType<PortfolioWorld['lane']>>;
beforeAll(async () => {
  world = await PortfolioWorld.create();
  ({ accountId } = (await world.openAccount({ USDT: '1000' })).account);
  state = await world.repository.load(accountId);
  commit = await world.lane(accountId);
});
afterAll(() => world.close());

async function roundTrip(profit: number): Promise<void> {
  await commit(state.applyFill(aFill({ side: 'BUY', quantity: '1', price: '100', fee: '0' })));
  await commit(
    state.applyFill(aFill({ side: 'SELL', quantity: '1', price: String(100 + profit), fee: '0' })),
  );
}

/** The places in the chain from which ledgers were read. */
function watched(): { database: Database; readFrom: unknown[] } {
  const readFrom: unknown[] = [];
  const { database } = world;
  const read: Database['read'] = (tenantId, work) =>
    database.read(tenantId, (manager) => {
      const query = (sql: string, params: unknown[]) => {
        if (sql.includes('chain_sequence >')) readFrom.push(params[1]);
        return manager.query(sql, params);
      };
      return work({ query } as typeof manager);
    });
  return { database: { read } as Database, readFrom };
}

it('reads what was booked once, and then what has been added', async () => {
  const { database, readFrom } = watched();
  const results = new TradeResults(database);
  await roundTrip(5);
  const [first, same] = await Promise.all([
    results.statistics(TENANT, [accountId], ALL),
    results.statistics(TENANT, [accountId], ALL),
  ]);
  expect(first.get('USDT')).toMatchObject({ count: 1, netUnits: parseScaled('5') });
  expect(same).toEqual(first);
  await roundTrip(-2);
  const both = await results.statistics(TENANT, [accountId], ALL);
  expect(both.get('USDT')).toMatchObject({ count: 2, wins: 1, losses: 1, netUnits: parseScaled('3') });
  expect(readFrom).toEqual([0, 3, 3]);
  expect(await new TradeResults(world.database).statistics(TENANT, [accountId], ALL)).toEqual(both);
});
