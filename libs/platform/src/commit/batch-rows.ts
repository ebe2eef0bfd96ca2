import type { AnyAccountTable } from './account-table.js';

export type RowValues = Readonly<Record<string, unknown>>;

/** The rows that one account has in one table, within one batch. */
export class BatchRows {
  readonly list: RowValues[] = [];
  /** Where the row of a key stands; what is only inserted has none until it is asked for. */
  private readonly places = new Map<string, number>();
  private indexed = 0;
  private readonly ownKey: readonly string[];

  constructor(private readonly table: AnyAccountTable) {
    this.ownKey = table.key.filter((column) => column !== 'account_id');
  }

  /**
   * Of several rows with one key only the last is written, because a statement cannot change a row twice; of rows to
   * insert each is, so that the database refuses them.
   */
  add(row: RowValues): void {
    if (this.table.mode !== 'INSERT' && this.replace(row)) return;
    this.list.push(row);
  }

  /** Puts the values into the row that has their key; false when there is none. */
  replace(values: RowValues): boolean {
    for (; this.indexed < this.list.length; this.indexed += 1) {
      this.places.set(this.keyOf(this.list[this.indexed] as RowValues), this.indexed);
    }
    const place = this.places.get(this.keyOf(values));
    if (place === undefined) return false;
    this.list[place] = { ...this.list[place], ...values };
    return true;
  }

  private keyOf(row: RowValues): string {
    const [column] = this.ownKey;
    if (this.ownKey.length === 1) return String(row[column as string]);
    return this.ownKey.map((name) => String(row[name])).join('\u0000');
  }
}
