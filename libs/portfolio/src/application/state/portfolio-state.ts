import type { JsonObject } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, LedgerTransactionId } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { CommitPlan, LedgerTransactionPlan, NewEvent, RowWrite } from '@sextant/platform';
import type { BookedFill, HistoricFill } from '../../domain/positions/booked-fill.js';
import type { Restatement } from '../../domain/ledger/history.js';
import type { CashFact, FundingFact, OpeningPositionFact } from '../../domain/ledger/plan-postings.js';
import { PortfolioAggregate } from '../../domain/portfolio-aggregate.js';
import type { Booking, PortfolioSnapshot } from '../../domain/portfolio-aggregate.js';
import type { PortfolioEvent } from '../../domain/portfolio-event.js';
import { flatPosition, positionKey } from '../../domain/positions/position.js';
import type { Position, PositionSide } from '../../domain/positions/position.js';
import { balances, positions, strategyPositions } from '../accounts/account-tables.js';
import type { PositionRow } from '../accounts/account-tables.js';
import { isOutside } from '../../domain/ledger/ledger-account.js';
import { AccountMargin } from '../margin/account-margin.js';
import { fillMemo } from '../../domain/ledger/ledger-memo.js';

/** How a fact came about. */
export interface FactEntry<Fact> {
  fact: Fact;
  transactionId: LedgerTransactionId;
  /** Unique per account: the same reference is never booked twice. */
  reference: string;
  occurredAt: EpochMs;
  /** Reason, author, evidence: whatever explains the entry to a later reader. */
  memo: JsonObject;
}

export type CashEntry = FactEntry<CashFact>;

/**
 * The portfolio of an owned account in memory. Each `apply…` changes it at once and returns what must be committed;
 * a refused commit leaves it ahead of the database, so the session is then built anew.
 */
export class PortfolioState {
  private changes = 0;
  private readonly flows = new Map<string, bigint>();

  private constructor(
    private readonly portfolio: PortfolioAggregate,
    /** How its perpetuals are held. */
    readonly margin: AccountMargin,
  ) {}

  static empty(accountId: AccountId, venue: string): PortfolioState {
    return new PortfolioState(PortfolioAggregate.open(accountId, venue), new AccountMargin());
  }

  static load(snapshot: PortfolioSnapshot, margin = new AccountMargin()): PortfolioState {
    return new PortfolioState(PortfolioAggregate.fromSnapshot(snapshot), margin);
  }

  get accountId(): AccountId {
    return this.portfolio.accountId;
  }

  get venue(): string {
    return this.portfolio.venue;
  }

  /** Grows with every change: equal before and after a wait means that nothing was booked meanwhile. */
  get revision(): number {
    return this.changes;
  }

  /** Whether money came from or went to outside of the account since `takeFlows`. */
  get hasFlows(): boolean {
    return this.flows.size > 0;
  }

  /** Units by asset that came (+) and went (−) since the last call, network fees aside. */
  takeFlows(): ReadonlyMap<string, bigint> {
    const taken = new Map(this.flows);
    this.flows.clear();
    return taken;
  }

  totalUnits(asset: string): bigint {
    return this.portfolio.totalUnits(asset);
  }

  /** "total = free + locked; locked = our reservations": they live on the orders, so the caller brings them. */
  freeUnits(asset: string, lockedUnits: bigint): bigint {
    return this.totalUnits(asset) - lockedUnits;
  }

  /** Assets with a row, zero ones too. */
  assets(): string[] {
    return [...this.portfolio.balances.keys()];
  }

  /** In hedge mode `positionSide` says which of the two. */
  position(symbol: string, positionSide: PositionSide = 'NET'): Position {
    const key = positionKey(symbol, positionSide);
    return this.portfolio.positions.get(key) ?? flatPosition(symbol, positionSide);
  }

  positions(): Position[] {
    return [...this.portfolio.positions.values()];
  }

