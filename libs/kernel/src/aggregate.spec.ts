import { Aggregate } from './aggregate.js';

class Counter extends Aggregate<{ type: 'Counted'; total: number }> {
  private total = 0;

  count(): void {
    this.total += 1;
    this.record({ type: 'Counted', total: this.total });
  }
}

describe('an aggregate', () => {
  it('gives each event once, in order', () => {
    const counter = new Counter();
    counter.count();
    counter.count();
    expect(counter.pullEvents().map((event) => event.total)).toEqual([1, 2]);
    expect(counter.pullEvents()).toEqual([]);
    counter.count();
    expect(counter.pullEvents().map((event) => event.total)).toEqual([3]);
  });

  it('does not let go of events that are pulled into a list somebody changes', () => {
    const counter = new Counter();
    counter.count();
    const pulled = counter.pullEvents();
    counter.count();
    pulled.length = 0;
    expect(counter.pullEvents()).toHaveLength(1);
  });
});
