import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { positionsAfterFee, positionsAfterFill } from '../positions/book-fill.js';
import type { BookedFill } from '../positions/booked-fill.js';
import { parseLedgerAccount } from './ledger-account.js';
import type { LedgerAccount } from './ledger-account.js';
import type { FundingFact } from './plan-postings.js';
import type { PortfolioSnapshot } from '../portfolio-aggregate.js';
import { flatPosition, openedSince, positionKey } from '../positions/position.js';
import type { Position, PositionSide } from '../positions/position.js';
import type { Posting } from './posting.js';
import { shareFunding } from '../positions/share-funding.js';

/** One ledger transaction as it is read back; `fill` is what the memo of a FILL or LIQUIDATION says, `fee` that of a FEE. */
export interface LedgerEntry {
  occurredAt: EpochMs;
  postings: readonly Posting[];
  fill: BookedFill | null;
  fee?: BookedFill | null;
}

/** A position while it is summed up. */
type Sums = { -readonly [K in keyof Position]: Position[K] };

type Field = 'signedUnits' | 'costUnits' | 'realizedUnits' | 'feeUnits' | 'fundingUnits';

/** What a posting to one account in one asset means. Found out once, looked up for each posting. */
interface Slot {
  account: LedgerAccount;
  asset: string;
  sums: Sums | null;
  /** What the amount is added to, and which way round; null where it is no part of a position. */
  field: Field | null;
  sign: bigint;
}

/** What an entry's positions were before it: enough to tell whether one opened. */
type Before = Map<Sums, Pick<Position, 'signedUnits' | 'openedAt'>>;

/**
 * Rebuilds balances, positions and P&L from the ledger alone, in the order of its chain. What the account owns is
 * nothing but sums of postings; the virtual positions of the strategies book each fill again in their own book, and share
 * funding.
 */
export class LedgerFold {
  private readonly totals = new Map<string, bigint>();
  private readonly sums = new Map<string, Sums>();
  private readonly strategies = new Map<string | null, Map<string, Position>>();
  /** By account, then asset. */
  private readonly slots = new Map<string, Map<string, Slot>>();

  /** `onShare` hears of every change of a strategy's virtual position, in the order of the chain. */
  constructor(
    private readonly onShare?: (strategy: string | null, before: Position, after: Position) => void,
  ) {}

  add(entry: LedgerEntry): void {
    const before: Before = new Map();
    const charged = new Set<Sums>();
    let isOpening = false;
    for (const { account, asset, amount } of entry.postings) {
      const slot = this.slot(account, asset);
      this.addTo(slot, amount, entry, before, charged);
      // A contract that no fill explains was held when the account was first seen: it is of no strategy.
      if (slot.account.purpose === 'contract') isOpening ||= isAlone(entry);
    }
    for (const sums of charged) sums.unvaluedFeeCount += 1;
    for (const [sums, earlier] of before) close(earlier, sums, entry.occurredAt);
    if (isOpening) for (const sums of before.keys()) this.putShare(null, { ...sums });
    if (entry.fill !== null) this.addToStrategy(entry.fill, positionsAfterFill);
    if (entry.fee) this.addToStrategy(entry.fee, positionsAfterFee);
  }

  snapshot(accountId: AccountId, venue: string): PortfolioSnapshot {
    return {
      accountId,
      venue,
      balances: [...this.totals].map(([asset, totalUnits]) => ({ asset, totalUnits })),
      positions: [...this.sums.values()].map((sums) => ({ ...sums })),
      strategies: [...this.strategies].map(([strategy, book]) => ({
        strategy,
        positions: [...book.values()],
      })),
    };
  }

