import type { Cancel } from '@sextant/platform';
import { isOpenDifference } from '@sextant/portfolio';
import type { SyncReport, TradesAre } from '@sextant/portfolio';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { CompareAccountTrades } from './compare-account-trades.js';
import { compareBalances } from './compare-account-balances.js';
import { comparePositions } from './compare-account-positions.js';
import { describeBalance, fetchedFills } from './discrepancy.js';
import { FindUntoldTrade } from './find-untold-trade.js';
import { operatorHint } from './operator-hint.js';
import type { ReconcileAccount } from './reconcile-account.js';
import type { ReconciliationLog } from './reconciliation-log.js';
import { outcomeOf } from './round.js';
import type {
  AcceptedDifference,
  Discrepancy,
  ReconciliationTrigger,
  Round,
  RoundRequest,
  TradeComparison,
} from './round.js';
import { acceptanceOf } from './sync-with-venue.js';
import type { SyncWithVenue } from './sync-with-venue.js';
import type { TakeStock } from './take-stock.js';
import type { VenueLink } from './venue-link.js';

const UNREACHABLE_PAUSE_MS = 1_000;
const LONGEST_RETRY_PAUSE_MS = 8_000;
/** What differs is looked at once more so much later than the venue shows all it knows. */
const CONFIRM_AFTER_MS = 3_000;
/** Trades that were compared so lately are not read again for a difference that stays. */
const TRADES_FRESH_MS = 30_000;
const ACTOR = 'sextant:reconciliation';

const NOTHING: Omit<Round, 'outcome'> = { discrepancies: [], trades: null };

/**
 * Keeps the books of one account equal to its venue's. One round at a time: fills and orders are caught up with, balances
 * compared, and where they differ the trades one by one; what evidence explains is booked, what nothing explains halts
 * the account until a round agrees.
 */
