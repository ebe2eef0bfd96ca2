/** Base of the aggregates: collects the events that a behaviour decided, until the commit that stores both. */
export abstract class Aggregate<Event> {
  private pending: Event[] = [];

  protected record(event: Event): void {
    this.pending.push(event);
  }

  /** The events since the last pull, in order. */
  pullEvents(): Event[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }
}
