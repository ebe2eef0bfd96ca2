/**
 * How many calls may be under way at once, a tenth of them for those that reduce risk. Shared by all channels
 * of a process.
 */
export class InFlightLimit {
  private taken = 0;
  private readonly ordinary: number;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly total: number) {
    this.ordinary = Math.max(1, total - Math.ceil(total / 10));
  }

  hasRoom(urgent: boolean): boolean {
    return this.taken < (urgent ? this.total : this.ordinary);
  }

  take(): void {
    this.taken += 1;
  }

  giveBack(): void {
    this.taken -= 1;
    if (this.taken >= this.ordinary - 1) for (const listener of this.listeners) listener();
  }

  /** Called when there may be room again. Answers how to stop listening. */
  onRoom(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
