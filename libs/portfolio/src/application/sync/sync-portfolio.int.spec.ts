import { confirmed, unknown } from '@sextant/exchange';
import type { GatewayOutcome, VenueBalance } from '@sextant/exchange';
import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { PortfolioSync } from './portfolio-sync.js';
import type { SyncReport } from './portfolio-sync.js';
import { PortfolioWorld } from '../portfolio-world.contract.js';

/** A venue that says what the test tells it. */
class FakeExchangeGateway {
  private data: VenueBalance[] = [];
  reachable = true;
  /** Runs while the venue "answers". */
  meanwhile: () => void = () => undefined;

  setAccountData(balances: Record<string, [free: string, locked: string]>): void {
    this.data = Object.entries(balances).map(([asset, [free, locked]]) => ({
      asset,
      freeUnits: parseScaled(free),
      lockedUnits: parseScaled(locked),
    }));
  }

  balances(): Promise<GatewayOutcome<VenueBalance[]>> {
    const evidence = { kind: 'VENUE_ANSWER' as const, detail: { requestId: 'r-1' }, at: 1_700_000_000_500 };
    this.meanwhile();
    if (this.reachable) return Promise.resolve(confirmed(this.data, evidence));
    return Promise.resolve(
      unknown({ code: 'TIMEOUT', detail: 'No answer in 5 s.' }, { ...evidence, kind: 'TRANSPORT' }),
    );
  }
}

let world: PortfolioWorld;
let gateway: FakeExchangeGateway;
/** Runs while the result waits to be stored. */
let beforeStore: () => void;
beforeEach(async () => {
  world = await PortfolioWorld.create();
  gateway = new FakeExchangeGateway();
  beforeStore = () => undefined;
});
afterEach(() => world.close());

async function sync(
  accountId: AccountId,
  state?: PortfolioState,
  inFlight = false,
  takesTransfers = false,
): Promise<SyncReport> {
  const useCase = new PortfolioSync(world.clock, world.ids, { unitsOf: () => 10n ** 8n });
  const commit = await world.lane(accountId);
  const target = {
    state: state ?? (await world.repository.load(accountId)),
    balances: () => gateway.balances(),
    inFlight: () => inFlight,
    accepts: () => (takesTransfers ? { as: 'TRANSFER' as const, note: 'cold wallet' } : null),
    store: async (decide: () => CommitPlan) => {
      beforeStore();
      await commit(decide());
    },
  };
  return useCase.run(target, 'usr_1');
}

