import { HOUSE } from '../accounts/ledger.js';
import type { Engine } from '../engine/engine.js';
import { fundingPayment } from './margin.js';
import { MARGIN_ASSET, type MarginAccount, type MarginBook } from './margin-book.js';
import type { Income } from './margin-settlement.js';
import type { MarkBook } from './mark-book.js';
import type { Position } from './positions.js';

export interface FundingStamp {
  symbol: string;
  at: number;
  rate: bigint;
  mark: bigint;
}

interface Parts {
  engine: Engine;
  book: MarginBook;
  marks: MarkBook;
  clock: { now(): number };
  onIncome: (income: Income) => void;
  onStamp: (stamp: FundingStamp) => void;
  /** After an account was charged or paid. */
  onPaid: (account: MarginAccount, position: Position) => void;
}

/** More stamps than this at once mean that the clock was set ahead, not that periods went by. */
const MOST_STAMPS = 100;
const STAMPS_KEPT = 1000;

/** At each stamp every position that is open then pays or receives, and the period's rate becomes history. */
export class Funding {
  readonly history: FundingStamp[] = [];

  constructor(private readonly parts: Parts) {}

  pass(): void {
    const { marks, clock } = this.parts;
    const now = clock.now();
    for (const symbol of marks.symbols()) {
      for (let stamps = 0; stamps < MOST_STAMPS; stamps++) {
        const closed = marks.closePeriod(symbol, now);
        if (closed === null) break;
        this.settle({ symbol, at: closed.at, rate: closed.rate, mark: marks.mark(symbol) });
      }
      if (marks.nextFundingTime(symbol) <= now) marks.realign(symbol, now);
    }
  }

  restore(stamp: FundingStamp): void {
    this.history.push(stamp);
    if (this.history.length > STAMPS_KEPT) this.history.shift();
  }

  private settle(stamp: FundingStamp): void {
    this.restore(stamp);
    this.parts.onStamp(stamp);
    const { engine, book } = this.parts;
    const due = book.all().flatMap((account) =>
      account
        .openPositions()
        .filter(({ symbol }) => symbol === stamp.symbol)
        .map((position) => ({ account, position })),
    );
    engine.settleNow(() => {
      for (const { account, position } of due) this.charge(account, position, stamp);
    });
    for (const { account, position } of due) this.parts.onPaid(account, position);
  }

  private charge(
    { accountId }: MarginAccount,
    position: Position,
    { symbol, at, rate, mark }: FundingStamp,
  ): void {
    const units = fundingPayment(position.size, mark, rate);
    this.parts.book.ledger.transfer(HOUSE, accountId, MARGIN_ASSET, units);
    if (position.isolatedWallet !== 0n) position.isolatedWallet += units;
    this.parts.onIncome({ accountId, symbol, kind: 'FUNDING_FEE', units, tradeId: null, at });
  }
}
