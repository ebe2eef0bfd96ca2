export { roleIncludes, ROLES, SCOPES, scopesOfRole, scopesWithin } from './domain/principal.js';
export type { Principal, Role, Scope } from './domain/principal.js';
