import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Config } from '@sextant/platform';
import { Authenticator } from './application/authenticator.js';
import { ChangeUserHandler } from './application/change-user.js';
import { CreateApiKeyHandler } from './application/create-api-key.js';
import { CreateUserHandler } from './application/create-user.js';
import { CredentialKeyGuard } from './application/credential-key-guard.js';
import { CredentialLookup } from './application/credential-lookup.js';
import { FirstStart } from './application/first-start.js';
import { GetUserHandler } from './application/get-user.js';
import { IdentityReads } from './application/identity-reads.js';
import { IssueAdminKeyHandler } from './application/issue-admin-key.js';
import { KeyUsage } from './application/key-usage.js';
import { ListApiKeysHandler } from './application/list-api-keys.js';
import { ListUsersHandler } from './application/list-users.js';
import { LogInHandler } from './application/log-in.js';
import { LogOutHandler } from './application/log-out.js';
import { RefreshSessionHandler } from './application/refresh-session.js';
import { RevokeApiKeyHandler } from './application/revoke-api-key.js';
import { RotateApiKeyHandler } from './application/rotate-api-key.js';
import { IdentitySettings, SessionTokens } from './application/session-tokens.js';
import { SignatureLog } from './application/signature-log.js';
import { AccessTokens } from './domain/access-tokens.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { CredentialSecrets } from './domain/credential-secrets.js';
import { PasswordHasher } from './domain/password-hasher.js';
import { SessionRepository } from './domain/session-repository.js';
import { TenantRepository } from './domain/tenant-repository.js';
import { UserRepository } from './domain/user-repository.js';
import { Argon2PasswordHasher } from './infrastructure/argon2-password-hasher.js';
import { ConfigIdentitySettings } from './infrastructure/config-identity-settings.js';
import { CredentialKeyCheck } from './infrastructure/credential-key-check.js';
import { HmacCredentialSecrets } from './infrastructure/hmac-credential-secrets.js';
import { IdentityComponent } from './infrastructure/identity-component.js';
import { JoseAccessTokens } from './infrastructure/jose-access-tokens.js';
import { SqlApiKeyRepository } from './infrastructure/sql-api-key-repository.js';
import { SqlCredentialLookup } from './infrastructure/sql-credential-lookup.js';
import { SqlSessionRepository } from './infrastructure/sql-session-repository.js';
import { SqlSignatureLog } from './infrastructure/sql-signature-log.js';
import { SqlTenantRepository } from './infrastructure/sql-tenant-repository.js';
import { SqlUserRepository } from './infrastructure/sql-user-repository.js';
import { TypeOrmIdentityReads } from './infrastructure/type-orm-identity-reads.js';

const useCases = [
  ...[ChangeUserHandler, CreateUserHandler, GetUserHandler, ListUsersHandler],
  ...[CreateApiKeyHandler, IssueAdminKeyHandler, ListApiKeysHandler],
  ...[RevokeApiKeyHandler, RotateApiKeyHandler],
  ...[LogInHandler, LogOutHandler, RefreshSessionHandler],
];

const adapters = [
  { provide: ApiKeyRepository, useClass: SqlApiKeyRepository },
  { provide: CredentialKeyGuard, useClass: CredentialKeyCheck },
  { provide: CredentialLookup, useClass: SqlCredentialLookup },
  { provide: IdentityReads, useClass: TypeOrmIdentityReads },
  { provide: IdentitySettings, useClass: ConfigIdentitySettings },
  { provide: SessionRepository, useClass: SqlSessionRepository },
  { provide: SignatureLog, useClass: SqlSignatureLog },
  { provide: TenantRepository, useClass: SqlTenantRepository },
  { provide: UserRepository, useClass: SqlUserRepository },
  {
    provide: AccessTokens,
    useFactory: (config: Config) => new JoseAccessTokens(required(config.get('auth.jwtKey'), 'auth.jwtKey')),
    inject: [Config],
  },
  {
    provide: CredentialSecrets,
    useFactory: (config: Config) =>
      new HmacCredentialSecrets(required(config.get('auth.credentialKey'), 'auth.credentialKey')),
    inject: [Config],
  },
  {
    provide: PasswordHasher,
    useFactory: (config: Config) => new Argon2PasswordHasher(config.get('auth.passwordConcurrency')),
    inject: [Config],
  },
];

/** Needs from the app, globally: Config, Clock, Ids, Timers, Database, SystemLog, Idempotency. */
@Module({
  imports: [CqrsModule],
  providers: [
    ...useCases,
    ...adapters,
    ...[Authenticator, FirstStart, IdentityComponent, KeyUsage, SessionTokens],
  ],
  exports: [Authenticator, IdentityComponent, KeyUsage],
})
export class IdentityModule {}

function required(value: string | null, key: string): string {
  if (value === null) throw new Error(`${key} is not set`);
  return value;
}
