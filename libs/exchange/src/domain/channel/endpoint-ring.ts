import type { EndpointState } from './channel-state.js';

interface Endpoint {
  base: string;
  root: string;
  failures: number;
  inFlight: number;
  /** Null while healthy; else the monotonic moment from which a read may try it again. */
  tryAgainMs: number | null;
  isTried: boolean;
}

/**
 * The interchangeable roots of each base of a venue: load is spread over the healthy ones. Times are
 * monotonic ms.
 */
export class EndpointRing {
  private readonly bases: { base: string; endpoints: Endpoint[] }[];
  private turn = 0;

  constructor(
    roots: Readonly<Record<string, readonly string[]>>,
    private readonly limits: { failuresToLeave: number; tryAgainAfterMs: number },
  ) {
    this.bases = Object.entries(roots).map(([base, list]) => ({
      base,
      endpoints: list.map((root) => ({
        base,
        root,
        failures: 0,
        inFlight: 0,
        tryAgainMs: null,
        isTried: false,
      })),
    }));
  }

  get hosts(): number {
    return new Set(this.bases.flatMap(({ endpoints }) => endpoints.map(({ root }) => new URL(root).host)))
      .size;
  }

  /** The root that the URL begins with, or null: such a request leaves nowhere. The longest one wins. */
  rootOf(url: string): string | null {
    let longest: string | null = null;
    for (const { endpoints } of this.bases) {
      for (const { root } of endpoints) {
        if (startsWithRoot(url, root) && (longest === null || root.length > longest.length)) longest = root;
      }
    }
    return longest;
  }

  /**
   * Where a request meant for `root` goes: the healthy root of its base with the fewest calls in flight, in
   * turn. A read may be the one that tries an unhealthy root again. Without any healthy root, the one whose
   * turn comes first.
   * @param not roots that failed already for this call.
   */
  choose(root: string, isRead: boolean, nowMs: number, not: ReadonlySet<string>): string {
    const all = this.siblings(root);
    const open = all.filter((endpoint) => !not.has(endpoint.root));
    const candidates = open.length > 0 ? open : all;
    if (isRead) {
      const due = candidates.find((e) => e.tryAgainMs !== null && nowMs >= e.tryAgainMs && !e.isTried);
      if (due !== undefined) {
        due.isTried = true;
        return due.root;
      }
    }
    const healthy = candidates.filter(({ tryAgainMs }) => tryAgainMs === null);
    const pool = healthy.length > 0 ? healthy : candidates;
    const least = Math.min(...pool.map(({ inFlight }) => inFlight));
    const idle = pool.filter(({ inFlight }) => inFlight === least);
    this.turn += 1;
    return (idle[this.turn % idle.length] as Endpoint).root;
  }

  begin(root: string): void {
    const endpoint = this.find(root);
    if (endpoint !== undefined) endpoint.inFlight += 1;
  }

  /** @returns true when this changed whether the endpoint is used, which one without siblings always is. */
  end(root: string, outcome: 'OK' | 'FAILED' | 'NEITHER', nowMs: number): boolean {
    const endpoint = this.find(root);
    if (endpoint === undefined) return false;
    endpoint.inFlight -= 1;
    endpoint.isTried = false;
    if (outcome === 'NEITHER') return false;
    const wasHealthy = endpoint.tryAgainMs === null;
    endpoint.failures = outcome === 'OK' ? 0 : endpoint.failures + 1;
    if (outcome === 'OK') endpoint.tryAgainMs = null;
    else if (!wasHealthy || endpoint.failures >= this.limits.failuresToLeave)
      endpoint.tryAgainMs = nowMs + this.limits.tryAgainAfterMs;
    return wasHealthy !== (endpoint.tryAgainMs === null) && this.siblingCount(root) > 1;
  }

  siblingCount(root: string): number {
    return this.siblings(root).length;
  }

  state(): EndpointState[] {
    return this.bases.flatMap(({ endpoints }) =>
      endpoints.map(({ base, root, failures, inFlight, tryAgainMs }) => ({
        base,
        endpoint: root,
        healthy: tryAgainMs === null,
        consecutiveFailures: failures,
        inFlight,
      })),
    );
  }

  private siblings(root: string): Endpoint[] {
    return this.bases.find(({ endpoints }) => endpoints.some((e) => e.root === root))?.endpoints ?? [];
  }

  private find(root: string): Endpoint | undefined {
    return this.siblings(root).find((endpoint) => endpoint.root === root);
  }
}

function startsWithRoot(url: string, root: string): boolean {
  if (!url.startsWith(root)) return false;
  const next = url.charAt(root.length);
  return next === '' || next === '/' || next === '?';
}