  /** The virtual position of one strategy; null is "no strategy". */
  strategyPosition(symbol: string, strategy: string | null, positionSide: PositionSide = 'NET'): Position {
    const book = this.portfolio.strategyPositions(strategy);
    return book.get(positionKey(symbol, positionSide)) ?? flatPosition(symbol, positionSide);
  }

  /** Books a venue's execution with its fee. Booked once: the ledger's reference is the venue's trade. */
  applyFill(fill: BookedFill): CommitPlan {
    const booking = this.portfolio.applyFill(fill);
    const transaction: LedgerTransactionPlan = {
      transactionId: fillTransactionId(fill),
      kind: fill.liquidation === true ? 'LIQUIDATION' : 'FILL',
      reference: fillReference(fill),
      occurredAt: fill.executedAt,
      memo: fillMemo(fill),
      postings: booking.postings,
    };
    return this.plan(transaction, booking);
  }

  /** Books a fill of before the account was first seen, which its OPENING contains. It is no news: no event tells of it. */
  applyHistory(fill: HistoricFill, evidence: JsonObject): CommitPlan {
    const booking = this.portfolio.applyHistory(fill);
    const transaction: LedgerTransactionPlan = {
      transactionId: fillTransactionId(fill),
      kind: 'FILL',
      reference: historyReference(fill),
      occurredAt: fill.executedAt,
      memo: {
        ...fillMemo(fill),
        venueOrderId: fill.venueOrderId,
        ...evidence,
        containedInOpening: true,
      },
      postings: booking.postings,
    };
    return { ...this.plan(transaction, booking, 'NO_FLOW'), events: [] };
  }

  /** Corrects a position that was booked in another order than executed. */
  applyRestatement(change: Restatement, entry: Omit<CashEntry, 'fact'>): CommitPlan {
    const booking = this.portfolio.restate(change, entry.occurredAt);
    return this.plan({ ...entry, kind: 'RESTATEMENT', postings: booking.postings }, booking);
  }

  /**
   * Books what the venue charges for a fill, or gives back, after that was booked: `fill.feeUnits` is the change,
   * `fill.executedAt` when it was learnt. `revision` counts the changes of one fill's fee: each is booked once.
   */
  applyFee(
    fill: BookedFill,
    transactionId: LedgerTransactionId,
    revision: number,
    why: JsonObject,
  ): CommitPlan {
    const booking = this.portfolio.applyFee(fill);
    const transaction: LedgerTransactionPlan = {
      transactionId,
      kind: 'FEE',
      reference: `fee:${revision}:${fillReference(fill).slice('trade:'.length)}`,
      occurredAt: fill.executedAt,
      memo: { ...fillMemo(fill), ...why },
      postings: booking.postings,
    };
    return this.plan(transaction, booking);
  }

  /**
   * Books a deposit, withdrawal, transfer, opening balance or correction. `lockedUnits`: what orders hold of it; null: its
   * venue says that it has happened, so nothing is refused for want of money.
   * @throws DomainError AMOUNT_OUT_OF_RANGE, BALANCE_INSUFFICIENT
   */
  applyCash(entry: CashEntry, lockedUnits: bigint | null = 0n): CommitPlan {
    return this.planFact(entry, this.portfolio.applyCash(entry.fact, lockedUnits));
  }

  /** Books what a perpetual's holder was paid or charged beside the fills. */
  applyFunding(entry: FactEntry<FundingFact>): CommitPlan {
    return this.planFact(entry, this.portfolio.applyFunding(entry.fact, entry.occurredAt));
  }

  /** Books a perpetual that the account held when it was first seen. */
  applyOpening(entry: FactEntry<OpeningPositionFact>): CommitPlan {
    return this.planFact(entry, this.portfolio.applyOpening(entry.fact, entry.occurredAt));
  }

  private planFact(
    entry: FactEntry<CashFact | FundingFact | OpeningPositionFact>,
    booking: Booking,
  ): CommitPlan {
    const { fact, transactionId, reference, occurredAt, memo } = entry;
    const { postings } = booking;
    return this.plan({ transactionId, kind: fact.kind, reference, occurredAt, memo, postings }, booking);
  }

