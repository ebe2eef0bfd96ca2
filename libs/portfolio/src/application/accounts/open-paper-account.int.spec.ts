import { parseScaled } from '@sextant/kernel';
import { PaperFunding } from './paper-funding.js';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { AccountDirectory } from './account-directory.js';
import { GetLedgerProof, GetLedgerProofHandler } from '../ledger/get-ledger-proof.js';
import type { ExchangeGateways } from '@sextant/exchange';

let world: PortfolioWorld;
beforeEach(async () => {
  world = await PortfolioWorld.create();
});
afterEach(() => world.close());

describe('opening a paper account', () => {
  it('writes account, opening deposits, balances and events in one commit', async () => {
    const { account, replayed } = await world.openAccount({ USDT: '10000', BTC: '0.5' });
    expect(replayed).toBe(false);

    const state = await world.repository.load(account.accountId);
    expect(state.totalUnits('USDT')).toBe(parseScaled('10000'));
    expect(state.totalUnits('BTC')).toBe(parseScaled('0.5'));
    const types = await world.database.query<{ type: string }>(
      'SELECT type FROM event_log WHERE stream_id = $1 ORDER BY stream_seq',
      [account.accountId],
    );
    expect(types.map(({ type }) => type)).toEqual(['AccountOpened', 'BalanceUpdated', 'BalanceUpdated']);
    const proof = await new GetLedgerProofHandler(world.database, world.clock).execute(
      new GetLedgerProof(TENANT, account.accountId),
    );
    expect(proof).toMatchObject({ entryCount: 2, verified: true });
  });

  it('answers a repeated key with the account of the first request, also when two arrive at once', async () => {
    const key = { route: 'POST /api/accounts', key: 'k1', bodyHash: 'a'.repeat(64) };
    const answers = await Promise.all([1, 2, 3].map(() => world.openAccount({ USDT: '1' }, { key })));
    const again = await world.openAccount({ USDT: '1' }, { key });
    expect(new Set([...answers, again].map(({ account }) => account.accountId)).size).toBe(1);
    expect(again.account).toEqual(answers.find(({ replayed }) => !replayed)!.account);
    const rows = await world.database.query('SELECT FROM account');
    expect(rows).toHaveLength(1);
  });

  it('refuses a key with another body, and writes nothing', async () => {
    const key = { route: 'POST /api/accounts', key: 'k1', bodyHash: 'a'.repeat(64) };
    await world.openAccount({ USDT: '1' }, { key });
    await expect(
      world.openAccount({ USDT: '2' }, { key: { ...key, bodyHash: 'b'.repeat(64) } }),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    await expect(world.database.query('SELECT FROM account')).resolves.toHaveLength(1);
  });

  it('funds the venue with every deposit, again each time it is asked, under the same references', async () => {
    const { account } = await world.openAccount({ USDT: '10000', BTC: '0.5' });
    const venue = new Map<string, string>();
    const gateways = {
      of: () => ({
        deposit: (accountId: string, asset: string, units: bigint, reference: string) => {
          venue.set(`${accountId} ${reference}`, `${asset} ${units}`);
          return Promise.resolve();
        },
      }),
    } as unknown as ExchangeGateways;
    const funding = new PaperFunding(world.database, gateways);
    await funding.ensure(account.accountId);
    await funding.ensure(account.accountId);
    expect([...venue]).toEqual([
      [`${account.accountId} deposit:opening:USDT`, `USDT ${parseScaled('10000')}`],
      [`${account.accountId} deposit:opening:BTC`, `BTC ${parseScaled('0.5')}`],
    ]);
  });
});

describe('the account a request means', () => {
  it('is soon no longer the only one when another process opened a second', async () => {
    const elsewhere = new AccountDirectory(world.database, world.clock);
    const { account } = await world.openAccount({ USDT: '1' });
    await expect(elsewhere.resolve(TENANT, null)).resolves.toMatchObject({ account_id: account.accountId });
    await world.openAccount({ USDT: '1' });
    world.clock.advance(2_000);
    await expect(elsewhere.resolve(TENANT, null)).rejects.toMatchObject({ code: 'ACCOUNT_REQUIRED' });
  });

  it('is the only one, must be named among several, and is not found for a stranger', async () => {
    const { directory } = world;
    await expect(directory.resolve(TENANT, null)).rejects.toMatchObject({ code: 'ACCOUNT_REQUIRED' });
    const { account: first } = await world.openAccount({ USDT: '1' });
    await expect(directory.resolve(TENANT, null)).resolves.toMatchObject({ account_id: first.accountId });
    await expect(directory.resolve(TENANT, null)).resolves.toMatchObject({ account_id: first.accountId });
    const { account: second } = await world.openAccount({ USDT: '1' });
    await expect(directory.resolve(TENANT, null)).rejects.toMatchObject({
      code: 'ACCOUNT_REQUIRED',
      context: { accountIds: [first.accountId, second.accountId] },
    });
    await expect(directory.resolve(TENANT, second.accountId)).resolves.toMatchObject({ tenant_id: TENANT });
    await expect(directory.resolve(STRANGER, second.accountId)).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
  });
});