  private addTo(slot: Slot, amount: bigint, entry: LedgerEntry, before: Before, charged: Set<Sums>): void {
    const { account, asset, sums, field, sign } = slot;
    if (account.purpose === 'wallet') this.totals.set(asset, (this.totals.get(asset) ?? 0n) + amount);
    if (sums === null) return;
    if (!before.has(sums)) before.set(sums, { signedUnits: sums.signedUnits, openedAt: sums.openedAt });
    if (account.purpose === 'fee' && field === null) charged.add(sums);
    if (account.purpose === 'fee-value') charged.delete(sums);
    const kind = incomeKind(account.purpose, entry);
    if (kind !== null) {
      const { symbol, positionSide } = sums;
      this.share({ kind, symbol, positionSide, asset, units: -amount }, entry.occurredAt);
    }
    if (field !== null) sums[field] += sign * amount;
  }

  private addToStrategy(fill: BookedFill, after: typeof positionsAfterFill): void {
    for (const position of after(this.strategies.get(fill.strategy) ?? new Map(), fill)) {
      this.putShare(fill.strategy, position);
    }
  }

  private share(fact: FundingFact, at: EpochMs): void {
    for (const { strategy, position } of shareFunding(this.strategies, fact, at)) {
      this.putShare(strategy, position);
    }
  }

  private putShare(strategy: string | null, position: Position): void {
    const { symbol, positionSide } = position;
    const book = this.strategies.get(strategy) ?? new Map<string, Position>();
    const key = positionKey(symbol, positionSide);
    this.onShare?.(strategy, book.get(key) ?? flatPosition(symbol, positionSide), position);
    this.strategies.set(strategy, book.set(key, position));
  }

  private position(key: string, symbol: string, positionSide: PositionSide): Sums {
    let sums = this.sums.get(key);
    if (sums === undefined) {
      sums = { ...flatPosition(symbol, positionSide) };
      this.sums.set(key, sums);
    }
    return sums;
  }

  private slot(name: string, asset: string): Slot {
    let ofAccount = this.slots.get(name);
    if (ofAccount === undefined) this.slots.set(name, (ofAccount = new Map()));
    let slot = ofAccount.get(asset);
    if (slot === undefined) ofAccount.set(asset, (slot = this.newSlot(parseLedgerAccount(name), asset)));
    return slot;
  }

  private newSlot(account: LedgerAccount, asset: string): Slot {
    const { purpose, symbol, positionSide } = account;
    if (symbol === null || purpose === 'inventory' || purpose === 'contract') {
      return { account, asset, sums: null, field: null, sign: 1n };
    }
    const sums = this.position(positionKey(symbol, positionSide), symbol, positionSide);
    const { base, quote } = MarketSymbol.parse(symbol);
    if (purpose === 'position' && asset === base)
      return { account, asset, sums, field: 'signedUnits', sign: -1n };
    const field = asset === quote ? (QUOTE_FIELDS[purpose] ?? null) : null;
    return { account, asset, sums, field, sign: purpose === 'realized' || purpose === 'funding' ? -1n : 1n };
  }
}

/** What the accounts of a market hold in its quote asset. */
const QUOTE_FIELDS: Partial<Record<LedgerAccount['purpose'], Field>> = {
  position: 'costUnits',
  realized: 'realizedUnits',
  fee: 'feeUnits',
  'fee-value': 'feeUnits',
  funding: 'fundingUnits',
};

function close(before: Pick<Position, 'signedUnits' | 'openedAt'>, sums: Sums, at: EpochMs): void {
  sums.openedAt = openedSince(before, sums.signedUnits, at);
  sums.updatedAt = at > sums.updatedAt ? at : sums.updatedAt;
}

/** Of a perpetual, what is no part of a fill; null for everything else. */
function incomeKind(purpose: LedgerAccount['purpose'], entry: LedgerEntry): FundingFact['kind'] | null {
  if (purpose === 'funding') return 'FUNDING';
  return purpose === 'fee' && isAlone(entry) ? 'INSURANCE' : null;
}

function isAlone({ fill, fee }: LedgerEntry): boolean {
  return fill === null && !fee;
}
