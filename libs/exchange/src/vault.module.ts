import type { Provider } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Ids } from '@sextant/kernel';
import { Config, Database, Logger, SystemLog } from '@sextant/platform';
import { GetVaultStatusHandler } from './application/connections/get-vault-status.js';
import { RotateVaultHandler } from './application/connections/rotate-vault.js';
import { CredentialVault } from './domain/connections/credential-vault.js';
import { VaultKeeper } from './domain/connections/vault-keeper.js';
import { KeyRing } from './infrastructure/vault/key-ring.js';
import { SqlCredentialVault } from './infrastructure/vault/sql-credential-vault.js';
import { SqlVaultKeeper } from './infrastructure/vault/sql-vault-keeper.js';

const vault: Provider[] = [
  { provide: KeyRing, useFactory: (config: Config) => KeyRing.of(config), inject: [Config] },
  {
    provide: CredentialVault,
    useFactory: (database: Database, ring: KeyRing, log: SystemLog, logger: Logger) =>
      new SqlCredentialVault(database, ring, log, logger),
    inject: [Database, KeyRing, SystemLog, Logger],
  },
  {
    provide: VaultKeeper,
    useFactory: (database: Database, ring: KeyRing, log: SystemLog, ids: Ids) =>
      new SqlVaultKeeper(database, ring, log, ids),
    inject: [Database, KeyRing, SystemLog, Ids],
  },
];

/** The vault alone, for an operator's terminal. Config, Database, SystemLog, Logger, Clock and Ids must be provided globally. */
@Module({
  imports: [CqrsModule],
  providers: [...vault, GetVaultStatusHandler, RotateVaultHandler],
  exports: [CredentialVault, VaultKeeper],
})
export class VaultModule {}
