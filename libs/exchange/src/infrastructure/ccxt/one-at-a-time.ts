interface Waiting {
  priority: number;
  start(): void;
}

/** Lets one piece of work run at a time; of those that wait the most urgent (lowest number) goes next. */
export class OneAtATime {
  private busy = false;
  private readonly waiting: Waiting[] = [];

  async run<T>(priority: number, work: () => Promise<T>): Promise<T> {
    if (this.busy) await new Promise<void>((start) => this.waiting.push({ priority, start }));
    this.busy = true;
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private next(): void {
    let first = 0;
    for (let index = 1; index < this.waiting.length; index += 1) {
      if (this.waiting[index]!.priority < this.waiting[first]!.priority) first = index;
    }
    const [chosen] = this.waiting.splice(first, 1);
    if (chosen === undefined) this.busy = false;
    else chosen.start();
  }
}