  /** NO_FLOW: the outside only stands in for what an OPENING contains, which was counted with it. */
  private plan(transaction: LedgerTransactionPlan, booking: Booking, flow?: 'NO_FLOW'): CommitPlan {
    this.changes += 1;
    if (flow !== 'NO_FLOW') this.countFlows(booking.postings);
    const at = transaction.occurredAt;
    return {
      rows: this.rows(booking, at),
      ledger: [transaction],
      events: this.portfolio.pullEvents().map((event) => this.newEvent(event, transaction)),
    };
  }

  private countFlows(postings: Booking['postings']): void {
    for (const { asset, amount } of postings.filter(({ account }) => isOutside(account))) {
      this.flows.set(asset, (this.flows.get(asset) ?? 0n) - amount);
    }
  }

  private rows(booking: Booking, at: EpochMs): RowWrite[] {
    const account_id = this.accountId;
    return [
      ...booking.balances.map(({ asset, totalUnits }) =>
        write(balances, { account_id, asset, total: totalUnits, updated_at: at }),
      ),
      ...booking.positions.map((position) => write(positions, positionRow(account_id, position))),
      ...booking.strategyPositions.map(({ strategy, position }) =>
        write(strategyPositions, { ...positionRow(account_id, position), strategy: strategy ?? '' }),
      ),
    ];
  }

  private newEvent(event: PortfolioEvent, transaction: LedgerTransactionPlan): NewEvent {
    const { type, ...facts } = event;
    const payload: JsonObject = { accountId: this.accountId };
    for (const [name, value] of Object.entries(facts)) {
      payload[EVENT_FIELDS[name] ?? name] = typeof value === 'bigint' ? formatScaled(value) : value;
    }
    if (type.startsWith('Balance')) payload['transactionId'] = transaction.transactionId;
    return { type, payload, occurredAt: transaction.occurredAt };
  }
}

/** Domain amounts are units; events carry decimal text under the field's name. */
const EVENT_FIELDS: Readonly<Record<string, string>> = {
  totalUnits: 'total',
  changeUnits: 'change',
  quantityUnits: 'quantity',
  priceUnits: 'averageEntryPrice',
  realizedUnits: 'realizedPnl',
  equityUnits: 'equity',
};

/** One ledger transaction per fill, so they share the id's digits. */
export function fillTransactionId(fill: Pick<BookedFill, 'fillId'>): LedgerTransactionId {
  return `ltx_${fill.fillId.slice('fil_'.length)}` as LedgerTransactionId;
}

export function positionRow(accountId: AccountId, position: Position): PositionRow {
  return {
    account_id: accountId,
    symbol: position.symbol,
    position_side: position.positionSide,
    signed_quantity: position.signedUnits,
    cost: position.costUnits,
    realized_pnl: position.realizedUnits,
    fees: position.feeUnits,
    unvalued_fee_count: position.unvaluedFeeCount,
    funding: position.fundingUnits,
    opened_at: position.openedAt,
    updated_at: position.updatedAt,
  };
}

/** What a fill of before the account was first seen is booked under: one name, whoever imports it and when. */
export function historyReference(
  fill: Pick<HistoricFill, 'venue' | 'symbol' | 'venueOrderId' | 'venueTradeId'>,
): string {
  return `history:${fill.venue}:${fill.symbol}:${fill.venueOrderId}:${fill.venueTradeId}`;
}

/** What the ledger's transaction of a fill is booked under. */
export function fillReference(
  fill: Pick<BookedFill, 'venue' | 'symbol' | 'orderId' | 'venueTradeId' | 'replacement'>,
): string {
  const trade = `trade:${fill.venue}:${fill.symbol}:${fill.orderId}:${fill.venueTradeId}`;
  return fill.replacement === undefined ? trade : `${trade}:${fill.replacement}`;
}
