import { columnForm } from './column-array.js';
import type { Columns } from './commit-columns.js';

/** Numbers the parameters in the order in which they are asked for. */
export class Parameters {
  private count = 0;

  next(type: string): string {
    this.count += 1;
    return `$${this.count}::${type}`;
  }

  /** One parameter a column. A parameter that is null makes a column of nulls, because unnest fills up with them. */
  unnest(columns: Columns, alias: string): string {
    const arrays = columns.map(([, type]) => {
      const { parameterType, array } = columnForm(type);
      return array(this.next(parameterType));
    });
    return `unnest(${arrays.join(', ')}) AS ${alias}(${columns.map(([name]) => `"${name}"`).join(', ')})`;
  }
}
