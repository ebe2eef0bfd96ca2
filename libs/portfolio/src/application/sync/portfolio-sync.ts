import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import type { Evidence, GatewayOutcome, VenueBalance } from '@sextant/exchange';
import { Clock, DomainError, formatScaled, Ids } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { idempotencyKeys, write } from '@sextant/platform';
import type { CommitPlan, RowWrite } from '@sextant/platform';
import type { CashFact } from '../../domain/ledger/plan-postings.js';
import { classifyBalances, syncVerdict } from '../../domain/sync/classify-balances.js';
import type {
  Acceptance,
  BalanceComparison,
  DifferenceClass,
  SyncVerdict,
  TradesAre,
} from '../../domain/sync/classify-balances.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { BalanceTolerance } from './balance-tolerance.js';

/** An account in the hands of its owner. */
export interface SyncTarget {
  state: PortfolioState;
  balances(): Promise<GatewayOutcome<VenueBalance[]>>;
  /** What somebody who knows says of a difference; null where nobody does. */
  accepts: (asset: string, differenceUnits: bigint) => Acceptance | null;
  /** Whether the trades were compared before, and how they are; absent where nobody looked. */
  trades?: TradesAre;
  /** What of the asset was taken over without anybody's word in the last 24 hours, without its sign. */
  healedUnits?: (asset: string) => bigint;
  /** Whether orders of the asset are under way whose fills the ledger may not have yet. */
  inFlight(asset: string): boolean;
  /**
   * Runs `decide` when nothing else changes the state and stores what it returns; resolves when that is durable.
   * `decide` may be called at any later moment, and once.
   */
  store(decide: () => CommitPlan): Promise<void>;
}

/** Amounts as decimal text; `difference` = venue − ledger. */
export type SyncReport = {
  accountId: string;
  verdict: SyncVerdict;
  comparedAt: EpochMs;
  balances: {
    asset: string;
    ledger: string;
    venue: string;
    difference: string;
    classification: DifferenceClass;
    /** Id of the ledger transaction that took the difference over, or null. */
    correctedBy: string | null;
  }[];
};

/** What a request is recognised by when it comes again. */
export type SyncKey = { tenantId: TenantId; route: string; key: string; bodyHash: string };

/** How often the venue is asked again because fills were booked while it answered. */
const ATTEMPTS = 3;

/**
 * Shadow accounting: compares the ledger's totals with the venue's balances. What the account held when it was first
 * seen, and dust, is taken over by a posting that carries the evidence; anything else is reported and left alone, unless
 * somebody says that it is a transfer.
 */
