import type { AccountTable, CommitPlan, NewEvent, RowWrite } from '@sextant/platform';
import { write } from '@sextant/platform';

/** Collects what one decision writes. Of a row that is updated only the last version is kept. */
export class PlanBuilder {
  private readonly rows = new Map<string, RowWrite>();
  private readonly events: NewEvent[] = [];
  private readonly ledger: CommitPlan['ledger'] = [];
  private inserts = 0;

  row<Row extends object>(table: AccountTable<Row>, row: Row): void {
    this.add(write(table, row));
  }

  event(event: NewEvent): void {
    this.events.push(event);
  }

  merge(plan: CommitPlan): void {
    for (const row of plan.rows) this.add(row);
    this.events.push(...plan.events);
    this.ledger.push(...plan.ledger);
  }

  /** Null when nothing has happened: rows never change without an event. */
  build(): CommitPlan | null {
    if (this.events.length === 0) return null;
    return { rows: [...this.rows.values()], events: this.events, ledger: this.ledger };
  }

  private add(entry: RowWrite): void {
    const { table, row } = entry;
    if (table.mode === 'INSERT') {
      this.inserts += 1;
      this.rows.set(`#${this.inserts}`, entry);
      return;
    }
    const values = row as Record<string, unknown>;
    this.rows.set(`${table.name} ${table.key.map((column) => String(values[column])).join(' ')}`, entry);
  }
}
