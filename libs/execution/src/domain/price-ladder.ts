/** A price at which something is due; `upwards`: at or above it, else at or below. */
export interface Rung<Item> {
  readonly ticks: number;
  readonly upwards: boolean;
  readonly item: Item;
}

/**
 * Prices that are waited for, nearest first on either side: a price that reaches none of them costs two comparisons,
 * however many there are.
 */
export class PriceLadder<Item> {
  /** Sorted so that the nearest stands last. */
  private readonly above: Rung<Item>[] = [];
  private readonly below: Rung<Item>[] = [];

  get size(): number {
    return this.above.length + this.below.length;
  }

  add(rung: Rung<Item>): void {
    const side = this.side(rung);
    side.splice(this.placeOf(rung), 0, rung);
  }

  remove(rung: Rung<Item>): void {
    const side = this.side(rung);
    for (let index = this.placeOf(rung); index < side.length; index += 1) {
      if (side[index]?.ticks !== rung.ticks) return;
      if (side[index] !== rung) continue;
      side.splice(index, 1);
      return;
    }
  }

  /** Takes off what a price reaches, nearest first. A price between two ticks is given by both. */
  reached(lowTicks: number, highTicks: number): Rung<Item>[] {
    const found: Rung<Item>[] = [];
    for (let next = this.above.at(-1); next && next.ticks <= lowTicks; next = this.above.at(-1)) {
      found.push(next);
      this.above.pop();
    }
    for (let next = this.below.at(-1); next && next.ticks >= highTicks; next = this.below.at(-1)) {
      found.push(next);
      this.below.pop();
    }
    return found;
  }

  private side({ upwards }: Rung<Item>): Rung<Item>[] {
    return upwards ? this.above : this.below;
  }

  /** Index of the first rung that is no farther away than this one. */
  private placeOf(rung: Rung<Item>): number {
    const side = this.side(rung);
    let [from, to] = [0, side.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = side[middle]?.ticks ?? 0;
      const farther = rung.upwards ? other > rung.ticks : other < rung.ticks;
      if (farther) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
