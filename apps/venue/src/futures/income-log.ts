import type { Income } from './margin-settlement.js';

const KEPT = 100_000;

/** Everything that ever moved a wallet, newest last. */
export class IncomeLog {
  private readonly rows: (Income & { id: number })[] = [];
  private lastId = 0;

  add(income: Income): void {
    if (income.units === 0n) return;
    this.rows.push({ ...income, id: (this.lastId += 1) });
    if (this.rows.length > KEPT * 1.1) this.rows.splice(0, this.rows.length - KEPT);
  }

  /** The oldest from `from` on, or the newest. */
  page(wanted: {
    accountId: string;
    symbol: string | null;
    kind: string | null;
    from: number | null;
    to: number | null;
    limit: number;
  }): (Income & { id: number })[] {
    const { accountId, symbol, kind, from, to, limit } = wanted;
    const found = this.rows.filter(
      (row) =>
        row.accountId === accountId &&
        (symbol === null || row.symbol === symbol) &&
        (kind === null || row.kind === kind) &&
        (from === null || row.at >= from) &&
        (to === null || row.at <= to),
    );
    return from === null ? found.slice(-limit) : found.slice(0, limit);
  }
}
