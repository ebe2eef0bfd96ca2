import type { DatabaseModel } from '@sextant/platform';
import { apiKeySchema, userSchema } from './infrastructure/identity-schema.js';
import { CreateIdentity1763600100000 } from './infrastructure/migrations/create-identity.js';

export { identityEvents } from '@sextant/contracts';
export { actorOf } from './application/actor.js';
export type { ApiKeyView, NewApiKeyView } from './application/api-key-view.js';
export { Authenticator } from './application/authenticator.js';
export type { Credentials } from './application/authenticator.js';
export { ChangeUser } from './application/change-user.js';
export type { UserChanges } from './application/change-user.js';
export { CreateApiKey } from './application/create-api-key.js';
export type { CreateApiKeyTerms } from './application/create-api-key.js';
export { CreateUser } from './application/create-user.js';
export type { CreateUserTerms } from './application/create-user.js';
export { GetUser } from './application/get-user.js';
export { IssueAdminKey } from './application/issue-admin-key.js';
export type { IssuedAdminKey } from './application/issue-admin-key.js';
export { KeyUsage } from './application/key-usage.js';
export { ListApiKeys } from './application/list-api-keys.js';
export { ListUsers } from './application/list-users.js';
export { LogIn } from './application/log-in.js';
export { LogOut } from './application/log-out.js';
export { RefreshSession } from './application/refresh-session.js';
export { RevokeApiKey } from './application/revoke-api-key.js';
export { RotateApiKey } from './application/rotate-api-key.js';
export type { SessionTokensView } from './application/session-tokens.js';
export type { UserView } from './application/user-view.js';
export { identityErrors } from './domain/identity-errors.js';
export { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './domain/password.js';
export { roleIncludes, ROLES, SCOPES, scopesOfRole, scopesWithin } from './domain/principal.js';
export type { Principal, Role, Scope } from './domain/principal.js';
export { canonicalRequest, SIGNATURE_WINDOW_MS } from './domain/request-signature.js';
export type { SignedRequest } from './domain/request-signature.js';
export { IdentityModule } from './identity.module.js';
export { IdentityComponent } from './infrastructure/identity-component.js';

export const identityModel: DatabaseModel = {
  entities: [apiKeySchema, userSchema],
  migrations: [CreateIdentity1763600100000],
};
