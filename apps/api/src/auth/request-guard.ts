import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Credentials, Principal } from '@sextant/identity';
import { Authenticator, KeyUsage, roleIncludes } from '@sextant/identity';
import { Clock, DomainError } from '@sextant/kernel';
import type { FastifyReply } from 'fastify';
import { rawBodyOf } from '../http/limits.js';
import { spend } from '../http/rate-limit.js';
import { RateLimiter } from '../http/rate-limiter.js';
import { refuseUnknownQuery } from '../http/unknown-query.js';
import type { AccessRule, AuthenticatedRequest } from './access.js';
import { AccountOwnership } from './account-ownership.js';
import { ActiveUsers } from './active-users.js';
import { RouteAccess } from './route-access.js';

/** Every request passes here, whatever its path looked like: who is it, may they, have they budget, is it theirs. */
@Injectable()
export class RequestGuard implements CanActivate {
  constructor(
    private readonly routes: RouteAccess,
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly ownership: AccountOwnership,
    private readonly usage: KeyUsage,
    private readonly users: ActiveUsers,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.admit(context);
    refuseUnknownQuery(context);
    return true;
  }

  private async admit(context: ExecutionContext): Promise<void> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const reply = http.getResponse<FastifyReply>();
    const route = this.routes.of(context.getHandler());
    if (route.kind === 'PUBLIC') {
      if (route.rule.budget === 'login') await spend(this.limiter, 'login', request.ip, reply);
      return;
    }
    const { rule } = route;
    const principal = await this.authenticate(request, reply);
    request.principal = principal;
    this.users.note(principal.userId);
    if (principal.keyId !== null) this.usage.note(principal.keyId, this.clock.now());
    await spend(this.limiter, rule.budget ?? 'requests', principal.keyId ?? principal.userId, reply);
    assertAllowed(principal, rule);
    if (rule.accountParam !== undefined) {
      await this.ownership.assertOwned(request, rule.accountParam, principal.tenantId);
    }
  }

  /** Failed credentials use up the address's budget of sign-ins, so that nobody tries many. */
  private async authenticate(request: AuthenticatedRequest, reply: FastifyReply): Promise<Principal> {
    try {
      return await this.authenticator.authenticate(credentialsOf(request));
    } catch (error) {
      const guessed = error instanceof DomainError && /^(CREDENTIALS_INVALID|SIGNATURE_)/.test(error.code);
      if (guessed) await spend(this.limiter, 'login', request.ip, reply);
      throw error;
    }
  }
}

function credentialsOf(request: AuthenticatedRequest): Credentials {
  const { headers } = request;
  return {
    apiKey: single(headers['x-api-key']),
    bearer: bearerOf(headers.authorization),
    timestamp: single(headers['x-timestamp']),
    signature: single(headers['x-signature']),
    method: request.method,
    url: request.originalUrl,
    body: rawBodyOf(request),
  };
}

function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header);
  if (match === null)
    throw new DomainError('CREDENTIALS_INVALID', 'Authorization must be: Bearer <access token>.');
  return match[1];
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' || header === undefined ? header : header.join(',');
}

function assertAllowed(principal: Principal, rule: AccessRule): void {
  const deny = (needed: string) => new DomainError('ACCESS_DENIED', `This needs ${needed}.`, { needed });
  if (!principal.scopes.includes(rule.scope)) throw deny(`the scope ${rule.scope}`);
  if (rule.role !== undefined && !roleIncludes(principal.role, rule.role))
    throw deny(`the role ${rule.role}`);
  if (rule.interactive === true && principal.via !== 'JWT' && !principal.scopes.includes('admin')) {
    throw deny('a signed-in person, or a key with the scope admin');
  }
}
