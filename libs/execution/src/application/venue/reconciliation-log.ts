import type { JsonValue } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable, write } from '@sextant/platform';
import type { NewEvent } from '@sextant/platform';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { BalanceDifference, ReconcileResult } from './reconcile-account.js';

/** One round in which account and venue were compared, and what was found. */
export interface ReconciliationRow {
  account_id: AccountId;
  reconciliation_id: string;
  outcome: 'EQUAL' | 'DUST' | 'DIFFERENT';
  differences: JsonValue;
  /** Whether the account took new orders after it. */
  halted: boolean;
  compared_at: EpochMs;
}

export const reconciliations = accountTable<ReconciliationRow>({
  name: 'reconciliation',
  columns: {
    account_id: 'text',
    reconciliation_id: 'text',
    outcome: 'text',
    differences: 'jsonb',
    halted: 'boolean',
    compared_at: 'timestamptz',
  },
  key: ['account_id', 'reconciliation_id'],
  mode: 'INSERT',
});

/** Balances that differ this many rounds in a row halt the account. */
const HALT_AFTER_ROUNDS = 2;

/**
 * What the comparisons of an account came to: every round that found a difference, and the first one that agrees again. Two
 * rounds in a row that nothing explains halt the account, until one agrees.
 */
export class ReconciliationLog {
  private roundsDifferent = 0;
  /** Null in a process that has not compared yet: what was found before, the table knows. */
  private last: ReconciliationRow['outcome'] | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
  ) {}

  get isHalted(): boolean {
    return this.roundsDifferent >= HALT_AFTER_ROUNDS;
  }

  /** Takes note of a round; what it changes is stored later, and never waited for. */
  async note(result: ReconcileResult): Promise<void> {
    if (result.outcome === 'UNREACHABLE' || result.outcome === 'IN_FLIGHT') return;
    if (result.outcome === 'DIFFERENT') return this.differs(result.differences);
    this.roundsDifferent = 0;
    const before = await this.before();
    this.last = result.outcome;
    if (result.outcome === 'DUST') return this.store('DUST', [], []);
    if (before !== 'DIFFERENT' && before !== 'DUST') return;
    const { account_id: accountId } = this.account.row;
    this.store('EQUAL', [], [{ type: 'AccountReconciled', payload: { accountId } }]);
  }

  private differs(differences: readonly BalanceDifference[]): void {
    this.roundsDifferent += 1;
    this.last = 'DIFFERENT';
    const { account_id: accountId } = this.account.row;
    const shown = differences.map((difference) => ({ ...difference }));
    this.tools.log.error('Balances differ from the venue', { accountId, differences });
    const events: Told[] = [
      { type: 'BalancesDiffer', payload: { accountId, round: this.roundsDifferent, differences: shown } },
    ];
    if (this.roundsDifferent === HALT_AFTER_ROUNDS)
      events.push({ type: 'AccountHalted', payload: { accountId, differences: shown } });
    this.store('DIFFERENT', shown, events);
  }

  private async before(): Promise<string | null> {
    if (this.last !== null) return this.last;
    return this.tools.archive.lastReconciliation(this.account.row.account_id).catch(() => null);
  }

  private store(
    outcome: ReconciliationRow['outcome'],
    differences: { asset: string; ledger: string; venue: string }[],
    events: Told[],
  ): void {
    const { account_id } = this.account.row;
    const reconciliation_id = this.tools.ids.next('rec');
    const halted = this.isHalted;
    const told =
      events.length > 0 ? events : [{ type: 'BalancesDiffer', payload: dustOf(account_id) } as Told];
    this.inbox.push({
      kind: 'PLAN',
      plan: (now) => ({
        rows: [
          write(reconciliations, {
            account_id,
            reconciliation_id,
            outcome,
            differences,
            halted,
            compared_at: now,
          }),
        ],
        events: told.map((event) => ({ ...event, occurredAt: now })),
        ledger: [],
      }),
    });
  }
}

type Told = Pick<NewEvent, 'type' | 'payload'>;

/** Dust is not named here: the posting that takes it over is. */
function dustOf(accountId: AccountId): { accountId: string; round: number; differences: never[] } {
  return { accountId, round: 0, differences: [] };
}
