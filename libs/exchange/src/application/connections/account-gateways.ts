import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';
import { ExchangeGateways } from '../../domain/exchange-gateways.js';
import { VaultCredentials } from './vault-credentials.js';

/** The venue of an account as the account reaches it: who rehearses at another address hears of no real market. */
@Injectable()
export class AccountGateways {
  constructor(
    private readonly gateways: ExchangeGateways,
    private readonly credentials: VaultCredentials,
  ) {}

  /** Null when nothing can be called at the address of its connection. @throws DomainError UNKNOWN_VENUE */
  async of(accountId: AccountId, venue: string): Promise<ExchangeGateway | null> {
    const gateway = this.gateways.of(venue);
    const standing = await this.credentials.standing(accountId, venue);
    if (standing === null || standing.endpoint === null) return gateway;
    return standing.usable ? (gateway.at?.(standing.endpoint) ?? null) : null;
  }
}
