export { Access, CurrentPrincipal, Public } from './access.js';
export type { AccessRule, AuthenticatedRequest, PublicRule, RateBudget } from './access.js';
export { AuthModule } from './auth.module.js';
