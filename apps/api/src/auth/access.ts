import type { ExecutionContext } from '@nestjs/common';
import { applyDecorators, createParamDecorator, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Principal, Role, Scope } from '@sextant/identity';
import type { FastifyRequest } from 'fastify';
import { Problems } from '../http/problems.js';

/** Which budget of the rate limiter a route draws on. */
export type RateBudget = 'requests' | 'orders' | 'cancels' | 'login';

/** Who may call a route. */
export interface AccessRule {
  /** What the credential must allow. */
  scope: Scope;
  /** The least role; left out when the scope says enough. */
  role?: Role;
  /**
   * Name of the path, query or body field that holds an account id: another tenant's account, or none, answers 404.
   * A field that the request leaves out is not looked at.
   */
  accountParam?: string;
  /** Managing credentials: a signed-in person, or a key with scope `admin`. */
  interactive?: boolean;
  /** Default `requests`. */
  budget?: RateBudget;
}

export interface PublicRule {
  budget?: RateBudget;
}

export const ACCESS_RULE = 'sextant:access';
export const PUBLIC_RULE = 'sextant:public';

/** Every route carries this or `@Public`; a route without either stops the start. */
export function Access(rule: AccessRule): MethodDecorator & ClassDecorator {
  const codes = ['CREDENTIALS_MISSING', 'CREDENTIALS_INVALID', 'ACCESS_DENIED', 'RATE_LIMIT_EXCEEDED'];
  if (rule.accountParam !== undefined) codes.push('ACCOUNT_NOT_FOUND');
  return applyDecorators(
    SetMetadata(ACCESS_RULE, rule),
    ApiSecurity('apiKey'),
    ApiSecurity('bearer'),
    ApiExtension('x-access', rule),
    Problems(...codes),
  );
}

/** A route that needs no credentials. Reviewed: health, documents, sign-in. */
export function Public(rule: PublicRule = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(PUBLIC_RULE, rule),
    ApiExtension('x-access', 'public'),
    Problems('RATE_LIMIT_EXCEEDED'),
  );
}

/** A request as the guard leaves it. */
export type AuthenticatedRequest = FastifyRequest & { principal?: Principal };

/** The principal that the guard authenticated. Only on routes with `@Access`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal === undefined) throw new Error('@CurrentPrincipal on a route without @Access');
  return principal;
});