@Injectable()
export class PortfolioSync {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly tolerance: BalanceTolerance,
  ) {}

  /** With a key, the report is stored under it in the commit of the sync. @throws DomainError VENUE_BALANCES_UNKNOWN */
  async run(target: SyncTarget, actor: string, once: SyncKey | null = null): Promise<SyncReport> {
    for (let attempt = 1; ; attempt += 1) {
      const { revision } = target.state;
      const answer = await target.balances();
      if (answer.outcome !== 'CONFIRMED') {
        throw new DomainError('VENUE_BALANCES_UNKNOWN', answer.reason.detail, { reason: answer.reason.code });
      }
      if (target.state.revision !== revision && attempt < ATTEMPTS) continue;
      const { value, evidence } = answer;
      const reports: SyncReport[] = [];
      await target.store(() => {
        const { plan, report } = this.settle(target, value, evidence, revision, actor);
        if (once !== null) plan.rows.push(keyRow(once, report));
        reports.push(report);
        return plan;
      });
      return reports[0]!;
    }
  }

  /** Compares, books what may be taken over, and says so. `revision`: of the state when the venue was asked. */
  private settle(
    target: SyncTarget,
    venue: readonly VenueBalance[],
    evidence: Evidence,
    revision: number,
    actor: string,
  ): { plan: CommitPlan; report: SyncReport } {
    const { state } = target;
    const moved = state.revision !== revision;
    const comparisons = classifyBalances({
      ledger: new Map(state.assets().map((asset) => [asset, state.totalUnits(asset)])),
      venue: new Map(venue.map(({ asset, freeUnits, lockedUnits }) => [asset, freeUnits + lockedUnits])),
      firstSight: state.assets().length === 0,
      inFlight: (asset) => moved || target.inFlight(asset),
      toleranceUnits: (asset) => this.tolerance.unitsOf(asset),
      healedUnits: target.healedUnits ?? (() => 0n),
      trades: target.trades ?? 'UNKNOWN',
      accepts: target.accepts,
    });
    const plan: CommitPlan = { events: [], rows: [], ledger: [] };
    const report: SyncReport = {
      accountId: state.accountId,
      verdict: syncVerdict(comparisons),
      comparedAt: this.clock.now(),
      balances: comparisons.map((comparison) => ({
        ...shown(comparison),
        correctedBy: this.correct(plan, state, comparison, { evidence, actor }),
      })),
    };
    plan.events.push({
      type: 'PortfolioSynced',
      payload: syncedPayload(report),
      occurredAt: report.comparedAt,
      actor,
    });
    return { plan, report };
  }

  /** Adds the posting that takes a difference over; null when it stays. */
  private correct(
    plan: CommitPlan,
    state: PortfolioState,
    comparison: BalanceComparison,
    { evidence, actor }: { evidence: Evidence; actor: string },
  ): string | null {
    const { asset, differenceUnits } = comparison;
    const taken = takeOver(comparison);
    if (taken === null) return null;
    const { fact, reason } = taken;
    const transactionId = this.ids.next('ltx');
    const booked = state.applyCash({
      fact,
      transactionId,
      reference: fact.kind === 'OPENING' ? `opening:${asset}` : `${fact.kind.toLowerCase()}:${transactionId}`,
      occurredAt: evidence.at,
      memo: {
        asset,
        amount: formatScaled(differenceUnits),
        reason,
        classification: comparison.classification,
        author: actor,
        evidence: { kind: evidence.kind, at: evidence.at, detail: evidence.detail as JsonObject },
      },
    });
    plan.events.push(...booked.events);
    plan.rows.push(...booked.rows);
    plan.ledger.push(...booked.ledger);
    return transactionId;
  }
}

function keyRow({ tenantId, route, key, bodyHash }: SyncKey, report: SyncReport): RowWrite {
  return write(idempotencyKeys, {
    tenant_id: tenantId,
    route,
    key,
    account_id: report.accountId as AccountId,
    body_hash: bodyHash,
    resource_id: null,
    status: 200,
    body: report,
    created_at: report.comparedAt,
  });
}

function shown({ asset, ledgerUnits, venueUnits, differenceUnits, classification }: BalanceComparison) {
  return {
    asset,
    ledger: formatScaled(ledgerUnits),
    venue: formatScaled(venueUnits),
    difference: formatScaled(differenceUnits),
    classification,
  };
}

function syncedPayload(report: SyncReport): JsonObject {
  const differences = report.balances
    .filter(({ classification }) => classification !== 'EQUAL')
    .map(({ correctedBy, ...rest }) => ({ ...rest, corrected: correctedBy !== null }));
  return { accountId: report.accountId, verdict: report.verdict, differences };
}

/** What a difference is booked as; null for one that stays. */
function takeOver({
  asset,
  differenceUnits: units,
  classification,
  note,
}: BalanceComparison): { fact: CashFact; reason: string } | null {
  switch (classification) {
    case 'OPENING':
      return { fact: { kind: 'OPENING', asset, units }, reason: 'Held at the venue when first seen' };
    case 'DUST':
      return { fact: { kind: 'CORRECTION', asset, units }, reason: 'Within the tolerance of the comparison' };
    case 'CORRECTION':
      return { fact: { kind: 'CORRECTION', asset, units }, reason: note ?? '' };
    case 'TRANSFER':
      if (units > 0n) return { fact: { kind: 'DEPOSIT', asset, units }, reason: note ?? '' };
      return { fact: { kind: 'WITHDRAWAL', asset, units: -units, feeUnits: 0n }, reason: note ?? '' };
    default:
      return null;
  }
}
