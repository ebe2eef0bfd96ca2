import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { VaultKeeper } from '../../domain/connections/vault-keeper.js';
import type { VaultStatus } from '../../domain/connections/vault-keeper.js';

/** Which master keys the vault needs, and whether they are here. */
export class GetVaultStatus extends Query<VaultStatus> {}

@QueryHandler(GetVaultStatus)
export class GetVaultStatusHandler implements IQueryHandler<GetVaultStatus> {
  constructor(private readonly keeper: VaultKeeper) {}

  execute(): Promise<VaultStatus> {
    return this.keeper.status();
  }
}
