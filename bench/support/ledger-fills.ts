import { parseScaled } from '@sextant/kernel';
import type { AccountId, FillId, LedgerTransactionId, OrderId, TenantId } from '@sextant/kernel';
import { CommitLane, GroupAccountCommit, GroupCommit, write } from '@sextant/platform';
import type { CommitPlan, Database } from '@sextant/platform';
import { accounts, PortfolioState } from '@sextant/portfolio';
import type { BookedFill } from '@sextant/portfolio';

export const TENANT = `ten_${'1'.repeat(32)}` as TenantId;
export const SYMBOLS = 1_000;

const START = 1_700_000_000_000;
const UNIT = 10n ** 18n;

/** The n-th of fills over many markets: mostly bought, fees in quote and in base, three strategies. */
export function benchFill(n: number): BookedFill {
  const base = `A${String(n % SYMBOLS).padStart(4, '0')}`;
  const hex = n.toString(16).padStart(32, '0');
  const baseUnits = UNIT / 100n + BigInt(n % 997) * 10n ** 13n;
  const notionalUnits = baseUnits * BigInt(90 + (n % 21));
  const inBase = n % 3 === 0;
  return {
    ...{
      fillId: `fil_${hex}` as FillId,
      orderId: `ord_${hex}` as OrderId,
      venue: 'PAPER',
      venueTradeId: `t${n}`,
    },
    ...{
      symbol: `${base}/USDT`,
      base,
      quote: 'USDT',
      side: n % 5 < 3 ? 'BUY' : 'SELL',
      lots: 1,
      priceTicks: 1,
    },
    ...{ baseUnits, notionalUnits, feeAsset: inBase ? base : 'USDT' },
    feeUnits: (inBase ? baseUnits : notionalUnits) / 1_000n,
    ...{ role: 'TAKER', executedAt: START + n, strategy: n % 2 === 0 ? null : 'grid' },
  };
}

/** An account with money, and the fills that it books one after another. */
export class BenchAccount {
  next = 0;

  private constructor(
    readonly accountId: AccountId,
    readonly state: PortfolioState,
    private readonly lane: CommitLane,
    private readonly commits: GroupCommit,
  ) {}

  static async open(database: Database): Promise<BenchAccount> {
    const accountId = `acc_${'1'.repeat(32)}` as AccountId;
    const state = PortfolioState.empty(accountId, 'PAPER');
    const plan = opening(accountId, state);
    const { events } = await new GroupAccountCommit(database).openStream(accountId, plan);
    const [{ ledger_hash: ledgerHash } = { ledger_hash: '' }] = await database.query<{ ledger_hash: string }>(
      'SELECT ledger_hash FROM account_stream',
    );
    const position = { seq: events.length, eventHash: events.at(-1)!.hash, ledgerSeq: 1, ledgerHash };
    const lane = new CommitLane(accountId, null, 1, position);
    return new BenchAccount(accountId, state, lane, new GroupCommit(database));
  }

  /** The plans of the next fills, as the owner makes them. */
  plans(count: number): CommitPlan[] {
    return Array.from({ length: count }, () => this.state.applyFill(benchFill(this.next++)));
  }

  async store(plans: readonly CommitPlan[]): Promise<void> {
    await Promise.all(plans.map((plan) => this.commits.commit(this.lane, plan)));
  }

  /** Books fills that are not measured. */
  async fill(count: number): Promise<void> {
    for (let left = count; left > 0; left -= BATCH) await this.store(this.plans(Math.min(left, BATCH)));
  }
}

const BATCH = 5_000;

function opening(accountId: AccountId, state: PortfolioState): CommitPlan {
  const booked = state.applyCash({
    fact: { kind: 'DEPOSIT', asset: 'USDT', units: parseScaled('1000000000') },
    transactionId: `ltx_${'f'.repeat(32)}` as LedgerTransactionId,
    reference: 'opening',
    occurredAt: START,
    memo: {},
  });
  const account = write(accounts, {
    ...{ account_id: accountId, tenant_id: TENANT, name: 'Bench', kind: 'PAPER', venue: 'PAPER' },
    ...{ reporting_asset: 'USDT', status: 'OPEN', created_at: START },
  });
  return { ...booked, rows: [account, ...booked.rows] };
}
