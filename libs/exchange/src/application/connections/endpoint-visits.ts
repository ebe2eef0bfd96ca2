import { Injectable } from '@nestjs/common';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';

/**
 * Calls at addresses that somebody typed, before a connection is stored with them. What was opened for one that comes to
 * nothing is given up: nobody would ever close it.
 */
@Injectable()
export class EndpointVisits {
  /** By venue and host, as channels are. */
  private readonly visitors = new Map<string, number>();

  constructor(private readonly connections: ConnectionRepository) {}

  /** @throws what `work` throws */
  async during<T>(gateway: ExchangeGateway, endpoint: string | null, work: () => Promise<T>): Promise<T> {
    if (endpoint === null) return work();
    const place = `${gateway.venue} ${hostOf(endpoint)}`;
    this.visitors.set(place, (this.visitors.get(place) ?? 0) + 1);
    let isKept = false;
    try {
      const done = await work();
      isKept = true;
      return done;
    } finally {
      const left = this.visitors.get(place)! - 1;
      if (left === 0) this.visitors.delete(place);
      else this.visitors.set(place, left);
      // What is in flight there may take its time to end: nobody waits for it.
      if (!isKept) void this.leave(gateway, endpoint, place).catch(() => undefined);
    }
  }

  /** Somebody who is there still may be about to keep the place: then it is his to leave. */
  private async leave(gateway: ExchangeGateway, endpoint: string, place: string): Promise<void> {
    const stored = await this.connections.endpoints(gateway.venue);
    if (this.visitors.has(place) || stored.some((kept) => hostOf(kept) === hostOf(endpoint))) return;
    await gateway.leave?.(endpoint);
  }
}

function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
