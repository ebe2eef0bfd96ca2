import type { Cancel, Timers } from '@sextant/platform';

interface Follow {
  followers: number;
  cancelEnd: Cancel;
}

/** Which markets are followed: each begins with its first follower and ends a while after its last one left. */
export class Follows {
  private readonly bySymbol = new Map<string, Follow>();

  constructor(
    private readonly timers: Timers,
    private readonly lingerMs: number,
    /** Most of them at a time; one more takes the place of one that nobody follows, or is not begun. */
    private readonly most: () => number,
    private readonly begin: (symbol: string) => void,
    private readonly end: (symbol: string) => void,
  ) {}

  get size(): number {
    return this.bySymbol.size;
  }

  has(symbol: string): boolean {
    return this.bySymbol.has(symbol);
  }

  symbols(): string[] {
    return [...this.bySymbol.keys()];
  }

  /** @returns the function that ends it; calling it twice does nothing. */
  follow(symbol: string): () => void {
    const follow = this.bySymbol.get(symbol) ?? this.first(symbol);
    if (follow === null) return () => undefined;
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
    for (const [symbol, { cancelEnd }] of [...this.bySymbol]) {
      cancelEnd();
      this.leave(symbol);
    }
  }

  private first(symbol: string): Follow | null {
    if (this.bySymbol.size >= this.most() && !this.makeRoom()) return null;
    const follow: Follow = { followers: 0, cancelEnd: () => undefined };
    this.bySymbol.set(symbol, follow);
    this.begin(symbol);
    return follow;
  }

  private makeRoom(): boolean {
    for (const [symbol, { followers, cancelEnd }] of this.bySymbol) {
      if (followers > 0) continue;
      cancelEnd();
      this.leave(symbol);
      return true;
    }
    return false;
  }

  private endLater(symbol: string, follow: Follow): void {
    follow.cancelEnd = this.timers.setTimer(this.lingerMs, () => {
      if (this.bySymbol.get(symbol) === follow) this.leave(symbol);
    });
  }

  private leave(symbol: string): void {
    this.bySymbol.delete(symbol);
    this.end(symbol);
  }
}
