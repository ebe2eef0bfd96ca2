import type { JsonObject } from '@sextant/contracts';
import type { Evidence, VenueIncome } from '@sextant/exchange';
import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import type { CashFact } from '@sextant/portfolio';
import { venueCursors } from '../account/account-tables.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { PlanBuilder } from '../account/plan-builder.js';
import { fundedSide } from './funded-side.js';
import type { VenueLink } from './venue-link.js';

const ACTOR = 'sextant:income';

/** Where the reading of income goes on is kept beside that of fills. */
export function incomeCursorName(venue: string): string {
  return `${venue}:INCOME`;
}

/**
 * Books what moved the wallet of a venue with perpetuals beside the fills: funding, the insurance fund, transfers. Each is
 * committed with the cursor behind it, so that it is booked once. What has another name at the venue is left to the
 * comparison of balances, and to a person.
 */
export class ReadVenueIncome {
  private cursor: string | null = null;
  private running: Promise<boolean> | null = null;
  private readonly strange = new Set<string>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
  ) {}

  /** False when the venue did not answer: what is missing then stays missing until the next time. */
  read(): Promise<boolean> {
    if (!this.link.holdsContracts) return Promise.resolve(true);
    this.running ??= this.readPages().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** What lies before is none of ours. */
  startAt(cursor: string): void {
    this.cursor = cursor;
  }

  private async readPages(): Promise<boolean> {
    const { account_id: accountId, venue } = this.account.row;
    this.cursor ??=
      (await this.tools.archive.cursor(accountId, incomeCursorName(venue))) ?? this.link.startIncomeCursor();
    for (;;) {
      const answer = await this.link.call((session) => session.incomeSince!(this.cursor));
      if (answer.outcome !== 'CONFIRMED') return false;
      const { income, cursor } = answer.value;
      if (income.length > 0) {
        await this.inbox.pushAndWait({
          kind: 'PLAN',
          plan: (now) => this.plan(income, cursor, answer.evidence, now),
        });
      }
      const isOver = income.length === 0 || cursor === this.cursor;
      this.cursor = cursor;
      if (isOver) return true;
    }
  }

  private plan(income: readonly VenueIncome[], cursor: string, evidence: Evidence, now: EpochMs): CommitPlan {
    const plan = new PlanBuilder();
    for (const one of income) {
      const booked = this.book(one, income, evidence);
      if (booked === null) this.leaveOut(one);
      else plan.merge(booked);
    }
    const { account_id, venue } = this.account.row;
    plan.row(venueCursors, { account_id, venue: incomeCursorName(venue), cursor, updated_at: now });
    return plan.build() ?? { rows: [], events: [], ledger: [] };
  }

  private book(one: VenueIncome, all: readonly VenueIncome[], evidence: Evidence): CommitPlan | null {
    const { portfolio, row } = this.account;
    const { kind, symbol, asset, units, at: occurredAt } = one;
    if (units === 0n) return { rows: [], events: [], ledger: [] };
    const entry = {
      transactionId: this.tools.ids.next('ltx'),
      reference: `income:${row.venue}:${one.label}:${one.incomeId}`,
      occurredAt,
    };
    if (kind === 'FUNDING' || kind === 'INSURANCE') {
      if (symbol === null || MarketSymbol.parse(symbol).settle !== asset) return null;
      const positionSide = fundedSide(one, all, portfolio);
      const fact = { kind, symbol, positionSide, asset, units };
      return portfolio.applyFunding({
        ...entry,
        fact,
        memo: memoOf(one, evidence, { symbol, positionSide }),
      });
    }
    if (kind !== 'TRANSFER') return null;
    // What went was there, whatever is booked: refused here, it would be refused again for ever.
    return portfolio.applyCash({ ...entry, fact: transferOf(one), memo: memoOf(one, evidence, {}) }, null);
  }

  private leaveOut({ label, asset, units, symbol, incomeId }: VenueIncome): void {
    const key = `${label} ${incomeId}`;
    if (this.strange.has(key)) return;
    this.strange.add(key);
    this.tools.log.warn('Income that has no account of the ledger is left out', {
      accountId: this.account.row.account_id,
      label,
      symbol,
      amount: `${formatScaled(units)} ${asset}`,
    });
  }
}

/** Money from or to another wallet at the venue, or outside: the venue says that it moved, so nothing of it is P&L. */
function transferOf({ asset, units }: VenueIncome): CashFact {
  if (units > 0n) return { kind: 'DEPOSIT', asset, units };
  return { kind: 'WITHDRAWAL', asset, units: -units, feeUnits: 0n };
}

function memoOf(one: VenueIncome, { kind, at, detail }: Evidence, more: JsonObject): JsonObject {
  return {
    ...more,
    asset: one.asset,
    amount: formatScaled(one.units),
    label: one.label,
    incomeId: one.incomeId,
    author: ACTOR,
    evidence: { kind, at, detail: detail as JsonObject },
  };
}
