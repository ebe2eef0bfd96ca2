import type { Columns } from './commit-columns.js';

/** Numbers the parameters in the order in which they are asked for. */
export class Parameters {
  private count = 0;

  next(type: string): string {
    this.count += 1;
    return `$${this.count}::${type}`;
  }

  unnest(columns: Columns, alias: string): string {
    return `${this.arrays(columns)} AS ${names(columns, alias)}`;
  }

  /** The same with one more column, whose values travel as a JSON array; each value is kept as it was written. */
  unnestWithJson(columns: Columns, json: string, alias: string): string {
    const arrays = this.arrays(columns);
    const all = [...columns, [json, 'json'] as const];
    return `ROWS FROM (${arrays}, json_array_elements(${this.next('json')})) AS ${names(all, alias)}`;
  }

  private arrays(columns: Columns): string {
    return `unnest(${columns.map(([, type]) => this.next(type)).join(', ')})`;
  }
}

function names(columns: Columns, alias: string): string {
  return `${alias}(${columns.map(([name]) => `"${name}"`).join(', ')})`;
}