export class ShadowAccounting {
  private rounds: Promise<unknown> = Promise.resolve();
  private sweeping: Promise<Round> | null = null;
  private isRetryDue = false;
  private retryPauseMs = UNREACHABLE_PAUSE_MS;
  private stopConfirming: Cancel | null = null;
  private lastTrades: { comparison: TradeComparison; atMs: number; of: string } | null = null;
  private readonly untold: FindUntoldTrade;
  private tradesDueMs: number;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly takeStock: TakeStock,
    private readonly reconcileAccount: ReconcileAccount,
    private readonly compareTrades: CompareAccountTrades,
    private readonly syncWithVenue: SyncWithVenue,
    private readonly log: ReconciliationLog,
    private readonly tools: ExecutionTools,
  ) {
    this.tradesDueMs = tools.clock.monotonicMs() + tools.settings.tradeCheckIntervalMs();
    this.untold = new FindUntoldTrade(account, link, tools);
  }

  /** Whoever asks while a sweep is under way gets that one. */
  sweep(trigger: ReconciliationTrigger = 'SCHEDULE'): Promise<Round> {
    this.sweeping ??= this.enqueue({ trigger, actor: ACTOR, accept: [] }).finally(() => {
      this.sweeping = null;
    });
    return this.sweeping;
  }

  /** Sees what was the case when it was asked for: it begins when the round before it has ended. */
  onDemand(actor: string, accept: AcceptedDifference[]): Promise<Round> {
    acceptanceOf(accept);
    return this.enqueue({ trigger: 'ON_DEMAND', actor, accept });
  }

  /** One at a time, and ever rarer: a connection may stay switched off for long. */
  retryUntilReconciled(): void {
    if (this.isRetryDue) return;
    this.isRetryDue = true;
    this.tools.timers.setTimer(this.retryPauseMs, () => void this.retry());
  }

  /** A session that no longer answers may have been replaced; a new one is asked in the next round. */
  async openAnew(): Promise<void> {
    if (this.account.closed || !this.account.lease.isHeld()) return;
    await this.link.open().catch((error: Error) => {
      this.tools.log.warn('The venue does not open', { error: error.message });
    });
  }

  close(): void {
    this.stopConfirming?.();
  }

  private enqueue(request: RoundRequest): Promise<Round> {
    const round = this.rounds.then(() => this.round(request));
    this.rounds = round.catch(() => undefined);
    return round;
  }

  private async round(request: RoundRequest): Promise<Round> {
    if (this.account.closed) return { outcome: 'UNREACHABLE', ...NOTHING };
    const beganMs = this.tools.clock.monotonicMs();
    const round = await this.compare(request).catch((error: Error): Round => {
      const { account_id: accountId } = this.account.row;
      this.tools.log.warn('Reconciliation failed', { accountId, error: error.message });
      return { outcome: 'UNREACHABLE', ...NOTHING };
    });
    if (this.account.closed) return round;
    await this.log.note(round, request, this.tools.clock.monotonicMs() - beganMs);
    await this.conclude(round);
    return round;
  }

  /** What a round means for new orders. */
  private async conclude({ outcome }: Round): Promise<void> {
    const { account, log } = this;
    account.haltedBecause = log.isHalted ? log.hint : null;
    if (outcome === 'DIFFERENT') {
      if (log.isHalted) account.reconciled = false;
      else this.confirmSoon();
      return;
    }
    if (outcome === 'UNREACHABLE') {
      await this.openAnew();
      if (!this.link.isOpen) this.stopUntilReconciled();
      return;
    }
    if (outcome === 'IN_FLIGHT' && this.untold.isPending) this.confirmSoon();
    // What moves while it is compared says nothing: an account that is halted stays so.
    if (outcome === 'IN_FLIGHT' && log.isHalted) return;
    this.retryPauseMs = UNREACHABLE_PAUSE_MS;
    account.reconciled = true;
  }

  private async compare(request: RoundRequest): Promise<Round> {
    if (!(await this.takeStock.run())) return { outcome: 'UNREACHABLE', ...NOTHING };
    this.account.fetched.length = 0;
    if (!(await this.reconcileAccount.run())) return { outcome: 'UNREACHABLE', ...NOTHING };
    const fetched = fetchedFills(this.account, this.link, this.tools);
    const { are: balances, name } = await compareBalances(this.account, this.link, this.inbox);
    if (balances === 'UNREACHABLE') return { outcome: 'UNREACHABLE', ...NOTHING };
    if (balances === 'MOVED') return { outcome: 'IN_FLIGHT', discrepancies: fetched, trades: null };
    const positions = await this.positions();
    if (positions === null) return { outcome: 'UNREACHABLE', ...NOTHING };
    const trades = await this.tradesFor(request, [name, ...positions.map(nameOf)].join(' ').trim());
    const listed = trades?.discrepancies ?? [];
    const isBooked = listed.some(({ status }) => status === 'BOOKED');
    const found = [...fetched, ...listed];
    if (balances === 'EQUAL' && !isBooked) {
      const discrepancies = [...positions, ...found];
      return { outcome: outcomeOf(discrepancies), discrepancies, trades };
    }
    const report = await this.syncWithVenue.settle({
      actor: request.actor,
      trades: tradesAre(trades),
      accepts: acceptanceOf(request.accept),
    });
    const left = isBooked ? await this.positions() : positions;
    if (left === null) return { outcome: 'UNREACHABLE', ...NOTHING };
    const discrepancies = [...this.untold.reread(this.balancesOf(report)), ...left, ...found];
    return { outcome: outcomeOf(discrepancies), discrepancies, trades };
  }

  private positions(): Promise<Discrepancy[] | null> {
    return comparePositions(this.account, this.link, this.tools);
  }

  /** Always on demand; else when balances differ, and now and then while they do not. */
  private async tradesFor({ trigger }: RoundRequest, differing: string): Promise<TradeComparison | null> {
    const nowMs = this.tools.clock.monotonicMs();
    if (trigger !== 'ON_DEMAND') {
      if (differing === '' && nowMs < this.tradesDueMs) return null;
      const last = this.lastTrades;
      if (last?.of === differing && !this.untold.isPending && nowMs - last.atMs < TRADES_FRESH_MS)
        return { ...last.comparison, discrepancies: stillOpen(last.comparison) };
    }
    const comparison = await this.compareTrades.run();
    this.tradesDueMs = nowMs + this.tools.settings.tradeCheckIntervalMs();
    this.lastTrades = comparison === null ? null : { comparison, atMs: nowMs, of: differing };
    return comparison;
  }

  private balancesOf(report: SyncReport): Discrepancy[] {
    const { account_id: accountId, venue } = this.account.row;
    const evidence = { source: 'VENUE_ANSWER', comparedAt: report.comparedAt };
    return report.balances
      .filter(({ classification }) => classification !== 'EQUAL')
      .map((balance) =>
        describeBalance(balance, evidence, (classification) =>
          isOpenDifference(classification)
            ? operatorHint(
                classification,
                { subject: 'BALANCE', symbol: null, ...balance },
                { accountId, venue },
              )
            : null,
        ),
      );
  }

  private confirmSoon(): void {
    if (this.stopConfirming !== null) return;
    const pauseMs = this.link.traits.visibilityLagMs + CONFIRM_AFTER_MS;
    this.stopConfirming = this.tools.timers.setTimer(pauseMs, async () => {
      this.stopConfirming = null;
      if (!this.account.closed) await this.sweep();
    });
  }

  /** There is no way to the venue at all: a key that was withdrawn, a connection that is switched off. */
  private stopUntilReconciled(): void {
    this.account.reconciled = false;
    this.retryUntilReconciled();
  }

  private async retry(): Promise<void> {
    this.retryPauseMs = Math.min(2 * this.retryPauseMs, LONGEST_RETRY_PAUSE_MS);
    await this.sweep();
    this.isRetryDue = false;
    if (!this.account.closed && !this.account.reconciled) this.retryUntilReconciled();
  }
}

function nameOf({ symbol, difference }: Discrepancy): string {
  return `${symbol} ${difference}`;
}

function tradesAre(trades: TradeComparison | null): TradesAre {
  if (trades === null) return 'UNKNOWN';
  return trades.agree ? 'AGREE' : 'DIFFER';
}

/** What was booked by then is not found again. */
function stillOpen({ discrepancies }: TradeComparison): Discrepancy[] {
  return discrepancies.filter(({ status }) => status !== 'BOOKED');
}
