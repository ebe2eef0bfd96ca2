import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { routeHandlers } from '../http/routes.js';
import { ACCESS_RULE, PUBLIC_RULE } from './access.js';
import type { AccessRule, PublicRule } from './access.js';

/** Who may call a handler. */
export type RouteRule = { kind: 'ACCESS'; rule: AccessRule } | { kind: 'PUBLIC'; rule: PublicRule };

/** The rule of every route, collected at start: a route without one keeps the process from starting. */
@Injectable()
export class RouteAccess implements OnModuleInit {
  private readonly rules = new Map<unknown, RouteRule>();

  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const open: string[] = [];
    for (const { controller, handler, methodName } of routeHandlers(this.modules)) {
      const rule = ruleOf(handler) ?? ruleOf(controller);
      if (rule === null) open.push(`${controller.name}.${methodName}`);
      else this.rules.set(handler, rule);
    }
    if (open.length > 0) throw new Error(`Routes without @Access or @Public: ${open.join(', ')}`);
  }

  /** @throws Error for a handler that was not there at start. */
  of(handler: unknown): RouteRule {
    const rule = this.rules.get(handler);
    if (rule === undefined) throw new Error('a handler without an access rule');
    return rule;
  }
}

function ruleOf(holder: object): RouteRule | null {
  const access = Reflect.getOwnMetadata(ACCESS_RULE, holder) as AccessRule | undefined;
  const open = Reflect.getOwnMetadata(PUBLIC_RULE, holder) as PublicRule | undefined;
  if (access !== undefined && open !== undefined) throw new Error('@Access and @Public on one route');
  if (access !== undefined) return { kind: 'ACCESS', rule: access };
  return open === undefined ? null : { kind: 'PUBLIC', rule: open };
}
