import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '@sextant/kernel';
import { DomainError, parseId } from '@sextant/kernel';
import type { FastifyRequest } from 'fastify';

/** Whose an account is. */
export abstract class AccountDirectory {
  abstract tenantOf(accountId: AccountId): Promise<TenantId | null>;
}

const CAPACITY = 100_000;

/** Keeps one tenant out of another's accounts. An account never changes hands, so what was found stays found. */
@Injectable()
export class AccountOwnership {
  private readonly owners = new Map<string, TenantId>();

  constructor(private readonly directory: AccountDirectory) {}

  /** Looks at the field `name` of path, query or body; passes when there is none. @throws ACCOUNT_NOT_FOUND, ID_MALFORMED */
  async assertOwned(request: FastifyRequest, name: string, tenantId: TenantId): Promise<void> {
    for (const place of [request.params, request.query, request.body]) {
      const value = memberOf(place, name);
      if (value !== undefined && value !== null) await this.assertAccount(value, name, tenantId);
    }
  }

  private async assertAccount(value: unknown, name: string, tenantId: TenantId): Promise<void> {
    if (typeof value !== 'string') throw malformed(name);
    let accountId: AccountId;
    try {
      accountId = parseId('acc', value);
    } catch {
      throw malformed(name);
    }
    const owner = this.owners.get(accountId) ?? (await this.lookUp(accountId));
    if (owner === tenantId) return;
    throw new DomainError('ACCOUNT_NOT_FOUND', 'There is no account with this id.', { pointer: `/${name}` });
  }

  private async lookUp(accountId: AccountId): Promise<TenantId | null> {
    const owner = await this.directory.tenantOf(accountId);
    if (owner !== null && this.owners.size < CAPACITY) this.owners.set(accountId, owner);
    return owner;
  }
}

function memberOf(place: unknown, name: string): unknown {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
  return (place as Record<string, unknown>)[name];
}

function malformed(name: string): DomainError {
  return new DomainError('ID_MALFORMED', 'That is not an account id of the form acc_….', {
    pointer: `/${name}`,
  });
}
