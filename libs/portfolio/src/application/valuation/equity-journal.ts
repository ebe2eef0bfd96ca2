import type { JsonObject } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { AccountRow } from '../accounts/account-tables.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { valueAccount } from './account-value.js';
import type { AccountValue } from './account-value.js';
import type { Marks } from './price.js';
import { portfolioSnapshots } from './snapshot-table.js';
import type { SnapshotKind, SnapshotRow } from './snapshot-table.js';
import { Valuation } from './valuation.js';

/** Where the equity history of an account stands when its owner takes it over. */
export interface EquityTrace {
  /** Chain sequence of the last ledger transaction. */
  ledgerSequence: number;
  /** Null when the account was never valued. */
  lastAt: EpochMs | null;
  /** Units by asset that came (+) or went (−) and that no point contains. */
  flows: ReadonlyMap<string, bigint>;
}

/**
 * The equity history of an owned account, written point by point into its commits. What came or went counts at the price of
 * the first moment that has one. The first point of all takes everything that the account holds for brought in.
 */
export class EquityJournal {
  private readonly baseSequence: number;
  private readonly waiting: Map<string, bigint>;
  private last: EpochMs | null;
  private wasComplete = true;

  constructor(
    private readonly row: Pick<AccountRow, 'account_id' | 'tenant_id' | 'kind' | 'reporting_asset'>,
    private readonly portfolio: PortfolioState,
    private readonly marks: Marks,
    trace: EquityTrace,
    /** Other assets that the account's equity is asked for in. */
    private readonly otherAssets: () => Iterable<string>,
  ) {
    this.baseSequence = trace.ledgerSequence - portfolio.revision;
    this.waiting = new Map(trace.flows);
    this.last = trace.lastAt;
  }

  get tenantId(): AccountRow['tenant_id'] {
    return this.row.tenant_id;
  }

  get asset(): string {
    return this.row.reporting_asset;
  }

  /** Of the newest point. */
  get lastAt(): EpochMs | null {
    return this.last;
  }

  /** The newest point lacks a price that there is by now. */
  canComplete(): boolean {
    if (this.wasComplete || this.isUnread) return false;
    const valuation = new Valuation(this.marks, this.asset);
    const { equityUnits } = valueAccount(this.portfolio, valuation);
    return equityUnits !== null && [...this.waiting.keys()].every((asset) => valuation.price(asset) !== null);
  }

  /** Looks up every price that the next point takes, so that their markets are followed by then. */
  warm(): void {
    valueAccount(this.portfolio, new Valuation(this.marks, this.asset));
    this.rates();
  }

  /** The point that belongs into the commit of money that came or went; null when none did. */
  flowPoint(now: EpochMs): CommitPlan | null {
    return this.portfolio.hasFlows ? this.point('FLOW', now) : null;
  }

  /** The account as it is in memory now, which is what the commit stores that this goes into. */
  point(kind: SnapshotKind, now: EpochMs): CommitPlan {
    // Two points of one millisecond, or a clock that was set back: the order of the points is that of the ledger.
    const at = this.last === null ? now : Math.max(now, this.last + 1);
    const valuation = new Valuation(this.marks, this.asset);
    const value = valueAccount(this.portfolio, valuation);
    this.takeFlows(value);
    this.last = at;
    const row = this.snapshot(kind, at, value, valuation);
    this.wasComplete = row.complete;
    return {
      rows: [write(portfolioSnapshots, row)],
      ledger: [],
      events: [{ type: 'EquityChanged', payload: equityChanged(row), occurredAt: at }],
    };
  }

  private snapshot(kind: SnapshotKind, at: EpochMs, value: AccountValue, valuation: Valuation): SnapshotRow {
    const equity = this.isUnread ? null : value.equityUnits;
    const flow = this.valueFlows(valuation);
    return {
      account_id: this.row.account_id,
      taken_at: at,
      kind,
      ledger_sequence: this.baseSequence + this.portfolio.revision,
      asset: this.asset,
      equity,
      flow,
      complete: equity !== null && this.waiting.size === 0,
      unvalued_flows: Object.fromEntries([...this.waiting].map(([asset, units]) => [asset, String(units)])),
      valuation: shownValue(value),
      rates: this.rates(),
    };
  }

  /** "A LIVE account of which nothing is booked was not read from its venue yet": nothing here is no zero there. */
  private get isUnread(): boolean {
    return this.row.kind === 'LIVE' && this.portfolio.assets().length === 0;
  }

  private takeFlows({ holdings }: AccountValue): void {
    const moved = this.portfolio.takeFlows();
    if (this.last === null) {
      this.waiting.clear();
      for (const { asset, units } of holdings) this.waiting.set(asset, units);
      return;
    }
    for (const [asset, units] of moved) this.waiting.set(asset, (this.waiting.get(asset) ?? 0n) + units);
  }

  /** What has no price now stays and waits. */
  private valueFlows(valuation: Valuation): bigint {
    let sum = 0n;
    for (const [asset, units] of this.waiting) {
      const value = units === 0n ? 0n : valuation.price(asset)?.convert(units);
      if (value === undefined) continue;
      sum += value;
      this.waiting.delete(asset);
    }
    return sum;
  }

  private rates(): JsonObject {
    const rates: JsonObject = {};
    for (const asset of this.otherAssets()) {
      if (asset === this.asset) continue;
      const price = new Valuation(this.marks, asset).price(this.asset);
      if (price !== null) rates[asset] = String(price.priceUnits);
    }
    return rates;
  }
}

function equityChanged({ account_id, asset, equity, complete }: SnapshotRow): JsonObject {
  return { accountId: account_id, asset, equity: equity === null ? null : formatScaled(equity), complete };
}

function shownValue({ holdings, contracts }: AccountValue): JsonObject {
  return {
    holdings: holdings.map(({ asset, units, price, valueUnits }) => ({
      asset,
      total: formatScaled(units),
      price: price === null ? null : formatScaled(price.priceUnits),
      path: price?.path ?? [],
      source: price?.source ?? null,
      asOf: price?.asOf ?? null,
      value: valueUnits === null ? null : formatScaled(valueUnits),
    })),
    contracts: contracts.map((contract) => ({
      symbol: contract.symbol,
      positionSide: contract.positionSide,
      signedQuantity: formatScaled(contract.signedUnits),
      mark: contract.markUnits === null ? null : formatScaled(contract.markUnits),
      unrealizedPnl: contract.unrealizedUnits === null ? null : formatScaled(contract.unrealizedUnits),
      value: contract.valueUnits === null ? null : formatScaled(contract.valueUnits),
    })),
  };
}
