import type { Cancel, Timers } from '@sextant/platform';

interface Follow {
  followers: number;
  begun: boolean;
  cancelEnd: Cancel;
}

/** Which markets are followed: each begins with its first follower and ends a while after its last one left. */
export class Follows {
  private readonly bySymbol = new Map<string, Follow>();
  private begun = 0;

  constructor(
    private readonly timers: Timers,
    private readonly lingerMs: number,
    /** Most of them at a time; one more takes the place of one that nobody follows, or waits for it. */
    private readonly most: () => number,
    private readonly begin: (symbol: string) => void,
    private readonly end: (symbol: string) => void,
  ) {}

  has(symbol: string): boolean {
    return this.bySymbol.get(symbol)?.begun ?? false;
  }

  /** @returns the function that ends it; calling it twice does nothing. */
  follow(symbol: string): () => void {
    const follow = this.bySymbol.get(symbol) ?? this.first(symbol);
    follow.followers += 1;
    follow.cancelEnd();
    let followed = true;
    return () => {
      if (!followed) return;
      followed = false;
      follow.followers -= 1;
      if (follow.followers === 0) this.endLater(symbol, follow);
    };
  }

  endAll(): void {
    const all = [...this.bySymbol];
    this.bySymbol.clear();
    for (const [symbol, { begun, cancelEnd }] of all) {
      cancelEnd();
      if (begun) this.end(symbol);
    }
    this.begun = 0;
  }

  private first(symbol: string): Follow {
    const follow: Follow = { followers: 0, begun: false, cancelEnd: () => undefined };
    if (this.begun >= this.most()) this.leaveIdle();
    this.bySymbol.set(symbol, follow);
    if (this.begun < this.most()) this.run(symbol, follow);
    return follow;
  }

  private run(symbol: string, follow: Follow): void {
    follow.begun = true;
    this.begun += 1;
    this.begin(symbol);
  }

  private leaveIdle(): void {
    for (const [symbol, { followers, begun }] of this.bySymbol) {
      if (followers === 0 && begun) return this.leave(symbol);
    }
  }

  private endLater(symbol: string, follow: Follow): void {
    if (this.bySymbol.size > this.begun) return this.leave(symbol);
    follow.cancelEnd = this.timers.setTimer(this.lingerMs, () => {
      if (this.bySymbol.get(symbol) === follow) this.leave(symbol);
    });
  }

  private leave(symbol: string): void {
    const follow = this.bySymbol.get(symbol);
    if (follow === undefined) return;
    follow.cancelEnd();
    this.bySymbol.delete(symbol);
    if (!follow.begun) return;
    this.begun -= 1;
    this.end(symbol);
    for (const [next, waiting] of this.bySymbol) {
      if (waiting.begun || this.begun >= this.most()) continue;
      this.run(next, waiting);
    }
  }
}
