import { parseScaled } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import { Idempotency } from '@sextant/platform';
import type { PageRequest } from '@sextant/platform';
import type { WalletId } from '../../domain/watched-wallet.js';
import { DatabaseWalletRepository } from '../../infrastructure/database-wallet-repository.js';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { GetPortfolio, GetPortfolioHandler } from '../reading/get-portfolio.js';
import { GetWallet, GetWalletHandler, ListWallets, ListWalletsHandler } from './list-wallets.js';
import {
  ForgetWallet,
  ForgetWalletHandler,
  StateWalletHoldings,
  StateWalletHoldingsHandler,
  WatchWallet,
  WatchWalletHandler,
} from './wallet-commands.js';

const PAGE: PageRequest = { list: 'wallets', limit: 50, after: null };
const wallets = new DatabaseWalletRepository();

let world: PortfolioWorld;
let marks: MarketData;
beforeAll(async () => {
  world = await PortfolioWorld.create();
  marks = world.marks as unknown as MarketData;
  await world.openAccount({ USDT: '100' });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.database.query('DELETE FROM watched_wallet');
  world.marks.marks.clear();
  world.marks.set('BTC/USDT', '50000');
});

const holdings = (held: Record<string, string>) =>
  Object.entries(held).map(([asset, text]) => ({ asset, units: parseScaled(text) }));

async function watch(held: Record<string, string>, key: string | null = null, address = 'bc1q1') {
  const terms = { name: 'Cold', venue: 'bitcoin', address, holdings: holdings(held) };
  const once = { tenantId: TENANT, route: 'POST /api/portfolio/wallets', key, bodyHash: 'a'.repeat(64) };
  const handler = new WatchWalletHandler(
    wallets,
    new Idempotency(world.database, world.clock),
    world.ids,
    world.clock,
  );
  return handler.execute(new WatchWallet(terms, once));
}

const list = async (tenant = TENANT, venue: string | null = null, page = PAGE) =>
  new ListWalletsHandler(world.database, marks, world.clock).execute(new ListWallets(tenant, venue, page));

const state = (walletId: WalletId, held: Record<string, string>, tenant = TENANT, at: number | null = null) =>
  new StateWalletHoldingsHandler(wallets, world.database, world.clock).execute(
    new StateWalletHoldings(tenant, walletId, holdings(held), at),
  );

const forget = (walletId: WalletId, tenant = TENANT) =>
  new ForgetWalletHandler(wallets, world.database).execute(new ForgetWallet(tenant, walletId));

describe('a watched wallet', () => {
  it('is shown with what it holds and what that is worth, beside the portfolio and in no sum of it', async () => {
    await watch({ BTC: '2', USDT: '10' });
    const { data } = await list();
    expect(data).toMatchObject([
      {
        venue: 'BITCOIN',
        value: '100010',
        valueAsset: 'USDT',
        complete: true,
        holdings: [
          { asset: 'BTC', quantity: '2', value: '100000', valuedBy: { path: ['BTC/USDT'], price: '50000' } },
          { asset: 'USDT', quantity: '10', value: '10' },
        ],
      },
    ]);
    const portfolio = await new GetPortfolioHandler(
      world.database,
      world.reservations,
      marks,
      world.clock,
    ).execute(new GetPortfolio(TENANT, null));
    expect(portfolio.total).toMatchObject({ equity: '100', netPnl: '0' });
    const postings = await world.database.query('SELECT FROM ledger_posting');
    expect(postings).toHaveLength(2); // of the opening deposit
  });

  it('has no value where a part has no fresh price: nothing unknown counts as zero', async () => {
    await watch({ BTC: '2', XYZ: '1' });
    expect((await list()).data).toMatchObject([
      { value: null, complete: false, holdings: [{ value: '100000' }, {}] },
    ]);
  });

  it('holds what was said last, all of it', async () => {
    const { walletId } = (await watch({ BTC: '2', USDT: '10' })).body;
    await state(walletId, { ETH: '0' }, TENANT, world.clock.now() - 5_000);
    const [wallet] = (await list()).data;
    expect(wallet).toMatchObject({ value: '0', statedAt: world.clock.now() - 5_000 });
    expect(wallet!.holdings).toMatchObject([{ asset: 'ETH', quantity: '0', valuedBy: null }]);
  });

  it('is watched once an address; the same request again answers what the first one did', async () => {
    const first = await watch({ BTC: '1' }, 'key-1');
    await expect(watch({ BTC: '1' }, 'key-1')).resolves.toEqual({ ...first, replayed: true });
    await expect(watch({ BTC: '1' })).rejects.toMatchObject({ code: 'WALLET_EXISTS' });
    expect((await list()).data).toHaveLength(1);
  });

  it('belongs to its tenant', async () => {
    const { walletId } = (await watch({ BTC: '1' })).body;
    const missing = { code: 'WALLET_NOT_FOUND' };
    await expect(list(STRANGER)).resolves.toMatchObject({ data: [] });
    await expect(state(walletId, {}, STRANGER)).rejects.toMatchObject(missing);
    await expect(forget(walletId, STRANGER)).rejects.toMatchObject(missing);
    const read = new GetWalletHandler(world.database, marks, world.clock);
    await expect(read.execute(new GetWallet(STRANGER, walletId))).rejects.toMatchObject(missing);
    await expect(read.execute(new GetWallet(TENANT, walletId))).resolves.toMatchObject({
      wallet: { walletId },
    });
    await forget(walletId);
    await expect(list()).resolves.toMatchObject({ data: [] });
    await expect(forget(walletId)).rejects.toMatchObject(missing);
  });

  it('refuses what nobody can hold', async () => {
    await expect(watch({ BTC: '-1' })).rejects.toMatchObject({ code: 'AMOUNT_OUT_OF_RANGE' });
    const { walletId } = (await watch({})).body;
    const twice = [...holdings({ BTC: '1' }), ...holdings({ BTC: '2' })];
    const handler = new StateWalletHoldingsHandler(wallets, world.database, world.clock);
    await expect(
      handler.execute(new StateWalletHoldings(TENANT, walletId, twice, null)),
    ).rejects.toMatchObject({
      code: 'ASSET_REPEATED',
    });
  });

  it('comes page by page, and by venue', async () => {
    for (let n = 0; n < 3; n += 1) await watch({}, null, `bc1q${n}`);
    const first = await list(TENANT, 'Bitcoin', { ...PAGE, limit: 2 });
    expect(first).toMatchObject({ page: { hasMore: true } });
    const rest = await list(TENANT, null, { ...PAGE, limit: 2, after: [first.data[1]!.walletId] });
    expect(rest.data).toHaveLength(1);
    await expect(list(TENANT, 'ETHEREUM')).resolves.toMatchObject({ data: [] });
  });
});