describe('syncing a portfolio', () => {
  it('takes over what the account held when it was first seen', async () => {
    gateway.setAccountData({ USDT: ['1000', '0'] });
    const { account } = await world.openAccount({});

    const report = await sync(account.accountId);

    const portfolio = await world.repository.load(account.accountId);
    expect(portfolio.freeUnits('USDT', 0n)).toBe(parseScaled('1000'));
    expect(report).toMatchObject({
      verdict: 'EXPLAINED',
      balances: [{ asset: 'USDT', classification: 'OPENING' }],
    });
    const again = await sync(account.accountId);
    expect(again).toMatchObject({ verdict: 'EQUAL', balances: [{ difference: '0', correctedBy: null }] });
  });

  it('counts what the venue has locked as held', async () => {
    gateway.setAccountData({ USDT: ['600', '400'] });
    const { account } = await world.openAccount({ USDT: '1000' });
    await expect(sync(account.accountId)).resolves.toMatchObject({ verdict: 'EQUAL' });
  });

  it('reports an unexplained difference and books nothing', async () => {
    gateway.setAccountData({ USDT: ['990', '0'], DOGE: ['5', '0'] });
    const { account } = await world.openAccount({ USDT: '1000' });
    const report = await sync(account.accountId);
    expect(report.verdict).toBe('UNEXPLAINED');
    expect(report.balances).toEqual([
      {
        asset: 'DOGE',
        ledger: '0',
        venue: '5',
        difference: '5',
        classification: 'UNEXPLAINED',
        correctedBy: null,
      },
      {
        asset: 'USDT',
        ledger: '1000',
        venue: '990',
        difference: '-10',
        classification: 'UNEXPLAINED',
        correctedBy: null,
      },
    ]);
    const portfolio = await world.repository.load(account.accountId);
    expect(portfolio.totalUnits('USDT')).toBe(parseScaled('1000'));
  });

  it('books what somebody says was a transfer as money from and to outside, with the evidence', async () => {
    gateway.setAccountData({ USDT: ['990', '0'], DOGE: ['5', '0'] });
    const { account } = await world.openAccount({ USDT: '1000' });
    const report = await sync(account.accountId, undefined, false, true);
    expect(report).toMatchObject({
      verdict: 'EXPLAINED',
      balances: [
        { asset: 'DOGE', classification: 'TRANSFER' },
        { asset: 'USDT', classification: 'TRANSFER' },
      ],
    });
    const rows = await world.database.query<{ kind: string; asset: string }>(
      `SELECT kind, memo->>'asset' AS asset, memo->'evidence'->>'kind' AS evidence FROM ledger_transaction
       WHERE account_id = $1 AND memo ? 'evidence' ORDER BY 2`,
      [account.accountId],
    );
    expect(rows).toEqual([
      { kind: 'DEPOSIT', asset: 'DOGE', evidence: 'VENUE_ANSWER' },
      { kind: 'WITHDRAWAL', asset: 'USDT', evidence: 'VENUE_ANSWER' },
    ]);
    await expect(sync(account.accountId)).resolves.toMatchObject({ verdict: 'EQUAL' });
  });

  it('takes dust over by a posting that carries its evidence', async () => {
    gateway.setAccountData({ USDT: ['999.99999999995', '0'] });
    const { account } = await world.openAccount({ USDT: '1000' });
    const report = await sync(account.accountId);
    expect(report).toMatchObject({ verdict: 'EXPLAINED', balances: [{ classification: 'DUST' }] });
    const rows = await world.database.query<{ kind: string; memo: object }>(
      'SELECT kind, memo FROM ledger_transaction WHERE transaction_id = $1',
      [report.balances[0]!.correctedBy],
    );
    expect(rows).toEqual([
      {
        kind: 'CORRECTION',
        memo: expect.objectContaining({
          author: 'usr_1',
          amount: '-0.00000000005',
          evidence: { kind: 'VENUE_ANSWER', at: 1_700_000_000_500, detail: { requestId: 'r-1' } },
        }),
      },
    ]);
    await expect(sync(account.accountId)).resolves.toMatchObject({ verdict: 'EQUAL' });
  });

  it('explains a difference by orders that are under way', async () => {
    gateway.setAccountData({ USDT: ['900', '0'] });
    const { account } = await world.openAccount({ USDT: '1000' });
    await expect(sync(account.accountId, undefined, true)).resolves.toMatchObject({
      verdict: 'EXPLAINED',
      balances: [{ classification: 'IN_FLIGHT', correctedBy: null }],
    });
  });

  it('asks again when a fill was booked while the venue answered', async () => {
    const { account } = await world.openAccount({ USDT: '1000' });
    const state = await world.repository.load(account.accountId);
    const commit = await world.lane(account.accountId);
    gateway.setAccountData({ USDT: ['1000', '0'] });
    const fill = state.applyFill(aFill({ quantity: '1', price: '100' }));
    await commit(fill);
    let asked = 0;
    gateway.meanwhile = () => {
      asked += 1;
      if (asked > 1) return;
      state.applyFill(aFill({ side: 'SELL', quantity: '1', price: '100' }));
    };
    await expect(sync(account.accountId, state)).resolves.toMatchObject({ verdict: 'EQUAL' });
    expect(asked).toBe(2);
  });

  it('takes nothing over when a fill was booked before the result could be', async () => {
    const { account } = await world.openAccount({ USDT: '1000' });
    const state = await world.repository.load(account.accountId);
    gateway.setAccountData({ USDT: ['999.99999999995', '0'] });
    beforeStore = () => void state.applyFill(aFill({ quantity: '1', price: '100' }));
    await expect(sync(account.accountId, state)).resolves.toMatchObject({
      verdict: 'EXPLAINED',
      balances: [
        { asset: 'BTC', classification: 'IN_FLIGHT' },
        { classification: 'IN_FLIGHT', correctedBy: null },
      ],
    });
  });

  it('books nothing on a guess when the venue does not answer', async () => {
    const { account } = await world.openAccount({ USDT: '1000' });
    gateway.reachable = false;
    await expect(sync(account.accountId)).rejects.toMatchObject({ code: 'VENUE_BALANCES_UNKNOWN' });
  });
});
