import type { JsonValue } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable, write } from '@sextant/platform';
import type { NewEvent } from '@sextant/platform';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { Discrepancy, ReconciliationTrigger, Round, RoundOutcome, RoundRequest } from './round.js';

/** One round in which account and venue were compared, and what was found. */
export interface ReconciliationRow {
  account_id: AccountId;
  reconciliation_id: string;
  trigger: ReconciliationTrigger;
  actor: string;
  outcome: RoundOutcome;
  differences: JsonValue;
  /** [from, until) of the trades that were compared, in epoch milliseconds, and how many; null where none were. */
  trades: JsonValue;
  /** Whether the account took no new orders after it. */
  halted: boolean;
  duration_ms: number;
  compared_at: EpochMs;
}

export const reconciliations = accountTable<ReconciliationRow>({
  name: 'reconciliation',
  columns: {
    account_id: 'text',
    reconciliation_id: 'text',
    trigger: 'text',
    actor: 'text',
    outcome: 'text',
    differences: 'jsonb',
    trades: 'jsonb',
    halted: 'boolean',
    duration_ms: 'int',
    compared_at: 'timestamptz',
  },
  key: ['account_id', 'reconciliation_id'],
  mode: 'INSERT',
});

/** Balances that differ this many rounds in a row halt the account. */
const HALT_AFTER_ROUNDS = 2;
/** While nothing happens at a venue, one round in so long is kept, as a proof that there were any. */
const KEEP_EVERY_MS = 3_600_000;

/**
 * What the comparisons of an account came to. Kept are those that somebody asked for, those that found something new, the
 * first one after which it is otherwise, and one an hour. Two rounds in a row that nothing explains halt the account,
 * until one agrees.
 */
export class ReconciliationLog {
  private roundsDifferent = 0;
  private keptAtMs: number;
  /** Null in a process that has compared nothing yet: what was found before, the table knows. */
  private last: string | null = null;
  private wasUnreachable = false;
  private lastFound = '';
  /** What the one who reads the alert is to do. */
  hint: string | null = null;
  /** Of the last round that was kept. */
  lastId: string | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
  ) {
    this.keptAtMs = tools.clock.monotonicMs();
  }

  get isHalted(): boolean {
    return this.roundsDifferent >= HALT_AFTER_ROUNDS;
  }

  /** Takes note of a round; what it changes is stored later, and never waited for. */
  async note(round: Round, request: RoundRequest, durationMs: number): Promise<void> {
    const before = await this.before();
    const hasNews = nameOf(round.discrepancies) !== this.lastFound;
    const told = this.count(round, before, hasNews);
    const isKept = told.length > 0 || this.isKept(round, request, hasNews);
    this.wasUnreachable = round.outcome === 'UNREACHABLE';
    if (saysSomething(round)) this.last = round.outcome;
    if (isKept) this.store(round, request, Math.round(durationMs), told);
  }

  /** Counts the rounds that differ; what else than the round itself is to be told. */
  private count(round: Round, before: string | null, hasNews: boolean): Told[] {
    if (!saysSomething(round)) return [];
    const { account_id: accountId } = this.account.row;
    if (round.outcome !== 'DIFFERENT') {
      this.roundsDifferent = 0;
      this.hint = null;
      return before === 'DIFFERENT' ? [{ type: 'AccountReconciled', payload: { accountId } }] : [];
    }
    const wasHalted = this.isHalted;
    this.roundsDifferent += 1;
    const open = round.discrepancies.filter(({ status }) => status === 'OPEN');
    this.hint = open.map(({ hint }) => hint).join(' ') || null;
    if (!hasNews && this.isHalted === wasHalted) return [];
    const payload = { accountId, differences: open.map(toldOf), hint: this.hint };
    this.tools.log.error('Balances differ from the venue', payload);
    const told: Told[] = [{ type: 'BalancesDiffer', payload: { ...payload, round: this.roundsDifferent } }];
    if (this.isHalted && !wasHalted) told.push({ type: 'AccountHalted', payload });
    return told;
  }

  private isKept({ outcome, discrepancies }: Round, { trigger }: RoundRequest, hasNews: boolean): boolean {
    const statuses = new Set(discrepancies.map(({ status }) => status));
    if (trigger === 'ON_DEMAND' || statuses.has('BOOKED')) return true;
    if (hasNews && (statuses.has('NOTED') || statuses.has('OPEN'))) return true;
    // Play money never leaves this process: its venue answers, and agrees.
    if (this.account.row.kind !== 'LIVE') return false;
    if (this.tools.clock.monotonicMs() - this.keptAtMs >= KEEP_EVERY_MS) return true;
    return outcome !== 'IN_FLIGHT' && (outcome === 'UNREACHABLE') !== this.wasUnreachable;
  }

  private async before(): Promise<string | null> {
    if (this.last !== null) return this.last;
    return this.tools.archive.lastReconciliation(this.account.row.account_id).catch(() => null);
  }

  private store(round: Round, { trigger, actor }: RoundRequest, duration_ms: number, told: Told[]): void {
    const { account_id, venue } = this.account.row;
    const { outcome, discrepancies, trades } = round;
    const reconciliation_id = this.tools.ids.next('rec');
    const { isHalted: halted } = this;
    const compared: Told = {
      type: 'AccountCompared',
      payload: {
        accountId: account_id,
        venue,
        reconciliationId: reconciliation_id,
        trigger,
        outcome,
        halted,
        found: discrepancies.map(toldOf),
      },
    };
    this.lastFound = nameOf(discrepancies);
    this.keptAtMs = this.tools.clock.monotonicMs();
    this.lastId = reconciliation_id;
    this.inbox.push({
      kind: 'PLAN',
      plan: (now) => ({
        rows: [
          write(reconciliations, {
            account_id,
            reconciliation_id,
            trigger,
            actor,
            outcome,
            differences: discrepancies,
            trades: trades && { from: trades.from, until: trades.until, listed: trades.listed },
            halted,
            duration_ms,
            compared_at: now,
          }),
        ],
        events: [compared, ...told].map((event) => ({ ...event, occurredAt: now, actor })),
        ledger: [],
      }),
    });
  }
}

type Told = Pick<NewEvent, 'type' | 'payload'>;

/** What moves, or is out of reach, says nothing of what was found before. */
function saysSomething({ outcome }: Round): boolean {
  return outcome !== 'UNREACHABLE' && outcome !== 'IN_FLIGHT';
}

function toldOf({ subject, asset, symbol, ledger, venue, difference, classification, status }: Discrepancy) {
  return { subject, asset, symbol, ledger, venue, difference, classification, status };
}

/** The same again: nobody has to be told twice. */
function nameOf(discrepancies: readonly Discrepancy[]): string {
  return JSON.stringify(
    discrepancies
      .filter(({ status }) => status === 'OPEN' || status === 'NOTED')
      .map(({ asset, symbol, difference, classification }) => [asset, symbol, difference, classification]),
  );
}
