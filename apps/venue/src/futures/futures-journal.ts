import type { Engine } from '../engine/engine.js';
import type { Recorder } from '../journal/recorder.js';
import type { AlgoOrder } from './algo-orders.js';
import type { Contracts } from './contracts.js';
import type { FundingStamp } from './funding.js';
import type { MarginAccount, MarginBook, SymbolSettings } from './margin-book.js';
import type { Income } from './margin-settlement.js';
import type { Position } from './positions.js';

const PRODUCT = 'futures';

/** JSON has no bigints: they stand as decimal text. */
type Written<Row> = { [Name in keyof Row]: Row[Name] extends bigint ? string : Row[Name] };

type Note =
  | {
      what: 'ACCOUNT';
      accountId: string;
      isHedged: boolean;
      settings: [symbol: string, settings: SymbolSettings][];
      positions: Written<Position>[];
    }
  | { what: 'INCOME'; income: Written<Income> }
  | { what: 'FUNDING'; stamp: Written<FundingStamp> }
  | {
      what: 'ALGO';
      order: Omit<AlgoOrder, 'contract' | 'callback'> & { symbol: string; callback: string | null };
    };

/** Whom a note is given back to. */
export interface Restored {
  onIncome: (income: Income) => void;
  onStamp: (stamp: FundingStamp) => void;
  onAlgo: (order: AlgoOrder) => void;
  finish: () => void;
}

/** Lets positions, settings, incomes and conditional orders outlive the process, beside what the engine tells. */
export class FuturesJournal {
  constructor(
    private readonly recorder: Recorder,
    private readonly book: MarginBook,
    private readonly contracts: Contracts,
  ) {}

  attach(engine: Engine, restored: Restored): void {
    this.recorder.attach(PRODUCT, {
      engine,
      restore: (event) =>
        event.kind === 'BalanceChanged' ? this.book.ledger.restore(event) : engine.restore(event),
      restoreNote: (note) => this.restore(note as Note, restored),
      finishRestore: () => {
        engine.finishRestore();
        restored.finish();
      },
    });
  }

  saveAccount(account: MarginAccount): void {
    this.write({
      what: 'ACCOUNT',
      accountId: account.accountId,
      isHedged: account.isHedged,
      settings: [...account.settings],
      positions: [...account.positions.values()].map((position) => ({
        ...position,
        size: String(position.size),
        entryCost: String(position.entryCost),
        isolatedWallet: String(position.isolatedWallet),
        realized: String(position.realized),
      })),
    });
  }

  saveIncome(income: Income): void {
    this.write({ what: 'INCOME', income: { ...income, units: String(income.units) } });
  }

  saveStamp(stamp: FundingStamp): void {
    this.write({ what: 'FUNDING', stamp: { ...stamp, rate: String(stamp.rate), mark: String(stamp.mark) } });
  }

  saveAlgo({ contract, callback, ...order }: AlgoOrder): void {
    const symbol = contract.spec.symbol;
    this.write({
      what: 'ALGO',
      order: { ...order, symbol, callback: callback === null ? null : String(callback) },
    });
  }

  private write(note: Note): void {
    this.recorder.note(PRODUCT, note);
  }

  private restore(note: Note, restored: Restored): void {
    switch (note.what) {
      case 'ACCOUNT':
        this.restoreAccount(note);
        return;
      case 'INCOME':
        restored.onIncome({ ...note.income, units: BigInt(note.income.units) });
        return;
      case 'FUNDING':
        restored.onStamp({ ...note.stamp, rate: BigInt(note.stamp.rate), mark: BigInt(note.stamp.mark) });
        return;
      case 'ALGO': {
        const { symbol, callback, ...order } = note.order;
        const contract = this.contracts.need(symbol);
        restored.onAlgo({ ...order, contract, callback: callback === null ? null : BigInt(callback) });
      }
    }
  }

  private restoreAccount(note: Extract<Note, { what: 'ACCOUNT' }>): void {
    const account = this.book.account(note.accountId);
    account.isHedged = note.isHedged;
    for (const [symbol, settings] of note.settings) account.settings.set(symbol, settings);
    for (const written of note.positions) {
      Object.assign(account.position(written.symbol, written.side), {
        size: BigInt(written.size),
        entryCost: BigInt(written.entryCost),
        isolatedWallet: BigInt(written.isolatedWallet),
        realized: BigInt(written.realized),
        updatedAt: written.updatedAt,
      });
    }
  }
}
