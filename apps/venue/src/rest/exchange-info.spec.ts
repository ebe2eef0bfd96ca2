import { Rehearsal } from '../venue-client.contract.js';

let alice: Rehearsal;

beforeEach(async () => {
  alice = await Rehearsal.start();
});
afterEach(() => alice.close());

async function info(query: string) {
  const { status, body } = await alice.send('GET', `/api/v3/exchangeInfo${query}`);
  return { status, code: body.code, symbols: body.symbols };
}

it('tells the markets of one status, with or without their permissions', async () => {
  const all = (await info('')).symbols;
  expect(all.length).toBeGreaterThan(1);
  expect(all.every(({ permissionSets }: { permissionSets: string[][] }) => permissionSets.length > 0)).toBe(
    true,
  );
  alice.admin.setStatus(all[0].symbol, 'HALT');
  const trading = await info('?symbolStatus=TRADING&showPermissionSets=false');
  expect(trading.symbols.map(({ symbol }: { symbol: string }) => symbol)).toEqual(
    all.slice(1).map(({ symbol }: { symbol: string }) => symbol),
  );
  expect(trading.symbols[0].permissionSets).toEqual([]);
  expect((await info('?symbolStatus=HALT')).symbols).toMatchObject([
    { symbol: all[0].symbol, status: 'HALT' },
  ]);
});

it('refuses a status beside names, and one that there is not', async () => {
  expect(await info('?symbolStatus=TRADING&symbol=BTCUSDT')).toMatchObject({ status: 400, code: -1128 });
  expect(await info('?symbolStatus=SOON')).toMatchObject({ status: 400 });
  expect(await info('?showPermissionSets=maybe')).toMatchObject({ status: 400 });
});
