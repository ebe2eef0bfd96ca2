import type { interceptors } from 'undici';

type Pick = NonNullable<NonNullable<Parameters<typeof interceptors.dns>[0]>['pick']>;
type Address = ReturnType<Pick> & { timestamp?: number };

/**
 * One address of a host for as long as it works and its name is remembered, so that a pool for each address
 * does not multiply the connections of a host. When all addresses failed, the name is looked up anew.
 */
export class StickyAddress {
  private readonly chosen = new Map<string, string>();
  private readonly failed = new Map<string, Set<string>>();

  readonly pick: Pick = ({ hostname }, { records }) => {
    const failed = this.failed.get(hostname);
    const all = [...(records[4]?.ips ?? []), ...(records[6]?.ips ?? [])] as Address[];
    const usable = all.filter(
      ({ address, timestamp = 0, ttl }) => Date.now() - timestamp <= ttl && failed?.has(address) !== true,
    );
    const [first] = usable;
    if (first === undefined) {
      this.failed.delete(hostname);
      return null as unknown as Address; // undici forgets the records and looks the name up
    }
    const same = usable.find(({ address }) => address === this.chosen.get(hostname)) ?? first;
    this.chosen.set(hostname, same.address);
    return same;
  };

  /** The address in use for this host could not be connected to. */
  moveOn(hostname: string): void {
    const address = this.chosen.get(hostname);
    if (address === undefined) return;
    const failed = this.failed.get(hostname) ?? new Set();
    this.failed.set(hostname, failed.add(address));
  }
}
