import type { Type } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { ModulesContainer } from '@nestjs/core';

/** One handler method of a controller. */
export interface RouteHandler {
  controller: Type;
  handler: (...args: never[]) => unknown;
  methodName: string;
  method: string;
}

const scanner = new MetadataScanner();

/** Every handler that Nest will serve, inherited ones too. */
export function routeHandlers(modules: ModulesContainer): RouteHandler[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  const types = new Set(controllers.map(({ metatype }) => metatype as Type));
  return [...types].flatMap((controller) => handlersOf(controller));
}

function handlersOf(controller: Type): RouteHandler[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return scanner.getAllMethodNames(prototype).flatMap((methodName) => {
    const handler = prototype[methodName];
    const method =
      typeof handler === 'function' ? (Reflect.getMetadata('method', handler) as unknown) : undefined;
    if (typeof method !== 'number') return [];
    return [
      {
        controller,
        handler: handler as RouteHandler['handler'],
        methodName,
        method: RequestMethod[method] ?? String(method),
      },
    ];
  });
}
