import { Injectable } from '@nestjs/common';
import { DomainError, parseId } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountDirectory } from '@sextant/portfolio';
import type { FastifyRequest } from 'fastify';

/** Keeps one tenant out of another's accounts. */
@Injectable()
export class AccountOwnership {
  constructor(private readonly accounts: AccountDirectory) {}

  /** Looks at the field `name` of path, query and body; passes when there is none. @throws ACCOUNT_NOT_FOUND, ID_MALFORMED */
  async assertOwned(request: FastifyRequest, name: string, tenantId: TenantId): Promise<void> {
    for (const place of [request.params, request.query, request.body]) {
      const value = memberOf(place, name);
      if (value !== undefined && value !== null) await this.assertAccount(value, name, tenantId);
    }
  }

  private async assertAccount(value: unknown, name: string, tenantId: TenantId): Promise<void> {
    const accountId = accountIdOf(value, name);
    try {
      await this.accounts.resolve(tenantId, accountId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'ACCOUNT_NOT_FOUND') throw error;
      throw new DomainError(error.code, 'There is no account with this id.', { pointer: `/${name}` });
    }
  }
}

function memberOf(place: unknown, name: string): unknown {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
  return (place as Record<string, unknown>)[name];
}

function accountIdOf(value: unknown, name: string): AccountId {
  try {
    return parseId('acc', value as string);
  } catch {
    throw new DomainError('ID_MALFORMED', 'That is not an account id of the form acc_….', {
      pointer: `/${name}`,
    });
  }
}
